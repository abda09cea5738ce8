"""Texts as one byte a character: the same as folding says, whatever the text."""

import pytest
from fakes_publisher import random_texts

from core.text import fold
from publisher.matching.alphabet import Alphabet

TERMS = ("қазақстан", "o'zbekiston", "kazakhstan", "çin", "c5+1", "нур-султан", "🇰🇿")


@pytest.mark.parametrize(
    "text",
    [
        "Kazakhstan's 5 TALKS",
        "Қазақстан мен Өзбекстан; «Нұр-Сұлтан»…",
        "O‘zbekiston — Toshkent ʻ’",
        "Кыргызcтан и Ёлка",
        "KIRGIZİSTAN ılık İ",
        "🇰🇿 flags 😀 beyond the plane",
        "Kazakh\u00adstan, Stra\u00dfe, и\u0306",
        "",
    ],
)
def test_codes_are_those_of_the_folded_text(text: str) -> None:
    alphabet = Alphabet(TERMS)
    coded, folded = alphabet.code(text), fold(text)
    assert coded.codes == alphabet.code_folded(folded.text)
    assert len(coded.search) == len(coded.codes) + 3
    assert [coded.origin(at) for at in range(len(coded.codes) + 1)] == [
        folded.origin(at) for at in range(len(folded.text) + 1)
    ]


def test_any_text_at_all_folds_as_it_does_elsewhere() -> None:
    alphabet = Alphabet(TERMS)
    for text in random_texts(300):
        coded, folded = alphabet.code(text), fold(text)
        assert coded.codes == alphabet.code_folded(folded.text)


def test_more_characters_than_codes_share_the_last_one() -> None:
    terms = [chr(0x4E00 + number) * 2 for number in range(400)]
    alphabet = Alphabet(terms)
    shared = [term for term in terms if alphabet.is_shared(term)]
    assert 100 < len(shared) < 300
    assert not alphabet.is_shared("kazakhstan")
