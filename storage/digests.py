"""Digests: entries that are collected until a day or a week is over, and whoever does not want them any more.

Runs inside the caller's transaction.
"""

import sqlite3
from collections.abc import Mapping
from datetime import datetime

from sqlite_utils import Database

from core.clock import from_iso, to_iso
from storage.entries import entry
from storage.outbox import delivery_of
from storage.records.delivery import Recipient
from storage.records.publication import Entry
from storage.sending import no_news


def is_closed(db: Database, target: str, *, end: datetime) -> bool:
    """Say whether the digest of that end, or a later one, was closed, or there is no such digest at all."""
    row = db.execute("SELECT told FROM push_targets WHERE target = ?", [target]).fetchone()
    return row is None or row["told"] >= to_iso(end)


def close(
    db: Database, target: str, mailboxes: Mapping[str, str], *, end: datetime, now: datetime
) -> int | None:
    """Close a digest: what was collected until its end belongs to it, and to no other one."""
    batch = to_iso(end)
    moved = db.execute(
        "UPDATE push_targets SET told = ? WHERE target = ? AND told < ?", [batch, target, batch]
    ).rowcount
    if not moved:
        return None
    collected = db.execute(
        """SELECT * FROM deliveries WHERE target = ? AND state = 'collected' AND created <= ? ORDER BY id""",
        [target, batch],
    ).fetchall()
    taken = 0
    for row in collected:
        reason = no_news(db, delivery_of(row))
        taken += reason is None
        db.execute(
            "UPDATE deliveries SET state = ?, batch = ?, due = ?, error = ? WHERE id = ?",
            ["dropped" if reason else "sent", None if reason else batch, to_iso(now), reason, row["id"]],
        )
    for address, mail in mailboxes.items() if taken else ():
        db.execute(
            """INSERT OR IGNORE INTO deliveries (kind, target, subject, batch, state, created, due)
            SELECT 'mail', :mail, :batch, :batch, 'waiting', :now, :now WHERE NOT EXISTS (
                SELECT 1 FROM digest_recipients
                WHERE target = :target AND address = :address AND left_at IS NOT NULL)""",
            {"mail": mail, "batch": batch, "now": to_iso(now), "target": target, "address": address},
        )
    return taken


def entries(db: Database, target: str, batch: str) -> list[Entry]:
    """Return the entries of a closed digest that their feeds still show, the newest first, a story once."""
    rows = db.execute("SELECT subject FROM deliveries WHERE target = ? AND batch = ?", [target, batch])
    found = [one for one in (entry(db, row["subject"]) for row in rows.fetchall()) if one is not None]
    found.sort(key=lambda one: (one.created, one.id), reverse=True)
    shown: dict[object, Entry] = {}
    for one in found:
        shown.setdefault(one.stored.story if one.kind == "statement" else one.id, one)
    return list(shown.values())


def recipient(db: Database, target: str, address: str, token: str) -> Recipient:
    """Return a recipient, new ones with this token."""
    db.execute(
        "INSERT OR IGNORE INTO digest_recipients (target, address, token) VALUES (?, ?, ?)",
        [target, address, token],
    )
    row = db.execute(
        "SELECT * FROM digest_recipients WHERE target = ? AND address = ?", [target, address]
    ).fetchone()
    return _recipient(row)


def recipients(db: Database, target: str | None) -> list[Recipient]:
    """Return the recipients (of one digest)."""
    rows = db.execute(
        "SELECT * FROM digest_recipients WHERE :target IS NULL OR target = :target ORDER BY target, address",
        {"target": target},
    )
    return [_recipient(row) for row in rows]


def recipient_of(db: Database, token: str) -> Recipient | None:
    """Return whose token this is."""
    row = db.execute("SELECT * FROM digest_recipients WHERE token = ?", [token]).fetchone()
    return None if row is None else _recipient(row)


def leave(db: Database, token: str, *, now: datetime) -> Recipient | None:
    """Note that a recipient leaves, and return it; what waits for it is not sent."""
    db.execute(
        "UPDATE digest_recipients SET left_at = coalesce(left_at, ?) WHERE token = ?", [to_iso(now), token]
    )
    return recipient_of(db, token)


def rejoin(db: Database, target: str, address: str) -> bool:
    """Take back that a recipient has left."""
    done = db.execute(
        """UPDATE digest_recipients SET left_at = NULL
        WHERE target = ? AND address = ? AND left_at IS NOT NULL""",
        [target, address],
    )
    return done.rowcount > 0


def _recipient(row: sqlite3.Row) -> Recipient:
    left = row["left_at"]
    return Recipient(
        target=row["target"],
        address=row["address"],
        token=row["token"],
        left=None if left is None else from_iso(left),
    )
