"""Stories and matches as the API lists them: newest first, each page behind a key that stays where it is."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from uuid import UUID

from sqlite_utils import Database

from core.clock import from_iso, to_iso
from storage.asked import ARTICLES, article_conditions, names_of, texts_of
from storage.connection import Connection
from storage.entries import match_of, stored_articles
from storage.listed import PRIMARY_FIRST
from storage.records.browsing import (
    ArticleHead,
    MatchOf,
    StatementOf,
    StatementWhole,
    StorySummary,
    StoryWhole,
)
from storage.records.selection import Selection
from storage.rows import published_of
from storage.stories import joined_into, story_part
from storage.walk import Walk

_LAST = 2**63 - 1
_HEAD = """a.id, a.source, a.url, a.canonical_url, a.language AS article_language, a.title, a.first_seen,
    a.published_raw, a.published_at, a.published_precision"""
_HAS_STATEMENTS = "EXISTS (SELECT 1 FROM statements AS x WHERE x.article = a.id)"
# Articles that are read whole at a time.
_STEP = 50
_MATCH = "m.watchlist, m.score, m.language, m.states, m.why, m.sentence, m.evidence"


class Browsing(Connection):
    """The part of the store that the API lists stories and matches from."""

    def list_stories(
        self, *, since: datetime | None, until: datetime | None, behind: int | None, limit: int
    ) -> list[StorySummary]:
        """Return up to `limit` stories opened in a time and before story `behind`, the last one first."""
        with self._reading() as db:
            return _stories(db, since, until, behind, limit)

    def story_whole(self, id_: int, *, limit: int) -> StoryWhole | None:
        """Return a story, or the one that it became part of, with up to `limit` articles; None: no such."""
        with self._reading() as db:
            return _whole_story(db, id_, limit)

    def list_statements(
        self, selection: Selection, *, behind: tuple[str, int, int] | None, limit: int
    ) -> list[StatementOf]:
        """Return up to `limit` statements of complete articles, of the newest article first, in text order.

        The selection asks of the articles; speaker and office of the statement too. `behind` is the first
        sight of an article, its number, and the position of a statement in it.
        """
        with self._reading() as db:
            return _statements(db, selection, behind, limit)

    def statement(self, id_: str) -> StatementWhole | None:
        """Return the statement with this id, of a held article too; None where no article has it now."""
        with self._reading() as db:
            return _statement(db, id_)

    def list_matches(
        self, selection: Selection, *, behind: tuple[int, str] | None, limit: int
    ) -> list[MatchOf]:
        """Return up to `limit` matches of complete articles, those of the last article first.

        Of the selection count watchlist, state, sources, languages, times. `behind`: (article, watchlist).
        """
        with self._reading() as db:
            return _matches(db, selection, behind, limit)


def _stories(
    db: Database, since: datetime | None, until: datetime | None, behind: int | None, limit: int
) -> list[StorySummary]:
    rows = db.execute(
        """SELECT s.id, s.created FROM stories AS s
        WHERE s.id < :behind AND (:since IS NULL OR s.created >= :since)
            AND (:until IS NULL OR s.created < :until)
            AND EXISTS (SELECT 1 FROM articles WHERE story = s.id AND held IS NULL)
        ORDER BY s.id DESC LIMIT :limit""",
        {
            "behind": _LAST if behind is None else behind,
            "since": None if since is None else to_iso(since),
            "until": None if until is None else to_iso(until),
            "limit": limit,
        },
    ).fetchall()
    return [_summary(db, row) for row in rows]


def _summary(db: Database, row: sqlite3.Row) -> StorySummary:
    """Return a story that has a complete article in numbers."""
    first = db.execute(
        f"""SELECT a.id, a.title FROM articles AS a
        WHERE a.story = ? AND a.held IS NULL ORDER BY {PRIMARY_FIRST} LIMIT 1""",  # noqa: S608 - a constant, values bound
        [row["id"]],
    ).fetchone()
    all_ = db.execute(
        """SELECT count(*) AS articles, min(first_seen) AS first_seen, max(first_seen) AS last_seen,
            json_group_array(DISTINCT source) AS sources, json_group_array(DISTINCT language) AS languages
        FROM articles WHERE story = ? AND held IS NULL""",
        [row["id"]],
    ).fetchone()
    return StorySummary(
        id=row["id"],
        created=from_iso(row["created"]),
        primary=first["id"],
        title=first["title"],
        articles=all_["articles"],
        sources=tuple(sorted(json.loads(all_["sources"]))),
        languages=tuple(sorted(json.loads(all_["languages"]))),
        first_seen=from_iso(all_["first_seen"]),
        last_seen=from_iso(all_["last_seen"]),
    )


def _whole_story(db: Database, id_: int, limit: int) -> StoryWhole | None:
    part = story_part(db, id_, limit=limit)
    now_in = id_ if part is not None else joined_into(db, id_)
    if part is None and now_in is not None:
        part = story_part(db, now_in, limit=limit)
    if part is None:
        return None
    row = db.execute("SELECT id, created FROM stories WHERE id = ?", [now_in]).fetchone()
    entries = db.execute(
        "SELECT id FROM entries WHERE story = ? ORDER BY created, id LIMIT ?", [now_in, limit]
    )
    return StoryWhole(
        summary=_summary(db, row), members=part.members, entries=tuple(entry["id"] for entry in entries)
    )


def _statement(db: Database, id_: str) -> StatementWhole | None:
    try:
        uuid = UUID(id_)
    except ValueError:
        return None
    row = db.execute(
        """SELECT x.article, a.first_seen, v.key,
            (SELECT count(*) FROM statements AS y WHERE y.article = x.article AND y.id < x.id) AS position,
            (SELECT json_group_array(about) FROM mentions WHERE statement = x.id) AS about
        FROM statements AS x JOIN articles AS a ON a.id = x.article
        LEFT JOIN utterances AS u ON u.statement = x.id LEFT JOIN voices AS v ON v.id = u.voice
        WHERE x.uuid = ?""",
        [uuid.bytes],
    ).fetchone()
    if row is None or uuid.urn != id_:
        return None
    stored = stored_articles(db, [row["article"]])[row["article"]]
    return StatementWhole(
        at=row["first_seen"],
        stored=stored,
        position=row["position"],
        speaker=row["key"],
        about=tuple(sorted(json.loads(row["about"]))),
    )


def _statements(
    db: Database, selection: Selection, behind: tuple[str, int, int] | None, limit: int
) -> list[StatementOf]:
    asked = article_conditions(selection)
    walk = Walk(
        shelf=ARTICLES,
        conditions=replace(asked, sql=(*asked.sql, _HAS_STATEMENTS)),
        texts=texts_of(selection),
    )
    # The article of the last statement comes once more: it may have others.
    start = None if behind is None else (behind[0], min(behind[1], _LAST - 1) + 1)
    found: list[StatementOf] = []
    while len(found) < limit:
        step = min(limit - len(found), _STEP)
        rows, _ = walk.take(db, start, step)
        ids = [row.article for row in rows]
        articles, positions = stored_articles(db, ids), _positions(db, ids, selection)
        for row in rows:
            found += [
                StatementOf(at=row.at, stored=articles[row.article], position=position)
                for position in positions.get(row.article, ())
                if behind is None or (row.at, row.article) != behind[:2] or position > behind[2]
            ]
        if len(rows) < step:
            break
        start = (rows[-1].at, rows[-1].article)
    return found[:limit]


def _positions(db: Database, articles: Sequence[int], selection: Selection) -> dict[int, list[int]]:
    """Return which statements of each article have the speaker and office that are asked for, from 0."""
    among = json.dumps(articles)
    rows = db.execute(
        """SELECT x.article, x.id FROM json_each(?) AS j CROSS JOIN statements AS x ON x.article = j.value
        ORDER BY x.article, x.id""",
        [among],
    ).fetchall()
    names = names_of(selection)
    said: frozenset[int] | None = None
    if names is not None and rows:
        ids = [row["id"] for row in rows]
        # One question for all: the index looks the words up once.
        found = db.execute(
            "SELECT rowid FROM speakers WHERE speakers MATCH ? AND rowid BETWEEN ? AND ?",
            [names, min(ids), max(ids)],
        )
        said = frozenset(row[0] for row in found)
    positions: dict[int, list[int]] = {}
    for article, its in groupby(rows, key=itemgetter("article")):
        positions[article] = [n for n, row in enumerate(its) if said is None or row["id"] in said]
    return positions


def _matches(db: Database, selection: Selection, behind: tuple[int, str] | None, limit: int) -> list[MatchOf]:
    article, watchlist = behind or (_LAST, "")
    rows = db.execute(
        f"""SELECT {_HEAD}, {_MATCH} FROM matches AS m JOIN articles AS a ON a.id = m.article
        WHERE (m.article, m.watchlist) < (:article, :behind) AND a.held IS NULL
            AND (:watchlist IS NULL OR m.watchlist = :watchlist)
            AND (:state IS NULL OR EXISTS (SELECT 1 FROM match_states AS s
                WHERE s.watchlist = m.watchlist AND s.article = m.article AND s.state = :state))
            AND (:sources IS NULL OR a.source IN (SELECT value FROM json_each(:sources)))
            AND (:languages IS NULL OR a.language IN (SELECT value FROM json_each(:languages)))
            AND (:since IS NULL OR a.first_seen >= :since) AND (:until IS NULL OR a.first_seen < :until)
        ORDER BY m.article DESC, m.watchlist DESC LIMIT :limit""",  # noqa: S608 - constants, values bound
        {
            "article": article,
            "behind": watchlist,
            "watchlist": selection.watchlist,
            "state": selection.state,
            "sources": None if selection.sources is None else json.dumps(selection.sources),
            "languages": None if selection.languages is None else json.dumps(selection.languages),
            "since": None if selection.since is None else to_iso(selection.since),
            "until": None if selection.until is None else to_iso(selection.until),
            "limit": limit,
        },
    )
    return [MatchOf(article=_head(row), match=match_of(row)) for row in rows]


def _head(row: sqlite3.Row) -> ArticleHead:
    return ArticleHead(
        id=row["id"],
        source=row["source"],
        url=row["url"],
        canonical_url=row["canonical_url"],
        language=row["article_language"],
        title=row["title"],
        published=published_of(row),
        first_seen=from_iso(row["first_seen"]),
    )
