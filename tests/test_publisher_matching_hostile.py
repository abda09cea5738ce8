"""What a stranger may send or write: huge and odd texts, watchlists that mean all, nothing, or too much."""

from pathlib import Path

import pytest
from fakes_matching import STATES, load, one

from core.yamlfile import read_yaml
from publisher.matching import Document, Matcher, check_examples

RULES = """
name: Test
states: {KZ: Kazakhstan, UZ: Uzbekistan}
mask: [lookalikes]
groups: {state: [kazakhstan, uzbekistan, people]}
rules:
  - {name: three, all: [state, state, sport], weight: 0.8}
  - {name: words, all: [state, state, acts], near: {words: 6}, weight: 0.8}
  - {name: paragraph, all: [state, acts, sport], near: paragraph, weight: 0.8}
  - {name: text, all: [acts, state, sport], near: text, weight: 0.8}
"""
MANY = 20_000


@pytest.fixture(scope="module")
def matcher(tmp_path_factory: pytest.TempPathFactory) -> Matcher:
    return Matcher([one(tmp_path_factory.mktemp("config"), RULES)])


# Each took minutes, or all memory, where one more term in a sentence costs as much as all terms before it.
@pytest.mark.parametrize(
    "text",
    [
        "Kazakhstan " * MANY,
        "Kazakhstan " * MANY + "embassy " * MANY,
        "Kazakhstan football " * MANY,
        "Kazakhstan is large. " * MANY,
        "Kazakhstan\n" * MANY,
        "Kazakhstan\nfootball talks\n" * MANY,
        "K" + "\u0301\u0316" * MANY,
        "Kazakhstan\u0301\u0316" * MANY,
        "Kazakhstan" * MANY,
        "Kazakh horse " * MANY + "Kazakhstan football talks",
        "'" * MANY + ". " * MANY + '."' * MANY,
    ],
)
@pytest.mark.parametrize("field", ["title", "text"])
def test_a_huge_text_of_one_thing_is_judged_in_one_breath(matcher: Matcher, text: str, field: str) -> None:
    other = "Kazakhstan and Uzbekistan"
    title, body = (text, other) if field == "title" else (other, text)
    (match,) = matcher.match(Document(title=title, text=body, language="en"))
    assert match.watchlist == "test"
    assert len(match.evidence) <= 24
    assert len(match.sentence) <= 600


@pytest.mark.parametrize(
    "text",
    [
        "Kazakhstan\0talks\0Uzbekistan",
        "\ud800 Kazakhstan, talks, Uzbekistan \udfff",
        "\ufeffKazakhstan talks Uzbekistan",
        "KAZAKHSTAN\u2028talks\u2029Uzbekistan",
        "\u202eKazakhstan talks\u202c Uzbekistan",
        "Kazakh\u00adstan tal\u200bks Uzbekis\u2060tan",
        "'Kazakhstan' talks 'Uzbekistan'",
        "Kazakhstan\u3000talks\u3000Uzbekistan",
    ],
)
def test_odd_characters_hide_nothing(matcher: Matcher, text: str) -> None:
    (match,) = matcher.match(Document(title=text, text="", language="en"))
    assert match.matched, match.why
    assert all(text[found.start : found.end] == found.form for found in match.evidence)


@pytest.mark.parametrize(
    "term",
    ["a", "'*'", "'**'", "'k*'", "'--'", "'  '", "'ka*zakh'", '"ka\\0zakh"', "{term: Kazakh, stem: ''}"],
)
def test_a_term_that_would_be_everywhere_or_nowhere_is_refused_with_its_line(
    tmp_path: Path, term: str
) -> None:
    terms = f"{STATES}\n  extra:\n    terms:\n      en:\n        - {term}\n"
    _, problems = load(tmp_path, RULES, terms)
    assert [(problem.path.name, problem.line) for problem in problems] == [("states.yml", terms.count("\n"))]
    said = problems[0].message
    assert "at least" in said or "only at the end" in said or "control character" in said


def test_blanks_around_a_term_do_not_matter(tmp_path: Path) -> None:
    terms = STATES.replace("Kazakhstan, class", '" Kazakhstan\\t ", class').replace(
        "football", '" foot  ball "'
    )
    matcher = Matcher([one(tmp_path, RULES, terms)])
    (match,) = matcher.match(Document(title="Kazakhstan Uzbekistan foot ball", text="", language="en"))
    assert match.matched


@pytest.mark.parametrize(
    ("watchlist", "message"),
    [
        ("", "expected keys and values at the top level, found nothing"),
        ("- a\n- b", "found list"),
        ("name: T\nrules: []", "1 or more"),
        (RULES.replace("[kazakhstan, uzbekistan, people]", "[]"), "a group needs at least one list"),
        (
            RULES.replace("weight: 0.8}\n  - {name: w", "not: [sport], weight: 0.8}\n  - {name: w"),
            "never be met",
        ),
        (RULES + "  - {name: none, all: [kazakhstan], not: [state], weight: 0.8}\n", "refuses all of"),
    ],
)
def test_a_watchlist_that_says_nothing_or_contradicts_itself_is_refused(
    tmp_path: Path, watchlist: str, message: str
) -> None:
    watchlists, problems = load(tmp_path, watchlist)
    assert watchlists == {}
    assert any(message in problem.message for problem in problems), problems


def test_thousands_of_terms_in_one_list_are_all_found(tmp_path: Path) -> None:
    names = [f"Place{number}ville" for number in range(3_000)]
    terms = f"{STATES}\n  places: {{country: UZ, class: name, terms: {{en: [{', '.join(names)}]}}}}\n"
    watchlist = one(tmp_path, RULES.replace("uzbekistan, people", "places, people"), terms)
    matcher = Matcher([watchlist])
    for name in names[::500]:
        (match,) = matcher.match(Document(title=f"Kazakhstan talks {name}'s", text="", language="en"))
        assert match.matched, name


def test_examples_are_judged_even_where_no_rule_can_be_met_by_them(tmp_path: Path) -> None:
    watchlist = one(tmp_path, RULES + "match: ['x']\nno_match: ['\\0', '\U0001f1f0\U0001f1ff']\n")
    problems = check_examples(watchlist, Matcher([watchlist]))
    assert [problem.key for problem in problems] == ["match.#1"]


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [*a]",
        "a: " + "[" * 200_000 + "]" * 200_000,
        "- " * 200_000,
        "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9)),
    ],
)
def test_yaml_that_would_break_the_parser_is_a_problem_of_its_file(tmp_path: Path, text: str) -> None:
    path = tmp_path / "bomb.yml"
    path.write_text(text, encoding="utf-8")
    document, problems = read_yaml(path)
    assert document is None
    assert ["not valid YAML" in problem.message for problem in problems] == [True]


def test_anchors_and_aliases_may_be_used(tmp_path: Path) -> None:
    path = tmp_path / "fine.yml"
    path.write_text("one: &words [a, b]\ntwo: *words\n", encoding="utf-8")
    document, problems = read_yaml(path)
    assert document is not None
    assert (document.data, problems) == ({"one": ["a", "b"], "two": ["a", "b"]}, [])
