"""Every way in which a listing is walked gives what a plain scan gives: items, order, snippets, pages."""

import random
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import pytest
from fakes_walk import FILTERS, QUERIES, Kept, asked_at_random, begins, fill, selections

from storage import beginnings, fulltext, walk
from storage.desk import TOKENS, needed
from storage.records.listing import ListedArticle, ListedEntry, Listing
from storage.records.selection import Selection
from storage.store import Store

T = TypeVar("T", ListedArticle, ListedEntry)
# What makes each way be taken, and SQL that tells that it was.
_REST = {"_BY_INDEX": 12, "_LONGEST_STEP": 0, "_TELLING": 1}
_UNSPELT = {"MOST": 0, "MOST_IN_PHRASES": 0}
WAYS: Mapping[str, tuple[dict[str, int], str]] = {
    "few": ({}, "json_each"),
    "walked": ({"FEW": 3}, "json_group_array(rowid) FROM search"),
    "each asked": ({"FEW": 3, "_SPREAD": 0}, "json_group_array(rowid) FROM search"),
    "all asked": ({"FEW": 3, "_SPREAD": 0, "_DESK": 0}, "json_group_array(rowid) FROM search"),
    "gathered": ({"FEW": 3, "_SAMPLE": 0, **_UNSPELT}, "FROM found LIMIT -1"),
    "at the desk": ({"FEW": 3, "_FREQUENT": 1, **_UNSPELT}, "json_group_array(rowid) FROM desk"),
    "from the desk on": (
        {"FEW": 3, "_FREQUENT": 1, "_DESK": 40, **_UNSPELT},
        "json_group_array(rowid) FROM desk",
    ),
    "by SQLite": ({"FEW": 3, **_REST}, "IN (SELECT rowid FROM search"),
    "side by side": ({"FEW": 20, **_REST}, "INTERSECT"),
}
MODULES = (fulltext, walk, beginnings)


def take(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let listings be walked that way."""
    for name, value in WAYS[way][0].items():
        [module] = [one for one in MODULES if hasattr(one, name)]
        monkeypatch.setattr(module, name, value)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, list[Kept]]]:
    """A store, and what a plain scan of it reads."""
    with Store.open(tmp_path_factory.mktemp("walk") / "policywire.db") as store:
        yield store, fill(store)


def paged(ask: Callable[..., Listing[T]], selection: Selection, limit: int) -> list[T]:
    """Return all items of a listing, page by page, and see that the way back gives the same."""
    listing = ask(selection, limit=limit)
    pages = [listing.items]
    while listing.older is not None:
        before, listing = listing, ask(selection, limit=limit, before=listing.older)
        assert ask(selection, limit=limit, after=listing.newer).items == before.items
        pages.append(listing.items)
    return [item for page in pages for item in page]


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
    take(way, monkeypatch)
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
def test_whatever_is_asked_is_what_a_scan_gives(
    filled: tuple[Store, list[Kept]], way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, kept = filled
    take(way, monkeypatch)
    chance = random.Random(way)
    for _ in range(60):
        query, says = asked_at_random(chance)
        (asked, holds), (more, also) = chance.sample(FILTERS, 2)
        if chance.random() < 0.5 or asked.keys() & more.keys():
            more, also = FILTERS[0]
        found = store.article_listing(Selection(query=query, **asked, **more), limit=9).items  # type: ignore[arg-type]  # fields vary
        expected = [one.id for one in kept if says(one) and holds(one) and also(one)]
        assert [item.stored.id for item in found] == expected[:9], (query, asked, more)


@pytest.mark.parametrize("way", WAYS)
def test_entries_are_walked_alike(
    filled: tuple[Store, list[Kept]], way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, kept = filled
    take(way, monkeypatch)
    for query, says in list(QUERIES.items())[:9]:
        for language in (None, "ru", "ky"):
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
    for most in (beginnings.MOST, 0):
        monkeypatch.setattr(beginnings, "MOST", most)
        found = store.article_listing(Selection(query=query), limit=3)
        assert (found.count, found.more) == ((1000, True) if number else (0, False))


def test_the_desk_takes_texts_for_words_as_the_archives_index_does(store_sql: str) -> None:
    assert f'tokenize="{TOKENS}"' in store_sql


def test_a_word_of_the_index_is_taken_for_itself() -> None:
    """Every letter of the plane that texts are written in, alone and with an accent within."""
    letters = [chr(code) for code in range(1, 0x10000) if not 0xD800 <= code < 0xE000]
    with closing(sqlite3.connect(":memory:")) as db:
        for table in ("t", "again"):
            db.execute(f'CREATE VIRTUAL TABLE {table} USING fts5(x, tokenize="{TOKENS}")')
            db.execute(f"CREATE VIRTUAL TABLE {table}_words USING fts5vocab({table}, row)")
        texts = [f"{letter} {letter}z a{letter}z {letter}\u0301z" for letter in letters]
        db.executemany("INSERT INTO t(x) VALUES (?)", ([text] for text in texts))
        words = [term for (term,) in db.execute("SELECT term FROM t_words")]
        db.executemany("INSERT INTO again(x) VALUES (?)", ([word] for word in words))
        assert db.execute("SELECT term, doc, cnt FROM again_words").fetchall() == [
            (one, 1, 1) for one in words
        ]


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
