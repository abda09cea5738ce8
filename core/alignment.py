"""Two texts -> rows that stand side by side: paragraph beside paragraph, the words that differ marked. Pure.

Equal paragraphs are found first; those between them are paired by the words that they share, in order.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from core.diff import Piece, word_diff

RowKind = Literal["same", "changed", "removed", "added"]

_WORD = re.compile(r"\w+")
# Paragraphs are one, changed, where they share this much of their words.
_ALIKE = 0.35
# Pairs of paragraphs that are weighed against each other, and pairs of characters that differ in them: a
# second at the worst. Beyond, what differs is shown as removed and added whole.
_MOST_PAIRS = 40_000
_MOST_WORK = 40_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A paragraph of the old text beside one of the new; the side of one that is only in the other is empty.

    `before` and `after` are the numbers of the paragraphs in their texts, from 1.
    """

    kind: RowKind
    before: int | None
    after: int | None
    left: tuple[Piece, ...]
    right: tuple[Piece, ...]

    @property
    def old(self) -> str:
        """The paragraph of the old text."""
        return "".join(piece.text for piece in self.left)

    @property
    def new(self) -> str:
        """The paragraph of the new text."""
        return "".join(piece.text for piece in self.right)


@dataclass(frozen=True, kw_only=True, slots=True)
class Alignment:
    """The rows of two texts in order. `is_coarse`: too long for each word to be compared."""

    rows: tuple[Row, ...]
    is_coarse: bool


def aligned(before: str, after: str) -> Alignment:
    """Return both texts in rows. The left sides joined with line ends are the old text's paragraphs."""
    old, new = _paragraphs(before), _paragraphs(after)
    rows: list[Row] = []
    budget, coarse = _MOST_WORK, False
    for a, b in _pairs(old, new):
        left, right = (old[a] if a is not None else ""), (new[b] if b is not None else "")
        if a is None or b is None or left == right:
            rows.append(_whole(a, b, left, right))
            continue
        cost = _cost(left, right)
        if cost > budget:
            coarse = True
            rows += [_whole(a, None, left, ""), _whole(None, b, "", right)]
            continue
        budget -= cost
        rows.append(_changed(a, b, word_diff(left, right)))
    return Alignment(rows=tuple(rows), is_coarse=coarse)


def _cost(left: str, right: str) -> int:
    """Return what comparing the words costs: nothing for what begins and ends both."""
    start = _shared(left, right)
    end = _shared(left[start:][::-1], right[start:][::-1])
    return (len(left) - start - end) * (len(right) - start - end)


def _shared(one: str, other: str) -> int:
    shortest = min(len(one), len(other))
    return next((at for at in range(shortest) if one[at] != other[at]), shortest)


def _paragraphs(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


def _pairs(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int | None, int | None]]:
    """Yield indices that stand beside each other, in the order of both texts."""
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    blocks = matcher.get_opcodes() if _is_small(old, new) else _ends(old, new)
    for tag, a, b, c, d in blocks:
        if tag == "equal":
            yield from zip(range(a, b), range(c, d), strict=True)
        else:
            yield from _in_block(old, new, (a, b), (c, d))


def _is_small(old: Sequence[str], new: Sequence[str]) -> bool:
    # Equal paragraphs that come often ("***") make the matcher's work grow with their product.
    often = Counter(new)
    return sum(often[line] for line in old) <= _MOST_PAIRS


def _ends(old: Sequence[str], new: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    """Return the equal beginning and end, and everything between as one block."""
    shortest = min(len(old), len(new))
    start = next((n for n in range(shortest) if old[n] != new[n]), shortest)
    rest = shortest - start
    end = next((n for n in range(rest) if old[-1 - n] != new[-1 - n]), rest)
    return [
        ("equal", 0, start, 0, start),
        ("replace", start, len(old) - end, start, len(new) - end),
        ("equal", len(old) - end, len(old), len(new) - end, len(new)),
    ]


def _in_block(
    old: Sequence[str], new: Sequence[str], olds: tuple[int, int], news: tuple[int, int]
) -> Iterator[tuple[int | None, int | None]]:
    (a, b), (c, d) = olds, news
    chosen = _best(old[a:b], new[c:d]) if (b - a) * (d - c) <= _MOST_PAIRS else []
    for x, y in (*chosen, (b - a, d - c)):
        yield from ((n, None) for n in range(a, olds[0] + x))
        yield from ((None, n) for n in range(c, news[0] + y))
        if olds[0] + x < b:
            yield olds[0] + x, news[0] + y
        a, c = olds[0] + x + 1, news[0] + y + 1


def _best(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Return the pairs, in order, that share most words over all: the longest common subsequence, weighed."""
    bags = [frozenset(_WORD.findall(text.casefold())) for text in (*old, *new)]
    height, width = len(old), len(new)
    score = [[0.0] * (width + 1) for _ in range(height + 1)]
    for x in range(height - 1, -1, -1):
        for y in range(width - 1, -1, -1):
            alike = _alike(bags[x], bags[height + y])
            paired = score[x + 1][y + 1] + alike if alike >= _ALIKE else 0.0
            score[x][y] = max(paired, score[x + 1][y], score[x][y + 1])
    chosen: list[tuple[int, int]] = []
    x = y = 0
    while x < height and y < width:
        if score[x][y] == score[x + 1][y]:
            x += 1
        elif score[x][y] == score[x][y + 1]:
            y += 1
        else:
            chosen.append((x, y))
            x, y = x + 1, y + 1
    return chosen


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    total = len(one) + len(other)
    # Of sizes so different that all shared words would not do.
    if 2 * min(len(one), len(other)) < _ALIKE * total or not total:
        return 0.0
    return 2 * len(one & other) / total


def _whole(a: int | None, b: int | None, left: str, right: str) -> Row:
    kind: RowKind = "removed" if b is None else "added" if a is None else "same"
    return Row(
        kind=kind,
        before=a + 1 if a is not None else None,
        after=b + 1 if b is not None else None,
        left=(Piece(kind="deleted" if b is None else "same", text=left),) if a is not None else (),
        right=(Piece(kind="inserted" if a is None else "same", text=right),) if b is not None else (),
    )


def _changed(a: int, b: int, pieces: Sequence[Piece]) -> Row:
    return Row(
        kind="changed",
        before=a + 1,
        after=b + 1,
        left=tuple(piece for piece in pieces if piece.kind != "inserted"),
        right=tuple(piece for piece in pieces if piece.kind != "deleted"),
    )
