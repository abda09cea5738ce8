"""Folding with offsets, word boundaries, sentences."""

import pytest

from core.language import script_of, with_script
from core.text import begins_word, fold, fold_text, normalise_space, sentences


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Oʻzbekiston", "O'ZBEKISTON"),
        ("O‘zbekiston", "O`zbekiston"),
        ("Мирзиёев", "МИРЗИЕЕВ"),
        ("KIRGIZİSTAN", "Kırgızistan"),
        ("Кыргызcтан", "Кыргызстан"),  # a Latin c
        ("и\u0306од", "йод"),
        ("Касым–Жомарт", "Касым-Жомарт"),
        ("Каза\u00adхстан", "Казахстан"),
        ("Foreign\u00a0Ministry", "foreign ministry"),
    ],
)
def test_spellings_of_one_word_fold_to_the_same_text(one: str, other: str) -> None:
    assert fold_text(one) == fold_text(other)


def test_latin_words_in_a_cyrillic_text_keep_their_letters() -> None:
    assert fold_text("передаёт Tengrinews из Астаны") == "передает tengrinews из астаны"


@pytest.mark.parametrize(
    "text", ["Straße nach Astana", "и\u0306од Astana", "a\u200bb\u200bc Astana", "ﬁn Astana"]
)
def test_offsets_lead_back_to_the_original_when_lengths_change(text: str) -> None:
    folded = fold(text)
    at = folded.text.index("astana")
    assert text[folded.origin(at) : folded.origin(at + 6)] == "Astana"
    assert folded.origin(len(folded.text)) == len(text)


def test_every_letter_that_grows_when_folded_leaves_the_offsets_of_its_neighbours() -> None:
    letters = [letter for letter in map(chr, range(0x10000)) if len(letter.casefold()) > 1 and letter != "İ"]
    assert "ß" in letters
    for letter in letters:
        folded = fold(f"Алма{letter}Ата")
        assert [folded.origin(len(folded.text) - back) for back in range(4)] == [8, 7, 6, 5], letter


def test_a_word_begins_where_no_letter_or_inner_apostrophe_stands_before() -> None:
    text = fold_text("'stan Kazakhstan d'stan (stan")
    starts = [at for at in range(len(text)) if text.startswith("stan", at)]
    assert [begins_word(text, at) for at in starts] == [True, False, False, True]


def test_sentences_end_at_marks_and_lines_but_not_at_initials_and_abbreviations() -> None:
    text = 'И. о. министра R. Meredow прибыл. "Да!" Mr. Lee left… He did.\nНовая строка 3.5 млн. руб. и всё'
    assert [text[start:end] for start, end in sentences(text)] == [
        "И. о. министра R. Meredow прибыл.",
        '"Да!"',
        "Mr. Lee left…",
        "He did.",
        "Новая строка 3.5 млн. руб. и всё",
    ]


def test_sentences_that_were_glued_together_are_parted() -> None:
    text = "Об этом сообщили в Акорде.Президент прибыл."
    assert [text[start:end] for start, end in sentences(text)] == [
        "Об этом сообщили в Акорде.",
        "Президент прибыл.",
    ]


def test_script_decides_between_the_two_uzbek_codes() -> None:
    assert script_of("Toshkent shahri") == "latin"
    assert with_script("uz", "Тошкент шаҳри") == "uz-Cyrl"
    assert with_script("uz", "Toshkent shahri") == "uz-Latn"
    assert with_script("kk", "Алматы") == "kk"


def test_white_space_becomes_single_blanks() -> None:
    assert normalise_space(" a\n\t b\u00a0c ") == "a b c"
