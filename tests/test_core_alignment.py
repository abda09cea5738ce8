"""Two texts in rows: paragraphs beside paragraphs, nothing lost, bounded work."""

import random

from core.alignment import aligned

OLD = "One two three four five.\n\nSix seven eight nine ten.\n\nEleven twelve.\nLast line here."
NEW = "Zero comes first.\n\nOne two three four six.\n\nEleven twelve.\nAnother one\nLast line here!"


def test_paragraphs_that_share_words_stand_beside_each_other() -> None:
    rows = aligned(OLD, NEW).rows
    assert [(row.kind, row.before, row.after) for row in rows] == [
        ("added", None, 1),
        ("changed", 1, 2),
        ("removed", 2, None),
        ("same", 3, 3),
        ("added", None, 4),
        ("changed", 4, 5),
    ]
    assert [(piece.kind, piece.text) for piece in rows[1].left] == [
        ("same", "One two three four "),
        ("deleted", "five"),
        ("same", "."),
    ]


def test_both_sides_are_whole_whatever_the_texts() -> None:
    draw = random.Random(7)
    words = ["a", "b", "treaty", "—", "", "***", "один"]
    for _ in range(200):
        one, other = (
            "\n".join(" ".join(draw.choices(words, k=draw.randrange(6))) for _ in range(draw.randrange(9)))
            for _ in range(2)
        )
        rows = aligned(one, other).rows
        assert [row.old for row in rows if row.before] == [line for line in one.split("\n") if line.strip()]
        assert [row.new for row in rows if row.after] == [line for line in other.split("\n") if line.strip()]
        numbers = [row.before for row in rows if row.before]
        assert numbers == list(range(1, len(numbers) + 1))


def test_texts_beyond_all_bounds_are_shown_whole() -> None:
    draw = random.Random(7)
    words = [f"w{number}" for number in range(800)]
    one = "\n".join(" ".join(draw.choices(words, k=1200)) for _ in range(6))
    other = "\n".join(
        " ".join(word if draw.random() > 0.3 else "other" for word in line.split())
        for line in one.split("\n")
    )
    found = aligned(one, other)
    assert found.is_coarse
    assert {row.kind for row in found.rows} == {"changed", "removed", "added"}
    assert not aligned("***\n" * 3000, "***\n" * 3001).is_coarse
