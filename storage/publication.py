"""What the publisher follows and writes: the change sequence, cursors, matches and entries.

Runs inside the caller's transaction. Every write may be repeated.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict

from sqlite_utils import Database

from core.clock import from_iso, to_iso
from core.match import Match
from storage.outbox import enqueue
from storage.records.articles import Change
from storage.records.delivery import Pushing
from storage.records.publication import Cursor, EntryDraft, Progress
from storage.rows import ARTICLE_COLUMNS, stored_article
from storage.versions import touch_feeds, touch_story


def changes_after(db: Database, seq: int, *, limit: int) -> list[Change]:
    """Return up to `limit` changes behind `seq`, in order, each with its article as it is now."""
    rows = db.execute(
        f"""SELECT c.seq, c.kind AS change_kind, c.revision AS change_revision, c.at AS change_at,
            r.title AS change_title, r.text AS change_text, {ARTICLE_COLUMNS}
        FROM changes AS c JOIN articles AS a ON a.id = c.article
        LEFT JOIN revisions AS r ON r.id = (
            SELECT min(id) FROM revisions WHERE article = c.article AND revision = c.revision)
        WHERE c.seq > ? ORDER BY c.seq LIMIT ?""",  # noqa: S608 - a constant, values bound
        [seq, limit],
    )
    return [
        Change(
            seq=row["seq"],
            kind=row["change_kind"],
            revision=row["change_revision"],
            at=from_iso(row["change_at"]),
            title=row["title"] if row["change_text"] is None else row["change_title"],
            text=row["text"] if row["change_text"] is None else row["change_text"],
            stored=stored_article(row),
        )
        for row in rows
    ]


def last_seq(db: Database) -> int:
    """Return the number of the last change; 0 before the first."""
    return int(db.execute("SELECT coalesce(max(seq), 0) FROM changes").fetchone()[0])


def cursor(db: Database, follower: str) -> Cursor:
    """Return how far a follower has come; the beginning for one that is not known."""
    row = db.execute(
        "SELECT seq, digest, again, until FROM cursors WHERE follower = ?", [follower]
    ).fetchone()
    return Cursor() if row is None else Cursor(**dict(row))


def progress(db: Database) -> list[Progress]:
    """Return how far each follower has come, by name."""
    last = last_seq(db)
    rows = db.execute("SELECT follower, seq - (until - again) AS reached FROM cursors ORDER BY follower")
    return [Progress(follower=row["follower"], reached=row["reached"], last=last) for row in rows]


def keep_followers(db: Database, followers: Collection[str]) -> None:
    """Forget how far all other followers have come. What they have published stays."""
    db.execute(
        "DELETE FROM cursors WHERE follower NOT IN (SELECT value FROM json_each(?))",
        [json.dumps(list(followers))],
    )


def matched(db: Database, watchlist: str, articles: Collection[int]) -> dict[int, str]:
    """Return which of these articles have a match, with its reason."""
    rows = db.execute(
        """SELECT article, why FROM matches
        WHERE watchlist = ? AND article IN (SELECT value FROM json_each(?))""",
        [watchlist, json.dumps(list(articles))],
    )
    return {row["article"]: row["why"] for row in rows}


def publish(
    db: Database,
    follower: str,
    position: Cursor,
    *,
    matches: Sequence[tuple[int, Match]],
    drafts: Sequence[EntryDraft],
    pushing: Pushing | None,
) -> None:
    """Keep matches (those that do not match any more are removed), add new entries, move the cursor."""
    for article, match in matches:
        _keep_match(db, article, match)
    for draft in drafts:
        if _add_entry(db, draft) and pushing is not None:
            enqueue(db, draft, pushing)
    db.execute(
        "INSERT OR REPLACE INTO cursors (follower, seq, digest, again, until) VALUES (?, ?, ?, ?, ?)",
        [follower, position.seq, position.digest, position.again, position.until],
    )


def watchlists_of(db: Database, story: int) -> tuple[str, ...]:
    """Return the watchlists that have an entry for a story, by name."""
    rows = db.execute(
        "SELECT DISTINCT watchlist FROM entries WHERE story = ? AND kind = 'statement' ORDER BY watchlist",
        [story],
    )
    return tuple(row["watchlist"] for row in rows)


def has_entry(db: Database, watchlist: str, story: int) -> bool:
    """Say whether a story has an entry in a watchlist's feed."""
    found = db.execute("SELECT 1 FROM entries WHERE story = ? AND watchlist = ?", [story, watchlist])
    return found.fetchone() is not None


def _keep_match(db: Database, article: int, match: Match) -> None:
    key = [article, match.watchlist]
    row = db.execute(
        "SELECT score, language, states, why, sentence, evidence FROM matches "
        "WHERE article = ? AND watchlist = ?",
        key,
    ).fetchone()
    before = None if row is None else tuple(row)
    values = _match_values(match) if match.matched else None
    if values == before:
        return
    states_before = json.loads(row["states"]) if row is not None else []
    # Its states go with it.
    db.execute("DELETE FROM matches WHERE article = ? AND watchlist = ?", key)
    if values is not None:
        db.execute(
            "INSERT INTO matches (article, watchlist, score, language, states, why, sentence, evidence) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [*key, *values],
        )
        db.conn.executemany(
            "INSERT INTO match_states (watchlist, article, state) VALUES (?, ?, ?)",
            [(match.watchlist, article, state) for state in dict.fromkeys(match.states)],
        )
    story = db.execute(
        """SELECT e.story FROM entries AS e JOIN articles AS a ON a.story = e.story
        WHERE a.id = ? AND e.watchlist = ?""",
        key,
    ).fetchone()
    if story is not None:
        touch_feeds(db, match.watchlist, states_before)
        touch_story(db, story[0])


def _match_values(match: Match) -> tuple[object, ...]:
    """Return the match as the columns that hold it, in the order of the table."""
    evidence = [asdict(item) for item in match.evidence]
    return (
        match.score,
        match.language,
        json.dumps(match.states),
        match.why,
        match.sentence,
        json.dumps(evidence, ensure_ascii=False),
    )


def _add_entry(db: Database, draft: EntryDraft) -> bool:
    """Add an entry, unless it is there: as itself, or as the statement that this very revision opened."""
    created = to_iso(draft.created)
    added = db.execute(
        """INSERT OR IGNORE INTO entries (id, kind, watchlist, story, article, revision, created)
        SELECT ?, ?, ?, ?, ?, ?, ? WHERE ? <> 'revision' OR NOT EXISTS (
            SELECT 1 FROM entries
            WHERE story = ? AND watchlist = ? AND article = ? AND kind = 'statement' AND created = ?)""",
        [
            *(draft.id, draft.kind, draft.watchlist, draft.story, draft.article, draft.revision, created),
            *(draft.kind, draft.story, draft.watchlist, draft.article, created),
        ],
    )
    if added.rowcount:
        rows = db.execute(
            "SELECT state FROM match_states WHERE watchlist = ? AND article = ?",
            [draft.watchlist, draft.article],
        )
        touch_feeds(db, draft.watchlist, [row[0] for row in rows])
    return added.rowcount > 0
