"""What listings give back: items of a page, and places in a listing that stay where they are."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

from core.match import Match
from storage.records.articles import StoredArticle
from storage.records.publication import Entry

T = TypeVar("T")

_TOKEN = re.compile(r"(\d{8}T\d{12})\.([\w:.-]{1,100})", re.ASCII)
_FORMAT = "%Y%m%dT%H%M%S%f"


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where an item stands in its listing: its moment, and its id among those of one moment."""

    at: datetime
    id: str

    def token(self) -> str:
        """Return the place as one word that may stand in an address."""
        return f"{self.at.astimezone(UTC).strftime(_FORMAT)}.{self.id}"

    @classmethod
    def from_token(cls, token: str) -> "Place":
        """Return the place of a token; ValueError for a text that is none."""
        found = _TOKEN.fullmatch(token)
        if found is None:
            raise ValueError("no place in a listing; take it from a link to the next page")
        return cls(at=datetime.strptime(found[1], _FORMAT).replace(tzinfo=UTC), id=found[2])


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing(Generic[T]):
    """One page of a listing, in the order that was asked for.

    `older` and `newer` are where the listing goes on beyond this page; None where it ends. `count` is how
    many items there are in all, where that is cheap; with `more` there are more than that.
    """

    items: tuple[T, ...]
    older: Place | None = None
    newer: Place | None = None
    count: int | None = None
    more: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedEntry:
    """An entry as a reader sees it once: `matches` are those of all watchlists that list it, by watchlist.

    `entry.watchlist` and `entry.match` are those of the listing's watchlist; over all, of the best score.
    `entry.id` is stable; over all watchlists it is the oldest entry's.
    """

    place: Place
    entry: Entry
    matches: tuple[Match, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """Some characters of a snippet, and whether they are what was searched for."""

    text: str
    hit: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedArticle:
    """An article of the archive. `watchlists` that it matches, by name; `copies` counts its story's others.

    `snippet` is where the words stand that were asked for; empty where none were.
    """

    place: Place
    stored: StoredArticle
    watchlists: tuple[str, ...]
    copies: int
    snippet: tuple[Piece, ...] = ()
