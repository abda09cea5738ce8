"""The statements that a feed's item shows."""

from dataclasses import replace

from fakes_publisher import SOURCES, STATES, make_article, make_entry

from core.statement import Statement, StatementKind
from publisher.feeds.item import MOST_STATEMENTS, make_item


def statement(words: str, **changes: object) -> Statement:
    one = Statement(
        speaker="Aman Testov",
        office="President of Kazakhstan",
        words=words,
        verb="said",
        rule="verb name",
        kind=StatementKind.DIRECT,
        language="en",
        confidence=0.9,
        start=0,
        end=len(words),
    )
    return replace(one, **changes)  # type: ignore[arg-type]  # any field of a made-up value


def body(*statements: Statement) -> str:
    entry = make_entry(replace(make_article(), statements=statements))
    return make_item(entry, sources=SOURCES, states=STATES, summary_words=40).body


def test_speaker_office_and_words() -> None:
    assert "Aman Testov, President of Kazakhstan: “We &lt;agree&gt;”" in body(statement("We <agree>,"))
    assert "Aman Testov: “We agree”" in body(statement("We agree", office=None))


def test_only_verbatim_words_of_somebody() -> None:
    shown = body(statement("nobody's", speaker=None), statement("reported", kind=StatementKind.INDIRECT))
    assert "nobody" not in shown
    assert "reported" not in shown


def test_a_few_at_most() -> None:
    shown = body(*(statement(f"Sentence {n}") for n in range(9)))
    assert shown.count("Aman Testov") == MOST_STATEMENTS
