"""Titles that carry their state: one term with the name of whoever held the office on that day."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from fakes_matching import load, one

from core.match import Match
from publisher.matching import Document, Matcher, forms

TERMS = """
titles:
  - office: foreign minister
    terms:
      en:
        - "{adjective} foreign minister"
        - "foreign minister of {state}"
        - {term: "{adjective} FM", exact: false}
      ru: ["глава МИД {state}", "министр иностранных дел {state}"]
      kk: [{term: "{genitive} {former}Сыртқы істер министрі", class: possessed}]
former: {en: [former, ex-], ru: [бывший, экс-], kk: [бұрынғы]}
lists:
  kz-people:
    country: KZ
    state:
      en: {state: [Kazakhstan], adjective: [Kazakh]}
      ru: {state: [Казахстана, РК]}
      kk: {genitive: [Қазақстанның]}
    people:
      - name: Old Oldov
        office: foreign minister
        since: 2019
        until: 2023
        terms: {en: [Oldov], ru: [Олдов]}
      - {name: New Newov, office: foreign minister, since: 2024, terms: {en: [Newov], ru: [Ньюов]}}
  leaders: {terms: {en: [Macron], ru: [Макрон], kk: [Макрон]}}
"""
RULES = """
name: T
states: {KZ: Kazakhstan}
rules: [{name: r, all: [kz-people, leaders], in_office: true, weight: 0.8}]
"""


@pytest.fixture(scope="module")
def matcher(tmp_path_factory: pytest.TempPathFactory) -> Matcher:
    return Matcher([one(tmp_path_factory.mktemp("config"), RULES, TERMS)])


def judge(matcher: Matcher, title: str, language: str, day: str | None) -> Match:
    published = datetime.fromisoformat(day).replace(tzinfo=UTC) if day else None
    (match,) = matcher.match(Document(title=title, text="", language=language, published=published))
    return match


@pytest.mark.parametrize(
    ("title", "language"),
    [
        ("Foreign minister of Kazakhstan meets Macron", "en"),
        ("The Kazakh foreign minister's call to Macron", "en"),
        ("Macron receives Kazakh FM", "en"),
        ("Newov meets Macron", "en"),
        ("Макрон встретился с главой МИД Казахстана", "ru"),
        ("Макрон принял министра иностранных дел РК", "ru"),
        ("Ньюов и Макрон", "ru"),
        ("Макрон Қазақстанның Сыртқы істер министріне жазды", "kk"),
    ],
)
def test_title_and_name_are_one_term(matcher: Matcher, title: str, language: str) -> None:
    match = judge(matcher, title, language, "2025-03-01")
    assert match.matched, match.why
    assert match.evidence[0].term == "New Newov"
    assert match.evidence[0].form in title
    assert "Kazakhstan's foreign minister (" in match.why


def test_a_title_means_whoever_held_the_office_on_that_day(matcher: Matcher) -> None:
    title = "Kazakh foreign minister meets Macron"
    terms = {
        day: judge(matcher, title, "en", day).evidence[0].term
        for day in ("2020-01-01", "2025-01-01", "1999-01-01", None)
    }
    assert terms == {
        "2020-01-01": "Old Oldov",
        "2025-01-01": "New Newov",
        "1999-01-01": "Kazakh foreign minister",
        None: "New Newov",
    }


@pytest.mark.parametrize(
    ("title", "language"),
    [
        ("Former foreign minister of Kazakhstan meets Macron", "en"),
        ("Ex-foreign minister of Kazakhstan meets Macron", "en"),
        ("Oldov meets Macron", "en"),
        ("Макрон встретился с бывшим главой МИД Казахстана", "ru"),
        ("Макрон встретился с экс-главой МИД Казахстана", "ru"),
        ("Макрон Қазақстанның бұрынғы Сыртқы істер министріне жазды", "kk"),
    ],
)
def test_a_former_holder_is_no_office_holder(matcher: Matcher, title: str, language: str) -> None:
    assert not judge(matcher, title, language, "2025-03-01").matched


def test_a_former_holder_still_counts_where_the_rule_does_not_ask_for_the_office(tmp_path: Path) -> None:
    matcher = Matcher([one(tmp_path, RULES.replace("in_office: true, ", ""), TERMS)])
    match = judge(matcher, "Former foreign minister of Kazakhstan meets Macron", "en", "2025-03-01")
    assert "Kazakhstan's former foreign minister" in match.why


def test_the_forms_of_a_title_are_printed_with_their_rules(tmp_path: Path) -> None:
    rows = forms(one(tmp_path, RULES, TERMS), "глава МИД Казахстана")
    assert ("главой МИД Казахстана", "instrumental") in {(row.form, row.rule) for row in rows}


def test_a_title_that_asks_for_a_name_that_is_not_there_is_a_fault_with_its_line(tmp_path: Path) -> None:
    _, problems = load(tmp_path, RULES, TERMS.replace("{genitive: [Қазақстанның]}", "{state: [Қазақстан]}"))
    assert [problem.line for problem in problems] == [TERMS[: TERMS.index("    state:")].count("\n") + 1]
    assert "asks for 'genitive'" in problems[0].message
