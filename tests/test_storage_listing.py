"""Listings of entries and of the archive, on a real store: what is shown once, in order, page by page."""

import random
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from fakes_storage import NOW, article, batch, match, said, text_of

from core.errors import StorageError
from storage import fulltext
from storage.records.keeping import KeepLimits, Limits
from storage.records.listing import ListedArticle, ListedEntry, Listing, Place
from storage.records.publication import Cursor, EntryDraft, EntryKind
from storage.records.selection import Selection
from storage.store import Store


def at(minutes: int) -> datetime:
    return NOW + timedelta(minutes=minutes)


def keep(store: Store, path: str, *, minutes: int = 0, **fields: Any) -> int:
    """Keep an article; return its number."""
    one = article(path, **fields)
    store.keep(batch(one), now=at(minutes))
    return store.articles_at(one.url)[-1]


def draft(
    store: Store,
    article_id: int,
    *,
    watchlist: str = "policy",
    minutes: int = 0,
    kind: EntryKind = "statement",
    revision: int = 0,
) -> EntryDraft:
    stored = store.article(article_id)
    assert stored is not None
    return EntryDraft(
        id=f"{watchlist}:{article_id}:{kind}:{revision}",
        kind=kind,
        watchlist=watchlist,
        story=stored.story,
        article=article_id,
        revision=revision,
        created=at(minutes),
    )


def publish(
    store: Store,
    article_id: int,
    *,
    watchlist: str = "policy",
    states: tuple[str, ...] = ("KZ",),
    **fields: Any,
) -> None:
    """Let an article match, and make its entry."""
    entry = draft(store, article_id, watchlist=watchlist, **fields)
    found = match(watchlist, states=states)
    store.publish(watchlist, Cursor(), matches=[(article_id, found)], drafts=[entry])


def shown(listing: Listing[ListedEntry] | Listing[ListedArticle]) -> list[int]:
    return [
        item.entry.stored.id if isinstance(item, ListedEntry) else item.stored.id for item in listing.items
    ]


def entries(store: Store, **asked: Any) -> list[int]:
    return shown(store.entry_listing(Selection(**asked), limit=50))


def articles(store: Store, **asked: Any) -> list[int]:
    return shown(store.article_listing(Selection(**asked), limit=50))


def test_a_story_that_matched_two_watchlists_stands_once_with_both(store: Store) -> None:
    one = keep(store, "a")
    publish(store, one, states=("KZ",))
    publish(store, one, watchlist="water", states=("TJ",))
    listing = store.entry_listing(Selection(), limit=10)
    assert [(item.entry.stored.id, [m.watchlist for m in item.matches]) for item in listing.items] == [
        (one, ["policy", "water"])
    ]
    of_one = store.entry_listing(Selection(watchlist="water"), limit=10).items
    assert [(item.entry.id, item.entry.match.watchlist) for item in of_one] == [
        ("water:1:statement:0", "water")
    ]
    assert entries(store, state="KZ") == entries(store, state="TJ") == [one]
    assert entries(store, watchlist="policy", state="TJ") == []
    assert entries(store, state="T") == entries(store, state="UZ") == []


def test_copies_are_one_entry_that_the_official_original_stands_for(store: Store) -> None:
    first = keep(store, "a", text=text_of("rivers"))
    publish(store, first)
    official = keep(store, "b", source="kz-two", text=text_of("rivers"), minutes=5)
    publish(store, official, minutes=5)
    assert entries(store) == [first]
    assert store.entry_listing(Selection(), limit=9).items[0].entry.copies[0].source == "kz-two"
    store.sync_sources(["kz-one", "kz-two"], now=NOW, official=["kz-two"])
    assert entries(store) == entries(store, sources=("kz-two",)) == [official]
    assert entries(store, sources=("kz-one",)) == []


def test_filters_of_entries(store: Store) -> None:
    old = keep(store, "a", text="An old treaty on rivers was signed.")
    publish(store, old)
    new = keep(store, "b", source="kz-two", language="ru", text="Новый договор о реках подписан.", minutes=60)
    publish(store, new, minutes=60)
    assert entries(store) == [new, old]
    assert entries(store, languages=("ru",)) == [new]
    assert entries(store, languages=("ru", "en")) == [new, old]
    assert entries(store, sources=("kz-one",)) == [old]
    assert entries(store, sources=()) == []
    assert entries(store, query="договор OR treaty") == [new, old]
    assert entries(store, query="rivers") == [old]
    assert entries(store, since=at(1)) == entries(store, since=at(60)) == [new]
    assert entries(store, until=at(60)) == [old]
    assert entries(store, watchlist="water") == []


def test_speakers_and_offices(store: Store) -> None:
    ids = []
    for number, statement in enumerate([said("Aman Testov", "president"), said("Aman Other", "minister")]):
        one = replace(article(f"p{number}"), statements=(statement,))
        store.keep(batch(one), now=at(number))
        ids.append(store.articles_at(one.url)[0])
        publish(store, ids[-1], minutes=number)
    assert entries(store, speaker="aman") == articles(store, speaker="AMAN") == ids[::-1]
    assert entries(store, speaker="testov") == [ids[0]]
    assert entries(store, office="minister", speaker="other") == [ids[1]]
    assert articles(store, office="minister", speaker="testov") == []
    assert articles(store, speaker="testov", query="minister") == [ids[0]]


def test_revisions_stand_beside_the_statement_unless_they_are_not_wanted(store: Store) -> None:
    one = keep(store, "a")
    publish(store, one)
    keep(store, "a", text="Quite another text about the ministers and what they did not say.", minutes=9)
    publish(store, one, kind="revision", revision=1, minutes=9)
    publish(store, one, kind="gone", revision=1, minutes=12)
    kinds = [item.entry.kind for item in store.entry_listing(Selection(), limit=9).items]
    assert kinds == ["gone", "revision", "statement"]
    revision = store.entry_listing(Selection(), limit=9).items[1].entry
    assert revision.before is not None and revision.before.text == text_of("a")
    assert entries(store, revisions=False) == [one]


def test_what_matches_no_more_and_what_nobody_follows_is_not_listed(store: Store) -> None:
    one, two = keep(store, "a"), keep(store, "b", minutes=1)
    for number in (one, two):
        publish(store, number)
    publish(store, two, watchlist="trial")
    store.publish("policy", Cursor(), matches=[(one, match(matched=False))], drafts=[])
    assert entries(store) == [two]
    store.keep_followers(["policy"])
    assert [m.watchlist for m in store.entry_listing(Selection(), limit=9).items[0].matches] == ["policy"]
    store.publish("trial", Cursor(), matches=[], drafts=[])
    assert len(store.entry_listing(Selection(), limit=9).items[0].matches) == 2


@pytest.mark.parametrize("kind", ["entries", "articles"])
def test_pages_follow_each_other_both_ways_while_new_ones_come(store: Store, kind: str) -> None:
    ask = store.entry_listing if kind == "entries" else store.article_listing
    ids = []
    for number in range(7):
        ids.append(keep(store, f"p{number}", minutes=number // 2))  # two at each moment
        publish(store, ids[-1], minutes=number // 2)
    first = ask(Selection(), limit=3)
    assert (shown(first), first.newer) == (ids[:3:-1], None)
    publish(store, keep(store, "p7", minutes=60), minutes=60)
    second = ask(Selection(), limit=3, before=first.older)
    third = ask(Selection(), limit=3, before=second.older)
    assert shown(second) + shown(third) == ids[3::-1]
    assert third.older is None
    assert shown(ask(Selection(), limit=3, after=second.newer)) == ids[:3:-1]
    back = ask(Selection(), limit=3, after=third.newer)
    assert shown(back) == shown(second)
    newest = ask(Selection(), limit=9, after=back.newer)
    assert (shown(newest), newest.newer) == ([8, *ids[:3:-1]], None)
    upward = ask(Selection(), limit=5, oldest_first=True)
    rest = ask(Selection(), limit=5, after=upward.newer, oldest_first=True)
    assert shown(upward) + shown(rest) == [*ids, 8]
    assert (upward.older, rest.newer) == (None, None)


def test_an_article_says_which_watchlists_it_matched_and_how_many_copies_there_are(store: Store) -> None:
    one = keep(store, "a", text=text_of("rivers"))
    keep(store, "b", source="kz-two", text=text_of("rivers"))
    publish(store, one)
    publish(store, one, watchlist="water", states=("TJ",))
    found = store.article_listing(Selection(query="minister"), limit=9)
    assert [(item.watchlists, item.copies) for item in found.items] == [((), 1), (("policy", "water"), 1)]
    assert (found.count, found.more) == (2, False)
    assert articles(store, watchlist="water") == articles(store, state="KZ") == [one]
    assert articles(store, watchlist="water", state="KZ") == []


def test_what_is_held_is_not_listed(store: Store) -> None:
    keep(store, "a", title="", held="no title")
    assert articles(store) == articles(store, query="minister") == []


@pytest.mark.parametrize("few", [0, 1, 3, 1000])
def test_common_and_rare_words_give_the_same_pages(
    store: Store, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(4)
    texts = {}
    for number in range(60):
        own = ["common", *chance.sample(["rare", "seldom", "often"], chance.randrange(4))]
        statement = said(chance.choice(["Aman", "Berik"]), "minister")
        one = replace(article(f"p{number}", text=f"{number} {' '.join(own)}"), statements=(statement,))
        store.keep(batch(one), now=at(chance.randrange(30)))
        texts[store.articles_at(one.url)[0]] = {*own, statement.speaker}
        publish(store, store.articles_at(one.url)[0], minutes=chance.randrange(30))
    monkeypatch.setattr(fulltext, "FEW", few)
    for words, speaker in (
        ("common", None),
        ("rare", None),
        ("common rare", "berik"),
        ("seldom often", "aman"),
    ):
        wanted = [*words.split(), *([speaker.title()] if speaker else [])]
        expected = {id_ for id_, has in texts.items() if set(wanted) <= has}
        for ask in (store.entry_listing, store.article_listing):
            found: list[int] = []
            listing = ask(Selection(query=words, speaker=speaker), limit=5)
            while True:
                found += shown(listing)
                places = [item.place.at for item in listing.items]
                assert places == sorted(places, reverse=True)
                if listing.older is None:
                    break
                listing = ask(Selection(query=words, speaker=speaker), limit=5, before=listing.older)
            assert sorted(found) == sorted(expected)


def table(path: Path) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute("SELECT * FROM listed ORDER BY watchlist, created, entry").fetchall()
    finally:
        connection.close()


def test_the_table_is_in_step_whatever_happened(store: Store, path: Path) -> None:
    chance, numbers = random.Random(7), count()
    ids: list[int] = []

    def add() -> None:
        number = next(numbers)
        topic = f"topic{number if chance.random() < 0.6 else chance.randrange(number + 1)}"
        source, minutes = f"kz-{chance.choice('abc')}", number
        ids.append(keep(store, f"p{number}", source=source, text=text_of(topic), minutes=minutes))

    def enter() -> None:
        watchlist = chance.choice(["policy", "water", "trial"])
        kind: EntryKind = chance.choice(["statement", "statement", "gone"])
        one = chance.choice(ids)
        states = tuple(chance.sample(["KZ", "TJ", "UZ"], chance.randrange(3)))
        publish(store, one, watchlist=watchlist, states=states, kind=kind, minutes=next(numbers))

    def doubt() -> None:
        store.publish(
            "water", Cursor(), matches=[(chance.choice(ids), match("water", matched=False))], drafts=[]
        )

    def rule() -> None:
        two = chance.sample(ids, 2)
        try:
            if chance.random() < 0.5:
                store.join_stories(two[0], two[1], now=NOW)
            else:
                store.split_story(two[:1], now=NOW)
        except StorageError:
            return

    def change() -> None:
        store.sync_sources(["kz-a", "kz-b", "kz-c"], now=NOW, official=[f"kz-{chance.choice('abc')}"])

    def remove() -> None:
        limits = KeepLimits(default=Limits(max_bytes=1), matched=True)
        if chance.random() < 0.2 and store.remove_expired(limits, now=at(10**6), limit=2):
            ids[:] = [one for one in ids if store.article(one) is not None]

    def follow() -> None:
        store.keep_followers(chance.sample(["policy", "water", "trial"], 2))

    for _ in range(8):
        add()
    for _ in range(150):
        chance.choice([add, add, enter, enter, enter, doubt, rule, change, remove, follow])()
        while len(ids) < 4:
            add()
    before = table(path)
    assert before
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("DELETE FROM listed")
        connection.execute("INSERT INTO unlisted SELECT id FROM stories")
    connection.close()
    store.release()
    assert table(path) == before


def places() -> Sequence[Place]:
    return [Place(at=NOW, id="12"), Place(at=NOW.replace(microsecond=7), id="urn:uuid:6ba7b810-9dad")]


@pytest.mark.parametrize("place", places())
def test_a_place_goes_through_an_address(place: Place) -> None:
    assert Place.from_token(place.token()) == place


@pytest.mark.parametrize(
    "token", ["", "x", "20260101T000000000000", "20269901T000000000000.1", "2026" * 40, "\x00"]
)
def test_no_token_is_guessed(token: str) -> None:
    with pytest.raises(ValueError, match=r"place|time data|unconverted|remain"):
        Place.from_token(token)


def test_an_entrys_place_tells_the_time_in_a_listing_of_articles(store: Store) -> None:
    keep(store, "a")
    keep(store, "b", minutes=9)
    listing = store.article_listing(Selection(), before=Place(at=at(5), id="urn:uuid:1"), limit=9)
    assert shown(listing) == [1]


def test_new_entries_are_counted_up_to_a_limit(store: Store) -> None:
    for number in range(4):
        publish(store, keep(store, f"p{number}", minutes=number), minutes=number)
    place = store.entry_listing(Selection(), limit=9).items[-1].place
    assert store.newer_entries(Selection(), place, limit=9) == 3
    assert store.newer_entries(Selection(), place, limit=2) == 2
    assert store.newer_entries(Selection(query="topic OR minister"), place, limit=9) == 3
    assert store.newer_entries(Selection(state="TJ"), place, limit=9) == 0
