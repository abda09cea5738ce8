"""What the publisher follows and writes: the change sequence, cursors, matches and entries.

Runs inside the caller's transaction. Every write may be repeated.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, replace

from sqlite_utils import Database

from core.clock import from_iso, to_iso
from core.match import Evidence, Match
from storage.outbox import enqueue
from storage.reading import revisions
from storage.records.articles import Change, Copy
from storage.records.delivery import Pushing
from storage.records.publication import Cursor, Entry, EntryDraft, EntryKind, Progress
from storage.rows import ARTICLE_COLUMNS, published_of, stored_article
from storage.stories import PRIMARY_FIRST
from storage.versions import touch_feeds, touch_story

# What feeds show: entries whose articles still match. Of a statement the first of its story's articles that
# match; where stories were joined, the older of their entries stands for both.
_SHOWN = f"""SELECT e.id AS entry, e.kind AS entry_kind, e.watchlist AS entry_watchlist,
        e.revision AS entry_revision, e.created,
        m.score, m.language AS match_language, m.states, m.why, m.sentence, m.evidence, {ARTICLE_COLUMNS}
    FROM entries AS e
    JOIN matches AS m ON m.watchlist = e.watchlist AND m.article = iif(e.kind = 'statement',
        (SELECT a.id FROM articles AS a JOIN matches AS x ON x.article = a.id
            WHERE a.story = e.story AND x.watchlist = e.watchlist ORDER BY {PRIMARY_FIRST} LIMIT 1),
        e.article)
    JOIN articles AS a ON a.id = m.article
    WHERE (e.kind <> 'statement' OR e.id = (
        SELECT id FROM entries WHERE story = e.story AND watchlist = e.watchlist AND kind = 'statement'
        ORDER BY created, id LIMIT 1))"""  # noqa: S608 - a constant, values bound


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


def entries(
    db: Database, watchlist: str, *, state: str | None, kinds: Collection[EntryKind], limit: int
) -> list[Entry]:
    """Return the newest entries of a watchlist (of one state) that its feed shows, of some kinds."""
    rows = db.execute(
        f"""{_SHOWN} AND e.watchlist = :watchlist AND e.kind IN (SELECT value FROM json_each(:kinds))
            AND (:state IS NULL OR EXISTS (
            SELECT 1 FROM match_states AS s
            WHERE s.watchlist = e.watchlist AND s.article = m.article AND s.state = :state))
        ORDER BY e.created DESC, e.id DESC LIMIT :limit""",  # noqa: S608 - a constant, values bound
        {"watchlist": watchlist, "state": state, "kinds": json.dumps(list(kinds)), "limit": limit},
    ).fetchall()
    return _filled(db, rows)


def entry(db: Database, id_: str) -> Entry | None:
    """Return an entry as its feed shows it; None where it does not, or there is none."""
    rows = db.execute(f"{_SHOWN} AND e.id = ?", [id_]).fetchall()
    return next(iter(_filled(db, rows)), None)


def watchlists_of(db: Database, story: int) -> tuple[str, ...]:
    """Return the watchlists that have an entry for a story, by name."""
    rows = db.execute(
        "SELECT DISTINCT watchlist FROM entries WHERE story = ? AND kind = 'statement' ORDER BY watchlist",
        [story],
    )
    return tuple(row["watchlist"] for row in rows)


def _filled(db: Database, rows: Sequence[sqlite3.Row]) -> list[Entry]:
    members = _story_members(db, {row["story"] for row in rows})
    return [
        _with_texts(db, row["id"], _entry(row["entry_watchlist"], row, members[row["story"]])) for row in rows
    ]


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


def _story_members(db: Database, stories: Iterable[int]) -> dict[int, list[tuple[int, Copy]]]:
    """Return the articles of each story as (article id, copy), in the order in which they came out."""
    members: dict[int, list[tuple[int, Copy]]] = defaultdict(list)
    rows = db.execute(
        """SELECT story, id, source, url, language, first_seen,
            published_raw, published_at, published_precision
        FROM articles WHERE story IN (SELECT value FROM json_each(?)) AND held IS NULL
        ORDER BY first_seen, id""",
        [json.dumps(list(stories))],
    )
    for row in rows:
        copy = Copy(
            source=row["source"],
            url=row["url"],
            language=row["language"],
            published=published_of(row),
            first_seen=from_iso(row["first_seen"]),
        )
        members[row["story"]].append((row["id"], copy))
    # Stable: of one moment what was seen first.
    return {story: sorted(found, key=lambda one: one[1].came_out) for story, found in members.items()}


def _with_texts(db: Database, article: int, entry: Entry) -> Entry:
    """Add the texts around a revision: the last one of the number before it, and its own first one."""
    if entry.kind != "revision":
        return entry
    texts = revisions(db, article)
    before = next((text for text in reversed(texts) if text.revision == entry.revision - 1), None)
    after = next((text for text in texts if text.revision == entry.revision), None)
    return replace(entry, before=before, after=after)


def _entry(watchlist: str, row: sqlite3.Row, members: Iterable[tuple[int, Copy]]) -> Entry:
    return Entry(
        id=row["entry"],
        kind=row["entry_kind"],
        watchlist=watchlist,
        revision=row["entry_revision"],
        created=from_iso(row["created"]),
        stored=stored_article(row),
        match=match_of(row, watchlist=watchlist, language=row["match_language"]),
        copies=tuple(copy for id_, copy in members if id_ != row["id"]),
    )


def match_of(row: sqlite3.Row, *, watchlist: str | None = None, language: str | None = None) -> Match:
    """Build a match from the columns of `matches`; give what the row has under another name."""
    return Match(
        watchlist=watchlist or row["watchlist"],
        matched=True,
        score=row["score"],
        language=language or row["language"],
        states=tuple(json.loads(row["states"])),
        why=row["why"],
        sentence=row["sentence"],
        evidence=tuple(Evidence(**item) for item in json.loads(row["evidence"])),
    )
