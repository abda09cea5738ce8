"""Walks a listing from one place on and picks what full-text questions are true of.

A question that few articles answer is asked once, and only those are looked at. One that many answer is
asked of the candidates, some at a time: a page of what is common needs few of them.

Runs inside the caller's transaction.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from sqlite_utils import Database

# Up to so many answers are taken as they are. Sorting them is quicker than meeting them on a walk.
FEW = 2_000
_FIRST_STEP = 128
_LONGEST_STEP = 8_192
# Where the candidates' numbers lie wider apart than that, each is asked about; else their whole range.
_SPREAD = 64


# What unicode61 takes for words.
_TOKEN = re.compile(r"[^\W_]+")


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
    _known: list[frozenset[int]] = field(default_factory=list, compare=False)

    def few(self, db: Database) -> frozenset[int] | None:
        """Return all articles that it finds; None where they are many."""
        found = self._all(db) if self._is_prefix else self._some(db)
        return None if len(found) > FEW else found

    def among(self, db: Database, articles: Sequence[int]) -> frozenset[int]:
        """Return those of these articles that it finds."""
        if self._is_prefix:
            return self._all(db).intersection(articles)
        return _ids(db, self.expression, articles).intersection(articles)

    @property
    def _is_prefix(self) -> bool:
        return "*" in self.expression

    def _some(self, db: Database) -> frozenset[int]:
        sql = "SELECT rowid FROM search WHERE search MATCH ? LIMIT ?"
        return frozenset(row[0] for row in db.execute(sql, [self.expression, FEW + 1]))

    def _all(self, db: Database) -> frozenset[int]:
        """Return all that it finds. SQLite puts these together for each query with a prefix, so ask once."""
        if not self._known:
            sql = "SELECT rowid FROM search WHERE search MATCH ?"
            self._known.append(frozenset(row[0] for row in db.execute(sql, [self.expression])))
        return self._known[0]


@dataclass(frozen=True, kw_only=True, slots=True)
class Names(FullText):
    """Articles with a statement whose folded speaker and office have words that begin so."""

    expression: str
    speaker: str | None
    office: str | None

    def few(self, db: Database) -> frozenset[int] | None:
        """Return all articles that have one; None where the statements are many."""
        rows = db.execute(
            """SELECT x.article FROM speakers CROSS JOIN statements AS x ON x.id = speakers.rowid
            WHERE speakers MATCH ? LIMIT ?""",
            [self.expression, FEW + 1],
        ).fetchall()
        return None if len(rows) > FEW else frozenset(row[0] for row in rows)

    def among(self, db: Database, articles: Sequence[int]) -> frozenset[int]:
        """Return those of these articles that have one.

        Read and compared here: the index puts all that begins so together for each query.
        """
        rows = db.execute(
            """SELECT x.article, x.folded_speaker, x.folded_office FROM json_each(?) AS j
            CROSS JOIN statements AS x ON x.article = j.value""",
            [json.dumps(articles)],
        )
        return frozenset(
            article
            for article, speaker, office in rows
            if _has_words(speaker, self.speaker) and _has_words(office, self.office)
        )


def _has_words(text: str, wanted: str | None) -> bool:
    """Say whether a text has words that begin so, as the index of names takes them."""
    if wanted is None:
        return True
    words = _TOKEN.findall(text)
    return all(_begins(words, _TOKEN.findall(one)) for one in wanted.split())


def _begins(words: Sequence[str], wanted: Sequence[str]) -> bool:
    if not wanted:
        return True
    last = len(wanted) - 1
    return any(
        words[at : at + last] == wanted[:last] and words[at + last].startswith(wanted[last])
        for at in range(len(words) - last)
    )


def _ids(db: Database, expression: str, ids: Sequence[int]) -> frozenset[int]:
    """Return the articles that an expression finds among these; perhaps more between them."""
    if not ids:
        return frozenset()
    first, last = min(ids), max(ids)
    near = last - first <= _SPREAD * len(ids)
    wanted = "BETWEEN :first AND :last" if near else "IN (SELECT value FROM json_each(:ids))"
    rows = db.execute(
        f"SELECT rowid FROM search WHERE search MATCH :expression AND rowid {wanted}",  # noqa: S608 - a constant
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
