"""Who says a statement: one person under all spellings, whoever surely holds an office, else the words."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from fakes_matching import one

from publisher.hearing import decide
from publisher.matching import Document, Matcher, Voices
from storage.records.voices import Unheard, Who

TERMS = """
titles:
  - office: foreign minister
    terms: {en: ["{adjective} foreign minister"]}
former: {en: [former]}
lists:
  kz-people:
    country: KZ
    state: {en: {adjective: [Kazakh]}}
    people:
      - name: Aman Oldov
        office: foreign minister
        since: 2015
        until: 2019-03
        source: a page
        terms: {en: [Aman Oldov, Oldov], ru: [Аман Олдов, Олдов]}
      - {name: Daniyar Newov, office: foreign minister, since: 2019-03, source: a page, terms: {en: [Newov]}}
      - {name: Two Namesakes, office: judge, terms: {en: [Two Namesakes]}}
  uz-people:
    country: UZ
    people:
      - {name: Two Namesakes, office: envoy, terms: {en: [Two Namesakes]}}
  germany:
    country: DE
    terms: {en: [Germany, German]}
  organisations:
    short: {SCO: [Shanghai Organisation, ШОС], XO: [Other Organisation]}
    terms: {en: [{term: Shanghai Organisation, aliases: [Other Organisation]}], ru: [ШОС]}
"""
RULES = (
    "name: T\nrules: [{name: r, all: [kz-people, uz-people], any: [germany, organisations], weight: 0.8}]\n"
)
OLD = Who(key="KZ/Aman Oldov", kind="person", name="Aman Oldov", office="foreign minister", country="KZ")


@pytest.fixture(scope="module")
def voices(tmp_path_factory: pytest.TempPathFactory) -> Voices:
    return Voices(one(tmp_path_factory.mktemp("config"), RULES, TERMS).lists.values())


def heard(
    voices: Voices,
    *,
    speaker: str | None = None,
    office: str | None = None,
    words: str = "We agree",
    day: str = "2017-05-01",
    language: str = "en",
) -> tuple[Who | None, tuple[str, ...]]:
    at = datetime.fromisoformat(day).replace(tzinfo=UTC)
    found = decide(
        Unheard(statement=1, speaker=speaker, office=office, language=language, words=words, at=at), voices
    )
    return found.who, found.about


def test_spellings_of_one_person_are_one_speaker(voices: Voices) -> None:
    for name, language in (("Aman Oldov", "en"), ("Oldov", "en"), ("Олдов", "ru"), ("Аман Олдов", "ru")):
        assert heard(voices, speaker=name, language=language)[0] == OLD


def test_an_office_is_its_holders_where_one_held_it_that_day(voices: Voices) -> None:
    assert heard(voices, office="Kazakh foreign minister")[0] == OLD
    both = heard(voices, office="Kazakh foreign minister", day="2019-03-15")[0]
    assert both == Who(
        key="KZ/foreign minister", kind="office", name="foreign minister", office=None, country="KZ"
    )
    former = heard(voices, office="former Kazakh foreign minister")[0]
    assert former is not None
    assert former.kind == "unknown"


def test_a_person_is_what_they_were_on_the_day(voices: Voices) -> None:
    who = heard(voices, speaker="Oldov", day="2020-01-01")[0]
    assert who is not None
    assert who.office == "former foreign minister"


def test_whom_the_registry_does_not_know_keeps_the_pages_words(voices: Voices) -> None:
    who, _ = heard(voices, speaker="Erika Probe", office="German minister of trade")
    assert who == Who(
        key="erika probe",
        kind="unknown",
        name="Erika Probe",
        office="German minister of trade",
        country="DE",
    )
    same, _ = heard(voices, speaker="Эрика Пробе", language="ru")
    assert same is not None
    assert same.key == "erika probe"
    namesake, _ = heard(voices, speaker="Two Namesakes")
    assert namesake is not None
    assert namesake.kind == "unknown"
    assert heard(voices, speaker="–")[0] is None
    assert heard(voices)[0] is None
    office, _ = heard(voices, office="a spokesman")
    assert office is not None
    assert office.key == "^a spokesman"


def test_words_name_states_organisations_and_people_but_not_their_speaker(voices: Voices) -> None:
    words = "Germany and the Shanghai Organisation, said Oldov of Newov, not the Other Organisation."
    _, about = heard(voices, speaker="Oldov", words=words, day="2020-01-01")
    assert set(about) == {"DE", "SCO", "XO", "KZ", "KZ/Daniyar Newov"}
    assert heard(voices, speaker="X Y", words="ШОС", language="ru")[1] == ("SCO",)


def test_another_registry_has_another_digest(tmp_path: Path, voices: Voices) -> None:
    def digest(name: str, terms: str) -> str:
        (tmp_path / name).mkdir()
        return Voices(one(tmp_path / name, RULES, terms).lists.values()).digest

    assert digest("same", TERMS) == voices.digest
    assert digest("short", TERMS.replace("XO:", "YO:")) != voices.digest
    assert digest("people", TERMS.replace("Newov]", "Newov, Dan Newov]")) != voices.digest


def test_a_text_may_end_in_the_middle_of_a_terms_signs(tmp_path: Path) -> None:
    terms = 'lists: {us: {country: US, terms: {en: ["U.S.", "(U.S.)."]}}}\n'
    rules = "name: T\nrules: [{name: r, all: [us], weight: 0.8}]\n"
    watchlist = one(tmp_path, rules, terms)
    said = Voices(watchlist.lists.values())
    for words, found in (("in the U.S", ()), ("in the U.S.", ("US",)), ("(U.S", ()), ("U.S.)", ("US",))):
        assert said.about(words, language="en", day=date(2026, 1, 1)) == found
        Matcher([watchlist]).match(Document(title=words, text=words, language="en"))
