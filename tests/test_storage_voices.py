"""Who speaks is kept as decided, and its sums stay in step whatever happens to articles and statements."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fakes_storage import LATER, NOW, article, batch, text_of

from core.article import Article
from core.errors import StorageError
from core.match import Match
from core.statement import Statement, StatementKind
from storage.records.publication import Cursor, EntryDraft
from storage.records.voices import Heard, VoiceAsk, VoiceOrder, Who
from storage.store import Store

LEADER = Who(key="KZ/Aman Testov", kind="person", name="Aman Testov", office="president", country="KZ")
WORDS = "They will meet"
EVER = NOW - timedelta(days=3650)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "policywire.db") as opened:
        yield opened


def said(one: Article, *speakers: str | None, language: str = "en") -> Article:
    at = one.text.index(WORDS)
    return replace(
        one,
        statements=tuple(
            Statement(
                speaker=speaker,
                office=None,
                words=WORDS,
                verb="said",
                rule="verb name",
                kind=StatementKind.DIRECT,
                language=language,
                confidence=0.9,
                start=at,
                end=at + len(WORDS),
            )
            for speaker in speakers
        ),
    )


def hear(store: Store, *, who: Who | None = None, about: tuple[str, ...] = ()) -> None:
    waiting = store.unheard(limit=100)
    store.hear(
        [
            Heard(
                statement=one.statement,
                who=who
                or Who(
                    key=one.speaker or "?", kind="unknown", name=one.speaker or "?", office=None, country=None
                ),
                about=about,
            )
            for one in waiting
        ]
    )


def sums(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """All tables of sums, and what counting anew would give."""
    with store._reading() as db:
        return {
            table: [tuple(row) for row in db.execute(query)]
            for table, query in (
                ("days", "SELECT voice, day, language, statements FROM voice_days"),
                ("names", "SELECT voice, name, statements FROM voice_names"),
                ("mentions", "SELECT voice, about, statements FROM voice_mentions"),
                ("talk", "SELECT country, about, statements FROM talk_days"),
                ("talk by month", "SELECT country, about, statements FROM talk_months"),
                ("voices", "SELECT key, statements FROM voices"),
                ("unheard", "SELECT * FROM unheard"),
            )
        }


def test_what_waits_is_heard_once(store: Store) -> None:
    store.keep(batch(said(article("a"), "Testov", "Aman Testov")), now=NOW)
    assert [(one.speaker, one.words) for one in store.unheard(limit=9)] == [
        ("Aman Testov", WORDS),
        ("Testov", WORDS),
    ]
    hear(store, who=LEADER, about=("UZ", "SCO"))
    assert store.unheard(limit=9) == []
    [voice] = store.voices(VoiceAsk(), limit=9)
    assert (voice.key, voice.statements, voice.spellings) == (LEADER.key, 2, ("Testov",))
    assert store.talk(since=EVER) == store.talk(since=NOW) == [("KZ", "SCO", 2), ("KZ", "UZ", 2)]
    assert store.talk(since=NOW + timedelta(days=1)) == []
    counts = store.voice_counts(voice.id, since=EVER)
    assert counts.about == (("SCO", 2), ("UZ", 2))
    assert counts.languages == (("en", 2),)


def test_another_registry_hears_all_again(store: Store) -> None:
    store.keep(batch(said(article("a"), "Testov")), now=NOW)
    assert store.hear_anew("one")
    hear(store, about=("UZ",))
    assert not store.hear_anew("one")
    assert store.unheard(limit=9) == []
    assert store.hear_anew("two")
    hear(store, who=LEADER)
    assert [voice.key for voice in store.voices(VoiceAsk(), limit=9)] == [LEADER.key]
    assert sums(store)["mentions"] == []
    assert store.talk(since=EVER) == []


def test_a_revised_text_and_a_removed_article_take_their_sums_along(store: Store) -> None:
    store.keep(batch(said(article("a"), "Testov"), said(article("b", text=text_of("c")), "Probova")), now=NOW)
    hear(store, about=("UZ",))
    text = text_of("b") + "\n\nA treaty was signed at the end, and many more words were spoken there."
    store.keep(batch(said(article("a", text=text), "Other")), now=LATER)
    hear(store, about=("KG",))
    assert [key for key, _ in sums(store)["voices"]] == ["Probova", "Other"]
    from storage.removal import remove_article

    with store._writing() as db:
        for number in (1, 2):
            remove_article(db, number, now=LATER)
    assert all(rows == [] for rows in sums(store).values())


def test_held_articles_are_not_heard_until_they_are_whole(store: Store) -> None:
    held = replace(said(article("a"), "Testov"), held="no title")
    store.keep(batch(held), now=NOW)
    assert [one.speaker for one in store.unheard(limit=9)] == [None]
    store.hear([Heard(statement=one.statement, who=None) for one in store.unheard(limit=9)])
    assert store.voices(VoiceAsk(), limit=9) == []
    with store._writing() as db:
        db.execute("UPDATE articles SET held = NULL")
    assert [one.speaker for one in store.unheard(limit=9)] == ["Testov"]


def test_speakers_are_asked_for_by_what_is_known_of_them(store: Store) -> None:
    store.keep(batch(said(article("a"), "Aman Testov", "Dana Probova")), now=NOW)
    hear(store)
    store.keep(batch(said(article("b", text=text_of("c")), "Aman Testov", language="ru")), now=LATER)
    hear(store, who=LEADER, about=("UZ",))

    def keys(order: VoiceOrder = "newest", **ask: Any) -> list[str]:
        found = store.voices(VoiceAsk(**ask), order=order, limit=9)
        return [one.key for one in found]

    assert keys()[0] == LEADER.key
    assert keys(country="KZ") == keys(office="PRESID") == keys(languages=("ru",)) == [LEADER.key]
    assert keys(about="UZ") == keys(about="UZ", order="most") == [LEADER.key]
    assert sorted(keys(name="testov")) == ["Aman Testov", LEADER.key]
    assert keys(country="XX") == keys(languages=("xx",), order="most") == []
    assert sorted(keys(since=EVER, order="most")) == sorted(keys())
    assert keys("key") == sorted(keys()) == keys("key", since=EVER)
    assert keys("key", behind=keys("key")[0]) == keys("key", behind="D", since=EVER) == keys("key")[1:]
    assert keys(offices=True) == []
    with pytest.raises(StorageError):
        keys(name="!!!")
    voice = store.voice("aman  TESTOV")
    assert voice is not None
    assert store.voice('" OR 1=1 --') is None
    [(number, hit)] = store.voice_statements(voice.id, VoiceAsk(), limit=5)
    assert hit.statement.words == WORDS
    assert store.voice_statements(voice.id, VoiceAsk(), before=number, limit=5) == []


def test_offices_are_those_of_the_registry_and_those_that_articles_word(store: Store) -> None:
    store.keep(batch(said(article("a"), "one", "two", "three", "four")), now=NOW)
    kinds = {"KZ/president": "office", "^spokesman": "unknown", "KZ/Aman Testov": "person", "aman": "unknown"}
    for waiting, (key, kind) in zip(store.unheard(limit=9), kinds.items(), strict=True):
        who = Who(key=key, kind=kind, name=key, office=None, country=None)  # type: ignore[arg-type]  # one of three
        store.hear([Heard(statement=waiting.statement, who=who)])
    found = store.voices(VoiceAsk(offices=True), order="key", limit=9)
    assert [voice.key for voice in found] == ["KZ/president", "^spokesman"]


def test_most_in_a_time_is_exact_although_totals_differ(store: Store) -> None:
    store.keep(batch(said(article("a"), *["Old"] * 5, *["New"] * 2)), now=NOW)
    hear(store)
    later = said(article("b", text=text_of("c")), "Old", *["New"] * 3)
    store.keep(batch(later), now=NOW + timedelta(days=9))
    hear(store)
    found = store.voices(VoiceAsk(since=NOW + timedelta(days=1)), order="most", limit=1)
    assert [(one.key, one.statements) for one in found] == [("New", 3)]


def test_entries_are_counted_by_day_state_source_and_language(store: Store) -> None:
    store.keep(batch(article("a"), article("b", text=text_of("c"))), now=NOW)
    both = Match(watchlist="w", matched=True, score=1, language="en", states=("KZ", "UZ"))
    none = replace(both, matched=False)
    drafts = [
        EntryDraft(
            id=f"e{number}",
            kind="statement",
            watchlist="w",
            story=number,
            article=number,
            revision=0,
            created=NOW,
        )
        for number in (1, 2)
    ]
    store.publish("w", Cursor(seq=2), matches=[(1, both), (2, both)], drafts=drafts)
    day = NOW.date().isoformat()
    assert store.entry_days("w", since=EVER) == {"": {day: 2}, "KZ": {day: 2}, "UZ": {day: 2}}
    store.publish("w", Cursor(seq=2), matches=[(1, replace(both, states=("KZ",))), (2, none)], drafts=drafts)
    assert store.entry_days("w", since=EVER) == {"": {day: 1}, "KZ": {day: 1}}
    [(source, *_)] = languages = store.entry_languages("w", since=EVER)
    assert (languages, store.entry_states("w", since=EVER)) == ([(source, "en", 1)], [("KZ", source, 1)])
    assert store.entry_languages("w", since=NOW) == languages
    assert store.entry_states("w", since=NOW) == store.entry_states("w", since=EVER)
    assert store.entry_languages("w", since=NOW + timedelta(days=1)) == []
    assert store.entry_days("other", since=EVER) == {}
