"""Walks a listing from one place on and picks what full-text questions are true of.

A question that few articles answer is asked once, and only those are looked at. One that many answer is
asked of the candidates, some at a time: a page of what is common needs few of them. Where that would take
many, SQLite gathers all answers, and walks on itself.

Runs inside the caller's transaction.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlite_utils import Database

from storage.fulltext import Asked, FullText, few_articles

# Where a page takes more candidates than that, as far as so many before them tell, SQLite looks for the rest.
_LONGEST_STEP, _TELLING = 16_384, 500


class Row(NamedTuple):
    """One candidate: where it stands, and its article."""

    at: str
    id: str | int
    article: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Shelf:
    """A table that is walked in the order of `at` and `id`. `among` are its rows of the articles :among."""

    rows: str
    among: str
    at: str
    id: str
    article: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Conditions:
    """What holds for the rows that are wanted: SQL over the shelf's columns, and its values.

    `articles`: SQL that gives all articles one of the conditions leaves, by their numbers. `are_sparse`: they
    may be few and far apart on the shelf.
    """

    sql: tuple[str, ...]
    values: Mapping[str, object]
    articles: str | None = None
    are_sparse: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Walk:
    """One listing: a shelf, what is asked of its rows, in which order."""

    shelf: Shelf
    conditions: Conditions
    texts: tuple[FullText, ...] = ()
    descending: bool = True

    def take(
        self, db: Database, start: tuple[str, str | int] | None, limit: int
    ) -> tuple[list[Row], int | None]:
        """Return up to `limit` rows behind `start`, and how many there are in all where that is known."""
        few = [text.few(db) for text in self.texts]
        known = [ids for ids in few if ids is not None]
        many = [text for text, ids in zip(self.texts, few, strict=True) if ids is None]
        if known:
            rows = _true_of(db, self._among(db, known[0].intersection(*known[1:])), many)
            return self._behind(rows, start)[:limit], len(rows)
        left = self._left(db)
        if left is None:
            return self._walk(db, start, limit, many), None
        rows = self._among(db, left)
        if not many:
            return self._behind(rows, start)[:limit], len(rows)
        return _first_true_of(db, self._behind(rows, start), many, limit), None

    def _left(self, db: Database) -> frozenset[int] | None:
        """Return all articles that a sparse condition leaves; None where they are not few."""
        conditions = self.conditions
        if conditions.articles is None or not conditions.are_sparse:
            return None
        return few_articles(db, conditions.articles, conditions.values)

    def _walk(
        self,
        db: Database,
        start: tuple[str, str | int] | None,
        limit: int,
        many: Sequence[FullText],
    ) -> list[Row]:
        if not many:
            return self._rows(db, start=start, limit=limit)
        found: list[Row] = []
        step, asked = max(limit, *(text.first_step for text in many)), 0
        while True:
            rows = self._rows(db, start=start, limit=step)
            found += _true_of(db, rows, many)
            if len(found) >= limit or len(rows) < step:
                return found[:limit]
            start = (rows[-1].at, rows[-1].id)
            asked += step
            # A quarter more than it takes if they go on as they began, and for two: asking again costs more.
            wanted = 1 + 5 * (limit - len(found) + 2) * asked // (4 * max(len(found), 1))
            if wanted > _LONGEST_STEP and asked >= _TELLING:
                return found + self._rest(db, start, limit - len(found), many)
            step = min(wanted, 8 * asked)

    def _rest(
        self, db: Database, start: tuple[str, str | int], limit: int, many: Sequence[FullText]
    ) -> list[Row]:
        """Return the next rows where those that answer are rare, or there are none."""
        asked = [text.articles for text in many]
        if self.conditions.articles is not None:
            asked.append(Asked(sql=self.conditions.articles, values=self.conditions.values))
        in_order = [one for one in asked if one is not None]
        if len(in_order) > 1:
            # SQLite goes along them side by side.
            both = " INTERSECT ".join(one.sql for one in in_order)
            values = {name: value for one in in_order for name, value in one.values.items()}
            few = few_articles(db, f"{both} ORDER BY 1 DESC", values)
            if few is not None:
                left = [text for text in many if text.articles is None]
                return _first_true_of(db, self._behind(self._among(db, few), start), left, limit)
        return self._rows(db, start=start, limit=limit, texts=many)

    def _among(self, db: Database, articles: Iterable[int]) -> list[Row]:
        return self._rows(db, among=json.dumps(sorted(articles)), limit=-1)

    def _behind(self, rows: Sequence[Row], start: tuple[str, str | int] | None) -> list[Row]:
        if start is None:
            return list(rows)
        return [
            row for row in rows if ((row.at, row.id) < start) == self.descending and (row.at, row.id) != start
        ]

    def _rows(
        self,
        db: Database,
        *,
        start: tuple[str, str | int] | None = None,
        among: str | None = None,
        limit: int,
        texts: Iterable[FullText] = (),
    ) -> list[Row]:
        shelf = self.shelf
        conditions = list(self.conditions.sql)
        values = {**self.conditions.values, "among": among, "limit": limit}
        for one in (text.condition(shelf.article) for text in texts):
            conditions.append(one.sql)
            values |= one.values
        if start is not None:
            conditions.append(f"({shelf.at}, {shelf.id}) {'<' if self.descending else '>'} (:at, :id)")
            values |= {"at": start[0], "id": start[1]}
        order = "DESC" if self.descending else "ASC"
        cursor = db.conn.cursor()
        # Thousands may be passed over: as bare tuples they come twice as fast.
        cursor.row_factory = None
        rows = cursor.execute(
            f"""SELECT {shelf.at} AS at, {shelf.id} AS id, {shelf.article} AS article
            FROM {shelf.rows if among is None else shelf.among}
            WHERE {" AND ".join(conditions)}
            ORDER BY {shelf.at} {order}, {shelf.id} {order} LIMIT :limit""",  # noqa: S608 - our own SQL, values bound
            values,
        )
        return list(map(Row._make, rows))


def _true_of(db: Database, rows: Iterable[Row], texts: Iterable[FullText]) -> list[Row]:
    """Return the rows whose articles answer all questions."""
    left = list(rows)
    for text in texts:
        answers = text.among(db, [row.article for row in left])
        left = [row for row in left if row.article in answers]
    return left


def _first_true_of(db: Database, rows: Sequence[Row], texts: Sequence[FullText], limit: int) -> list[Row]:
    """Return the first rows whose articles answer all questions."""
    found: list[Row] = []
    step = max([limit, *(text.first_step for text in texts)])
    for first in range(0, len(rows), step):
        found += _true_of(db, rows[first : first + step], texts)
        if len(found) >= limit:
            break
    return found[:limit]
