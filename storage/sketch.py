"""A text as a set of 4-word shingles, and the few of them by which its copies are found. Pure.

Shingles are 32-bit numbers. A sketch holds those that a power of two divides: the same shingle is in the
sketches of all texts of like length, so an index of sketches finds what shares text, however it was cut.
docs/decisions/0003-copies.md has the measurements behind the numbers.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from storage.words import LONG_WORDS, plain

# (up to this many shingles, one shingle in how many is kept); each divides the next, so that a short text's
# sketch holds what a long one's would.
_DENSITY = ((48, 1), (160, 4))
_SPARSE = 16

# A checksum's last bits follow the word's ("item-1", "item-2"); the middle ones of this product do not.
_SPREAD = np.uint64(0x9E3779B1)
_HALF = np.uint64(16)
# It parts the places of a shingle's words; a small one keeps the sums quick.
_BASE = np.uint64(31)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sketch:
    """The sampled shingles of a text with `shingles` different ones in all, one in `step`."""

    hashes: frozenset[int]
    step: int
    shingles: int


def shingles(words: Sequence[str]) -> set[int]:
    """Return the shingles of a list of words; none of fewer than four, which tell nothing."""
    return set(_shingles(words).tolist())


def sketch(title: str, text: str) -> Sketch:
    """Return the sketch of an article: of its text, or of title and text where the text is short."""
    found = _shingles(compared_words(title, text))
    step = step_of(len(found))
    return Sketch(hashes=frozenset(found[found % step == 0].tolist()), step=step, shingles=len(found))


def _shingles(words: Sequence[str]) -> npt.NDArray[np.uint32]:
    """Return the shingles, each once, in order of size."""
    crc = zlib.crc32
    sums = np.array([crc(word.encode("utf-8", "replace")) for word in words], dtype=np.uint64)
    codes = sums * _SPREAD >> _HALF
    first, second, third, fourth = codes[:-3], codes[1:-2], codes[2:-1], codes[3:]
    # As 32 bits: the last ones.
    found = (first + second * _BASE + third * _BASE**2 + fourth * _BASE**3).astype(np.uint32)
    # Four times as fast as np.unique on so few.
    found.sort()
    is_other = np.ones(len(found), dtype=np.bool_)
    np.not_equal(found[1:], found[:-1], out=is_other[1:])
    each_once: npt.NDArray[np.uint32] = found[is_other]
    return each_once


def step_of(count: int) -> int:
    """Return how many shingles of a text with `count` of them stand for one in its sketch."""
    return next((step for most, step in _DENSITY if count <= most), _SPARSE)


def compared_words(title: str, text: str) -> list[str]:
    """Return the words by which copies of an article are told."""
    body = plain(text)
    return body if len(body) >= LONG_WORDS else [*plain(title), *body]
