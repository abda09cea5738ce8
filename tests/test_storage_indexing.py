"""The indexes of words follow what is stored, in whatever order a transaction wrote, whoever wrote."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from fakes_storage import LATER, NOW, article, batch
from test_storage_statements import said

from storage.records.selection import Selection
from storage.store import Store

_COPY = """INSERT INTO articles (story, source, url, canonical_url, language, first_seen, read_by, fetched_at,
    exact_hash, folded_hash, words, authors, title, text)
    SELECT story, source, url, canonical_url || :end, language, first_seen, read_by, fetched_at,
    exact_hash, folded_hash, words, authors, title, :text FROM articles WHERE id = 1"""


def found(store: Store, query: str) -> list[int]:
    return [one.stored.id for one in store.article_listing(Selection(query=query), limit=10).items]


def assert_in_step(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        for index in ("search", "speakers"):
            db.execute(f"INSERT INTO {index}({index}, rank) VALUES ('integrity-check', 1)")
        for table in ("articles", "statements"):
            assert db.execute(f"SELECT id FROM unindexed_{table}").fetchall() == []


def test_a_text_that_is_replaced_in_the_batch_that_brought_it(store: Store, path: Path) -> None:
    first = said(article("a", text="a treaty was signed by all sides"), "treaty", "Aman Testov")
    second = said(article("a", text="an accord was signed by all sides"), "accord", "Dana Probova")
    store.keep(batch(first, article("b"), second), now=NOW)
    assert (found(store, "treaty"), found(store, "accord")) == ([], [1])
    assert store.statements(speaker="testov", limit=5) == []
    assert [hit.stored.id for hit in store.statements(speaker="probova", limit=5)] == [1]
    assert_in_step(path)
    store.keep(batch(first), now=LATER)
    assert (found(store, "treaty"), found(store, "accord")) == ([1], [])
    assert_in_step(path)


def test_what_another_program_wrote_is_indexed_with_the_next_batch(store: Store, path: Path) -> None:
    store.keep(batch(article("a")), now=NOW)
    with closing(sqlite3.connect(path)) as other, other:
        for text in ("a treaty", "a treaty that goes again", "a treaty to be altered"):
            other.execute(_COPY, {"end": text[-5:], "text": text})
        other.execute("DELETE FROM articles WHERE text LIKE '%goes again'")
        other.execute("UPDATE articles SET text = 'an accord' WHERE text LIKE '%altered'")
    store.keep(batch(replace(article("b"), title="Another treaty")), now=LATER)
    assert (sorted(found(store, "treaty")), found(store, "accord")) == ([2, 5], [4])
    assert_in_step(path)
