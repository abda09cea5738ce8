"""Who says what in texts of our own, in all languages and with traps: tests/said/<language>.yml."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from fakes_pages import languages

from crawler.reading.statements import find_statements

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
