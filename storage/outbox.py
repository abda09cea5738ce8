"""The outbox's rows: what is put into it, what is kept how long.

Runs inside the caller's transaction.
"""

import sqlite3
from datetime import datetime, timedelta

from sqlite_utils import Database

from core.clock import from_iso, to_iso
from storage.records.delivery import (
    Announcement,
    Audience,
    Delivery,
    DeliveryState,
    Pushing,
)
from storage.records.publication import EntryDraft

_KEPT = timedelta(days=30)
_DEAD_KEPT = timedelta(days=90)
MOST_WAITING = 1000
MOST_DEAD = 1000


def enqueue(db: Database, draft: EntryDraft, pushing: Pushing) -> None:
    """Put a new entry into the outbox for each target that is to have it.

    A target gets nothing of before it was known, and one statement of a story, whatever its watchlists.
    """
    if draft.created < pushing.oldest:
        return
    for one in pushing.audience:
        if draft.kind == "statement" or one.revisions:
            _enqueue(db, draft, one, pushing.now)


def _enqueue(db: Database, draft: EntryDraft, to: Audience, now: datetime) -> None:
    db.execute(
        """INSERT OR IGNORE INTO deliveries (kind, target, subject, state, created, due)
        SELECT :kind, :target, :entry, :state, :now, :now FROM push_targets
        WHERE target = :target AND since <= :created AND (:entry_kind <> 'statement' OR NOT EXISTS (
            SELECT 1 FROM entries AS e JOIN deliveries AS d ON d.target = :target AND d.subject = e.id
            WHERE e.story = :story AND e.kind = 'statement'))""",
        {
            "kind": to.target.kind,
            "target": to.target.id,
            "entry": draft.id,
            "entry_kind": draft.kind,
            "state": "collected" if to.target.kind == "digest" else "waiting",
            "now": to_iso(now),
            "created": to_iso(draft.created),
            "story": draft.story,
        },
    )


def announce(db: Database, announcement: Announcement, *, now: datetime) -> None:
    """Have hubs and subscribers told of the files that they know in another version."""
    told = [("hub", hub) for hub in announcement.hubs]
    for file, digest in announcement.files.items():
        subscribers = db.execute(
            "SELECT id FROM subscriptions WHERE topic = ? AND until > ?", [file, to_iso(now)]
        ).fetchall()
        for kind, target in [*told, *(("update", f"update:{row['id']}") for row in subscribers)]:
            db.execute(
                """INSERT INTO deliveries (kind, target, subject, version, state, created, due)
                VALUES (:kind, :target, :file, :digest, 'waiting', :now, :now)
                ON CONFLICT (target, subject) DO UPDATE SET version = :digest, state = 'waiting', tries = 0,
                    created = :now, due = :now, error = NULL WHERE version <> :digest""",
                {"kind": kind, "target": target, "file": file, "digest": digest, "now": to_iso(now)},
            )


def deliveries(
    db: Database, state: str | None, kind: str | None, target: str | None, limit: int
) -> list[Delivery]:
    """Return deliveries, newest first."""
    rows = db.execute(
        """SELECT * FROM deliveries WHERE (:state IS NULL OR state = :state)
            AND (:kind IS NULL OR kind = :kind)
            AND (:target IS NULL OR target = :target) ORDER BY id DESC LIMIT :limit""",
        {"state": state, "kind": kind, "target": target, "limit": limit},
    )
    return [delivery_of(row) for row in rows]


def counts(db: Database) -> dict[tuple[str, str], int]:
    """Return how many deliveries of a kind had an outcome, since ever."""
    rows = db.execute("SELECT kind, outcome, number FROM delivery_counts ORDER BY kind, outcome")
    return {(row["kind"], row["outcome"]): row["number"] for row in rows}


def upkeep(db: Database, *, now: datetime) -> None:
    """Forget what was sent long ago; bound what waits, and the dead letters, of each target."""
    db.execute(
        """DELETE FROM deliveries WHERE kind NOT IN ('hub', 'update') AND (
            (state IN ('sent', 'dropped') AND due < ?) OR (state = 'dead' AND due < ?))""",
        [to_iso(now - _KEPT), to_iso(now - _DEAD_KEPT)],
    )
    for row in db.execute(
        "SELECT target FROM deliveries WHERE state = 'waiting' GROUP BY target HAVING count(*) > ?",
        [MOST_WAITING],
    ).fetchall():
        over = db.execute(
            """SELECT * FROM deliveries WHERE target = ? AND state = 'waiting'
            ORDER BY id DESC LIMIT -1 OFFSET ?""",
            [row["target"], MOST_WAITING],
        ).fetchall()
        for one in over:
            bury(db, delivery_of(one), "too many wait for its target", now)
    for row in db.execute(
        "SELECT target FROM deliveries WHERE state = 'dead' GROUP BY target HAVING count(*) > ?", [MOST_DEAD]
    ).fetchall():
        db.execute(
            """DELETE FROM deliveries WHERE id IN (SELECT id FROM deliveries
            WHERE target = ? AND state = 'dead' ORDER BY due DESC, id DESC LIMIT -1 OFFSET ?)""",
            [row["target"], MOST_DEAD],
        )


def bury(db: Database, delivery: Delivery, error: str, now: datetime) -> None:
    """Put a delivery among the dead letters."""
    settle(db, delivery, "dead", error)
    db.execute("UPDATE deliveries SET due = ? WHERE id = ?", [to_iso(now), delivery.id])
    count(db, delivery, "dead")


def settle(db: Database, delivery: Delivery, state: DeliveryState, error: str) -> None:
    """Set the state of a delivery, with the reason."""
    db.execute("UPDATE deliveries SET state = ?, error = ? WHERE id = ?", [state, error, delivery.id])


def count(db: Database, delivery: Delivery, outcome: str) -> None:
    """Count an outcome of a delivery."""
    db.execute(
        """INSERT INTO delivery_counts (kind, outcome, number) VALUES (?, ?, 1)
        ON CONFLICT (kind, outcome) DO UPDATE SET number = number + 1""",
        [delivery.kind, outcome],
    )


def delivery_of(row: sqlite3.Row) -> Delivery:
    """Build a delivery from its row."""
    return Delivery(
        id=row["id"],
        kind=row["kind"],
        target=row["target"],
        subject=row["subject"],
        version=row["version"],
        batch=row["batch"],
        state=row["state"],
        tries=row["tries"],
        created=from_iso(row["created"]),
        due=from_iso(row["due"]),
        error=row["error"],
    )
