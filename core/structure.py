"""The structure of an article's text: a kind for each paragraph, kept as a character each. Pure.

The text itself stays plain, so that offsets count characters that people read.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a paragraph is. The lines of a list are its items."""

    PARAGRAPH = "p"
    HEADING = "2"
    SUBHEADING = "3"
    LIST = "u"
    NUMBERED = "n"
    QUOTATION = "q"


LISTS = frozenset({Kind.LIST, Kind.NUMBERED})
HEADINGS = frozenset({Kind.HEADING, Kind.SUBHEADING})

_KINDS = {kind.value: kind for kind in Kind}
_PARTED = "\n\n"


@dataclass(frozen=True, kw_only=True, slots=True)
class Paragraph:
    """One paragraph of a text. `is_linked`: a link stands in it; known only while a page is read."""

    text: str
    kind: Kind = Kind.PARAGRAPH
    is_linked: bool = False


def paragraphs_of(text: str, structure: str = "") -> list[Paragraph]:
    """Part a text. Without a structure that fits it, all are plain paragraphs."""
    parts = text.split(_PARTED) if text else []
    kinds = structure if len(structure) == len(parts) else Kind.PARAGRAPH * len(parts)
    return [
        Paragraph(text=part, kind=_KINDS.get(kind, Kind.PARAGRAPH))
        for part, kind in zip(parts, kinds, strict=True)
    ]


def text_of(paragraphs: Iterable[Paragraph]) -> str:
    """Return the text of paragraphs."""
    return _PARTED.join(paragraph.text for paragraph in paragraphs)


def structure_of(paragraphs: Sequence[Paragraph]) -> str:
    """Return the structure of paragraphs, "" where all are plain."""
    kinds = "".join(paragraph.kind for paragraph in paragraphs)
    return "" if kinds == Kind.PARAGRAPH * len(kinds) else kinds
