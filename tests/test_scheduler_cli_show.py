"""`policywire show`: an article by number or address, with its texts, how they came, and the kept page."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from fakes_storage import LATER, NOW, article, batch, fetched, text_of

from core.errors import PolicywireError
from scheduler.cli import cli
from storage.store import Store
from storage.warc import PageStore

BODY = "<html>второй</html>".encode()


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    pages = PageStore(tmp_path / "pages", max_bytes=1_000_000)
    address = "https://kz-one.example/a"
    with Store.open(tmp_path / "policywire.db", pages=pages) as store:
        first = replace(article("a"), fetched=fetched(address, b"<html>first</html>"))
        store.keep(batch(first), now=NOW)
        text = text_of("a").replace("trade", "transit")
        store.keep(batch(replace(article("a", text=text), fetched=fetched(address, BODY))), now=LATER)
        store.keep(batch(article("b")), now=LATER)
    yield tmp_path


def show(data: Path, *arguments: str) -> str:
    result = CliRunner().invoke(cli, ["show", *arguments, "--data", str(data)], catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def test_all_that_is_known_is_shown(data: Path) -> None:
    shown = show(data, "1", "--diff")
    for said in (
        "A meeting took place",
        "Text 1 of 2, first",
        "Text 2 of 2, substantive",
        "words changed: “trade” became “transit”",
        "[-trade-]{+transit+}",
        "status 200: https://kz-one.example/old -> https://kz-one.example/a",
        "SHA-256",
        'ETag: "1"',
        "page kept in pages-",
        "neither this address in this language nor this text was known",
        "text 2 of 2, https://kz-one.example/a, fetched 2026-03-02 08:30:00 UTC, SHA-256",
    ):
        assert said in shown
    assert show(data, "https://kz-one.example/a?utm_source=x", "--diff") == shown


def test_the_same_as_json(data: Path) -> None:
    shown = json.loads(show(data, "1", "--json"))
    assert [text["kind"] for text in shown["texts"]] == [None, "substantive"]
    assert shown["texts"][1]["fetched"]["chain"][-1] == "https://kz-one.example/a"
    assert shown["footnote"].startswith("Б. Автор, “A meeting took place”, kz-one, ")
    assert json.loads(show(data, "2", "--json"))["texts"][0]["fetched"] is None


def test_a_footnote_names_the_source_as_its_file_does_and_the_authors(data: Path) -> None:
    (data / "sources").mkdir()
    (data / "sources" / "kz-one.yml").write_text(
        "name: The First Ministry\npublisher: official\ncountry: KZ\nlanguages: [en]\nkind: feed\n"
        "home: https://kz-one.example\nurls: [https://kz-one.example/rss]\n"
    )
    for names, said in (
        (("Ada B.",), "Ada B., “Signed”, The First Ministry, "),
        (("Ada B.", "The First Ministry"), "Ada B., “Signed”, The First Ministry, "),
        (("A", "B", "C", "D"), "A and others, “Signed”, The First Ministry, "),
    ):
        signed = replace(
            article(f"signed-{names[-1][0]}", title="Signed"), authors=names, site_name="one.example"
        )
        with Store.open(data / "policywire.db") as store:
            store.keep(batch(signed), now=LATER)
            number = str(store.counts()["articles"])
        assert f"\n  {said}" in show(data, number, "--config", str(data))


def test_the_kept_page_comes_as_it_was(data: Path) -> None:
    result = CliRunner().invoke(cli, ["show", "1", "--page", "--data", str(data)])
    assert result.stdout_bytes == BODY


def test_what_there_is_not_is_said(data: Path) -> None:
    for arguments, said in ((["99"], "no such article"), (["2", "--page"], "the list carried its text")):
        with pytest.raises(PolicywireError, match=said):
            CliRunner().invoke(cli, ["show", *arguments, "--data", str(data)], catch_exceptions=False)
