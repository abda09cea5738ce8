"""A document cut into the windows that rules look at: sentences, paragraphs, all. Cut around finds only.

In: a text and the finds in it. Out: windows with their finds. Knows no rules.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from core.match import Field
from core.text import line_sentences
from publisher.matching.alphabet import Alphabet, Coded
from publisher.matching.automaton import Found

Bounds = tuple[int, int]


class Speech(NamedTuple):
    """Words in somebody's mouth, and a place in the same field where that somebody is named."""

    start: int
    end: int
    speaker: Found


class TextField:
    """The title or the text of a document. A line is cut into sentences once, and only when that is asked."""

    def __init__(self, name: Field, text: str, coded: Coded) -> None:
        self.name = name
        self.text = text
        self.coded = coded
        self._lines: dict[int, list[Bounds]] = {}

    def line(self, position: int) -> Bounds:
        """Return the bounds of the line (a paragraph) around a position. A title is one line."""
        if self.name == "title":
            return 0, len(self.text)
        end = self.text.find("\n", position)
        return self.text.rfind("\n", 0, position) + 1, end if end >= 0 else len(self.text)

    def sentences(self, line: Bounds) -> list[Bounds]:
        """Return the bounds of a line's sentences. A title is one sentence."""
        if self.name == "title":
            return [line]
        known = self._lines.get(line[0])
        if known is None:
            known = self._lines[line[0]] = line_sentences(self.text, *line)
        return known

    def sentence(self, position: int) -> Bounds:
        """Return the bounds of the sentence around a position."""
        line = self.line(position)
        bounds = self.sentences(line)
        at = bisect_right(bounds, position, key=lambda one: one[1])
        return bounds[at] if at < len(bounds) else line


@dataclass(slots=True)
class Window:
    """A stretch of a field with the finds in it and all their bits; `parts` are its sentences, once cut.

    `speakers` are finds elsewhere in the field, of those in whose mouth these words stand.
    """

    start: int
    end: int
    found: Sequence[Found]
    bits: int
    speakers: Sequence[Found] = ()
    parts: "list[Window] | None" = field(default=None)

    def has(self, one: Found) -> bool:
        """Say whether a find stands in this window, and not only its speaker's name elsewhere."""
        return self.start <= one.start < self.end


class View:
    """A field with those finds that mean something to a watchlist. `alphabet` made the field's codes.

    `speeches` are in order, each with a find of its speaker in this field.
    """

    def __init__(
        self, of: TextField, found: Sequence[Found], alphabet: Alphabet, speeches: Sequence[Speech] = ()
    ) -> None:
        self.field = of
        self.alphabet = alphabet
        self.found = found
        self._speeches = speeches
        self._starts = [speech.start for speech in speeches]
        self.whole = _window((0, len(of.text)), found)
        self._paragraphs: list[Window] | None = None

    def paragraphs(self) -> list[Window]:
        """Return the lines that hold finds, in order."""
        if self._paragraphs is None:
            self._paragraphs = self._windows(self.found, self._lines())
        return self._paragraphs

    def sentences(self, paragraph: Window) -> list[Window]:
        """Return the sentences of a paragraph that hold finds, in order."""
        if paragraph.parts is None:
            bounds = self.field.sentences((paragraph.start, paragraph.end))
            one = bounds == [(paragraph.start, paragraph.end)]
            paragraph.parts = [paragraph] if one else self._windows(paragraph.found, bounds)
        return paragraph.parts

    def _lines(self) -> Iterator[Bounds]:
        end = -1
        for one in self.found:
            if one.start >= end:
                start, end = self.field.line(one.start)
                yield start, end

    def _windows(self, found: Sequence[Found], bounds: Iterable[Bounds]) -> list[Window]:
        windows: list[Window] = []
        at = 0
        for start, end in bounds:
            first = at
            while at < len(found) and found[at].start < end:
                at += 1
            if at > first:
                window = _window((start, end), found[first:at])
                if self._speeches:
                    self._add_speakers(window)
                windows.append(window)
        return windows

    def _add_speakers(self, window: Window) -> None:
        """Add those who say words of the window, where they are named outside it."""
        last = bisect_left(self._starts, window.end)
        first = max(0, bisect_right(self._starts, window.start) - 1)
        window.speakers = [
            speech.speaker
            for speech in self._speeches[first:last]
            if speech.end > window.start and not window.has(speech.speaker)
        ]
        window.bits |= bits_of(window.speakers)


def _window(bounds: Bounds, found: Sequence[Found]) -> Window:
    return Window(*bounds, found, bits_of(found))


def bits_of(found: Iterable[Found]) -> int:
    """Return the bits of all finds together."""
    bits = 0
    for one in found:
        bits |= one.bits
    return bits
