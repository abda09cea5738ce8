"""Paragraphs as marks, by which those that other pages of the source have too are known and left out. Pure.

A mark is an integer: 48 bits of a hash of the words, 7 bits that count them, and whether a link stands there.
"""

import re
from collections.abc import Iterable, Sequence
from hashlib import blake2b

from core.structure import HEADINGS, Paragraph
from core.text import fold_text
from crawler.reading.furniture import is_prose

MOST_MARKS = 100
_FEWEST_WORDS = 4
_FEWEST_WORDS_UNLINKED = 6
_MOST_COUNTED = 127
_COUNT_BITS, _LINK_BITS = 7, 1
_NOT_WORDS = re.compile(r"\W+")
# Turns of transcripts, dash speech, quotations, what announces a document: said often, and meant.
_STANDING = re.compile(r"^[\w .’'-]{2,40}:\s|^[—–-]\s|[«»“”„\"]|[:：]\s*$")


def marks_of(paragraphs: Sequence[Paragraph]) -> tuple[int, ...]:
    """Return the marks of the paragraphs that could be furniture; of a long text those at both ends."""
    found = [mark for paragraph in paragraphs if (mark := _mark(paragraph)) is not None]
    if len(found) > MOST_MARKS:
        found = [*found[: MOST_MARKS // 2], *found[-MOST_MARKS // 2 :]]
    return tuple(dict.fromkeys(found))


def without_repeated(paragraphs: Sequence[Paragraph], furniture: frozenset[int]) -> Sequence[Paragraph]:
    """Return the text without the paragraphs that are `furniture`, names of marks as `name_of` gives them.

    A text of which no sentence would be left is returned whole: then the article itself is repeated.
    """
    if not furniture:
        return paragraphs
    kept = [
        paragraph
        for paragraph in paragraphs
        if (mark := _mark(paragraph)) is None or name_of(mark) not in furniture
    ]
    return kept if any(is_prose(paragraph.text) for paragraph in kept) else paragraphs


def name_of(mark: int) -> int:
    """Return the part of a mark that is the paragraph's own, linked or not."""
    return mark >> (_COUNT_BITS + _LINK_BITS)


def words_of(marks: Iterable[int]) -> int:
    """Count the words of paragraphs."""
    return sum((mark >> _LINK_BITS) & _MOST_COUNTED for mark in marks)


def is_linked(mark: int) -> bool:
    """Say whether a link stands in the paragraph."""
    return bool(mark & 1)


def _mark(paragraph: Paragraph) -> int | None:
    words = len(paragraph.text.split())
    fewest = _FEWEST_WORDS if paragraph.is_linked else _FEWEST_WORDS_UNLINKED
    if words < fewest or paragraph.kind in HEADINGS:
        return None
    if not paragraph.is_linked and _STANDING.search(paragraph.text):
        return None
    digest = blake2b(_NOT_WORDS.sub("", fold_text(paragraph.text)).encode("utf-8", "replace"), digest_size=6)
    count = min(words, _MOST_COUNTED)
    return int.from_bytes(digest.digest(), "big") << 8 | count << _LINK_BITS | paragraph.is_linked
