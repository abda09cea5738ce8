"""What of the archive somebody asks for: one value for pages, feeds and the API."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Selection:
    """Conditions that must all hold; None asks for nothing.

    `query` as `storage.query` reads it. `sources` and `languages` hold ids and codes of which one must be the
    article's. `speaker` and `office` are words of a statement's. `since` and `until` bound the first sight of
    the article, or the moment of the entry. `watchlist`, `state` and `revisions` ask about entries.
    """

    watchlist: str | None = None
    state: str | None = None
    sources: tuple[str, ...] | None = None
    languages: tuple[str, ...] | None = None
    speaker: str | None = None
    office: str | None = None
    query: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    revisions: bool = True
