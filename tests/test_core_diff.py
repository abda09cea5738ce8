"""Word-level differences: nothing is lost, changes are small, what stands around them helps to find them."""

import itertools
import random

import pytest

from core.diff import Piece, hunks, word_diff

BEFORE = (
    "The presidents signed four documents.\n\nThe visit will take place in May.\n\nThey thanked the hosts."
)
AFTER = "The presidents signed six documents.\n\nThe visit may take place in May.\n\nThey thanked the hosts."


def sides(pieces: tuple[Piece, ...]) -> tuple[str, str]:
    before = "".join(piece.text for piece in pieces if piece.kind != "inserted")
    after = "".join(piece.text for piece in pieces if piece.kind != "deleted")
    return before, after


def test_only_the_words_that_differ_are_marked() -> None:
    changed = [(piece.kind, piece.text) for piece in word_diff(BEFORE, AFTER) if piece.kind != "same"]
    assert changed == [("deleted", "four"), ("inserted", "six"), ("deleted", "will"), ("inserted", "may")]


def test_equal_texts_have_no_change() -> None:
    assert word_diff(BEFORE, BEFORE) == (Piece(kind="same", text=BEFORE),)
    assert word_diff("", "") == ()
    assert hunks(word_diff(BEFORE, BEFORE), context=5) == ()


def test_words_beside_each_other_are_one_change() -> None:
    pieces = word_diff("They signed four papers today.", "They ratified six acts today.")
    assert [piece.text for piece in pieces] == ["They ", "signed four papers", "ratified six acts", " today."]


@pytest.mark.parametrize("seed", range(40))
def test_both_texts_can_be_read_off_the_pieces(seed: int) -> None:
    draw = random.Random(seed)
    words = ["алма", "o‘zbek", "visit", "4", ",", ".", "\n\n", " ", "“", "the"]
    before = "".join(draw.choice(words) + draw.choice(("", " ")) for _ in range(draw.randrange(60)))
    after = "".join(word for word in before if draw.random() > 0.1) + draw.choice(words)
    pieces = word_diff(before, after)
    assert sides(pieces) == (before, after)
    assert all(one.kind != other.kind for one, other in itertools.pairwise(pieces))


def test_very_long_blocks_are_shown_as_a_whole() -> None:
    before, after = " ".join(f"a{n}" for n in range(4000)), " ".join(f"b{n}" for n in range(4000))
    assert sides(word_diff(before, after)) == (before, after)


def test_changes_come_with_a_few_words_around() -> None:
    filler = " ".join(f"word{n}" for n in range(50))
    first, second = hunks(
        word_diff(f"Start. {filler} old {filler} one end.", f"Start. {filler} new {filler} two end."),
        context=3,
    )
    assert [piece.text for piece in first.pieces] == [
        "word47 word48 word49 ",
        "old",
        "new",
        " word0 word1 word2",
    ]
    assert (first.begins, first.ends, second.begins, second.ends) == (False, False, False, True)
    assert second.pieces[-1].text == " end."


def test_near_changes_are_one_hunk_and_the_text_s_ends_are_known() -> None:
    (only,) = hunks(word_diff(BEFORE, AFTER), context=10)
    assert (only.begins, only.ends) == (True, True)
    (only,) = hunks(word_diff("a b", "a c"), context=1)
    assert (only.begins, only.ends) == (True, True)
