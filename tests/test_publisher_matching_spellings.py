"""Spellings of people's names by tables: the ways that desks really write, each with the rule behind it."""

from pathlib import Path

import pytest
from fakes_matching import STATES, load, tables

from publisher.matching import Document, Matcher, forms
from publisher.matching.spellings import spellings


@pytest.mark.parametrize(
    ("code", "name", "expected"),
    [
        ("en", "Tokayev", {"Tokaev", "Toqayev", "Toqaev", "Toqajew"}),
        ("en", "Mirziyoyev", {"Mirziyoev", "Mirziyayev", "Mirziyaev"}),
        ("en", "Japarov", {"Zhaparov", "Dzhaparov", "Djaparov"}),
        ("en", "Rahmon", {"Rakhmon"}),
        ("en", "Yermek Kosherbayev", {"Ermek Kosherbayev", "Ermek Kosherbaev", "Yermek Kosherbaev"}),
        ("en", "Jamshid Khodjaev", {"Jamshid Hodjaev", "Jamshid Khodzhaev", "Jamshid Khojayev"}),
        ("ru", "Жээнбеков", {"Женбеков"}),
        ("ru", "Джапаров", {"Жапаров"}),
        ("uz-Latn", "Baxtiyor Saidov", {"Bahtiyor Saidov"}),
        ("uz-Cyrl", "Тўқаев", {"Тоқаев", "Токаев"}),
        ("tg", "Назарбоев", {"Назарбаев"}),
        ("tk", "Tokaýew", {"Tokayev"}),
    ],
)
def test_a_name_is_spelt_as_desks_spell_it(code: str, name: str, expected: set[str]) -> None:
    made = dict(spellings(name, tables(code).names))
    assert expected <= made.keys()
    assert name not in made
    assert len(made) <= 20


def test_a_sound_is_changed_throughout_a_name_and_digraphs_stay_whole() -> None:
    made = {spelling for spelling, _ in spellings("Kakhar Shakhov", {"kh": ["h"], "k": ["q"], "sh": []})}
    assert made == {"Kahar Shahov", "Qakhar Shakhov", "Qahar Shahov"}


def test_endings_and_beginnings_count_only_there() -> None:
    letters = {"-yev": ["-ev"], "ye-": ["e-"]}
    assert [spelling for spelling, _ in spellings("Yeyev Yevyev", letters)] == [
        "Yeev Yevev",
        "Eyev Evyev",
        "Eev Evev",
    ]
    assert spellings("", letters) == []
    assert spellings("Li", {}) == []


def test_spellings_change_as_the_name_does_and_each_form_tells_both_rules(tmp_path: Path) -> None:
    terms = STATES.replace(
        "  people:\n    country: KZ\n", "  people:\n    country: KZ\n    spellings: true\n"
    )
    terms = terms.replace("en: [Aman Testov, Testov]", "en: [Tokayev], ru: [Жапаров]")
    watchlists, problems = load(
        tmp_path, "name: T\nrules: [{name: r, all: [people, acts], weight: 0.8}]", terms
    )
    assert problems == []
    rules = {row.form: row.rule for row in forms(watchlists["test"], "Tokayev")}
    assert rules["Toqaev's"] == "person: possessive, aev for ayev, q for k"
    assert rules["Tokayev"] == "as written"
    (match,) = Matcher([watchlists["test"]]).match(Document(title="Джапарову: talks", text="", language="ru"))
    assert match.why == 'president ("Джапарову") with acts ("talks") in the title.'


def test_names_are_spelt_only_one_way_where_the_list_does_not_ask(tmp_path: Path) -> None:
    terms = STATES.replace("en: [Aman Testov, Testov]", "en: [Tokayev]")
    watchlists, _ = load(tmp_path, "name: T\nrules: [{name: r, all: [people, acts], weight: 0.8}]", terms)
    assert {row.form for row in forms(watchlists["test"], "Tokayev")} == {"Tokayev", "Tokayev's", "Tokayev'"}
