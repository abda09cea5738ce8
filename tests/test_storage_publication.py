from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import pytest
from fakes_storage import LATER, NOW, article, batch, entries_of, match, text_of

from core.match import Match
from storage.records.publication import Cursor, EntryDraft
from storage.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "policywire.db") as opened:
        opened.keep(batch(article("a"), article("b")), now=NOW)
        yield opened


def draft(id_: str, article_id: int = 1, *, revision: int = 0, created: datetime = NOW) -> EntryDraft:
    return EntryDraft(
        id=id_,
        kind="revision" if revision else "statement",
        watchlist="policy",
        story=article_id,
        article=article_id,
        revision=revision,
        created=created,
    )


def publish(store: Store, *matches: tuple[int, Match], drafts: Sequence[EntryDraft] = ()) -> None:
    store.publish("publisher", Cursor(seq=2, digest="d"), matches=matches, drafts=drafts)


def ids(store: Store, state: str | None = None, limit: int = 10) -> list[str]:
    return [entry.id for entry in entries_of(store, state=state)[:limit]]


def test_changes_are_read_in_steps(store: Store) -> None:
    assert [change.seq for change in store.changes_after(0, limit=1)] == [1]
    assert [change.seq for change in store.changes_after(1, limit=10)] == [2]
    assert store.last_seq() == 2


def test_the_cursor_moves_with_what_was_published(store: Store) -> None:
    assert store.cursor("publisher") == Cursor()
    publish(store)
    assert store.cursor("publisher") == Cursor(seq=2, digest="d")
    assert store.cursor("another") == Cursor()


def test_publishing_twice_yields_one_entry(store: Store) -> None:
    for created in (NOW, LATER):
        publish(store, (1, match()), drafts=[draft("urn:1", created=created)])
    (entry,) = entries_of(store)
    assert (entry.id, entry.created, entry.match, entry.stored.id) == ("urn:1", NOW, match(), 1)
    assert store.has_entry("policy", 1)
    assert not store.has_entry("policy", 2)
    assert not store.has_entry("rivers", 1)


def test_entries_come_newest_first(store: Store) -> None:
    drafts = [draft("urn:1"), draft("urn:2", 2, created=LATER), draft("urn:3", 2, revision=1, created=NOW)]
    publish(store, (1, match()), (2, match()), drafts=drafts)
    assert ids(store) == ["urn:2", "urn:3", "urn:1"]
    assert ids(store, limit=1) == ["urn:2"]


def test_entries_of_one_state(store: Store) -> None:
    publish(
        store,
        (1, match(states=("KZ", "UZ"))),
        (2, match(states=("UZ",))),
        drafts=[draft("urn:1"), draft("urn:2", 2)],
    )
    assert ids(store, "KZ") == ["urn:1"]
    assert sorted(ids(store, "UZ")) == ["urn:1", "urn:2"]
    assert ids(store, "TM") == []


def test_what_does_not_match_any_more_is_not_shown(store: Store) -> None:
    publish(store, (1, match()), drafts=[draft("urn:1")])
    publish(store, (1, match(matched=False)))
    assert ids(store) == []
    assert store.counts()["matches"] == 0
    publish(store, (1, match()), drafts=[draft("urn:1")])
    assert ids(store) == ["urn:1"]


def test_an_entry_names_the_other_articles_of_its_story(store: Store) -> None:
    publish(store, (1, match()), drafts=[draft("urn:1")])
    copies = [article("x", source=source, text=text_of("a")) for source in ("kz-two", "kz-three")]
    store.keep(batch(copies[0]), now=LATER)
    store.keep(batch(copies[1]), now=NOW)
    (entry,) = entries_of(store)
    assert [(copy.source, copy.first_seen) for copy in entry.copies] == [("kz-three", NOW), ("kz-two", LATER)]


def test_an_entry_shows_the_text_as_it_is_now(store: Store) -> None:
    publish(store, (1, match()), drafts=[draft("urn:1")])
    store.keep(batch(article("a", text=text_of("edited"))), now=LATER)
    publish(store, (1, match()), drafts=[draft("urn:1r", revision=1, created=LATER)])
    entries = entries_of(store)
    assert [(entry.id, entry.revision) for entry in entries] == [("urn:1r", 1), ("urn:1", 0)]
    assert {entry.stored.article.text for entry in entries} == {text_of("edited")}


def versions(store: Store) -> tuple[str, str, str]:
    return (
        store.entry_version("policy"),
        store.entry_version("policy", "KZ"),
        store.entry_version("policy", "UZ"),
    )


def changed(store: Store, before: tuple[str, str, str]) -> tuple[bool, ...]:
    return tuple(old != new for old, new in zip(before, versions(store), strict=True))


def test_the_version_changes_with_what_a_feed_shows(store: Store) -> None:
    before = versions(store)
    publish(store, (1, match()), (2, match(states=("UZ",))), drafts=[draft("urn:1")])
    assert changed(store, before) == (True, True, False)

    before = versions(store)
    publish(store, (1, match()), drafts=[draft("urn:1")])
    assert changed(store, before) == (False, False, False)

    publish(store, (1, match(states=("UZ",))))
    assert changed(store, before) == (True, True, True)

    before = versions(store)
    store.keep(batch(article("c", source="kz-two", text=text_of("a"))), now=LATER)
    assert changed(store, before) == (True, False, True)

    before = versions(store)
    store.keep(batch(article("a", title="Other words")), now=LATER)
    assert changed(store, before) == (True, False, True)

    before = versions(store)
    store.keep(batch(article("d"), article("b", title="Not in the feed")), now=LATER)
    assert changed(store, before) == (False, False, False)

    publish(store, (1, match(matched=False)))
    assert changed(store, before) == (True, False, True)


def test_a_copy_that_still_matches_keeps_its_story_in_the_feed(store: Store) -> None:
    publish(store, (1, match()), drafts=[draft("urn:1")])
    store.keep(batch(article("c", source="kz-two", text=text_of("a"))), now=LATER)
    copy = store.changes_after(0, limit=100)[-1].stored
    publish(store, (copy.id, match(states=("UZ",))))
    before = versions(store)
    publish(store, (1, match(matched=False)))
    (entry,) = entries_of(store)
    assert (entry.id, entry.stored.id, entry.match.states) == ("urn:1", copy.id, ("UZ",))
    assert changed(store, before) == (True, True, True)
    assert ids(store, "UZ") == ["urn:1"]
    assert ids(store, "KZ") == []
