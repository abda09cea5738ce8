"""A text as a set of 4-word shingles, and the few of them by which its copies are found. Pure.

Shingles are 32-bit numbers. A sketch holds those that a power of two divides: the same shingle is in the
sketches of all texts of like length, so an index of sketches finds what shares text, however it was cut.
Numbers are from ../shared/research/text.md, part 5.
"""

import zlib
from collections.abc import Sequence, Set
from dataclasses import dataclass

from storage.words import LONG_WORDS, plain

# (up to this many shingles, one shingle in how many is kept); each divides the next, so that a short text's
# sketch holds what a long one's would.
_DENSITY = ((48, 1), (160, 4))
_SPARSE = 16

_MASK = 0xFFFFFFFF
# A checksum's last bits follow the word's ("item-1", "item-2"); the middle ones of this product do not.
_SPREAD = 0x9E3779B1
# It parts the places of a shingle's words; a small one keeps the sums quick.
_BASE = 31


@dataclass(frozen=True, kw_only=True, slots=True)
class Sketch:
    """The sampled shingles of a text with `shingles` different ones in all, one in `step`."""

    hashes: frozenset[int]
    step: int
    shingles: int


def shingles(words: Sequence[str]) -> set[int]:
    """Return the shingles of a list of words; none of fewer than four, which tell nothing."""
    crc = zlib.crc32
    codes = [crc(word.encode("utf-8", "replace")) * _SPREAD >> 16 for word in words]
    return {
        a + b * _BASE + c * _BASE**2 + d * _BASE**3 & _MASK
        for a, b, c, d in zip(codes, codes[1:], codes[2:], codes[3:], strict=False)
    }


def sketch(title: str, text: str) -> Sketch:
    """Return the sketch of an article: of its text, or of title and text where the text is short."""
    return sampled(shingles(compared_words(title, text)))


def sampled(found: Set[int]) -> Sketch:
    """Return the sketch of a set of shingles."""
    step = step_of(len(found))
    return Sketch(hashes=frozenset([one for one in found if one % step == 0]), step=step, shingles=len(found))


def step_of(count: int) -> int:
    """Return how many shingles of a text with `count` of them stand for one in its sketch."""
    return next((step for most, step in _DENSITY if count <= most), _SPARSE)


def compared_words(title: str, text: str) -> list[str]:
    """Return the words by which copies of an article are told."""
    body = plain(text)
    return body if len(body) >= LONG_WORDS else [*plain(title), *body]
