"""The registry of offices: who holds what on a day, and what a check finds in it."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from fakes_matching import CONFIG, load, one

from core.match import Match
from publisher.matching import (
    UNSURE,
    Document,
    Matcher,
    OfficeFault,
    Voices,
    holders_on,
    holdings,
    load_term_files,
    office_faults,
)

HEAD = """
offices: [president, {name: deputy minister, many: true}]
own: {KZ: [kk]}
lists:
  kz-people:
    country: KZ
    people:
"""


def faults(folder: Path, *people: str) -> list[tuple[str, str]]:
    """Return the kinds and messages of what is found in a registry of these people."""
    return [(one.kind, one.message) for one in found(folder, *people)]


def found(folder: Path, *people: str) -> tuple[OfficeFault, ...]:
    (folder / "terms").mkdir()
    lines = "".join(f"      - {{{person}}}\n" for person in people)
    (folder / "terms" / "people.yml").write_text(HEAD + lines, encoding="utf-8")
    files, problems = load_term_files(folder)
    assert problems == []
    return office_faults(files)


def person(name: str, days: str, *, office: str = "president", more: str = "source: a page") -> str:
    parts = (f"name: {name}", f"office: {office}", days, more, "terms: {en: [Testov], kk: [Тестов]}")
    return ", ".join(part for part in parts if part)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("since: 2010, until: 2015-03", "since: 2015-04"),
        ("since: 2010, until: 2015", "since: 2015"),
        ("since: 2010, until: 2015-03-10", "since: 2015-03-10"),
        ("since: 2010, until: 2015-03-10", "since: 2015-05-08"),
        ("until: 2015", "since: 2015-12"),
        # Of two without a first day nothing is certain if one has left.
        ("until: 2015", ""),
    ],
)
def test_successors_neither_overlap_nor_leave_a_gap(tmp_path: Path, first: str, second: str) -> None:
    assert faults(tmp_path, person("Old", first), person("New", second)) == []


@pytest.mark.parametrize(
    ("first", "second", "kind", "said"),
    [
        ("since: 2010, until: 2015-03", "since: 2014", "overlap", "Old and New hold it at once"),
        ("since: 2010", "since: 2014-02-01", "overlap", "Old and New"),
        ("", "", "overlap", "hold it at once"),
        ("since: 2010, until: 2015", "since: 2017", "gap", "from 2015-12-31 to 2017-01-01, after Old"),
        ("since: 2010, until: 2015-03-10", "since: 2015-05-20", "gap", "after Old"),
        (
            "since: 2010, until: 2015",
            "since: 2015, until: 2020-02",
            "gap",
            "nobody after New, who left in 2020-02",
        ),
    ],
)
def test_overlaps_and_gaps_are_found(tmp_path: Path, first: str, second: str, kind: str, said: str) -> None:
    ((found_kind, message),) = faults(tmp_path, person("Old", first), person("New", second))
    assert found_kind == kind
    assert said in message


def test_an_office_of_many_has_no_overlaps_and_no_gaps(tmp_path: Path) -> None:
    days = ("since: 2010, until: 2020", "since: 2012, until: 2013")
    assert (
        faults(
            tmp_path,
            *(person(name, when, office="deputy minister") for name, when in zip("AB", days, strict=True)),
        )
        == []
    )


def test_unknown_offices_missing_names_and_what_is_unsure_are_found(tmp_path: Path) -> None:
    messages = faults(
        tmp_path,
        "name: A, office: presidnet, source: a page, terms: {kk: [Тестов]}",
        "name: B, office: deputy minister, source: a page, terms: {en: [Testov]}",
        "name: C, office: deputy minister, terms: {kk: [{term: Тестов, unsure: true}]}",
        "name: D, office: deputy minister, unsure: true, terms: {kk: [Тестов]}",
    )
    assert sorted((kind, message[0]) for kind, message in messages) == [
        ("form", "C"),
        ("name", "B"),
        ("office", "A"),
        ("source", "C"),
        ("unsure", "D"),
    ]


def test_unknown_keys_and_impossible_days_are_refused_with_their_line(tmp_path: Path) -> None:
    (tmp_path / "terms").mkdir()
    text = HEAD + (
        "      - {name: A, office: president, unshure: true, terms: {}}\n"
        "      - {name: B, office: president, since: 2019-13, terms: {}}\n"
        "      - {name: C, office: president, since: 2019, until: 2018-12, terms: {}}\n"
    )
    (tmp_path / "terms" / "people.yml").write_text(text, encoding="utf-8")
    files, problems = load_term_files(tmp_path)
    assert files == []
    assert {one.line for one in problems} == {8, 9, 10}
    assert any("`until` is before `since`" in one.message for one in problems)


def test_on_the_day_of_a_change_of_unknown_day_both_hold_the_office(tmp_path: Path) -> None:
    found(tmp_path, person("Old", "since: 2010, until: 2015-03"), person("New", "since: 2015-03-20"))
    registry = holdings(load_term_files(tmp_path)[0])
    held = {
        day: [one.name for one in holders_on(registry, date.fromisoformat(day))]
        for day in ("2009-12-31", "2015-03-19", "2015-03-20", "2015-04-01")
    }
    assert held == {
        "2009-12-31": [],
        "2015-03-19": ["Old"],
        "2015-03-20": ["Old", "New"],
        "2015-04-01": ["New"],
    }


def test_earlier_offices_count_on_their_days(tmp_path: Path) -> None:
    terms = """
titles: [{office: president, terms: {en: ["president of {state}"]}}]
former: {en: [former]}
lists:
  kz-people:
    country: KZ
    state: {en: {state: [Kazakhstan]}}
    people:
      - name: Aman Testov
        office: chair
        since: 2022-03
        earlier: [{office: president, since: 2007, until: 2022-02}]
        terms: {en: [Testov]}
  leaders: {terms: {en: [Macron]}}
"""
    rules = """
name: T
states: {KZ: Kazakhstan}
rules: [{name: r, all: [kz-people, leaders], in_office: true, weight: 0.8}]
"""
    matcher = Matcher([one(tmp_path, rules, terms)])

    def judge(title: str, year: int) -> Match:
        day = datetime(year, 6, 1, tzinfo=UTC)
        return matcher.match(Document(title=title, text="", language="en", published=day))[0]

    assert "Kazakhstan's president (" in judge("Testov meets Macron", 2015).why
    assert "Kazakhstan's chair (" in judge("Testov meets Macron", 2024).why
    assert not judge("Testov meets Macron", 2000).matched
    assert judge("The president of Kazakhstan meets Macron", 2015).evidence[0].term == "Aman Testov"
    assert judge("The president of Kazakhstan meets Macron", 2024).evidence[0].term != "Aman Testov"


def test_the_shipped_registry_has_nothing_wrong_in_it() -> None:
    files, problems = load_term_files(CONFIG)
    assert problems == []
    assert [one for one in office_faults(files) if one.kind not in UNSURE] == []
    registry = holdings(files)
    assert len({one.of for one in registry}) >= 20
    for state in ("KZ", "UZ", "KG", "TJ", "TM"):
        offices = {one.office: one.name for one in holders_on(registry, date(2025, 6, 1)) if one.of == state}
        assert {"president", "foreign minister"} <= offices.keys()


def test_a_list_of_people_still_refuses_what_is_no_state(tmp_path: Path) -> None:
    _, problems = load(
        tmp_path,
        "name: T\nrules: [{name: r, all: [p], weight: 0.8}]\n",
        """
lists: {p: {people: [{name: A, office: x, country: kz, terms: {en: [Testov]}}]}}
""",
    )
    assert any("country" in one.key for one in problems)


def test_a_day_that_is_none_is_told_once(tmp_path: Path) -> None:
    people = "[{name: A, office: x, country: KZ, until: abc, terms: {en: [Testov]}}]"
    rules = "name: T\nrules: [{name: r, all: [p], weight: 0.8}]\n"
    _, problems = load(tmp_path, rules, f"\nlists: {{p: {{people: {people}}}}}\n")
    (message,) = (one.message for one in problems if "until" in one.key)
    assert message == "expected a year, a month or a day: 2019, 2019-03 or 2019-03-20; found 'abc'"


@pytest.mark.parametrize(
    ("watchlist", "terms", "key"),
    [
        ("states: {UK: Britain}\n", "country: GB, ", "states.UK"),
        ("", "country: UK, ", "lists.p.country"),
        ("", "countries: {UK: {en: [Britain]}}, ", "lists.p.countries.UK"),
    ],
)
def test_states_are_codes_that_there_are(tmp_path: Path, watchlist: str, terms: str, key: str) -> None:
    rules = f"name: T\n{watchlist}rules: [{{name: r, all: [p], weight: 0.8}}]\n"
    _, problems = load(tmp_path, rules, f"\nlists: {{p: {{{terms}terms: {{en: [Tower Bridge]}}}}}}\n")
    (message,) = (one.message for one in problems if one.key == key)
    assert "write GB; found 'UK'" in message


BODIES = """
offices: [foreign ministry, parliament, {name: upper chamber, some: true}, president]
own: {KZ: [kk], UZ: [uz-Latn]}
bodies:
  - office: foreign ministry
    terms: {en: ["{adjective} foreign ministry", "foreign ministry of {state}"]}
lists:
  kz-people:
    country: KZ
    state: {en: {state: [Kazakhstan], adjective: [Kazakh]}}
    people: [{name: Aman Testov, office: president, unsure: true, terms: {en: [Testov], kk: [Тестов]}}]
    bodies:
      - {name: Mazhilis, office: parliament, source: a page, terms: {en: [Mazhilis], kk: [Мәжіліс]}}
      - {name: Senate, office: upper chamber, unsure: true, terms: {en: [Senate, Testov]}}
  uz-people:
    country: UZ
    state: {en: {state: [Uzbekistan], adjective: [Uzbek]}}
    people: [{name: Dana Probova, office: president, source: x, terms: {uz-Latn: [Probova]}}]
"""


def test_bodies_stand_in_the_registry_and_are_checked(tmp_path: Path) -> None:
    (tmp_path / "terms").mkdir()
    (tmp_path / "terms" / "officials.yml").write_text(BODIES)
    files, problems = load_term_files(tmp_path)
    assert problems == []
    [held] = [one for one in holdings(files) if one.office == "parliament"]
    assert (held.of, held.name, held.source) == ("KZ", "Mazhilis", "a page")
    found = {(one.kind, one.of, one.office) for one in office_faults(files)}
    assert found == {
        ("unsure", "KZ", "president"),
        ("unsure", "KZ", "upper chamber"),
        ("name", "KZ", "upper chamber"),
        ("overlap", "KZ", "upper chamber"),
        ("gap", "UZ", "parliament"),
    }


def test_a_body_speaks_for_its_state(tmp_path: Path) -> None:
    rules = "name: T\nrules: [{name: r, all: [kz-people, uz-people], weight: 0.8}]\n"
    watchlist = one(tmp_path, rules, BODIES)
    voices = Voices(watchlist.lists.values())
    for text in ("Kazakh Foreign Ministry", "foreign ministry of Kazakhstan"):
        for said in ({"speaker": text, "office": None}, {"speaker": None, "office": text}):
            who = voices.speaker(**said, language="en", day=date(2026, 1, 1))
            assert who is not None
            assert (who.key, who.kind) == ("KZ/foreign ministry", "office")
    document = Document(title="Mazhilis and Probova", text="", language="en")
    assert Matcher([watchlist]).match(document)[0].matched
    assert "Mazhilis" in {one.name for one in watchlist.lists["kz-people"].offices}
