"""Walks a listing from one place on and picks what full-text questions are true of.

A question that few articles answer is asked once, and only those are looked at. One that many answer is
asked of the candidates, some at a time: a page of what is common needs few of them.

Runs inside the caller's transaction.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from sqlite_utils import Database

# Up to so many answers are taken as they are. Sorting them is quicker than meeting them on a walk.
FEW = 2_000
_FIRST_STEP = 128
_LONGEST_STEP = 8_192
# Where the candidates' numbers lie wider apart than that, each is asked about; else their whole range.
_SPREAD = 64


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
    """What holds for the rows that are wanted: SQL over the shelf's columns, and its values."""

    sql: tuple[str, ...]
    values: Mapping[str, object]


class FullText(Protocol):
    """A question that a full-text index answers."""

    def few(self, db: Database) -> frozenset[int] | None:
        """Return all articles that answer it; None where they are more than FEW."""

    def among(self, db: Database, articles: Sequence[int]) -> frozenset[int]:
        """Return those of these articles that answer it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Words(FullText):
    """Articles whose title or text an FTS5 expression finds."""

    expression: str

    def few(self, db: Database) -> frozenset[int] | None:
        """Return all articles that it finds; None where they are many."""
        rows = db.execute(
            "SELECT rowid FROM search WHERE search MATCH ? LIMIT ?", [self.expression, FEW + 1]
        ).fetchall()
        return None if len(rows) > FEW else frozenset(row[0] for row in rows)

    def among(self, db: Database, articles: Sequence[int]) -> frozenset[int]:
        """Return those of these articles that it finds."""
        found = _ids(db, "search", self.expression, articles)
        return found.intersection(articles)


@dataclass(frozen=True, kw_only=True, slots=True)
class Names(FullText):
    """Articles with a statement whose speaker and office an FTS5 expression finds."""

    expression: str

    def few(self, db: Database) -> frozenset[int] | None:
        """Return all articles that have one; None where the statements are many."""
        rows = db.execute(
            """SELECT x.article FROM speakers CROSS JOIN statements AS x ON x.id = speakers.rowid
            WHERE speakers MATCH ? LIMIT ?""",
            [self.expression, FEW + 1],
        ).fetchall()
        return None if len(rows) > FEW else frozenset(row[0] for row in rows)

    def among(self, db: Database, articles: Sequence[int]) -> frozenset[int]:
        """Return those of these articles that have one."""
        said = {
            row["id"]: row["article"]
            for row in db.execute(
                """SELECT x.id, x.article FROM json_each(?) AS j
                CROSS JOIN statements AS x ON x.article = j.value""",
                [json.dumps(articles)],
            )
        }
        found = _ids(db, "speakers", self.expression, list(said))
        return frozenset(said[id_] for id_ in found if id_ in said)


def _ids(db: Database, index: str, expression: str, ids: Sequence[int]) -> frozenset[int]:
    """Return the rows of an index that an expression finds among these; perhaps more between them."""
    if not ids:
        return frozenset()
    first, last = min(ids), max(ids)
    near = last - first <= _SPREAD * len(ids)
    wanted = "BETWEEN :first AND :last" if near else "IN (SELECT value FROM json_each(:ids))"
    rows = db.execute(
        f"SELECT rowid FROM {index} WHERE {index} MATCH :expression AND rowid {wanted}",  # noqa: S608 - our two indices
        {"expression": expression, "first": first, "last": last, "ids": json.dumps(ids)},
    )
    return frozenset(row[0] for row in rows)


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
        if not known:
            return self._walk(db, start, limit, many), None
        rows = self._all_of(db, sorted(known[0].intersection(*known[1:])), many)
        return [row for row in rows if start is None or self._is_behind(row, start)][:limit], len(rows)

    def _walk(
        self,
        db: Database,
        start: tuple[str, str | int] | None,
        limit: int,
        many: Sequence[FullText],
    ) -> list[Row]:
        found: list[Row] = []
        step = max(limit, _FIRST_STEP) if many else limit
        while len(found) < limit:
            rows = self._rows(db, start=start, limit=step)
            found += _true_of(db, rows, many)
            if len(rows) < step:
                break
            start = (rows[-1].at, rows[-1].id)
            step = min(2 * step, _LONGEST_STEP)
        return found[:limit]

    def _all_of(self, db: Database, articles: Sequence[int], many: Sequence[FullText]) -> list[Row]:
        rows = self._rows(db, among=json.dumps(articles), limit=-1)
        return _true_of(db, rows, many)

    def _is_behind(self, row: Row, start: tuple[str, str | int]) -> bool:
        return (row.at, row.id) < start if self.descending else (row.at, row.id) > start

    def _rows(
        self,
        db: Database,
        *,
        start: tuple[str, str | int] | None = None,
        among: str | None = None,
        limit: int,
    ) -> list[Row]:
        shelf = self.shelf
        conditions = list(self.conditions.sql)
        values = {**self.conditions.values, "among": among, "limit": limit}
        if start is not None:
            conditions.append(f"({shelf.at}, {shelf.id}) {'<' if self.descending else '>'} (:at, :id)")
            values |= {"at": start[0], "id": start[1]}
        order = "DESC" if self.descending else "ASC"
        rows = db.execute(
            f"""SELECT {shelf.at} AS at, {shelf.id} AS id, {shelf.article} AS article
            FROM {shelf.rows if among is None else shelf.among}
            WHERE {" AND ".join(conditions)}
            ORDER BY {shelf.at} {order}, {shelf.id} {order} LIMIT :limit""",  # noqa: S608 - our own SQL, values bound
            values,
        )
        return [Row(*row) for row in rows]


def _true_of(db: Database, rows: Iterable[Row], texts: Iterable[FullText]) -> list[Row]:
    """Return the rows whose articles answer all questions."""
    left = list(rows)
    for text in texts:
        answers = text.among(db, [row.article for row in left])
        left = [row for row in left if row.article in answers]
    return left
