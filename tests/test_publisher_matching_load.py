"""Watchlist files: what is wrong with them is said with file, line and term; good ones get a digest."""

from pathlib import Path

import pytest
from fakes_matching import STATES, languages, load, one

from publisher.matching import forms, load_watchlists

GOOD = """
name: Test
states: {KZ: Kazakhstan}
groups:
  state: [kazakhstan, people]
rules:
  - name: talks of a state
    all: [state, acts]
    weight: 0.8
"""


def faults(folder: Path, watchlist: str, terms: str = STATES) -> list[tuple[str, int, str]]:
    watchlists, problems = load(folder, watchlist, terms)
    assert watchlists == {}
    return [(problem.path.name, problem.line, problem.message) for problem in problems]


def test_a_good_watchlist_loads(tmp_path: Path) -> None:
    watchlist = one(tmp_path, GOOD)
    assert (watchlist.id, watchlist.name, dict(watchlist.states)) == ("test", "Test", {"KZ": "Kazakhstan"})


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("weight: 0.8", "weight: 0.8\n    nearby: text", 10, "unknown key"),
        (
            "weight: 0.8",
            "weight: 0.8\n    near: {words: many}",
            10,
            "expected a whole number; found 'many'",
        ),
        (
            "weight: 0.8",
            "weight: 0.8\n    near: page",
            10,
            "or 'text'; or expected keys with values below it",
        ),
        ("weight: 0.8", "weight: 8", 9, "expected 1 or less"),
        ("weight: 0.8", "weight: 0.8\n    near: verse", 10, "'sentence', 'paragraph' or 'text'"),
        ("[state, acts]", "[state, axts]", 8, "no list or group 'axts'; did you mean 'acts'?"),
        ("[kazakhstan, people]", "[kazakhstan, peple]", 5, "no list 'peple'; did you mean 'people'?"),
        ("state: [kaz", "acts: [kaz", 5, "a term list has this name"),
        ("name: Test", "name: Test\nmask: [nothing-here]", 3, "no list or group 'nothing-here'"),
    ],
)
def test_a_bad_rule_is_named_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, message: str
) -> None:
    found = faults(tmp_path, GOOD.replace(old, new))
    assert any(name == "test.yml" and at == line and message in text for name, at, text in found), found


@pytest.mark.parametrize(
    ("term", "message"),
    [
        ("{term: Tashkent, class: mountain}", "'Tashkent': no class 'mountain' in this language; there are"),
        ("{term: Tashkent, exclude: [Tashkents]}", None),
        ("{term: Tashkent, exclude: [Osh]}", "'Tashkent' has no form 'osh' to exclude"),
        ("{term: Tashkent, derive: [person]}", "no derivation 'person' in this language"),
        ("{trem: Tashkent}", "unknown key"),
        ("no", "put it in quotation marks"),
    ],
)
def test_a_bad_term_is_named_with_file_line_and_term(tmp_path: Path, term: str, message: str | None) -> None:
    terms = f"{STATES}\n  extra:\n    terms:\n      en:\n        - {term}\n"
    _, problems = load(tmp_path, GOOD, terms)
    if message is None:
        assert problems == []
        return
    assert problems
    assert problems[0].path.name == "states.yml"
    assert problems[0].line == terms.count("\n")
    assert any(message in problem.message for problem in problems)


def test_an_unknown_language_is_refused(tmp_path: Path) -> None:
    _, problems = load(tmp_path, GOOD, f"{STATES}\n  extra:\n    terms: {{xx: [word]}}\n")
    assert "not one of our languages" in problems[0].message


def test_a_missing_folder_of_languages_is_named_once(tmp_path: Path) -> None:
    load(tmp_path, GOOD, STATES)
    watchlists, (problem,) = load_watchlists(tmp_path, {})
    assert (watchlists, problem.path) == ({}, tmp_path / "languages")
    assert "no language is there" in problem.message


def test_one_list_in_two_files_is_refused(tmp_path: Path) -> None:
    load(tmp_path, GOOD)
    (tmp_path / "terms" / "two.yml").write_text("lists: {acts: {terms: {en: [treaty]}}}", encoding="utf-8")
    _, problems = load(tmp_path, GOOD)
    assert ["is already in" in problem.message for problem in problems] == [True]


def test_all_faults_are_reported_at_once(tmp_path: Path) -> None:
    bad = GOOD.replace("[state, acts]", "[state, axts]").replace(
        "[kazakhstan, people]", "[kazakhstan, peple]"
    )
    assert len(faults(tmp_path, bad)) == 2


def test_the_digest_changes_with_rules_forms_and_languages_but_not_with_a_name(tmp_path: Path) -> None:
    first = one(tmp_path, GOOD).digest
    assert one(tmp_path, GOOD.replace("name: Test", "name: Other")).digest == first
    assert one(tmp_path, GOOD.replace("0.8", "0.7")).digest != first
    assert one(tmp_path, GOOD, STATES.replace("[talks,", "[treaty, talks,")).digest != first
    assert one(tmp_path, GOOD).digest == first
    changed = languages()
    classes = {**changed["en"].classes, "plain": {"k": "q"}}
    changed["en"] = changed["en"].model_copy(update={"classes": classes})
    watchlists, problems = load_watchlists(tmp_path, changed)
    assert problems == []
    assert watchlists["test"].digest != first


def test_forms_can_be_printed_for_all_terms_or_one(tmp_path: Path) -> None:
    watchlist = one(tmp_path, GOOD)
    rows = forms(watchlist, "посол")
    assert {row.form for row in rows} >= {"посол", "посла", "послами"}
    assert "после" not in {row.form for row in rows}
    assert {(row.group, row.language) for row in rows} == {("acts", "ru")}
    assert {row.rule for row in rows if row.form == "посла"} == {"noun-m: genitive"}
    assert len(forms(watchlist)) > len(rows)
    assert {row.form for row in forms(watchlist, "Aman Testov")} >= {"Testov", "Testov's"}
