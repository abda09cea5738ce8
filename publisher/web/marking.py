"""An article's text for its page: in parts, with evidence and statements marked where they stand. Pure.

In: plain text, its structure, and places in it. Out: HTML that was made here, everything of the text escaped.
"""

import itertools
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from markupsafe import Markup

from core.match import Evidence
from core.statement import Statement
from core.structure import Paragraph, paragraphs_of
from publisher.html import annotated_html

# A page of a long transcript stays small; parts end with a paragraph.
PART_CHARACTERS = 30_000
# The text's own headings stand below the page's "Text".
_HEADING = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Characters [start, end) of a text, with what is marked there. `number` makes the mark's name.

    `note` is read out beside the words; "" for a statement.
    """

    number: int
    start: int
    end: int
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A part of a text: `number` of `of`, characters [start, end), as HTML."""

    number: int
    of: int
    start: int
    end: int
    html: Markup


def evidence_places(text: str, evidence: Iterable[tuple[int, Evidence]]) -> list[Place]:
    """Return where numbered evidence stands, in order.

    What the text does not have there (any more) is left out, and what shares characters with one before it.
    """
    return _apart(
        Place(number=number, start=one.start, end=one.end, note=f"{label(one.group)}: {one.term}")
        for number, one in evidence
        if 0 <= one.start < one.end and text[one.start : one.end] == one.form
    )


def statement_places(text: str, statements: Iterable[Statement]) -> list[Place]:
    """Return where statements stand, numbered from 1."""
    return [
        Place(number=number, start=one.start, end=one.end)
        for number, one in enumerate(statements, start=1)
        if 0 <= one.start < one.end <= len(text)
    ]


def label(group: str) -> str:
    """Return the name of a group or list as people read it."""
    return group.replace("-", " ").replace("_", " ")


def parts_of(text: str, structure: str) -> list[list[tuple[int, Paragraph]]]:
    """Return the paragraphs with their offsets, in parts of about PART_CHARACTERS; one part at least."""
    parts: list[list[tuple[int, Paragraph]]] = [[]]
    at = size = 0
    for paragraph in paragraphs_of(text, structure):
        for offset, piece in _pieces(paragraph):
            if parts[-1] and size + len(piece.text) > PART_CHARACTERS:
                parts.append([])
                size = 0
            parts[-1].append((at + offset, piece))
            size += len(piece.text)
        at += len(paragraph.text) + 2
    return parts


def part_at(parts: Sequence[Sequence[tuple[int, Paragraph]]], position: int) -> int:
    """Return the number, from 1, of the part in which a character stands."""
    starts = [part[0][0] if part else 0 for part in parts]
    return max(1, bisect_left(starts, position + 1))


def marked(
    parts: Sequence[Sequence[tuple[int, Paragraph]]],
    number: int,
    found: Sequence[Place],
    said: Sequence[Place],
) -> Part:
    """Return one part, from 1, with what is marked in it."""
    part = parts[number - 1]
    start = part[0][0] if part else 0
    end = part[-1][0] + len(part[-1][1].text) if part else 0
    line = _Line(
        [one for one in found if one.end > start and one.start < end],
        [one for one in said if one.end > start and one.start < end],
    )
    html = annotated_html(part, line.html, heading=_HEADING)
    return Part(number=number, of=len(parts), start=start, end=end, html=Markup(html))  # noqa: S704 - made and escaped here


def marked_line(text: str, found: Sequence[Place]) -> Markup:
    """Return one line, such as a title, with what is marked in it."""
    return Markup(_Line(found, ()).html(0, text))  # noqa: S704 - made and escaped here


def _pieces(paragraph: Paragraph) -> Iterable[tuple[int, Paragraph]]:
    """Cut a paragraph that is longer than a part: a page without line ends must not be one part."""
    for at in range(0, max(len(paragraph.text), 1), PART_CHARACTERS):
        yield at, Paragraph(text=paragraph.text[at : at + PART_CHARACTERS], kind=paragraph.kind)


class _Line:
    """Makes the HTML of lines that come in the order of the text."""

    def __init__(self, found: Sequence[Place], said: Sequence[Place]) -> None:
        self._found = _Ahead(found)
        self._said = _Ahead(sorted(said, key=lambda one: (one.start, one.end)))

    def html(self, at: int, line: str) -> str:
        """Return a line that stands at an offset of the text."""
        end = at + len(line)
        found, said = self._found.within(at, end), self._said.within(at, end)
        cuts = {at, end}
        for one in (*found, *said):
            cuts |= {max(at, one.start), min(end, one.end)}
        borders = sorted(cuts)
        pieces = (
            _piece(line[start - at : stop - at], start, stop, found, said)
            for start, stop in itertools.pairwise(borders)
        )
        return "".join(pieces)


class _Ahead:
    """Places in order, asked for stretches in order: those that are behind are not looked at again."""

    def __init__(self, places: Sequence[Place]) -> None:
        self._places = places
        self._first = 0

    def within(self, start: int, end: int) -> list[Place]:
        """Return the places that share characters with a stretch."""
        while self._first < len(self._places) and self._places[self._first].end <= start:
            self._first += 1
        ahead = itertools.islice(self._places, self._first, None)
        return [one for one in itertools.takewhile(lambda one: one.start < end, ahead) if one.end > start]


def _apart(found: Iterable[Place]) -> list[Place]:
    """Return the places in order, without those that share characters with one before: marks do not nest."""
    kept: list[Place] = []
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def _piece(text: str, start: int, stop: int, found: Sequence[Place], said: Sequence[Place]) -> str:
    html = escape(text)
    for one in found:
        if one.start <= start and stop <= one.end:
            name = f' id="found-{one.number}"' if start == one.start else ""
            note = f'<span class="hidden"> ({escape(one.note)})</span>' if stop == one.end else ""
            html = f'<mark{name} title="{escape(one.note)}">{html}{note}</mark>'
    spoken = [one for one in said if one.start <= start and stop <= one.end]
    if not spoken:
        return html
    names = "".join(f'<span id="said-{one.number}"></span>' for one in spoken if one.start == start)
    back = "".join(
        f'<a class="to-said" href="#statement-{one.number}" aria-label="Statement {one.number}">'
        f"{one.number}</a>"
        for one in spoken
        if one.end == stop
    )
    return f'{names}<span class="spoken">{html}</span>{back}'
