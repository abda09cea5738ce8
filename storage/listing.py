"""Listings for pages, feeds and the API: entries, and the articles of the archive, as a Selection asks.

A page is found by walking narrow indices (`storage.walk`); only what is shown is read whole.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypeVar

from sqlite_utils import Database

from core.clock import from_iso, to_iso
from storage.archive import listed_articles
from storage.asked import ARTICLES, ENTRIES, article_conditions, entry_conditions, texts_of
from storage.connection import Connection
from storage.entries import listed_entries
from storage.fulltext import FEW, FullText, Words
from storage.indexing import index_new
from storage.listed import ALL, relist
from storage.naming import is_waiting, name_new
from storage.records.listing import ListedArticle, ListedEntry, Listing, Place
from storage.records.selection import Selection
from storage.walk import Conditions, Row, Shelf, Walk
from storage.warc import PageStore

# Beyond so many, a count says "more than".
COUNTED = 1_000
T = TypeVar("T", ListedEntry, ListedArticle)
_Value = str | int


class Listings(Connection):
    """The part of the store that pages, feeds and the API list from.

    A listing begins with its newest item (or its oldest) and goes on `before` (or `after`) a place, which is
    an item's or one that a listing gave. Raises StorageError for words that cannot be understood.
    """

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False, pages: PageStore | None = None) -> Self:
        """Open the file as `Connection.open` does. What a new schema lists or names anew is done here."""
        opened = super().open(path, read_only=read_only, pages=pages)
        if not read_only and opened._is_behind():
            with opened._writing():
                pass
        return opened

    def _is_behind(self) -> bool:
        with self._reading() as db:
            return is_waiting(db) or db.execute("SELECT 1 FROM unlisted LIMIT 1").fetchone() is not None

    @contextmanager
    def _writing(self) -> Iterator[Database]:
        with super()._writing() as db:
            yield db
            relist(db)
            name_new(db)
            index_new(db)

    def entry_listing(
        self,
        selection: Selection,
        *,
        before: Place | None = None,
        after: Place | None = None,
        limit: int,
        oldest_first: bool = False,
        all_matches: bool = True,
    ) -> Listing[ListedEntry]:
        """Return entries by the moment when they were made, each story's statement once.

        Over all watchlists where the selection names none. Words and names are asked of the article shown.
        Without `all_matches`, which cost time, an entry of one watchlist has the match of that one alone.
        """
        watchlist = selection.watchlist or ALL
        walk = _Page(before=before, after=after, limit=limit, oldest_first=oldest_first)
        with self._reading() as db:
            rows, count = walk.rows(db, ENTRIES, entry_conditions(selection), texts_of(selection))
            found = listed_entries(db, watchlist, rows[:limit], all_matches=all_matches)
            return walk.listing(found, [_place(row) for row in rows], count)

    def article_listing(
        self,
        selection: Selection,
        *,
        before: Place | None = None,
        after: Place | None = None,
        limit: int,
        oldest_first: bool = False,
    ) -> Listing[ListedArticle]:
        """Return complete articles of the archive by their first sight, whether they matched or not.

        `watchlist` and `state` ask for articles that matched so. `revisions` asks for nothing here.
        """
        walk = _Page(before=before, after=after, limit=limit, oldest_first=oldest_first)
        with self._reading() as db:
            conditions, texts = article_conditions(selection), texts_of(selection)
            rows, count = walk.rows(db, ARTICLES, conditions, texts)
            if count is None and len(texts) == 1 and conditions == article_conditions(Selection()):
                # Too many to be counted, and nothing else that takes some of them away.
                count = FEW
            words = next((text for text in texts if isinstance(text, Words)), None)
            found = listed_articles(db, rows[:limit], words)
            return walk.listing(found, [_place(row) for row in rows], count)

    def newer_entries(self, selection: Selection, place: Place, *, limit: int) -> int:
        """Return how many entries are newer than a place, up to `limit`."""
        page = _Page(before=None, after=place, limit=limit - 1, oldest_first=False)
        with self._reading() as db:
            rows, _ = page.rows(db, ENTRIES, entry_conditions(selection), texts_of(selection))
        return len(rows)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Page:
    """Which part of a listing is wanted, and in which order it is given."""

    before: Place | None
    after: Place | None
    limit: int
    oldest_first: bool

    @property
    def _descends(self) -> bool:
        return self.after is None and not self.oldest_first

    def rows(
        self, db: Database, shelf: Shelf, conditions: Conditions, texts: tuple[FullText, ...]
    ) -> tuple[list[Row], int | None]:
        """Return the page's rows in the order of the walk, one more than wanted where there are more."""
        start = self.before if self._descends else self.after
        walk = Walk(shelf=shelf, conditions=conditions, texts=texts, descending=self._descends)
        key: tuple[str, _Value] | None = None
        if start is not None:
            key = to_iso(start.at), _number(start.id) if shelf is ARTICLES else start.id
        return walk.take(db, key, self.limit + 1)

    def listing(self, found: Sequence[T], places: Sequence[Place], count: int | None) -> Listing[T]:
        """Return the page of these items; `places` are those of the rows, in the order of the walk."""
        shown, is_more = places[: self.limit], len(places) > self.limit
        onward = shown[-1] if shown and is_more else None
        start = self.before if self._descends else self.after
        backward = shown[0] if shown and start is not None else None
        older, newer = (onward, backward) if self._descends else (backward, onward)
        in_order = found if self._descends or self.oldest_first else found[::-1]
        return Listing(
            items=tuple(in_order),
            older=older,
            newer=newer,
            count=None if count is None else min(count, COUNTED),
            more=count is not None and count > COUNTED,
        )


def _place(row: Row) -> Place:
    return Place(at=from_iso(row.at), id=str(row.id))


def _number(id_: str) -> int:
    """Return an article's number; 0 for a place in another listing, which then only tells the time."""
    return int(id_) if re.fullmatch(r"[0-9]{1,18}", id_) else 0
