"""A reader's search words to an FTS5 expression. Pure.

Words are joined by AND unless OR or NOT stands between them; "quotes" make a phrase, a final * a prefix.
"""

import re

from core.errors import StorageError

_HELP = (
    'Write words (all must occur), "a phrase" in quotes, a beginning with * (treat*), AND, OR, NOT in '
    "capitals between words, and brackets"
)
_PIECE = re.compile(r'(?P<phrase>"[^"]*"\*?)|(?P<bracket>[()])|(?P<word>[^\s()"]+)')
# FTS5 takes a deeper tree for a fault of its own.
_DEEPEST = 20
_MOST_PARTS = 200
_OPERATORS = frozenset({"AND", "OR", "NOT"})
# SQLite takes NUL for the end of the text.
_QUOTES = str.maketrans({**dict.fromkeys("“”„«»", '"'), "\0": " "})


def to_fts5(query: str) -> str:
    """Return the FTS5 expression for what a reader wrote; raise StorageError saying what is wrong with it."""
    text = query.encode("utf-8", "replace").decode().translate(_QUOTES)
    if text.count('"') % 2:
        raise _fault(query, "a quotation mark is never closed")
    parts: list[str] = []
    depth = 0
    for found in _PIECE.finditer(text):
        piece = found[0]
        if found["word"] and not _is_operator(piece) and not _has_words(piece):
            continue  # a dash between words
        needs_joint = bool(parts) and _ends_operand(parts[-1])
        if _is_operator(piece):
            _put_operator(query, parts, piece, needs_joint)
            continue
        if piece == ")":
            depth -= 1
            if depth < 0 or not needs_joint:
                raise _fault(query, "a bracket closes that was not opened, or is empty")
            parts.append(piece)
            continue
        if needs_joint:
            parts.append("AND")
        depth += piece == "("
        parts.append(piece if piece == "(" else _operand(query, piece))
        if depth > _DEEPEST or len(parts) > _MOST_PARTS:
            raise _fault(query, "there are too many words or brackets in it")
    if not parts:
        raise _fault(query, "there is no word to search for")
    if depth:
        raise _fault(query, "a bracket is never closed")
    if not _ends_operand(parts[-1]):
        raise _fault(query, f"nothing follows {parts[-1]}")
    return " ".join(parts)


def of_columns(**columns: str | None) -> str | None:
    """Return the FTS5 expression for rows whose columns have words that begin so; None for no columns.

    "a b | c" asks for a and b, or c. Raises StorageError for a column without any letter or digit.
    """
    parts: list[str] = []
    for column, wanted in columns.items():
        if wanted is None:
            continue
        names = [
            [word.replace('"', "") for word in name.split() if _has_words(word)]
            for name in wanted.replace("\0", " ").split("|")
        ]
        either = [" AND ".join(f'"{word}"*' for word in words) for words in names if words]
        if not either:
            raise StorageError(f"{wanted!r} has no word to search for; write a name or a part of one")
        parts.append(
            f"{column} : ({either[0] if len(either) == 1 else ' OR '.join(f'({e})' for e in either)})"
        )
    return " AND ".join(parts) or None


def _put_operator(query: str, parts: list[str], operator: str, after_operand: bool) -> None:
    if operator == "NOT" and parts and parts[-1] == "AND":
        parts[-1] = operator  # "a AND NOT b" is what FTS5 calls "a NOT b"
        return
    if not after_operand:
        raise _fault(query, f"{operator} needs words on both sides")
    parts.append(operator)


def _operand(query: str, piece: str) -> str:
    """Return a phrase or a word as an FTS5 string, which takes every character as it is."""
    prefix = piece.endswith("*")
    words = piece.strip('"*')
    if not _has_words(words):
        raise _fault(query, "there are no words between the quotation marks")
    return f'"{words}"{"*" if prefix else ""}'


def _is_operator(piece: str) -> bool:
    return piece in _OPERATORS


def _ends_operand(part: str) -> bool:
    return part != "(" and part not in _OPERATORS


def _has_words(text: str) -> bool:
    return any(character.isalnum() for character in text)


def _fault(query: str, what: str) -> StorageError:
    return StorageError(f"search {query!r}: {what}. {_HELP}.")
