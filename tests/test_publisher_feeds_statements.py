"""The statements that a feed's item shows."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fakes_matching import one
from fakes_publisher import STATES, make_article, make_entry, make_item

from core.article import Precision, Published
from core.statement import Statement, StatementKind
from publisher.feeds.lines import MOST_STATEMENTS
from publisher.matching import Offices


def statement(words: str, **changes: Any) -> Statement:
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
    return replace(one, **changes)


def body(*statements: Statement) -> str:
    entry = make_entry(replace(make_article(), statements=statements))
    return make_item(entry, summary_words=40).body


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


TERMS = """
titles: [{office: president, terms: {en: ["{adjective} president"]}}]
lists:
  kz-people:
    country: KZ
    state: {en: {adjective: [Kazakh]}}
    people:
      - {name: Aman Testov, office: president, since: 2019, source: a page, terms: {en: [Aman Testov]}}
"""


def test_what_the_registry_of_offices_adds_stands_in_brackets(tmp_path: Path) -> None:
    rules = "name: T\nrules: [{name: r, all: [kz-people], weight: 0.8}]\n"
    offices = Offices(one(tmp_path, rules, TERMS).lists.values())
    day = Published(at=datetime(2024, 5, 1, tzinfo=UTC), raw="1 May 2024", precision=Precision.DAY)

    def shown(published: Published | None, *statements: Statement) -> str:
        entry = make_entry(replace(make_article(), statements=statements, published=published))
        item = make_item(entry, summary_words=40, offices=offices)
        return item.body

    by_office = statement("We agree", speaker=None, office="Kazakh president")
    by_name = statement("We differ", office=None)
    both = shown(day, by_office, by_name, statement("whoever", speaker=None, office="the minister"))
    assert "Kazakh president [Aman Testov]: “We agree”" in both
    assert f"Aman Testov [{STATES.get('KZ', 'KZ')}’s president]: “We differ”" in both
    assert "whoever" not in both
    undated = shown(None, by_office, by_name)
    assert "Kazakh president" not in undated
    assert "Aman Testov: “We differ”" in undated
