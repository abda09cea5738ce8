"""All that is known of one article, or one story, in one look: for their pages. Always bounded.

A page must come in milliseconds, so the words of former texts are read only when they are compared.
"""

import json
from datetime import datetime

from sqlite_utils import Database

from core.clock import from_iso
from core.match import Match
from storage.alternates import language_versions
from storage.connection import Connection
from storage.entries import match_of
from storage.provenance import fetch_of_row
from storage.reading import article, decision_of
from storage.records.articles import DecisionMade, Fetch, Revision, Ruling, StoryPart
from storage.records.dossier import Dossier, EntryHead, TextHead, VersionHead
from storage.removal import when_removed
from storage.stories import joined_into, rulings, story_part

MOST_ROWS = 50


class DossierTables(Connection):
    """The part of the store that the pages of an article and of a story ask."""

    def dossier(self, article_id: int, *, copies: int) -> Dossier | None:
        """Return an article with what is known of it and its story's first `copies`; None: no such."""
        with self._reading() as db:
            return _dossier(db, article_id, copies)

    def matches_of(self, article_id: int) -> tuple[Match, ...]:
        """Return the matches of an article, the highest score first."""
        with self._reading() as db:
            return _matches(db, article_id)

    def when_removed(self, article_id: int) -> datetime | None:
        """Return when the article of a number was removed; None where it was not, or that is not known."""
        with self._reading() as db:
            return when_removed(db, article_id)

    def text(self, article_id: int, number: int) -> Revision | None:
        """Return a kept text of an article by its number, from 1; None where there is none."""
        with self._reading() as db:
            return _text(db, article_id, number)

    def text_heads(self, article_id: int) -> tuple[TextHead, ...]:
        """Return the kept texts of an article without their words, the present one last."""
        with self._reading() as db:
            return _text_heads(db, article_id)

    def story_part(self, story: int, *, limit: int) -> tuple[StoryPart, tuple[Ruling, ...]] | int | None:
        """Return a story's first articles and its rulings, or the story that it has become part of."""
        with self._reading() as db:
            part = story_part(db, story, limit=limit)
            return joined_into(db, story) if part is None else (part, rulings(db, story, limit=MOST_ROWS))


def _dossier(db: Database, article_id: int, copies: int) -> Dossier | None:
    stored = article(db, article_id)
    if stored is None:
        return None
    held = stored.article.held is not None
    fetches, more_fetches = _fetches(db, article_id)
    decisions, more_decisions = _decisions(db, article_id)
    return Dossier(
        stored=stored,
        matches=_matches(db, article_id),
        texts=_text_heads(db, article_id),
        fetches=fetches,
        more_fetches=more_fetches,
        decisions=decisions,
        more_decisions=more_decisions,
        story=None if held else story_part(db, stored.story, limit=copies),
        versions=_versions(db, language_versions(db, stored.article)),
        entries=_entries(db, article_id),
    )


def _matches(db: Database, article_id: int) -> tuple[Match, ...]:
    rows = db.execute("SELECT * FROM matches WHERE article = ? ORDER BY score DESC, watchlist", [article_id])
    return tuple(match_of(row) for row in rows)


def _text_heads(db: Database, article_id: int) -> tuple[TextHead, ...]:
    rows = db.execute(
        """SELECT revision, kind, reason, exact_hash, title, fetched_at, 0 AS present, id
        FROM revisions WHERE article = :id
        UNION ALL
        SELECT revision, revision_kind, revision_reason, exact_hash, title, fetched_at, 1, id
        FROM articles WHERE id = :id
        ORDER BY present, id""",
        {"id": article_id},
    )
    return tuple(
        TextHead(
            number=number,
            revision=row["revision"],
            kind=row["kind"],
            reason=row["reason"],
            text_hash=row["exact_hash"].hex(),
            title=row["title"],
            read=from_iso(row["fetched_at"]),
        )
        for number, row in enumerate(rows, start=1)
    )


def _text(db: Database, article_id: int, number: int) -> Revision | None:
    heads = _text_heads(db, article_id)
    if not 1 <= number <= len(heads):
        return None
    head = heads[number - 1]
    if number == len(heads):
        row = db.execute("SELECT text FROM articles WHERE id = ?", [article_id]).fetchone()
    else:
        row = db.execute(
            "SELECT text FROM revisions WHERE article = ? ORDER BY id LIMIT 1 OFFSET ?",
            [article_id, number - 1],
        ).fetchone()
    return Revision(
        revision=head.revision,
        kind=head.kind,
        reason=head.reason,
        text_hash=head.text_hash,
        title=head.title,
        text=row["text"],
        fetched_at=head.read,
    )


def _fetches(db: Database, article_id: int) -> tuple[tuple[Fetch, ...], int]:
    count = db.execute("SELECT count(*) FROM fetches WHERE article = ?", [article_id]).fetchone()[0]
    rows = db.execute(
        "SELECT * FROM fetches WHERE article = ? ORDER BY id DESC LIMIT ?", [article_id, MOST_ROWS]
    ).fetchall()
    return tuple(fetch_of_row(row) for row in reversed(rows)), count - len(rows)


def _decisions(db: Database, article_id: int) -> tuple[tuple[DecisionMade, ...], int]:
    count = db.execute("SELECT count(*) FROM decisions WHERE article = ?", [article_id]).fetchone()[0]
    rows = db.execute(
        """SELECT at, kind, of_article, similarity, reason FROM decisions WHERE article = ?
        ORDER BY id DESC LIMIT ?""",
        [article_id, MOST_ROWS],
    ).fetchall()
    return tuple(decision_of(row) for row in reversed(rows)), count - len(rows)


def _versions(db: Database, ids: tuple[int, ...]) -> tuple[VersionHead, ...]:
    rows = db.execute(
        """SELECT id, source, language, title FROM articles
        WHERE id IN (SELECT value FROM json_each(?)) ORDER BY language, id LIMIT ?""",
        [json.dumps(ids), MOST_ROWS],
    )
    return tuple(VersionHead(**dict(row)) for row in rows)


def _entries(db: Database, article_id: int) -> tuple[EntryHead, ...]:
    rows = db.execute(
        """SELECT id, kind, watchlist, created FROM entries WHERE article = ?
        ORDER BY watchlist, created LIMIT ?""",
        [article_id, MOST_ROWS],
    )
    return tuple(
        EntryHead(
            id=row["id"], kind=row["kind"], watchlist=row["watchlist"], created=from_iso(row["created"])
        )
        for row in rows
    )
