"""Pages of listings: a cursor says behind which row the next one begins. Pure.

A cursor is opaque to clients: base64url of the listing's name and the key of the last row that was shown.
Rows that come while somebody pages stand before it, so no row is shown twice and none is left out.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from urllib.parse import urlencode

from publisher.asking import AskError, sound

Key = tuple[int | str, ...]

# A speaker's key has at most some 800 letters.
_LONGEST = 4_000
_LARGEST = 2**63 - 1


def cursor_of(listing: str, key: Key) -> str:
    """Return the cursor of a row."""
    raw = json.dumps([listing, *key], ensure_ascii=False, separators=(",", ":")).encode()
    return urlsafe_b64encode(raw).decode().rstrip("=")


def key_of(listing: str, kinds: Sequence[type], cursor: str) -> Key:
    """Return the key that a cursor holds; `kinds` are the types of its parts. Raises AskError."""
    name, *key = _parts(cursor)
    if name != listing or [type(part) for part in key] != list(kinds) or not all(map(_storable, key)):
        raise AskError(f"cursor: it is none of {listing}; take `next` from the page before as it is")
    return tuple(key)


def next_address(address: str, pairs: Sequence[tuple[str, str]], cursor: str) -> str:
    """Return where a listing that was asked for with `pairs` goes on."""
    return f"{address}?{urlencode([pair for pair in pairs if pair[0] != 'cursor'] + [('cursor', cursor)])}"


def _parts(cursor: str) -> list[int | str]:
    try:
        raw = urlsafe_b64decode(cursor[:_LONGEST].encode("ascii") + b"===")
        parts = json.loads(raw)
    except (ValueError, RecursionError):
        return [""]
    return parts if isinstance(parts, list) and parts else [""]


def _storable(part: int | str) -> bool:
    """Say whether SQLite can compare with it."""
    if isinstance(part, int):
        return abs(part) <= _LARGEST
    return sound(part) == part
