"""Names that never change: of entries and of feeds. Made from what a statement is, not from database rows.

So a rebuilt database, or one restored from a backup, gives readers the ids that they know already.
"""

import hashlib
from functools import lru_cache
from uuid import UUID, uuid5
from zlib import crc32

# Drawn once for this project. Another value would make every entry new to every reader.
_NAMESPACE = UUID("5b0f7f0e-3a52-4e0c-9d7e-2f1c8a6d4b93")


def entry_id(watchlist: str, canonical_url: str, language: str, *, revised: str | None = None) -> str:
    """Return the id of the entry that an article opens, or of the one for its text `revised`."""
    parts = ["entry", watchlist, canonical_url, language]
    if revised is not None:
        parts.append(hashlib.sha256(revised.encode("utf-8", "replace")).hexdigest())
    return _urn(parts)


def article_id(canonical_url: str, language: str, *, revised: str | None = None) -> str:
    """Return the id of an article where it stands for itself: in feeds of articles and in the API.

    With `revised`, that of its text of that name: a feed shows it once more.
    """
    parts = ["article", canonical_url, language]
    if revised is not None:
        parts.append(hashlib.sha256(revised.encode("utf-8", "replace")).hexdigest())
    return _urn(parts)


def statement_id(canonical_url: str, language: str, words: str, occurrence: int) -> str:
    """Return the id of words that an article attributes to somebody; `occurrence` counts them from 0."""
    return _urn(["statement", canonical_url, language, words, str(occurrence)])


def alert_id(at: str, source: str, became: str) -> str:
    """Return the id of a group of alerts, by its first one."""
    return _urn(["alert", at, source, became])


def feed_id(name: str) -> str:
    """Return the id of a feed."""
    return _urn(["feed", name])


@lru_cache(maxsize=1024)
def source_id(home: str) -> str:
    """Return the id of a source of articles, by its home page."""
    return _urn(["source", home])


def fraction(id_: str) -> int:
    """Return the microseconds, always the same for an id, that tell equal moments apart."""
    return crc32(id_.encode("utf-8", "replace")) % 1_000_000


def _urn(parts: list[str]) -> str:
    name = "\n".join(parts).encode("utf-8", "replace").decode()
    return uuid5(_NAMESPACE, name).urn
