"""What a list's page looks like and how much was found on it: a value that is compared from poll to poll.

Marks in, a share out. Pure; knows no page and no parser. crawler/kinds/skeleton.py takes the marks.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# Of all marks the smallest are kept: what two pages share of them errs by about 0.06.
MARKS = 64
_BYTES = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class ListShape:
    """`marks` are the smallest marks of a page's structure, in order; at most `MARKS`, of four bytes each.

    `links` were found there, `titled` and `dated` of them have a title, a date beside them.
    """

    marks: tuple[int, ...]
    links: int
    titled: int
    dated: int

    def dump(self) -> str:
        """Write it as text for the store."""
        packed = b"".join(mark.to_bytes(_BYTES, "big") for mark in self.marks)
        return json.dumps([self.links, self.titled, self.dated, b64encode(packed).decode("ascii")])

    @classmethod
    def load(cls, text: str) -> "ListShape":
        """Read what `dump` wrote."""
        links, titled, dated, packed = json.loads(text)
        raw = b64decode(packed)
        marks = tuple(int.from_bytes(raw[at : at + _BYTES], "big") for at in range(0, len(raw), _BYTES))
        return cls(marks=marks, links=links, titled=titled, dated=dated)


def smallest(marks: Iterable[int]) -> tuple[int, ...]:
    """Return the marks that stand for all of them."""
    return tuple(sorted(set(marks))[:MARKS])


def together(shapes: Sequence[ListShape]) -> ListShape | None:
    """Return several lists as one; None for none."""
    if not shapes:
        return None
    return ListShape(
        marks=smallest(mark for shape in shapes for mark in shape.marks),
        links=sum(shape.links for shape in shapes),
        titled=sum(shape.titled for shape in shapes),
        dated=sum(shape.dated for shape in shapes),
    )


def strangeness(shape: ListShape, usual: ListShape) -> float:
    """Return the share of a page's structure that the usual page does not have, 0 to 1.

    What is only missing counts for nothing: a list that was emptied is still the same page.
    """
    # Below the largest mark of one that was cut, both name all that they have.
    ends = [one.marks[-1] for one in (shape, usual) if len(one.marks) == MARKS]
    comparable = [mark for mark in shape.marks if mark <= min(ends, default=mark)]
    if not comparable:
        return 0.0
    return len(set(comparable) - set(usual.marks)) / len(comparable)
