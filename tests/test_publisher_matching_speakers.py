"""What the registry of offices adds to a statement: nothing, unless days and sources leave no doubt."""

from datetime import date
from pathlib import Path

import pytest
from fakes_matching import one

from core.statement import Statement, StatementKind
from publisher.matching import Holder, Offices

TERMS = """
titles:
  - office: foreign minister
    terms:
      en: ["{adjective} foreign minister", "foreign minister of {state}", "{state}'s foreign minister"]
      ru: ["министр иностранных дел {state}"]
former: {en: [former], ru: [бывший]}
lists:
  kz-people:
    country: KZ
    state:
      en: {state: [Kazakhstan], adjective: [Kazakh]}
      ru: {state: [Казахстана]}
    people:
      - name: Aman Oldov
        office: foreign minister
        since: 2015
        until: 2019-03
        source: a page
        earlier: [{office: envoy, since: 2010, until: 2014, source: a page}]
        terms: {en: [Aman Oldov, Oldov], ru: [Аман Олдов]}
      - name: Daniyar Newov
        office: foreign minister
        since: 2019-03
        until: 2022
        source: a page
        terms: {en: [Newov]}
      - name: Erlan Guessov
        office: foreign minister
        since: 2023
        unsure: true
        terms: {en: [Erlan Guessov]}
      - {name: Two Namesakes, office: envoy, since: 2010, source: a page, terms: {en: [Two Namesakes]}}
  uz-people:
    country: UZ
    people:
      - {name: Two Namesakes, office: judge, since: 2010, source: a page, terms: {en: [Two Namesakes]}}
"""
RULES = "name: T\nrules: [{name: r, all: [kz-people, uz-people], weight: 0.8}]\n"
OLD = Holder(name="Aman Oldov", office="foreign minister", country="KZ")
NEW = Holder(name="Daniyar Newov", office="foreign minister", country="KZ")


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Offices:
    return Offices(one(tmp_path_factory.mktemp("config"), RULES, TERMS).lists.values())


def said(*, speaker: str | None = None, office: str | None = None, language: str = "en") -> Statement:
    return Statement(
        speaker=speaker,
        office=office,
        words="We agree",
        verb="said",
        rule="office",
        kind=StatementKind.DIRECT,
        language=language,
        confidence=0,
        start=0,
        end=8,
    )


@pytest.mark.parametrize(
    ("office", "language", "day", "expected"),
    [
        ("Kazakh Foreign Minister", "en", "2017-05-01", OLD),
        ("foreign minister of Kazakhstan", "en", "2017-05-01", OLD),
        ("Kazakhstan’s foreign minister", "en", "2020-05-01", NEW),
        ("министр иностранных дел Казахстана", "ru", "2020-05-01", NEW),
        # In the month of the change either may have spoken, in the first year it may have been somebody else.
        ("Kazakh foreign minister", "en", "2019-03-10", None),
        ("Kazakh foreign minister", "en", "2015-06-01", None),
        # From memory only; nobody known; not that office; no longer in it.
        ("Kazakh foreign minister", "en", "2024-05-01", None),
        ("Kazakh foreign minister", "en", "2001-05-01", None),
        ("deputy foreign minister of Kazakhstan", "en", "2017-05-01", None),
        ("spokesman of the Kazakh foreign minister", "en", "2017-05-01", None),
        ("former Kazakh foreign minister", "en", "2017-05-01", None),
        ("foreign minister", "en", "2017-05-01", None),
    ],
)
def test_the_holder_of_an_office(
    offices: Offices, office: str, language: str, day: str, expected: Holder | None
) -> None:
    assert offices.holder(said(office=office, language=language), date.fromisoformat(day)) == expected


@pytest.mark.parametrize(
    ("speaker", "language", "day", "office"),
    [
        ("Aman Oldov", "en", "2017-05-01", "foreign minister"),
        ("Аман Олдов", "ru", "2017-05-01", "foreign minister"),
        ("Aman Oldov", "en", "2012-05-01", "envoy"),
        ("Aman Oldov", "en", "2024-05-01", None),
        ("Oldov", "en", "2017-05-01", None),
        ("Aman Oldov junior", "en", "2017-05-01", None),
        ("Erlan Guessov", "en", "2024-05-01", None),
        ("Two Namesakes", "en", "2017-05-01", None),
    ],
)
def test_the_office_of_a_speaker(
    offices: Offices, speaker: str, language: str, day: str, office: str | None
) -> None:
    holder = offices.holder(said(speaker=speaker, language=language), date.fromisoformat(day))
    assert (holder.office if holder is not None else None) == office


def test_nothing_is_added_without_a_day_or_to_what_the_article_says_itself(offices: Offices) -> None:
    assert offices.holder(said(office="Kazakh foreign minister"), None) is None
    day = date(2017, 5, 1)
    assert offices.holder(said(speaker="Aman Oldov", office="diplomat"), day) is None
    assert offices.holder(said(), day) is None


def test_lists_without_people_know_nobody() -> None:
    assert Offices([]).holder(said(office="Kazakh foreign minister"), date(2017, 5, 1)) is None


def test_lists_of_several_watchlists_count_once(tmp_path: Path) -> None:
    lists = one(tmp_path, RULES, TERMS).lists.values()
    assert Offices([*lists, *lists]).holder(said(speaker="Aman Oldov"), date(2017, 5, 1)) == OLD
