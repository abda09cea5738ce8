"""Who says what in texts of our own, in all languages and with traps: tests/said/<language>.yml."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from fakes_pages import languages

from crawler.reading.statements import find_statements, statements_of

SAID = Path(__file__).parent / "said"
CASES = [
    pytest.param(path.stem, case, id=f"{path.stem}: {case['text'][:50]}")
    for path in sorted(SAID.glob("*.yml"))
    for case in yaml.safe_load(path.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize(("language", "case"), CASES)
def test_who_says_what(language: str, case: dict[str, Any]) -> None:
    text = case["text"]
    found = find_statements(text, language, languages()[language].speech)
    for one in found:
        assert text[one.start : one.end] == one.words
    expected = case.get("said", [])
    shown = [
        [one.speaker, one.office, one.kind.value, one.words[: len(words[3])]]
        for one, words in zip(found, expected, strict=False)
    ]
    assert shown == expected
    assert [one.words for one in found[len(expected) :]] == []


def test_every_language_has_its_texts() -> None:
    assert {path.stem for path in SAID.glob("*.yml")} == set(languages())


RUSSIAN = (
    "Мы построим эту дорогу вместе с нашими соседями, потому что она нужна всем: и тем, кто возит зерно, "
    "и тем, кто едет учиться в другую страну"
)
KAZAKH = (
    "Біз бұл жолды көршілерімізбен бірге саламыз, себебі ол барлығымызға қажет: астық таситындарға да, "
    "басқа елге оқуға баратын жастарымызға да керек"
)
UZBEK = (
    "Biz bu yo‘lni qo‘shnilarimiz bilan birga quramiz, chunki u hammamizga kerak: g‘alla tashuvchilarga ham, "
    "boshqa mamlakatga o‘qishga boradigan yoshlarimizga ham kerak"
)
ENGLISH = (
    "We shall build this road together with our neighbours, because all of us need it: those who carry grain "
    "and those who go to study in another country"
)


@pytest.mark.parametrize(
    ("language", "text", "own"),
    [
        ("en", f"“{RUSSIAN},” said Aman Testov.", "ru"),
        ("en", f"“{ENGLISH},” said Aman Testov.", "en"),
        ("ru", f"«{KAZAKH}», — сказал Аман Тестов.", "kk"),
        ("ru", f"«{UZBEK}», — сказал Аман Тестов.", "uz-Latn"),
        ("kk", f"«{RUSSIAN}», – деді Аман Тестов.", "ru"),
        ("uz-Cyrl", f"«{UZBEK}», – деди Аман Тестов.", "uz-Latn"),
        ("uz-Latn", f"“{ENGLISH}”, – dedi Aman Testov.", "en"),
    ],
)
def test_a_quotation_is_in_the_language_of_its_words(language: str, text: str, own: str) -> None:
    (one,) = statements_of(text, language, languages())
    assert one.language == own
    assert one.speaker in ("Aman Testov", "Аман Тестов")


def test_a_few_foreign_words_do_not_tell_a_language() -> None:
    (one,) = statements_of("“Жол ашық болсын, достар,” said Aman Testov.", "en", languages())
    assert one.language == "en"
