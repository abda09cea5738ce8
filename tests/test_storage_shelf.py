"""Samples of replies: what is kept, what replaces what, and that there is an end to it."""

import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from core.sample import Sample
from storage.shelf import LARGEST, MOST_POISONED, Shelf

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def sample(**changes: Any) -> Sample:
    values: dict[str, Any] = {
        "source": "kz-mfa",
        "kind": "list",
        "state": "good",
        "url": "https://news.example/",
        "content_type": "text/html",
        "body": b"<html>",
        "at": NOW,
    }
    return Sample(**{**values, **changes})


def test_the_last_good_and_bad_reply_are_kept_beside_each_other(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.keep(sample(body=b"first"))
    shelf.keep(sample(body=b"minutes later", at=NOW + timedelta(minutes=5)))
    shelf.keep(sample(body=b"bad", state="bad", error="the list is empty", at=NOW + timedelta(minutes=6)))
    bad, good = shelf.of("kz-mfa")
    assert (bad.name, bad.error, gzip.decompress(bad.path.read_bytes())) == (
        "list-bad",
        "the list is empty",
        b"bad",
    )
    assert (good.at, gzip.decompress(good.path.read_bytes())) == (NOW, b"first")
    shelf.keep(sample(body=b"next day", at=NOW + timedelta(days=1)))
    assert gzip.decompress(good.path.read_bytes()) == b"next day"


def test_there_is_an_end_to_it(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    for number in range(MOST_POISONED + 5):
        url = f"https://news.example/{number}"
        shelf.keep(sample(kind="page", state="poisoned", url=url, body=b"x" * (LARGEST + 10), error="died"))
    kept = shelf.of("kz-mfa")
    assert len(kept) == MOST_POISONED
    assert len(gzip.decompress(kept[0].path.read_bytes())) == LARGEST
    assert len(list((tmp_path / "kz-mfa").iterdir())) == 2 * MOST_POISONED
    shelf.keep_sources(["other"])
    assert shelf.of("kz-mfa") == []


def test_a_shelf_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "kz-mfa").write_text("a file in its place", encoding="utf-8")
    Shelf(tmp_path).keep(sample())
    assert Shelf(tmp_path).of("kz-mfa") == []
