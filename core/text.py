"""Plain-text helpers: folding for comparison with offsets back to the original, sentences, white space.

Pure: text in, text and offsets out. Knows no language's words and no term lists.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

_APOSTROPHES = "ʻʼ‘’‛`´ʹ′＇"
_DASHES = "–—‑−‐‒―"
_SPACES = "\n\t\r\u00a0\u202f\u2009\u2002\u2003\u2007"
_ONE_TO_ONE = [
    *((mark, "'") for mark in _APOSTROPHES),
    *((dash, "-") for dash in _DASHES),
    *((space, " ") for space in _SPACES),
    ("ё", "е"),
    # Turkish I: casefold alone would keep "KIRGIZİSTAN" and "Kırgızistan" apart.
    ("ı", "i"),
]
# Marks and invisible characters change the length of the text: such places are folded one by one.
_MARKS = "\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff"
_MARK = re.compile(f"[{_MARKS}]")
# Composing takes the square of the number of marks: no letter of any language has thirty.
# Beside marks: the letters that become two or three when case is folded (ß, և, ligatures, some Greek ones).
_UNEVEN = re.compile(
    f"[^{_MARKS}]?[{_MARKS}]{{1,30}}|[ßŉǰΐΰև\u1e96-\u1e9e\u1f50-\u1f56\u1f80-\u1ffc\ufb00-\ufb17]"
)
_INVISIBLE = str.maketrans("", "", "\u00ad\u200b\u200c\u200d\u2060\ufeff")
_CYRILLIC = re.compile("[а-ӿ]")
# A Latin letter typed inside a Cyrillic word ("Кыргызcтан"): the two look the same.
_LOOKALIKE = re.compile("[abcehkmoptxyi](?:(?=[а-ӿ])|(?<=[а-ӿ].))")
_PARAGRAPH = 2_000
ELLIPSIS = "…"
# What does not stand before an ellipsis.
LOOSE = " ,;:–—-"
LOOKALIKES = dict(zip("abcehkmoptxyi", "авсенкмортхуі", strict=True))


@dataclass(frozen=True, kw_only=True, slots=True)
class Folded:
    """Text made comparable. `origins` is None where positions are those of the original text."""

    text: str
    length: int
    origins: tuple[int, ...] | None = None

    def origin(self, position: int) -> int:
        """Return where in the original text the folded `position` (0 to its length) comes from."""
        if self.origins is None:
            return position
        return self.origins[position] if position < len(self.origins) else self.length


def fold(text: str) -> Folded:
    """Fold case, apostrophes, dashes, white space, ё and letters of the wrong script; compose accents."""
    if text.isascii():
        return Folded(text=_fold_spaces(text.lower()), length=len(text))
    plain = text.replace("İ", "i")
    folded = plain.casefold()
    if len(folded) == len(text) and _MARK.search(folded) is None:
        return Folded(text=_fold_letters(folded), length=len(text))
    pieces: list[str] = []
    origins: list[int] = []
    for start, end in _pieces(plain):
        piece = unicodedata.normalize("NFC", plain[start:end]).casefold().translate(_INVISIBLE)
        pieces.append(piece)
        origins += range(start, end) if len(piece) == end - start else [start] * len(piece)
    return Folded(text=_fold_letters("".join(pieces)), length=len(text), origins=tuple(origins))


def fold_text(text: str) -> str:
    """Return the folded text alone, for terms and comparisons. The last paragraphs' are kept: many ask."""
    return _fold_paragraph(text) if len(text) <= _PARAGRAPH else fold(text).text


@lru_cache(maxsize=512)
def _fold_paragraph(text: str) -> str:
    return fold(text).text


def fold_characters(characters: str) -> list[str | None]:
    """Return what each character folds to wherever it stands; "" for marks, which fold with their neighbours.

    None for invisible characters, which folding takes away.

    A letter of the wrong script inside a word is not seen here: only `fold` looks at neighbours.
    """
    single = dict(_ONE_TO_ONE)
    folded = (
        "" if _MARK.match(character) else character.replace("İ", "i").casefold() for character in characters
    )
    return [
        None if ord(before) in _INVISIBLE else single.get(after, after)
        for before, after in zip(characters, folded, strict=True)
    ]


def _fold_spaces(text: str) -> str:
    return text.replace("\n", " ").replace("\t", " ").replace("\r", " ").replace("`", "'")


def _fold_letters(text: str) -> str:
    for old, new in _ONE_TO_ONE:
        text = text.replace(old, new)
    if _CYRILLIC.search(text) is not None:
        text = _LOOKALIKE.sub(lambda found: LOOKALIKES[found[0]], text)
    return text


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Yield the bounds of stretches that keep their length when folded, and of characters that do not."""
    start = 0
    for uneven in _UNEVEN.finditer(text):
        if start < uneven.start():
            yield start, uneven.start()
        yield uneven.span()
        start = uneven.end()
    if start < len(text):
        yield start, len(text)


def begins_word(folded: str, start: int) -> bool:
    """Say whether no letter, digit or inner apostrophe stands right before `start`."""
    if start == 0:
        return True
    before = folded[start - 1]
    if before == "'":
        return start == 1 or not folded[start - 2].isalnum()
    return not (before.isalnum() or unicodedata.combining(before))


# A full stop ends a sentence when white space and no small letter follow; "Акорды.Президент" is two, glued.
_END = re.compile(
    # Both ways begin with the same class, so that the search can leap from mark to mark.
    r"""[.!?…。]+(?:["'»”’)\]]*(?=\s+["'«“‘(\[—–-]*\s*[^\s\Wa-zа-яёәғқңөұүһіў])"""
    r"|(?<=[a-zа-яё]\.)(?=[А-ЯЁ]))",
)
_ABBREVIATION = re.compile(
    r"(?:^|[\s(«\"'.])(?:\w|Mr|Mrs|Ms|Dr|Prof|Gen|Gov|Sen|Rep|St|No|Jr|vs|им|гг|ст|тыс|млн|млрд|руб|проф|акад)$",
    re.IGNORECASE,
)


def sentences(text: str) -> list[tuple[int, int]]:
    """Return each sentence's bounds without white space around it. A line's end always ends a sentence."""
    found: list[tuple[int, int]] = []
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        found += line_sentences(text, start, end)
        start = end + 1
    return found


def line_sentences(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the bounds of the sentences of one line, text[start:end]."""
    cuts = [start]
    for mark in _END.finditer(text, start, end):
        before = text[max(cuts[-1], mark.start() - 8) : mark.start()]
        if mark[0] != "." or not _ABBREVIATION.search(before):
            cuts.append(mark.end())
    cuts.append(end)
    bounds = (_trimmed(text, first, last) for first, last in itertools.pairwise(cuts))
    return [(first, last) for first, last in bounds if first < last]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def cut(line: str, characters: int) -> str:
    """Return at most `characters` of a line, cut between words where that is possible, with an ellipsis."""
    if len(line) <= characters:
        return line
    head, _, _ = line[:characters].rpartition(" ")
    return (head if len(head) >= characters // 2 else line[: characters - 1]).rstrip(LOOSE) + ELLIPSIS


def normalise_space(text: str) -> str:
    """Turn each run of white space into one blank and trim both ends."""
    return " ".join(text.split())
