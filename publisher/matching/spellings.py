"""Makes the ways in which a name is spelt from a language's table. In: a name. Out: spellings and rules.

A writer who renders қ as q does so throughout a name: each sound is changed everywhere or nowhere.
Pure; knows nothing of word forms, term lists or texts.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence

Spelling = tuple[str, str]
Letters = Mapping[str, Sequence[str]]

# Sounds changed at once, and spellings of one name: beyond these nobody writes so.
_CHANGES = 2
_MOST = 20
_EDGE = "-"


def spellings(name: str, letters: Letters) -> list[Spelling]:
    """Return each other spelling of a name once, with what was changed; those with fewest changes first.

    `letters` are the table `names` of a language: letters and what others write for them. "-yev" stands for
    the end of a word, "ye-" for its beginning. Letters with nothing beside them are only kept together, so
    that the h in "sh" is not taken for one of its own.
    """
    words = [_parts(word, letters) for word in _words(name)]
    changeable = sorted({key for word in words for _, key in word if letters.get(key)})
    made: dict[str, str] = {name: ""}
    for count in range(1, min(_CHANGES, len(changeable)) + 1):
        for chosen in itertools.combinations(changeable, count):
            for ways in itertools.product(*(letters[key] for key in chosen)):
                changed = dict(zip(chosen, ways, strict=True))
                rule = ", ".join(f"{new.strip(_EDGE)} for {old.strip(_EDGE)}" for old, new in changed.items())
                made.setdefault("".join(_written(word, changed) for word in words), rule)
                if len(made) > _MOST:
                    return list(made.items())[1:]
    return list(made.items())[1:]


def _words(name: str) -> Iterator[str]:
    """Yield words and what stands between them."""
    for _, letters in itertools.groupby(name, key=lambda letter: letter.isalpha() or letter in "'‘ʻ’ʼ"):
        yield "".join(letters)


def _parts(word: str, letters: Letters) -> list[tuple[str, str]]:
    """Cut a word into the longest letters that the table has, each with its key ("" for others)."""
    longest = max(map(len, letters), default=0)
    parts: list[tuple[str, str]] = []
    at = 0
    while at < len(word):
        piece, key = word[at], ""
        for length in range(min(longest, len(word) - at), 0, -1):
            longer = word[at : at + length]
            key = _key(longer.lower(), letters, first=at == 0, last=at + length == len(word))
            if key:
                piece = longer
                break
        parts.append((piece, key))
        at += len(piece)
    return parts


def _key(piece: str, letters: Letters, *, first: bool, last: bool) -> str:
    if last and _EDGE + piece in letters:
        return _EDGE + piece
    if first and piece + _EDGE in letters:
        return piece + _EDGE
    return piece if piece in letters else ""


def _written(parts: Sequence[tuple[str, str]], changed: Mapping[str, str]) -> str:
    return "".join(_as(piece, changed[key].strip(_EDGE)) if key in changed else piece for piece, key in parts)


def _as(piece: str, new: str) -> str:
    """Return `new` with a capital letter where the piece has one."""
    return new[:1].upper() + new[1:] if piece[:1].isupper() else new
