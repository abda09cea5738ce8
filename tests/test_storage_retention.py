"""What goes and what stays, tombstones, first polls, and the upkeep of the file."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from fakes_storage import LATER, NOW, article, batch, entries_of, match, report, text_of

from core.article import OVER_THE_LIMIT, Outcome, Seen
from storage import database, retention
from storage.records.keeping import KeepLimits, KeepRules, Limits
from storage.records.publication import Cursor, EntryDraft
from storage.records.selection import Selection
from storage.store import Store

YEAR = timedelta(days=365)
BY_AGE = KeepLimits(default=Limits(age=YEAR))
MUCH_LATER = NOW + 2 * YEAR


def ids(store: Store) -> list[int]:
    return [stored.id for stored in store.articles_after(0, since=NOW - YEAR, limit=1000)]


def sound(path: Path) -> bool:
    """Say whether every reference and every search row has its article."""
    db = database.open_database(path)
    try:
        db.execute("INSERT INTO search(search) VALUES ('integrity-check')")
        return not db.execute("PRAGMA foreign_key_check").fetchall()
    finally:
        db.close()


def pages(path: Path) -> int:
    with closing(sqlite3.connect(path)) as raw:
        return int(raw.execute("PRAGMA page_count").fetchone()[0])


def publish(store: Store, article_id: int) -> None:
    draft = EntryDraft(
        id=f"e{article_id}",
        kind="statement",
        watchlist="policy",
        story=article_id,
        article=article_id,
        revision=0,
        created=NOW,
    )
    store.publish("policy", Cursor(seq=1, digest="d"), matches=[(article_id, match())], drafts=[draft])


def test_old_articles_go_in_steps_and_matched_stories_stay(store: Store, path: Path) -> None:
    for name in "abcdef":
        store.keep(batch(article(name)), now=NOW)
    store.keep(batch(article("copy", source="kz-two", text=text_of("b"))), now=NOW)
    store.keep(batch(article("young")), now=MUCH_LATER)
    publish(store, 2)
    assert store.remove_expired(BY_AGE, now=MUCH_LATER, limit=3) == 3
    assert ids(store) == [2, 5, 6, 7, 8]
    assert store.remove_expired(BY_AGE, now=MUCH_LATER, limit=3) == 2
    assert store.remove_expired(BY_AGE, now=MUCH_LATER, limit=3) == 0
    assert ids(store) == [2, 7, 8], "a copy of a matched story went"
    assert sound(path)
    assert [hit.stored.id for hit in store.article_listing(Selection(query="minister"), limit=10).items] == [
        8,
        7,
        2,
    ]


def test_matched_stories_go_with_their_entries_when_told_so(store: Store, path: Path) -> None:
    store.keep(batch(article("a")), now=NOW)
    publish(store, 1)
    told = KeepLimits(default=Limits(age=YEAR), matched=True)
    assert store.remove_expired(told, now=MUCH_LATER) == 1
    assert entries_of(store) == []
    assert store.counts()["entries"] == 0
    assert sound(path)


def test_a_source_may_be_kept_longer_or_shorter(store: Store) -> None:
    store.keep(batch(article("a")), now=NOW)
    store.keep(batch(article("b", source="kz-two")), now=NOW)
    limits = KeepLimits(default=Limits(age=YEAR), sources={"kz-two": Limits(age=10 * YEAR)})
    assert store.remove_expired(limits, now=MUCH_LATER) == 1
    assert ids(store) == [2]


def test_a_source_is_kept_within_its_bytes_and_the_file_within_its_own(store: Store, path: Path) -> None:
    for number in range(30):
        store.keep(batch(article(f"n{number}", text=text_of(f"n{number}") * 20)), now=NOW)
    size = len((text_of("n10") * 20).encode())
    limits = KeepLimits(sources={"kz-one": Limits(max_bytes=10 * size)})
    while store.remove_expired(limits, now=NOW, limit=7):
        pass
    assert ids(store) == list(range(21, 31))
    before = pages(path)
    assert store.remove_expired(KeepLimits(max_bytes=1), now=NOW, limit=100) == 10
    for _ in range(20):
        store.tidy()
    store.keep(batch(), now=NOW)
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("PRAGMA auto_vacuum").fetchone()[0] == database.INCREMENTAL
        assert raw.execute("PRAGMA freelist_count").fetchone()[0] == 0
    assert pages(path) < before


@pytest.mark.parametrize(
    "limits",
    [KeepLimits(max_bytes=1), BY_AGE, KeepLimits(default=Limits(max_bytes=0))],
    ids=["file", "age", "size"],
)
def test_a_step_goes_on_behind_what_it_looked_at(
    store: Store, monkeypatch: pytest.MonkeyPatch, limits: KeepLimits
) -> None:
    monkeypatch.setattr(retention, "LOOKED", 3)
    monkeypatch.setattr(retention, "SOURCES", 1)
    for number in range(10):
        store.keep(
            batch(article(f"n{number}", text=text_of(f"n{number}"))), now=NOW + timedelta(hours=number)
        )
    matches = [(number, match()) for number in range(1, 7)]
    store.publish("policy", Cursor(seq=10, digest="d"), matches=matches, drafts=[])
    steps = [store.remove_expired(limits, now=MUCH_LATER, limit=2) for _ in range(8)]
    assert ids(store) == [1, 2, 3, 4, 5, 6]
    assert steps[:2] == [0, 0], "what must stay is looked at first"
    assert sum(steps) == 4
    # Behind the last one it begins anew, and meets what may go by now.
    store.publish("policy", Cursor(seq=10, digest="d"), matches=[(2, match(matched=False))], drafts=[])
    assert sum(store.remove_expired(limits, now=MUCH_LATER, limit=2) for _ in range(4)) == 1
    assert ids(store) == [1, 3, 4, 5, 6]


def test_many_of_one_moment_do_not_hold_up_what_is_behind(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "LOOKED", 3)
    monkeypatch.setattr(retention, "SOURCES", 1)
    store.keep(batch(*(article(f"n{number}", text=text_of(f"n{number}")) for number in range(5))), now=NOW)
    store.keep(batch(article("behind", text="Nothing of the kind was said by anybody here.")), now=LATER)
    matches = [(number, match()) for number in range(1, 6)]
    store.publish("policy", Cursor(seq=6, digest="d"), matches=matches, drafts=[])
    assert [store.remove_expired(BY_AGE, now=MUCH_LATER) for _ in range(3)] == [0, 0, 1]


def test_what_was_removed_does_not_come_back_as_new(store: Store) -> None:
    store.keep(batch(article("a"), article("b")), now=NOW)
    store.keep(batch(article("copy", source="kz-two", text=text_of("b"))), now=MUCH_LATER)
    assert store.remove_expired(BY_AGE, now=MUCH_LATER) == 2
    last = store.last_seq()
    again = store.keep(batch(article("a")), now=MUCH_LATER)
    assert (again.new, again.removed) == (0, 1)
    edited = store.keep(batch(article("a", text=text_of("a") + " Edited.")), now=MUCH_LATER)
    assert (edited.new, edited.removed) == (0, 1)
    elsewhere = store.keep(batch(article("z", source="kz-three", text=text_of("a"))), now=MUCH_LATER)
    assert (elsewhere.new, elsewhere.duplicate, elsewhere.removed) == (0, 0, 1)
    assert store.last_seq() == last
    assert store.known("kz-one", ["https://kz-one.example/a"])["https://kz-one.example/a"].failures == 0
    other = store.keep(batch(article("y", source="kz-three", text=text_of("b"))), now=MUCH_LATER)
    assert other.duplicate == 1, "the text of an article that is still there"


def test_links_are_forgotten_when_they_are_very_old(store: Store) -> None:
    store.keep(batch(seen=[Seen(url="https://kz-one.example/x", version="1", error="404")]), now=NOW)
    store.remove_expired(KeepLimits(), now=NOW + YEAR)
    assert len(store.known("kz-one", ["https://kz-one.example/x"])) == 1
    store.remove_expired(KeepLimits(), now=NOW + 3 * YEAR)
    assert store.known("kz-one", ["https://kz-one.example/x"]) == {}


RULES = KeepRules(news_age=timedelta(days=7))


def withheld(store: Store, article_id: int) -> str | None:
    stored = store.article(article_id)
    assert stored is not None
    return stored.withheld


def test_a_first_poll_publishes_nothing_old_or_undated(store: Store) -> None:
    old = article("a", published=NOW - timedelta(days=8))
    store.keep(batch(old, article("b", published=None), article("c")), now=NOW, rules=RULES)
    failed = report(outcome=Outcome.UNREACHABLE)
    store.keep(batch(article("d", published=None), poll=failed), now=NOW, rules=RULES)
    assert withheld(store, 1) == "of 2026-02-22, and there when its source was polled first"
    assert withheld(store, 2) == "without a date, and there when its source was polled first"
    assert withheld(store, 3) is None
    store.keep(batch(article("e", published=None), poll=report(started=LATER)), now=LATER, rules=RULES)
    store.keep(batch(article("f", published=None)), now=LATER, rules=RULES)
    assert [withheld(store, number) is not None for number in (4, 5, 6)] == [True, True, False]


def test_a_first_poll_that_left_pages_over_is_not_the_last_first_one(store: Store) -> None:
    first = report()
    first.skipped[OVER_THE_LIMIT] = 40
    store.keep(batch(poll=first, source="kz-one"), now=NOW, rules=RULES)
    store.keep(batch(article("a", published=None)), now=LATER, rules=RULES)
    assert withheld(store, 1) is not None


def test_a_table_that_refers_to_articles_is_never_forgotten(store: Store, path: Path) -> None:
    """Whoever adds a table need not know of retention: the schema says what hangs on an article."""
    store.keep(batch(article("a")), now=NOW)
    db = database.open_database(path)
    db.execute("CREATE TABLE later (x INTEGER PRIMARY KEY, article INTEGER NOT NULL REFERENCES articles(id))")
    db.execute("INSERT INTO later (article) VALUES (1)")
    db.close()
    assert store.remove_expired(BY_AGE, now=MUCH_LATER) == 1
    assert sound(path)
