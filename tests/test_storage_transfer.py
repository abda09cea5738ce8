"""Export and import: everything comes back under its own number, and a second import adds nothing."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from fakes_storage import LATER, NOW, article, batch, entries_of, fetched, match, text_of

from core.errors import StorageError
from scheduler.cli import cli
from storage.records.feedback import Feedback, Judged
from storage.records.keeping import KeepLimits, Limits
from storage.records.publication import Cursor, EntryDraft
from storage.records.selection import Selection
from storage.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "policywire.db") as opened:
        first = replace(article("a"), fetched=fetched("https://kz-one.example/a", b"one"))
        opened.keep(batch(first, article("b"), article("held", text="", held="no text")), now=NOW)
        opened.keep(batch(article("copy", source="kz-two", text=text_of("b"))), now=NOW)
        opened.keep(batch(article("a", text=text_of("a") + " It was denied.")), now=LATER)
        draft = EntryDraft(
            id="e1", kind="statement", watchlist="policy", story=1, article=1, revision=0, created=NOW
        )
        opened.publish("policy", Cursor(seq=9, digest="d"), matches=[(1, match())], drafts=[draft])
        yield opened


def lines(store: Store) -> list[dict[str, Any]]:
    return [json.loads(json.dumps(line)) for line in store.export_lines()]


def test_everything_comes_back_under_its_own_number(store: Store, tmp_path: Path) -> None:
    exported = lines(store)
    with Store.open(tmp_path / "other.db") as other:
        assert other.import_lines(exported) == (4, 0, 0)
        assert lines(other) == exported
        for number in range(1, 5):
            assert other.article(number) == store.article(number)
            assert other.revisions(number) == store.revisions(number)
            assert other.fetches(number) == store.fetches(number)
        assert entries_of(other) == entries_of(store)
        assert [
            hit.stored.id for hit in other.article_listing(Selection(query="denied"), limit=10).items
        ] == [1]
        assert other.faults() == []
        assert other.import_lines(exported) == (0, 4, 0)
        assert lines(other) == exported
        assert other.keep(batch(article("z", source="kz-three", text=text_of("b"))), now=LATER).duplicate == 1


def test_what_people_decided_comes_back_and_holds(store: Store, tmp_path: Path) -> None:
    store.split_story([4], now=LATER)
    store.join_stories(1, 2, now=LATER)
    judged = Judged(
        article=1,
        language="en",
        source="kz-one",
        country="KZ",
        published=NOW,
        rules="d",
        matched=True,
        score=0.75,
        why="It names a minister.",
        is_cut=False,
        title="A meeting took place",
        text=text_of("a"),
    )
    label = Feedback(
        id=0,
        kind="not_relevant",
        watchlist="policy",
        address="https://kz-one.example/a",
        by="anna",
        at=LATER,
        note="sport",
        judged=judged,
    )
    store.give_feedback(label)
    exported = lines(store)
    assert [next(iter(line)) for line in exported][-3:] == ["kept_apart", "joined_story", "feedback"]
    with Store.open(tmp_path / "other.db") as other:
        other.import_lines(exported)
        assert lines(other) == exported
        assert list(other.all_feedback(watchlist=None)) == list(store.all_feedback(watchlist=None))
        assert other.story_part(2, limit=9) == 1, "the number of a joined story still leads to it"
        other.import_lines(exported)
        assert lines(other) == exported
        # A copy of what was parted joins no story of the other side.
        other.keep(batch(article("again", source="kz-two", text=text_of("b"))), now=LATER)
        assert other.faults() == []
    with Store.open(tmp_path / "used.db") as used:
        used.keep(batch(article("own"), article("b")), now=NOW)
        used.import_lines(exported)
        assert used.faults() == []
        (kept,) = [line["kept_apart"] for line in lines(used) if "kept_apart" in line]
        assert kept["article"] < kept["other"]
        assert len(list(used.all_feedback(watchlist=None))) == 1


def test_numbers_of_what_is_gone_are_not_given_again(store: Store, tmp_path: Path) -> None:
    store.join_stories(1, 4, now=LATER)
    store.remove_expired(KeepLimits(default=Limits(max_bytes=0)), now=LATER)
    exported = lines(store)
    with Store.open(tmp_path / "other.db") as other:
        other.import_lines(exported)
        other.keep(batch(article("new")), now=LATER)
        store.keep(batch(article("new")), now=LATER)
        assert [one.id for one in other.articles_after(0, since=NOW, limit=10)] == [
            one.id for one in store.articles_after(0, since=NOW, limit=10)
        ]


def test_into_a_database_that_has_other_articles(store: Store, tmp_path: Path) -> None:
    with Store.open(tmp_path / "other.db") as other:
        other.keep(batch(article("own"), article("b")), now=NOW)
        assert other.import_lines(lines(store)) == (3, 1, 1)
        assert other.faults() == []
        found = other.article_listing(Selection(query="denied"), limit=10).items[0].stored
        assert (found.id, entries_of(other)[0].stored.id) == (found.id, found.id)
        copies = [
            stored.story
            for stored in other.articles_after(0, since=NOW, limit=10)
            if "copy" in stored.article.url
        ]
        assert copies == [2], "a copy joins the story that was here before"


def test_what_is_no_export_is_refused_and_leaves_nothing(store: Store, tmp_path: Path) -> None:
    head, *rest = lines(store)
    with Store.open(tmp_path / "other.db") as other:
        for bad, said in (
            (rest, "not an export"),
            ([{**head, "schema": ["m999_future"]}], "newer policywire"),
            ([head, *rest, {"x": 1}], "not a line of an export"),
            ([head, *rest, {"article": {"id": 77}}], "it has no 'story'"),
            ([head, *rest, {"match": 5}], "not a line of an export"),
            ([head, {**rest[0], "article": {**rest[0]["article"], "title": None}}], "NOT NULL"),
            ([head, {**rest[0], "article": {**rest[0]["article"], "title": ["x"]}}], "not a line"),
        ):
            with pytest.raises(StorageError, match=said):
                other.import_lines(bad)
            assert other.counts()["articles"] == 0


def test_the_verbs(store: Store, tmp_path: Path) -> None:
    run = CliRunner().invoke
    file, other = tmp_path / "all.jsonl", tmp_path / "other"
    assert run(cli, ["export", str(file), "--data", str(tmp_path)], catch_exceptions=False).exit_code == 0
    assert len(file.read_text(encoding="utf-8").splitlines()) == len(lines(store))
    broken = tmp_path / "broken.jsonl"
    first, *_ = file.read_text(encoding="utf-8").splitlines()
    broken.write_text(f'{first}\n\n{{"article": {{"id": 77}}}}\n', encoding="utf-8")
    done = run(cli, ["import", str(broken), "--data", str(other)])
    assert f"{broken}:3: not a line of an export: it has no 'story'" in str(done.exception)
    done = run(cli, ["import", str(file), "--data", str(other)], catch_exceptions=False)
    assert "4 articles added, 0 known before" in done.output
