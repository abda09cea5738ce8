"""Two texts -> what stands in both, what went and what came, word by word. Pure; knows no HTML.

Paragraphs are aligned first, then the words of those that differ: a moved comma does not mark a whole page.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal

PieceKind = Literal["same", "deleted", "inserted"]

_TOKEN = re.compile(r"\w+(?:['’ʻʼ-]\w+)*|\s+|[^\w\s]")
_PARAGRAPH = re.compile(r"[^\n]*\n*")
# Aligning costs up to the product of both lengths: blocks beyond this are shown as removed and added whole.
_MOST_PAIRS = 4_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """Some text. `same` and `deleted` pieces joined are the old text, `same` and `inserted` the new one."""

    kind: PieceKind
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Hunk:
    """Changes near each other, with a few words around. It `begins` and `ends` as the text does, or not."""

    pieces: tuple[Piece, ...]
    begins: bool
    ends: bool


def word_diff(before: str, after: str) -> tuple[Piece, ...]:
    """Return the pieces of both texts in order; neighbours differ in kind, deletions before insertions."""
    found: list[Piece] = []
    old, new = _parts(_PARAGRAPH, before), _parts(_PARAGRAPH, after)
    for old_block, new_block in _blocks(old, new):
        if old_block == new_block:
            found.append(Piece(kind="same", text="".join(old_block)))
        else:
            found += _words_of_block("".join(old_block), "".join(new_block))
    return tuple(
        Piece(kind=kind, text="".join(piece.text for piece in run))
        for kind, run in groupby(_merged(found), key=lambda piece: piece.kind)
    )


def hunks(pieces: Sequence[Piece], *, context: int) -> tuple[Hunk, ...]:
    """Return the changes, each with up to `context` words before and after, so that a reader finds them."""
    groups: list[list[int]] = []
    for place, piece in enumerate(pieces):
        if piece.kind == "same":
            continue
        between = pieces[groups[-1][-1] + 1 : place] if groups else ()
        if groups and sum(len(one.text.split()) for one in between) <= 2 * context:
            groups[-1].append(place)
        else:
            groups.append([place])
    return tuple(_hunk(pieces, group[0], group[-1] + 1, context) for group in groups)


def _hunk(pieces: Sequence[Piece], start: int, end: int, context: int) -> Hunk:
    before = pieces[start - 1].text if start else ""
    after = pieces[end].text if end < len(pieces) else ""
    lead, trail = _last_words(before, context), _first_words(after, context)
    around = (Piece(kind="same", text=lead), *pieces[start:end], Piece(kind="same", text=trail))
    return Hunk(
        pieces=tuple(piece for piece in around if piece.text),
        begins=start <= 1 and lead == before,
        ends=end >= len(pieces) - 1 and trail == after,
    )


def _parts(pattern: re.Pattern[str], text: str) -> list[str]:
    return [part for part in pattern.findall(text) if part]


def _blocks(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """Yield aligned runs of both sequences: equal ones, and what stands between them."""
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    if start:
        yield old[:start], new[:start]
    old_middle, new_middle = old[start : len(old) - end], new[start : len(new) - end]
    if len(old_middle) * len(new_middle) > _MOST_PAIRS:
        yield old_middle, new_middle
    else:
        matcher = SequenceMatcher(None, old_middle, new_middle, autojunk=False)
        for _, a, b, c, d in matcher.get_opcodes():
            yield old_middle[a:b], new_middle[c:d]
    if end:
        yield old[-end:], new[-end:]


def _words_of_block(before: str, after: str) -> list[Piece]:
    found: list[Piece] = []
    for old, new in _blocks(_parts(_TOKEN, before), _parts(_TOKEN, after)):
        if old == new:
            found.append(Piece(kind="same", text="".join(old)))
            continue
        found.append(Piece(kind="deleted", text="".join(old)))
        found.append(Piece(kind="inserted", text="".join(new)))
    return found


def _merged(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Join changes that have not one word between them: what is between becomes part of both."""
    deleted = inserted = same = ""
    for piece in pieces:
        match piece.kind:
            case "deleted":
                deleted, inserted, same = deleted + same + piece.text, inserted + same, ""
            case "inserted":
                deleted, inserted, same = deleted + same, inserted + same + piece.text, ""
            case "same" if (deleted or inserted) and not same and not _has_words(piece.text):
                same = piece.text
            case _:
                yield from _changed(deleted, inserted)
                deleted = inserted = ""
                if same + piece.text:
                    yield Piece(kind="same", text=same + piece.text)
                same = ""
    yield from _changed(deleted, inserted)
    if same:
        yield Piece(kind="same", text=same)


def _changed(deleted: str, inserted: str) -> Iterator[Piece]:
    if deleted == inserted:
        if deleted:
            yield Piece(kind="same", text=deleted)
        return
    if deleted:
        yield Piece(kind="deleted", text=deleted)
    if inserted:
        yield Piece(kind="inserted", text=inserted)


def _has_words(text: str) -> bool:
    return any(character.isalnum() for character in text)


def _first_words(text: str, words: int) -> str:
    found = list(re.finditer(r"\s*\S+", text))
    return text if len(found) <= words else text[: found[words - 1].end()]


def _last_words(text: str, words: int) -> str:
    found = list(re.finditer(r"\S+\s*", text))
    return text if len(found) <= words else text[found[-words].start() :]
