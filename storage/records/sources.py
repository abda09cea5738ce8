"""What the store gives back of one source's articles, for the page of the source."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceArticle:
    """One of a source's newest articles. `published` only where the page gives the minute.

    `entry` is when it first came out as an entry; `withheld` says why it has none although it matches.
    """

    id: int
    title: str
    language: str
    first_seen: datetime
    published: datetime | None
    entry: datetime | None
    held: str | None
    withheld: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceCounts:
    """How many articles of a source are kept, of these held (with the reasons), and bytes of text.

    `began` is when the first of them was seen: what is dated before stood there already.
    """

    articles: int
    held: tuple[tuple[str, int], ...]
    bytes: int
    began: datetime | None
