"""Every way in which a listing is walked gives what a plain scan gives: items, order, snippets, pages."""

import random
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from fakes_storage import NOW, article, batch, match, said

from storage import fulltext, walk
from storage.desk import TOKENS, needed
from storage.records.listing import ListedArticle, ListedEntry, Listing
from storage.records.publication import Cursor, EntryDraft
from storage.records.selection import Selection
from storage.store import Store

NUMBER = 240
T = TypeVar("T", ListedArticle, ListedEntry)
WORDS = (
    "treaty",
    "treaties",
    "Treatment",
    "the",
    "then",
    "вода",
    "ВОДЫ",
    "водой",
    "қала",
    "oʻzbek",
    "O'zbekiston",
)
# What makes each way be taken, and SQL that tells that it was.
_REST = {"_BY_INDEX": 12, "_LONGEST_STEP": 0, "_TELLING": 1}
WAYS: Mapping[str, tuple[dict[str, int], str]] = {
    "few": ({}, "json_each"),
    "walked": ({"FEW": 3, "_SAMPLE": 0}, "json_group_array(rowid) FROM search"),
    "each asked": ({"FEW": 3, "_SAMPLE": 0, "_SPREAD": 0}, "json_group_array(rowid) FROM search"),
    "at the desk": ({"FEW": 3, "_FREQUENT": 1}, "FROM desk"),
    "from the desk on": ({"FEW": 3, "_FREQUENT": 1, "_DESK": 40}, "FROM desk"),
    "by SQLite": ({"FEW": 3, "_SAMPLE": 0, **_REST}, "IN (SELECT rowid FROM search"),
    "side by side": ({"FEW": 20, "_SAMPLE": 0, **_REST}, "INTERSECT"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """What a plain scan reads."""

    id: int
    at: int
    words: frozenset[str]
    language: str
    source: str
    speaker: str
    watchlists: frozenset[str]
    states: frozenset[str]


def tokens(text: str) -> frozenset[str]:
    """Return the words as the index takes them."""
    return frozenset(re.sub(r"[ʻ']", " ", text).lower().split())


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, list[Kept]]]:
    """A store in which some words, languages, watchlists and states are frequent, some rare."""
    chance, kept = random.Random(5), list[Kept]()
    with Store.open(tmp_path_factory.mktemp("walk") / "policywire.db") as store:
        for number in range(1, NUMBER + 1):
            words = [word for word in WORDS if chance.random() < chance.choice((0.02, 0.5))]
            speaker = chance.choice(["Aman Testov", "Berik", "Amanda"])
            one = replace(
                article(
                    f"p{number}",
                    source=chance.choice(["kz-one", "kz-one", "kz-two", "kz-three"]),
                    language="ky" if number in (7, 201) else chance.choice(["en", "ru"]),
                    title=f"Number {number}",
                    text=f"n{number} {' '.join(words)}",
                    held="no title" if number % 40 == 0 else None,
                ),
                statements=(said(speaker),),
            )
            minutes = chance.randrange(100)
            store.keep(batch(one), now=NOW + timedelta(minutes=minutes))
            watchlists = {name for name, share in (("much", 0.6), ("some", 0.04)) if chance.random() < share}
            states = tuple(state for state, share in (("KZ", 0.5), ("TM", 0.05)) if chance.random() < share)
            if one.held:
                continue
            publish(store, number, watchlists, states, minutes)
            kept.append(
                Kept(
                    id=number,
                    at=minutes,
                    words=tokens(f"{one.title} {one.text}"),
                    language=one.language,
                    source=one.source,
                    speaker=speaker,
                    watchlists=frozenset(watchlists),
                    states=frozenset(states if watchlists else ()),
                )
            )
        yield store, sorted(kept, key=lambda one: (one.at, one.id), reverse=True)


def publish(store: Store, number: int, watchlists: set[str], states: tuple[str, ...], minutes: int) -> None:
    stored = store.article(number)
    assert stored is not None
    for watchlist in sorted(watchlists):
        draft = EntryDraft(
            id=f"{watchlist}:{number:03}",
            kind="statement",
            watchlist=watchlist,
            story=stored.story,
            article=number,
            revision=0,
            created=NOW + timedelta(minutes=minutes),
        )
        store.publish(
            watchlist, Cursor(), matches=[(number, match(watchlist, states=states))], drafts=[draft]
        )


def has(*wanted: str) -> Callable[[Kept], bool]:
    return lambda one: set(wanted) <= one.words


def begins(prefix: str) -> Callable[[Kept], bool]:
    return lambda one: any(word.startswith(prefix) for word in one.words)


QUERIES: Mapping[str | None, Callable[[Kept], bool]] = {
    None: lambda one: True,
    "treaty": has("treaty"),
    "THE вода": has("the", "вода"),
    "қала OR treatment": lambda one: bool({"қала", "treatment"} & one.words),
    "n201": has("n201"),
    "never": lambda one: False,
    "treat*": begins("treat"),
    "Вод*": begins("вод"),
    "oʼzb*": lambda one: "o" in one.words and begins("zb")(one),
    "t*": begins("t"),
    "t* вод*": lambda one: begins("t")(one) and begins("вод")(one),
    "(never* OR the*) treaty": lambda one: begins("the")(one) and "treaty" in one.words,
    "the* NOT then": lambda one: begins("the")(one) and "then" not in one.words,
    "never*": lambda one: False,
}
FILTERS: tuple[tuple[dict[str, object], Callable[[Kept], bool]], ...] = (
    ({}, lambda one: True),
    ({"languages": ("ru",)}, lambda one: one.language == "ru"),
    ({"languages": ("ky",)}, lambda one: one.language == "ky"),
    ({"languages": ("ky", "en")}, lambda one: one.language in ("ky", "en")),
    ({"sources": ("kz-two",)}, lambda one: one.source == "kz-two"),
    ({"watchlist": "much"}, lambda one: "much" in one.watchlists),
    ({"watchlist": "some"}, lambda one: "some" in one.watchlists),
    ({"watchlist": "some", "state": "KZ"}, lambda one: "some" in one.watchlists and "KZ" in one.states),
    ({"state": "TM", "languages": ("en",)}, lambda one: "TM" in one.states and one.language == "en"),
    ({"speaker": "aman"}, lambda one: one.speaker.startswith("Aman")),
    (
        {"speaker": "testov", "languages": ("en",)},
        lambda one: "Testov" in one.speaker and one.language == "en",
    ),
    ({"since": NOW + timedelta(minutes=80)}, lambda one: one.at >= 80),
)


def paged(ask: Callable[..., Listing[T]], selection: Selection, limit: int) -> list[T]:
    """Return all items of a listing, page by page, and see that the way back gives the same."""
    listing = ask(selection, limit=limit)
    pages = [listing.items]
    while listing.older is not None:
        before, listing = listing, ask(selection, limit=limit, before=listing.older)
        assert ask(selection, limit=limit, after=listing.newer).items == before.items
        pages.append(listing.items)
    return [item for page in pages for item in page]


def selections(kept: list[Kept]) -> Iterator[tuple[Selection, list[int]]]:
    """Yield what may be asked, and the articles that a plain scan finds."""
    for query, says in QUERIES.items():
        for asked, holds in FILTERS:
            selection = Selection(query=query, **asked)  # type: ignore[arg-type]  # fields vary
            yield selection, [one.id for one in kept if says(one) and holds(one)]


@pytest.fixture(scope="module")
def plain(filled: tuple[Store, list[Kept]]) -> dict[Selection, tuple[object, ...]]:
    """First pages as they come where all that a word finds is taken and sorted."""
    store, kept = filled
    return {selection: store.article_listing(selection, limit=9).items for selection, _ in selections(kept)}


@pytest.mark.parametrize("way", WAYS)
def test_each_way_gives_what_a_scan_gives(
    filled: tuple[Store, list[Kept]],
    plain: dict[Selection, tuple[object, ...]],
    way: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store, kept = filled
    for name, value in WAYS[way][0].items():
        monkeypatch.setattr(fulltext if hasattr(fulltext, name) else walk, name, value)
    asked: list[str] = []
    store._db.conn.set_trace_callback(asked.append)
    for selection, expected in selections(kept):
        found = store.article_listing(selection, limit=9).items
        assert [item.stored.id for item in found] == expected[:9], selection
        assert found == plain[selection], selection
    store._db.conn.set_trace_callback(None)
    assert any(WAYS[way][1] in " ".join(sql.split()) for sql in asked)
    for query in ("treat*", "THE вода"):
        [expected] = [ids for selection, ids in selections(kept) if selection == Selection(query=query)]
        pages = paged(store.article_listing, Selection(query=query), 25)
        assert [item.stored.id for item in pages] == expected


@pytest.mark.parametrize("way", WAYS)
def test_entries_are_walked_alike(
    filled: tuple[Store, list[Kept]], way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, kept = filled
    for name, value in WAYS[way][0].items():
        monkeypatch.setattr(fulltext if hasattr(fulltext, name) else walk, name, value)
    for query, says in list(QUERIES.items())[:9]:
        for language in (None, "ru"):
            selection = Selection(query=query, languages=None if language is None else (language,))
            found = paged(store.entry_listing, selection, 25)
            expected = [
                one.id for one in kept if says(one) and one.watchlists and language in (None, one.language)
            ]
            assert sorted(item.entry.stored.id for item in found) == sorted(expected), selection


@pytest.mark.parametrize(
    ("query", "exact"), [("t*", True), ("treatm*", False), ("n20*", True), ("never*", True)]
)
def test_a_frequent_prefix_is_counted_only_as_far_as_is_known(
    filled: tuple[Store, list[Kept]], query: str, exact: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, kept = filled
    number = sum(begins(query[:-1])(one) for one in kept)
    assert store.article_listing(Selection(query=query), limit=3).count == number
    monkeypatch.setattr(fulltext, "FEW", number - 1 if number else 0)
    monkeypatch.setattr("storage.listing.FEW", 10**6)
    found = store.article_listing(Selection(query=query), limit=3)
    assert (found.count, found.more) == ((1000, True) if number else (0, False))


def test_the_desk_takes_texts_for_words_as_the_archives_index_does(store_sql: str) -> None:
    assert f'tokenize="{TOKENS}"' in store_sql


def test_what_the_desk_passes_over_is_not_found_by_the_index() -> None:
    """Every letter of the plane that texts are written in, alone and with an accent within."""
    letters = [chr(code) for code in range(1, 0x10000) if not 0xD800 <= code < 0xE000]
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute(f'CREATE VIRTUAL TABLE t USING fts5(x, tokenize="{TOKENS}")')
        texts = [*(f"{letter}z" for letter in letters), *(f"{letter}\u0301z" for letter in letters)]
        db.executemany("INSERT INTO t(rowid, x) VALUES (?, ?)", enumerate(texts))
        for letter in letters:
            expression = f'"{letter}z"*'
            must = needed(expression)
            if must is not None:
                rows = db.execute("SELECT x FROM t WHERE t MATCH ?", [expression]).fetchall()
                assert rows and all(must.search(text) for (text,) in rows), expression
    assert needed('"a b"*') is needed('"a"* AND "b"') is needed('"a"') is needed('"o\'z"*') is None


@pytest.fixture
def store_sql(tmp_path: Path) -> str:
    with Store.open(tmp_path / "policywire.db") as store, store._reading() as db:
        return str(db.execute("SELECT sql FROM sqlite_master WHERE name = 'search'").fetchone()[0])
