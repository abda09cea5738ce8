"""Sending, as the store sees it: a delivery is taken before it is sent, and ends sent, dropped or dead.

What a crash cuts off may have arrived: it is put among the dead letters, unless its kind may be repeated
without harm. Runs inside the caller's transaction.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlite_utils import Database

from core.clock import to_iso
from storage.entries import entry
from storage.outbox import bury, count, delivery_of, settle
from storage.push_targets import due_targets
from storage.records.delivery import Delivery, DeliveryState, Failure
from storage.rows import storable_text

CUT_OFF = "cut off by a crash: it may have arrived, so it is not sent again by itself"
# What says only how things stand may be said twice.
REPEATABLE = ("hub", "verify", "update")
# Each delivery of these is one entry.
NEWS = ("webhook", "message", "digest")
# After so many tries what is too old is dead; after so many failures of its target, also what waits behind.
_HOPELESS = 3


def take(db: Database, target: str, *, now: datetime) -> Delivery | None:
    """Take what was tried least, the oldest of that: one letter that is refused holds up no other."""
    if target not in due_targets(db, now=now):
        return None
    rows = db.execute(
        """SELECT * FROM deliveries WHERE target = ? AND state = 'waiting' AND due <= ?
        ORDER BY tries, id""",
        [target, to_iso(now)],
    ).fetchall()
    for row in rows:
        found = delivery_of(row)
        reason = no_news(db, found) if found.kind in NEWS else None
        if reason is None:
            db.execute("UPDATE deliveries SET state = 'sending' WHERE id = ?", [found.id])
            failures = db.execute("SELECT failures FROM push_targets WHERE target = ?", [target]).fetchone()
            return replace(found, state="sending", failures=0 if failures is None else failures[0])
        settle(db, found, "dropped", reason)
    return None


def no_news(db: Database, delivery: Delivery) -> str | None:
    """Say why an entry that waited is not to be sent any more; None if it is.

    What was joined or taken back meanwhile its feed does not show; and a story is told to a target once,
    whatever the number of its entries and watchlists.
    """
    if entry(db, delivery.subject) is None:
        return "its feed does not show it any more"
    told = db.execute(
        """SELECT 1 FROM entries AS mine JOIN entries AS e ON e.story = mine.story AND e.kind = 'statement'
        JOIN deliveries AS d ON d.target = :target AND d.subject = e.id
        WHERE mine.id = :subject AND mine.kind = 'statement' AND d.id <> :id
            AND d.state <> 'dropped' AND (d.state IN ('sending', 'sent') OR d.id < :id)""",
        {"target": delivery.target, "subject": delivery.subject, "id": delivery.id},
    ).fetchone()
    return None if told is None else "its story was told already"


def settle_cut_off(db: Database, *, now: datetime) -> int:
    """Settle what nobody has in hand any more; return how many that are."""
    rows = db.execute("SELECT * FROM deliveries WHERE state = 'sending'").fetchall()
    for row in rows:
        found = delivery_of(row)
        if found.kind in REPEATABLE:
            settle(db, found, "waiting", "cut off by a crash")
        else:
            bury(db, found, CUT_OFF, now)
    return len(rows)


def delivered(db: Database, delivery: Delivery, *, now: datetime) -> None:
    """Note that a delivery came through; its target is well again."""
    end(db, delivery, "sent", None)
    if not _is_there(db, delivery):
        return
    db.execute("UPDATE deliveries SET due = ? WHERE id = ? AND state = 'sent'", [to_iso(now), delivery.id])
    db.execute(
        """INSERT INTO push_targets (target, kind, since, last_sent) VALUES (:target, :kind, :now, :now)
        ON CONFLICT (target) DO UPDATE SET failures = 0, retry_at = NULL, error = NULL, last_sent = :now""",
        {"target": delivery.target, "kind": delivery.kind, "now": to_iso(now)},
    )


def not_delivered(
    db: Database, delivery: Delivery, failure: Failure, *, give_up: timedelta, now: datetime
) -> bool:
    """Note that a delivery failed: it waits for the next try, or is dead, which is returned."""
    error = storable_text(failure.error)
    if not _is_there(db, delivery):
        return True
    failures = db.execute(
        """INSERT INTO push_targets (target, kind, since, failures, retry_at, last_failed, error)
        VALUES (:target, :kind, :now, 1, :retry, :now, :error)
        ON CONFLICT (target) DO UPDATE SET
            failures = failures + 1, retry_at = :retry, last_failed = :now, error = :error
        RETURNING failures""",
        {
            "target": delivery.target,
            "kind": delivery.kind,
            "now": to_iso(now),
            "error": error,
            "retry": to_iso(failure.target_retry_at) if failure.target_retry_at else None,
        },
    ).fetchone()[0]
    count(db, delivery, "failed")
    # What waited while nothing ran has its tries too.
    old = now - delivery.created >= give_up and delivery.tries + 1 >= _HOPELESS
    dead = failure.retry_at is None or old
    end(db, delivery, "dead" if dead else "waiting", error)
    db.execute(
        "UPDATE deliveries SET tries = tries + 1, due = ? WHERE id = ? AND state IN ('dead', 'waiting')",
        [to_iso(now if failure.retry_at is None else failure.retry_at), delivery.id],
    )
    if failures >= _HOPELESS:
        _give_up_waiting(db, delivery.target, now - give_up, now)
    return dead


def _is_there(db: Database, delivery: Delivery) -> bool:
    """Whether it was not removed meanwhile, with its target or with the subscription that it belonged to."""
    return db.execute("SELECT 1 FROM deliveries WHERE id = ?", [delivery.id]).fetchone() is not None


def _give_up_waiting(db: Database, target: str, before: datetime, now: datetime) -> None:
    """Put among the dead letters what has waited too long behind a target that fails."""
    rows = db.execute(
        "SELECT * FROM deliveries WHERE target = ? AND state = 'waiting' AND created <= ?",
        [target, to_iso(before)],
    ).fetchall()
    for row in rows:
        bury(db, delivery_of(row), row["error"] or "its target failed for longer than `push.give_up`", now)


def end(db: Database, delivery: Delivery, state: DeliveryState, error: str | None) -> None:
    """End what is in hand. A feed that changed meanwhile waits again already: then nothing is set."""
    done = db.execute(
        "UPDATE deliveries SET state = ?, error = ? WHERE id = ? AND state = 'sending'",
        [state, error, delivery.id],
    )
    if state == "sent" or (done.rowcount and state != "waiting"):
        count(db, delivery, state)


def dead(db: Database, ids: Collection[int] | None, target: str | None) -> list[int]:
    """Return the numbers of dead letters, of these ids and this target where they are given."""
    rows = db.execute(
        """SELECT id FROM deliveries WHERE state = 'dead' AND (:target IS NULL OR target = :target)
        ORDER BY id""",
        {"target": target},
    )
    return [row["id"] for row in rows if ids is None or row["id"] in ids]


def retry(db: Database, ids: Sequence[int], *, now: datetime) -> int:
    """Have letters sent again, at once and as if for the first time; return how many."""
    for id_ in ids:
        db.execute(
            "UPDATE deliveries SET state = 'waiting', tries = 0, created = :now, due = :now WHERE id = :id",
            {"now": to_iso(now), "id": id_},
        )
        db.execute(
            """UPDATE push_targets SET retry_at = NULL
            WHERE target = (SELECT target FROM deliveries WHERE id = ?)""",
            [id_],
        )
    return len(ids)


def drop(db: Database, ids: Sequence[int]) -> int:
    """Forget dead letters: none of them is sent any more."""
    db.conn.executemany("UPDATE deliveries SET state = 'dropped' WHERE id = ?", [(id_,) for id_ in ids])
    return len(ids)
