"""Statements are found by ids made of their article and words, whatever number their rows have."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from fakes_storage import LATER, NOW, article, batch, said, text_of

from core.article import Article
from core.ids import statement_id
from storage.store import Store

MEET, RAIL = "They will meet", "spoke about trade rivers"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "policywire.db") as opened:
        yield opened


def saying(of: Article, *words: str) -> Article:
    """Return the article with statements of these words; what stands there twice is said twice."""
    statements, met = [], 0
    for one in words:
        met = of.text.index(one, met)
        statements.append(replace(said("Aman Testov"), words=one, start=met, end=met + len(one)))
        met += 1
    return replace(of, statements=tuple(statements))


def id_of(of: Article, words: str, occurrence: int = 0) -> str:
    return statement_id(of.canonical_url, of.language, words, occurrence)


def found(store: Store, id_: str) -> str | None:
    """Return the words of the statement with an id."""
    one = store.statement(id_)
    return None if one is None else one.stored.article.statements[one.position].words


def test_a_statement_is_found_by_its_id_alone(store: Store) -> None:
    one = saying(article("a"), RAIL, MEET)
    store.keep(batch(one, saying(article("b"), MEET)), now=NOW)
    assert found(store, id_of(one, MEET)) == MEET
    assert found(store, id_of(one, RAIL)) == RAIL
    by_id = store.statement(id_of(article("b"), MEET))
    assert by_id is not None
    assert (by_id.stored.id, by_id.position) == (2, 0)
    for wrong in ("", "1", id_of(one, "other words"), id_of(one, MEET).upper(), id_of(one, MEET)[9:]):
        assert found(store, wrong) is None


def test_of_equal_words_each_is_found(store: Store) -> None:
    twice = article("a", text=f"{text_of('a')} {MEET} again, they say.")
    store.keep(batch(saying(twice, MEET, MEET)), now=NOW)
    places = [store.statement(id_of(twice, MEET, number)) for number in range(3)]
    assert [one and one.position for one in places] == [0, 1, None]


def test_the_id_stays_while_the_article_has_the_words(store: Store) -> None:
    one = saying(article("a"), RAIL, MEET)
    store.keep(batch(one), now=NOW)
    store.keep(batch(one), now=LATER)
    assert found(store, id_of(one, MEET)) == MEET
    longer = text_of("a") + "\n\nA treaty was signed at the end, and many more words were spoken there."
    revised = saying(article("a", text=longer), MEET, "A treaty was signed")
    assert store.keep(batch(revised), now=LATER + timedelta(hours=1)).revised == 1
    assert found(store, id_of(one, MEET)) == MEET
    # These are nobody's words now: the text has them, no reading says that somebody said them.
    assert found(store, id_of(one, RAIL)) is None


def test_an_article_whose_language_is_found_gives_its_statements_other_ids(store: Store) -> None:
    unknown = saying(article("a", language="und"), MEET)
    store.keep(batch(unknown), now=NOW)
    assert found(store, id_of(unknown, MEET)) == MEET
    known = saying(article("a", language="ky"), MEET)
    assert store.keep(batch(known), now=LATER).revised == 0
    assert found(store, id_of(known, MEET)) == MEET
    assert found(store, id_of(unknown, MEET)) is None


def test_another_database_gives_the_same_ids(store: Store, tmp_path: Path) -> None:
    one = saying(article("b"), MEET)
    store.keep(batch(saying(article("a"), MEET), one), now=NOW)
    with Store.open(tmp_path / "other.db") as other:
        other.keep(batch(saying(article("c"), MEET)), now=NOW)
        lines = list(store.export_lines())
        assert "uuid" not in lines[1]["statements"][0]
        other.import_lines(lines)
        assert found(other, id_of(one, MEET)) == MEET


def test_a_database_of_before_is_named_when_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    articles = [saying(article(f"p{number}"), MEET) for number in range(3)]
    with Store.open(path) as store:
        store.keep(batch(*articles), now=NOW)
    with sqlite3.connect(path) as db:
        db.execute("UPDATE statements SET uuid = NULL")
    with Store.open(path, read_only=True) as store:
        assert found(store, id_of(articles[0], MEET)) is None
    with Store.open(path) as store:
        assert [found(store, id_of(one, MEET)) for one in articles] == [MEET] * 3
