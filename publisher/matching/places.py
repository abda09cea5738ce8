"""A text cut into the windows that rules look at: sentences, paragraphs, all of it. Cut lazily, around hits.

In: a text and the hits in it. Out: windows with their hits. Knows no rules.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.match import Field
from core.text import Folded, line_sentences
from publisher.matching.automaton import Hit
from publisher.matching.spec import PlaceName


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A hit as one watchlist sees it: original bounds, the names it serves (bits) and the state it means."""

    start: int
    end: int
    hit: Hit
    bits: int
    country: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """A stretch of a field with the hits in it and all their bits."""

    start: int
    end: int
    place: PlaceName
    found: Sequence[Found]
    bits: int


class TextField:
    """The title or the text of a document. Lines are cut into sentences once, only where there are hits."""

    def __init__(self, name: Field, text: str, folded: Folded, lead: int) -> None:
        self.name = name
        self.text = text
        self.folded = folded
        self._lead = lead
        self._lines: dict[int, tuple[list[tuple[int, int]], list[int]]] = {}

    def windows(self, found: Sequence[Found], near: str) -> Iterator[Window]:
        """Yield the sentences, paragraphs or whole text that hold hits, in order."""
        at = 0
        while at < len(found):
            start, end = self.bounds(found[at].start, near)
            last = at + 1
            while last < len(found) and found[last].start < end:
                last += 1
            inside = found[at:last]
            bits = 0
            for one in inside:
                bits |= one.bits
            yield Window(start=start, end=end, place=self._place(start), found=inside, bits=bits)
            at = last

    def bounds(self, position: int, near: str = "sentence") -> tuple[int, int]:
        """Return the bounds of the sentence, paragraph (a line) or text around a position. A title is one."""
        if self.name == "title" or near == "text":
            return 0, len(self.text)
        line_start = self.text.rfind("\n", 0, position) + 1
        line_end = self.text.find("\n", position)
        line_end = len(self.text) if line_end < 0 else line_end
        if near == "paragraph":
            return line_start, line_end
        if line_start not in self._lines:
            bounds = line_sentences(self.text, line_start, line_end)
            self._lines[line_start] = (bounds, [start for start, _ in bounds])
        bounds, starts = self._lines[line_start]
        return bounds[max(0, bisect_right(starts, position) - 1)]

    def _place(self, start: int) -> PlaceName:
        if self.name == "title":
            return "title"
        return "lead" if start < self._lead else "body"
