"""A statement is a value; the tables that find it are checked where people write them."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from core.config import load_languages
from core.language import LANGUAGE_CODES, Speech
from core.statement import Statement, StatementKind

CONFIG = Path(__file__).parent.parent / "config"
FEWEST_VERBS = 10


def test_a_statement_is_a_value() -> None:
    one, other = (
        Statement(
            speaker="Aman Testov",
            office="Minister",
            words="We agree",
            verb="said",
            rule="verb name",
            kind=StatementKind.DIRECT,
            language="en",
            confidence=0.9,
            start=1,
            end=9,
        )
        for _ in range(2)
    )
    assert one == other
    assert hash(one) == hash(other)
    assert StatementKind("direct") is one.kind


@pytest.mark.parametrize("code", sorted(LANGUAGE_CODES))
def test_each_shipped_language_has_speech_tables(code: str) -> None:
    languages, problems = load_languages(CONFIG)
    assert problems == []
    speech = languages[code].speech
    assert speech is not None
    assert len(speech.verbs) >= FEWEST_VERBS
    assert speech.offices
    words = [
        word
        for table in (speech.verbs, speech.offices, speech.office_words, speech.places, speech.not_names)
        for word in table
    ]
    assert [word for word in words if word != word.lower() or " " in word] == []


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(ValidationError, match="verbz"):
        Speech.model_validate({"marks": ["«»"], "order": "verb final", "verbs": ["деді"], "verbz": []})
