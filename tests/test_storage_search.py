import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fakes_storage import LATER, NOW, article, batch

from core.errors import StorageError
from storage.query import to_fts5
from storage.records.listing import Piece
from storage.records.selection import Selection
from storage.store import Store


def found(store: Store, query: str, **filters: Any) -> list[int]:
    asked = Selection(query=query, **filters)
    return [hit.stored.id for hit in store.article_listing(asked, limit=10).items]


def keep(store: Store, *texts: str) -> None:
    store.keep(batch(*(article(f"p{number}", text=text) for number, text in enumerate(texts))), now=NOW)


def test_words_phrases_prefixes_and_operators(store: Store) -> None:
    keep(store, "treaty on trade signed", "trade on treaty terms", "treaties and rivers", "rail and rivers")
    assert found(store, "treaty trade") == [2, 1]
    assert found(store, '"treaty on trade"') == [1]
    assert found(store, "«treaty on trade»") == [1]
    assert found(store, "treat*") == [3, 2, 1]
    assert found(store, "rivers OR signed") == [4, 3, 1]
    assert found(store, "rivers NOT rail") == [3]
    assert found(store, "rivers AND NOT rail") == [3]
    assert found(store, "(treaty OR rail) rivers") == [4]
    assert found(store, "or and not") == []


def test_characters_that_mean_something_to_sqlite_are_only_characters(store: Store) -> None:
    keep(store, "the C5+1 meeting in the cities", "title: nothing", "a - b")
    assert found(store, "C5+1 — meeting") == [1]
    assert found(store, "title:nothing") == [2]
    assert found(store, "NEAR(a b)") == []
    assert found(store, "^a {b} -c") == []


def test_cyrillic_and_apostrophes(store: Store) -> None:
    keep(store, "Қазақстан Республикасының Сыртқы істер министрі", "Oʻzbekiston va Qirgʻiziston", "й не и")
    assert found(store, "ҚАЗАҚСТАН") == [1]
    assert found(store, "казакстан") == []
    for spelling in ("O'zbekiston", "o‘zbekiston", "Oʻzbekiston", "Oʼzbek*"):
        assert found(store, spelling) == [2]
    assert found(store, "й") == [3]


def test_the_newest_come_first_with_a_snippet(store: Store) -> None:
    keep(store, "old treaty", "new treaty")
    hits = store.article_listing(Selection(query="treaty"), limit=1).items
    assert [(hit.stored.id, hit.snippet) for hit in hits] == [
        (2, (Piece(text="new ", hit=False), Piece(text="treaty", hit=True)))
    ]


def test_filters(store: Store) -> None:
    store.keep(batch(article("a"), article("b", language="ru")), now=NOW)
    store.keep(batch(article("c", source="kz-two", published=NOW - timedelta(days=3))), now=LATER)
    assert found(store, "minister") == [3, 2, 1]
    assert found(store, "minister", since=LATER) == [3]
    assert found(store, "minister", languages=("ru",)) == [2]
    assert found(store, "minister", sources=("kz-two",)) == [3]


def test_the_index_follows_revisions_and_hides_what_is_held(store: Store, path: Path) -> None:
    keep(store, "before the treaty")
    store.keep(batch(article("p0", text="after the accord")), now=LATER)
    store.keep(batch(article("h", title="", text="held accord", held="no title")), now=LATER)
    assert found(store, "treaty") == []
    assert found(store, "accord") == [1]
    connection = sqlite3.connect(path)
    connection.execute("INSERT INTO search(search, rank) VALUES ('integrity-check', 1)")
    connection.close()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "no word"),
        ("—", "no word"),
        ('"open', "never closed"),
        ('""', "no words between"),
        ("(a", "bracket is never closed"),
        ("a)", "bracket closes"),
        ("()", "bracket closes"),
        ("a AND", "nothing follows AND"),
        ("OR a", "both sides"),
        ("NOT a", "both sides"),
        ("a OR AND b", "both sides"),
    ],
)
def test_a_query_that_cannot_be_understood_says_why_and_how(store: Store, query: str, said: str) -> None:
    with pytest.raises(StorageError, match=said) as caught:
        store.article_listing(Selection(query=query), limit=10)
    assert "Write words" in str(caught.value)


@pytest.mark.parametrize(
    "query",
    ["a*b", 'a"b"c', '"a b"*', "a**", "a) OR (b", "NOT", "*", "a\x00b", "((a))", "a (b) c", "a\ud800"],
)
def test_sqlite_never_sees_a_fault(store: Store, query: str) -> None:
    try:
        to_fts5(query)
    except StorageError:
        return
    store.article_listing(Selection(query=query), limit=1)
