"""Questions that full-text indices answer: an expression in, articles out.

Each knows when it is better asked of all articles and when of some. Runs inside the caller's transaction.
"""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from sqlite_utils import Database

from storage.beginnings import whole_words
from storage.desk import Desk

# Up to so many answers are taken as they are. Sorting them is quicker than meeting them on a walk.
FEW = 2_000
# Where the candidates' numbers lie wider apart than that, each is asked about; else their whole range.
_SPREAD = 512
# Candidates that are asked about at first: by the index of all texts, there by the words of a beginning, by
# the desk, by their statements.
_BY_INDEX, _BY_WORDS, _BY_DESK, _BY_STATEMENTS = 128, 64, 32, 64
# The newest articles show how frequent a prefix is; where it is, so many texts are looked through for a page.
_SAMPLE, _FREQUENT = 24, 6
_DESK = 192
_HIT, _END = "\x02", "\x03"
_HITS = re.compile(f"{_HIT}([^{_END}]*){_END}")
_FOUND = "SELECT rowid FROM search WHERE search MATCH :words"
_NAMED = "SELECT rowid FROM speakers WHERE speakers MATCH :names"
_NAMED_IN = f"SELECT x.article FROM ({_NAMED}) AS n CROSS JOIN statements AS x ON x.id = n.rowid"  # noqa: S608 - constants
_PREFIX = re.compile(r'"[^"]*"\*')
# What unicode61 takes for words.
_TOKEN = re.compile(r"[^\W_]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A piece of SQL, and its values."""

    sql: str
    values: Mapping[str, object]


class FullText(Protocol):
    """A question that a full-text index answers."""

    def few(self, db: Database) -> frozenset[int] | None:
        """Return all articles that answer it; None where they are more than FEW."""

    def among(self, db: Database, articles: Sequence[int]) -> frozenset[int]:
        """Return those of these articles that answer it."""

    def condition(self, article: str) -> Asked:
        """Return SQL that is true where the article of a column answers it, all answers gathered first."""

    @property
    def articles(self) -> Asked | None:
        """SQL that gives all that answer it by their numbers; None where it would have to sort them."""

    @property
    def first_step(self) -> int:
        """How many candidates are best asked about at first."""


class Words(FullText):
    """Articles whose title or text an FTS5 expression finds. One serves one request; `few` is asked first."""

    def __init__(self, expression: str) -> None:
        self.expression = expression
        self._indexed = expression
        self._has_beginnings = '"*' in expression
        self._are_words = not self._has_beginnings
        self._all: frozenset[int] | None = None
        self._desk = Desk(expression)

    def few(self, db: Database) -> frozenset[int] | None:
        """Return all articles that it finds; None where they are many."""
        if not self._are_words and (words := whole_words(db, self.expression)) is not None:
            self._indexed, self._are_words = words, True
        if self._are_words:
            return few_articles(db, _FOUND, {"words": self._indexed})
        if self._is_frequent(db):
            return None
        all_ = self._gathered(db)
        return None if len(all_) > FEW else all_

    def among(self, db: Database, articles: Sequence[int]) -> frozenset[int]:
        """Return those of these articles that it finds."""
        near = _are_near(articles)
        if self._has_beginnings and not (near and self._are_words):
            if self._all is None and self._desk.room_for(articles, _DESK):
                self._desk.lay(db, articles)
                return _ids(db, "desk", self.expression, articles, near=True)
            if not self._are_words:
                return self._gathered(db).intersection(articles)
            near = True
        return _ids(db, "search", self._indexed, articles, near=near)

    def condition(self, article: str) -> Asked:
        """Return SQL that is true where it finds the article of a column."""
        # The plus keeps SQLite from beginning with all that is found, and sorting that.
        return Asked(sql=f"+{article} IN ({_FOUND})", values={"words": self._indexed})

    @property
    def articles(self) -> Asked:
        """SQL that gives all articles that it finds, by their numbers."""
        return Asked(sql=_FOUND, values={"words": self._indexed})

    @property
    def first_step(self) -> int:
        """Many for the index; of texts that are read, as few as a page may have."""
        if not self._has_beginnings or self._all is not None:
            return _BY_INDEX
        return _BY_WORDS if self._are_words else _BY_DESK

    def index(self, db: Database, articles: Sequence[int]) -> str:
        """Return the name of the index that is best asked for the expression about these articles."""
        if not self._has_beginnings or not self._desk.room_for(articles, 2 * _DESK):
            return "search"
        self._desk.lay(db, articles)
        return "desk"

    def _gathered(self, db: Database) -> frozenset[int]:
        """Return all that it finds. SQLite puts these together for each query with a prefix, so ask once."""
        if self._all is None:
            self._all = frozenset(_numbers(db, _FOUND, {"words": self.expression}))
        return self._all

    def _is_frequent(self, db: Database) -> bool:
        """Say whether it finds many of the newest articles, and surely more than FEW of all.

        What a beginning finds there stands for it: whole words are counted without putting all together.
        """
        sql = "SELECT id FROM articles WHERE held IS NULL ORDER BY first_seen DESC, id DESC"
        self._desk.lay(db, _numbers(db, sql, {}, most=_SAMPLE))
        found = _numbers(
            db, "SELECT rowid FROM temp.desk WHERE desk MATCH :words", {"words": self.expression}
        )
        if len(found) < _FREQUENT or "NOT" in self.expression:
            return False
        whole = _PREFIX.sub(lambda prefix: _seen(db, prefix[0]), self.expression)
        return _are_many(db, _FOUND, {"words": whole})


def _seen(db: Database, prefix: str) -> str:
    """Return an expression for some of what a prefix finds: itself as whole words, and what the desk has."""
    marked = db.execute(
        """SELECT highlight(desk, 0, :hit, :end) || ' ' || highlight(desk, 1, :hit, :end)
        FROM temp.desk WHERE desk MATCH :prefix""",
        {"hit": _HIT, "end": _END, "prefix": prefix},
    )
    words = Counter(word.replace('"', " ") for (text,) in marked for word in set(_HITS.findall(text)))
    either = [prefix[:-1], *(f'"{word}"' for word, _ in words.most_common(_SAMPLE))]
    return f"({' OR '.join(either)})"


@dataclass(frozen=True, kw_only=True, slots=True)
class Names(FullText):
    """Articles with a statement whose folded speaker and office have words that begin so."""

    expression: str
    speaker: str | None
    office: str | None

    def few(self, db: Database) -> frozenset[int] | None:
        """Return all articles that have one; None where the statements are many."""
        # Whole words are found at once, where beginnings are put together first.
        whole = self.expression.replace('"*', '"')
        if _are_many(db, _NAMED, {"names": whole}):
            return None
        return few_articles(db, _NAMED_IN, {"names": self.expression})

    def among(self, db: Database, articles: Sequence[int]) -> frozenset[int]:
        """Return those of these articles that have one.

        Read and compared here: the index puts all that begins so together for each query.
        """
        rows = db.execute(
            """SELECT x.article, x.folded_speaker, x.folded_office FROM json_each(?) AS j
            CROSS JOIN statements AS x ON x.article = j.value""",
            [json.dumps(articles)],
        )

        # The same few people speak in most articles.
        @cache
        def is_meant(speaker: str, office: str) -> bool:
            return _has_words(speaker, self.speaker) and _has_words(office, self.office)

        return frozenset(article for article, speaker, office in rows if is_meant(speaker, office))

    def condition(self, article: str) -> Asked:
        """Return SQL that is true where the article of a column has one."""
        sql = f"""EXISTS (SELECT 1 FROM statements AS x WHERE x.article = {article}
            AND +x.id IN ({_NAMED}))"""  # noqa: S608 - our own names
        return Asked(sql=sql, values={"names": self.expression})

    @property
    def articles(self) -> None:
        """None: statements are found by their own numbers."""
        return None

    @property
    def first_step(self) -> int:
        """Each candidate's statements are read."""
        return _BY_STATEMENTS


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


def _are_near(articles: Sequence[int]) -> bool:
    """Say whether articles lie so near to each other that their whole range is best asked about."""
    return not articles or max(articles) - min(articles) <= _SPREAD * len(articles)


def _ids(db: Database, index: str, expression: str, ids: Sequence[int], *, near: bool) -> frozenset[int]:
    """Return the articles that an expression finds among these."""
    if not ids:
        return frozenset()
    # With the plus it is asked once, and what lies between is passed over; else once for each.
    among = "BETWEEN :first AND :last AND +rowid" if near else ""
    found = db.execute(
        f"""SELECT json_group_array(rowid) FROM {index} WHERE {index} MATCH :expression
            AND rowid {among} IN (SELECT value FROM json_each(:ids))""",  # noqa: S608 - constants, values bound
        {"expression": expression, "first": min(ids), "last": max(ids), "ids": json.dumps(ids)},
    )
    return frozenset(json.loads(found.fetchone()[0]))


def few_articles(db: Database, sql: str, values: Mapping[str, object]) -> frozenset[int] | None:
    """Return the articles that a query with one column finds; None where its rows are more than FEW."""
    found = _numbers(db, sql, values, most=FEW + 1)
    return None if len(found) > FEW else frozenset(found)


def _numbers(db: Database, sql: str, values: Mapping[str, object], *, most: int = -1) -> list[int]:
    """Return the only column of a query. As one text they come four times as fast as row by row."""
    found = db.execute(
        f"""WITH found(number) AS ({sql})
        SELECT json_group_array(number) FROM (SELECT number FROM found LIMIT {most})""",  # noqa: S608 - our own SQL, values bound
        dict(values),
    )
    numbers: list[int] = json.loads(found.fetchone()[0])
    return numbers


def _are_many(db: Database, sql: str, values: Mapping[str, object]) -> bool:
    """Say whether the rows of a query are more than FEW."""
    found = db.execute(f"SELECT count(*) FROM (SELECT 1 FROM ({sql}) LIMIT {FEW + 1})", dict(values))  # noqa: S608 - our own SQL, values bound
    return int(found.fetchone()[0]) > FEW
