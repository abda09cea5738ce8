"""Answers for people: one article, its former texts, full-text search, what the database holds."""

import sqlite3
from datetime import datetime

from sqlite_utils import Database

from core.clock import from_iso, to_iso
from core.urls import canonical_url
from storage.records.articles import DecisionMade, Revision, StoredArticle
from storage.records.polling import Held
from storage.rows import ARTICLE_COLUMNS, stored_article


def article(db: Database, id_: int) -> StoredArticle | None:
    """Return one article, held ones included; None for an id that there is not."""
    row = db.execute(
        f"SELECT {ARTICLE_COLUMNS} FROM articles AS a WHERE a.id = ?",  # noqa: S608 - a constant, values bound
        [id_],
    ).fetchone()
    return None if row is None else stored_article(row)


def articles_at(db: Database, url: str) -> list[int]:
    """Return the ids of the articles at an address, however it is written."""
    rows = db.execute("SELECT id FROM articles WHERE canonical_url = ? ORDER BY id", [canonical_url(url)])
    return [int(row["id"]) for row in rows]


def articles_after(db: Database, id_: int, *, since: datetime, limit: int) -> list[StoredArticle]:
    """Return up to `limit` complete articles with larger ids, first seen since then, by id."""
    rows = db.execute(
        f"""SELECT {ARTICLE_COLUMNS} FROM articles AS a
        WHERE a.id > ? AND a.held IS NULL AND a.first_seen >= ? ORDER BY a.id LIMIT ?""",  # noqa: S608 - a constant, values bound
        [id_, to_iso(since), limit],
    )
    return [stored_article(row) for row in rows]


def revisions(db: Database, article_id: int) -> list[Revision]:
    """Return every text of an article, the present one last."""
    rows = db.execute(
        """SELECT revision, kind, reason, exact_hash, title, text, fetched_at, 0 AS present, id
        FROM revisions WHERE article = :id
        UNION ALL
        SELECT revision, revision_kind, revision_reason, exact_hash, title, text, fetched_at, 1, id
        FROM articles WHERE id = :id
        ORDER BY present, id""",
        {"id": article_id},
    )
    return [
        Revision(
            revision=row["revision"],
            kind=row["kind"],
            reason=row["reason"],
            text_hash=row["exact_hash"].hex(),
            title=row["title"],
            text=row["text"],
            fetched_at=from_iso(row["fetched_at"]),
        )
        for row in rows
    ]


def decisions(db: Database, article_id: int) -> list[DecisionMade]:
    """Return what was decided on an article, oldest first."""
    rows = db.execute(
        "SELECT at, kind, of_article, similarity, reason FROM decisions WHERE article = ? ORDER BY id",
        [article_id],
    )
    return [decision_of(row) for row in rows]


def decision_of(row: sqlite3.Row) -> DecisionMade:
    """Build a decision from a row of `decisions`."""
    return DecisionMade(
        at=from_iso(row["at"]),
        kind=row["kind"],
        of=row["of_article"],
        similarity=row["similarity"],
        reason=row["reason"],
    )


def held(db: Database) -> list[Held]:
    """Return how many articles of each source are held, and why, the largest count first."""
    rows = db.execute(
        """SELECT source, held AS reason, count(*) AS articles FROM articles WHERE held IS NOT NULL
        GROUP BY source, held ORDER BY articles DESC, source, held"""
    )
    return [Held(**dict(row)) for row in rows]


def counts(db: Database) -> dict[str, int]:
    """Return how many there are of each thing that people ask about, from indices alone."""
    row = db.execute(
        """SELECT
            (SELECT count(*) FROM articles)
                - (SELECT count(*) FROM articles WHERE held IS NOT NULL) AS articles,
            (SELECT count(*) FROM articles WHERE held IS NOT NULL) AS held,
            (SELECT count(DISTINCT story) FROM articles) - (SELECT count(DISTINCT story) FROM articles AS a
                WHERE held IS NOT NULL AND NOT EXISTS (
                    SELECT 1 FROM articles WHERE story = a.story AND held IS NULL)) AS stories,
            (SELECT count(*) FROM changes WHERE kind = 'revision') AS revisions,
            (SELECT count(*) FROM matches) AS matches,
            (SELECT count(*) FROM entries) AS entries,
            (SELECT count(*) FROM sources WHERE active) AS sources"""
    ).fetchone()
    return {name: int(row[name]) for name in row.keys()}  # noqa: SIM118 - a Row iterates over its values
