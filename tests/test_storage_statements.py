"""Statements are kept with their article, replaced with its text, and found by speaker and office."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fakes_storage import LATER, NOW, article, batch, text_of

from core.article import Article
from core.errors import StorageError
from core.statement import Statement, StatementKind
from storage.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "policywire.db") as opened:
        yield opened


def said(one: Article, words: str, speaker: str | None, office: str | None = None) -> Article:
    start = one.text.index(words)
    statement = Statement(
        speaker=speaker,
        office=office,
        words=words,
        verb="said",
        rule="verb name",
        kind=StatementKind.DIRECT,
        language="en",
        confidence=0.9 if speaker else 0.0,
        start=start,
        end=start + len(words),
    )
    return replace(one, statements=(*one.statements, statement))


def test_statements_come_back_with_the_article(store: Store) -> None:
    one = said(said(article("a"), "trade rivers", "Aman Testov", "Minister"), "They will meet", None)
    store.keep(batch(one), now=NOW)
    stored = store.article(1)
    assert stored is not None
    assert stored.article.statements == one.statements
    assert store.changes_after(0, limit=1)[0].stored.article.statements == one.statements


def test_a_revised_text_brings_its_own(store: Store) -> None:
    store.keep(batch(said(article("a"), "trade rivers", "Aman Testov")), now=NOW)
    text = text_of("b") + "\n\nA treaty was signed at the end, and many more words were spoken there."
    revised = said(article("a", text=text), "treaty was signed", "Dana Probova")
    store.keep(batch(revised), now=LATER)
    stored = store.article(1)
    assert stored is not None
    assert stored.article.statements == revised.statements
    assert store.statements(speaker="testov", limit=5) == []


def test_search_by_speaker_and_office(store: Store) -> None:
    store.keep(
        batch(
            said(article("a"), "trade rivers", "Аман Тестов", "Министр"),
            said(article("b"), "the delegation", "Dana Probova", "Deputy Minister"),
        ),
        now=NOW,
    )
    assert [hit.statement.speaker for hit in store.statements(limit=5)] == ["Dana Probova", "Аман Тестов"]
    (hit,) = store.statements(speaker="ТЕСТОВ", limit=5)
    assert (hit.statement.words, hit.stored.article.url) == ("trade rivers", "https://kz-one.example/a")
    assert [one.statement.office for one in store.statements(office="minister", limit=5)] == [
        "Deputy Minister"
    ]
    assert store.statements(speaker="Probova", office="president", limit=5) == []
    assert len(store.statements(limit=1)) == 1


def test_the_words_of_names_and_their_beginnings(store: Store) -> None:
    store.keep(
        batch(said(article("a"), "trade rivers", "Gʻayrat Testov-Uly", "Tashqi ishlar vaziri")), now=NOW
    )
    for speaker in ("Testov", "testov g'ayrat", "G‘AYRAT", "uly", "Tes", "testov-uly"):
        assert len(store.statements(speaker=speaker, limit=5)) == 1, speaker
    for speaker in ("estov", "Testova", "Testov Bolat", "vaziri"):
        assert store.statements(speaker=speaker, limit=5) == [], speaker
    assert len(store.statements(office="ishlar vazir", limit=5)) == 1
    with pytest.raises(StorageError, match="no word"):
        store.statements(speaker=' — "', limit=5)


def test_filters_ask_the_article_and_the_language_of_the_words(store: Store) -> None:
    store.keep(batch(said(article("a"), "trade rivers", "Aman Testov")), now=NOW)
    foreign = said(article("b", source="kz-two"), "trade rivers", "Aman Testov")
    foreign = replace(foreign, statements=tuple(replace(one, language="ru") for one in foreign.statements))
    store.keep(batch(foreign), now=LATER)

    def found(**filters: Any) -> list[int]:
        hits = store.statements(speaker="Testov", limit=5, **filters)
        return [hit.stored.id for hit in hits]

    assert found() == [2, 1]
    assert found(since=LATER) == [2]
    assert found(source="kz-one") == [1]
    assert found(language="ru") == [2]
    assert found(query="minister") == [2, 1]
    assert found(query="nothing") == []


def test_statements_of_an_older_database_are_found(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    with Store.open(path) as older:
        older.keep(batch(said(article("a"), "trade rivers", "Aman Testov")), now=NOW)
    connection = sqlite3.connect(path, isolation_level=None)
    for name in ("statements_speakers_insert", "statements_speakers_delete"):
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute("DROP TABLE speakers")
    connection.execute("DELETE FROM _sqlite_migrations WHERE name = 'm008_speakers'")
    connection.close()
    with Store.open(path) as opened:
        assert len(opened.statements(speaker="Testov", limit=5)) == 1


def test_reading_the_same_text_again_fills_in_what_an_older_program_did_not_find(store: Store) -> None:
    store.keep(batch(article("a")), now=NOW)
    assert store.statements(limit=5) == []
    store.keep(batch(said(article("a"), "trade rivers", "Aman Testov")), now=LATER)
    assert len(store.statements(speaker="Aman Testov", limit=5)) == 1


def test_offsets_follow_characters_that_cannot_be_stored(store: Store) -> None:
    one = said(article("a", text="A\0 word. " + text_of("a")), "trade rivers", "Aman Testov")
    store.keep(batch(one), now=NOW)
    (hit,) = store.statements(limit=5)
    assert hit.statement.words == "trade rivers"


def test_either_of_two_names_is_asked_for_with_a_bar(store: Store) -> None:
    both = said(said(article("a"), "trade rivers", "Aman Testov"), "They will meet", "Аман Тестов")
    store.keep(batch(said(both, "delegation", "Dana Probova")), now=NOW)
    found = store.statements(speaker="Aman Testov | Тестов | !", limit=5)
    assert {hit.statement.speaker for hit in found} == {"Aman Testov", "Аман Тестов"}
    with pytest.raises(StorageError):
        store.statements(speaker=" | !", limit=5)
