"""Texts as one byte a character, folded: an automaton over bytes is fast, and positions stay the text's own.

In: the characters that terms are made of. Out: `Coded` texts. Says the same as `core.text.fold`, which does
the rare texts where folding depends on a character's neighbours. Knows no terms.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Collection, Iterable
from typing import NamedTuple

import numpy as np

from core.text import LOOKALIKES, fold, fold_characters

# Codes of their own for what no term has: other signs, other letters, characters that fold with neighbours,
# invisible ones that fold to nothing.
_SIGN, _LETTER, _UNEVEN, _NOTHING = range(4)
_FIRST, _LAST = 4, 255
_BMP = 0x10000
_ALWAYS = " '-.0123456789abcdefghijklmnopqrstuvwxyz"
# Scripts: two neighbours of different ones, neither of them other, are the only pair that makes three.
_OTHER, _LATIN, _CYRILLIC = range(3)
_MIXED = _LATIN ^ _CYRILLIC
# As in `core.text`: a Latin letter that looks Cyrillic, inside a Cyrillic word.
_LOOKALIKE = re.compile(rb"\x01(?=\x02)|(?<=\x02)\x01")


class Coded(NamedTuple):
    """A text's `codes`, and the same once more for an automaton that looks for `Alphabet.sought`.

    `search` has a blank in front and two behind, and blanks for most signs, also for apostrophes that stand
    at a word's edge. `origins` is None where positions are those of the original text.
    """

    codes: bytes
    search: bytes
    length: int
    origins: tuple[int, ...] | None = None

    def origin(self, position: int) -> int:
        """Return where in the original text the coded `position` (0 to its length) comes from."""
        if self.origins is None:
            return position
        return self.origins[position] if position < len(self.origins) else self.length

    def part(self, start: int, end: int) -> bytes:
        """Return the codes of the original text's characters from `start` to `end`."""
        if self.origins is None:
            return self.codes[start:end]
        return self.codes[bisect_left(self.origins, start) : bisect_left(self.origins, end)]


class Alphabet:
    """Gives each folded character of `texts` a code. Characters beyond 250 share one: see `is_shared`."""

    def __init__(self, texts: Collection[str]) -> None:
        used = dict.fromkeys(_ALWAYS)
        for text in texts:
            used.update(dict.fromkeys(text))
        self._codes = {character: min(code, _LAST) for code, character in enumerate(used, start=_FIRST)}
        self._shared = frozenset(list(used)[_LAST - _FIRST :])
        folded = fold_characters("".join(map(chr, range(_BMP))))
        table = bytes(map(self._code, folded))
        self._table = np.frombuffer(table, np.uint8)
        self._ascii = table[:128] + bytes(128)
        letters, scripts, cyrillic = {_LETTER}, bytearray([_OTHER] * 256), bytearray(256)
        for character, code in self._codes.items():
            if character.isalnum():
                letters.add(code)
            if character in LOOKALIKES:
                scripts[code] = _LATIN
                cyrillic[code] = self._code(LOOKALIKES[character])
            elif "а" <= character <= "ӿ":
                scripts[code] = _CYRILLIC
        self._apostrophe = self._codes["'"]
        self._scripts, self._cyrillic = bytes(scripts), bytes(cyrillic)
        self.signs = bytes(sorted(set(range(256)) - letters - {self._apostrophe}))
        self._rest = bytes.maketrans(bytes([_UNEVEN]), bytes([_LETTER]))
        self.blank = bytes([self._codes[" "]])
        first = {self._codes[text[0]] for text in texts}
        self._blank = bytes(
            self._codes[" "] if code in self.signs and code not in first else code for code in range(256)
        )
        self._apostrophes = bytes([self._apostrophe])
        self._opens, self._closes = self.blank + self._apostrophes, self._apostrophes + self.blank

    def is_shared(self, text: str) -> bool:
        """Say whether a folded text has a code that stands for other characters too."""
        return not self._shared.isdisjoint(text)

    def code(self, text: str) -> Coded:
        """Fold a text and turn it into codes."""
        if text.isascii():
            return self._coded(text.encode().translate(self._ascii), len(text))
        codes = self._look_up(text)
        if _UNEVEN not in codes:
            if _NOTHING not in codes:
                return self._coded(self._one_script(codes), len(text))
            left = np.flatnonzero(np.frombuffer(codes, np.uint8) != _NOTHING).tolist()
            codes = codes.replace(bytes([_NOTHING]), b"")
            return self._coded(self._one_script(codes), len(text), tuple(left))
        folded = fold(text)
        return self._coded(self.code_folded(folded.text), len(text), folded.origins)

    def terms(self, folded: Iterable[str]) -> list[bytes]:
        """Return the codes of terms. All at once, because there are tens of thousands of short ones."""
        # No term has the code of NUL.
        joined = "\0".join(folded)
        return self.code_folded(joined).split(b"\0") if joined else []

    def sought(self, term: bytes) -> bytes:
        """Return what `Coded.search` has where a word of this term begins: a blank before it."""
        return self._searchable(term)[:-2]

    def has_signs(self, term: bytes) -> bool:
        """Say whether a term has signs, which `Coded.search` may take for blanks."""
        return len(term.translate(None, self.signs + self._apostrophes)) < len(term)

    def code_folded(self, folded: str) -> bytes:
        """Return the codes of a text that is folded already."""
        return self._look_up(folded).translate(self._rest)

    def _one_script(self, codes: bytes) -> bytes:
        scripts = codes.translate(self._scripts)
        if _LATIN not in scripts or _CYRILLIC not in scripts:
            return codes
        letters = np.frombuffer(scripts, np.uint8)
        if (letters[1:] ^ letters[:-1]).max() != _MIXED:
            return codes
        mended = bytearray(codes)
        for letter in _LOOKALIKE.finditer(scripts):
            at = letter.start()
            mended[at] = self._cyrillic[codes[at]]
        return bytes(mended)

    def _coded(self, codes: bytes, length: int, origins: tuple[int, ...] | None = None) -> Coded:
        return Coded(codes, self._searchable(codes), length, origins)

    def _searchable(self, codes: bytes) -> bytes:
        search = self.blank + codes.translate(self._blank) + 2 * self.blank
        if self._apostrophe in codes:
            # Between letters an apostrophe joins them; elsewhere it is a sign, often one of two.
            for quoted in (self._opens, self._closes) * 2:
                search = search.replace(quoted, 2 * self.blank)
        return search

    def _look_up(self, text: str) -> bytes:
        units = text.encode("utf-16-le", "surrogatepass")
        if len(units) == 2 * len(text):
            return self._table.take(np.frombuffer(units, np.uint16)).tobytes()
        points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        codes = self._table.take(np.minimum(points, _BMP - 1))
        for at in np.flatnonzero(points >= _BMP):
            codes[at] = self._code(text[at])
        return codes.tobytes()

    def _code(self, folded: str | None) -> int:
        if folded is None:
            return _NOTHING
        if len(folded) != 1:
            return _UNEVEN
        code = self._codes.get(folded)
        if code is not None:
            return code
        return _LETTER if folded.isalnum() or unicodedata.combining(folded) else _SIGN
