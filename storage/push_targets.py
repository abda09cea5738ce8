"""The targets of pushing as rows: which there are, which have left the settings, how each does.

Runs inside the caller's transaction.
"""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from sqlite_utils import Database

from core.clock import from_iso, to_iso
from storage.records.delivery import OF_NO_CONFIG, Target, TargetState

# Long enough for somebody to see that settings are missing; what is older than a week is hardly news.
GONE_KEPT = timedelta(days=7)


def keep_targets(db: Database, targets: Collection[Target], *, now: datetime) -> dict[str, int]:
    """Know these targets of the config; return those that have just left it, with their letters' number.

    What waits for them is not sent, and kept for a week (`forget_gone`): the settings may come back.
    """
    left = {}
    here = {one.id for one in targets}
    for row in db.execute("SELECT target FROM push_targets WHERE gone IS NULL").fetchall():
        known = row["target"]
        # Subscribers and the people of digests are not of the config: they go with what they belong to.
        if known in here or known.startswith(OF_NO_CONFIG):
            continue
        db.execute("UPDATE push_targets SET gone = ? WHERE target = ?", [to_iso(now), known])
        left[known] = _letters(db, known)
    db.conn.executemany(
        """INSERT INTO push_targets (target, kind, since, told) VALUES (:id, :kind, :now, :now)
        ON CONFLICT (target) DO UPDATE SET gone = NULL WHERE gone IS NOT NULL""",
        [{"id": one.id, "kind": one.kind, "now": to_iso(now)} for one in targets],
    )
    return left


def forget_gone(db: Database, *, now: datetime) -> dict[str, int]:
    """Forget targets that left the config a week ago; return them with how many letters are lost with each.

    Who has left a digest stays known: the digest may come back.
    """
    rows = db.execute("SELECT target FROM push_targets WHERE gone < ?", [to_iso(now - GONE_KEPT)]).fetchall()
    forgotten = {row["target"]: _letters(db, row["target"]) for row in rows}
    for target in forgotten:
        db.execute("DELETE FROM push_targets WHERE target = ?", [target])
        db.execute("DELETE FROM deliveries WHERE target = ?", [target])
        db.execute("DELETE FROM deliveries WHERE kind = 'mail' AND target GLOB ?", [_mails(target)])
        db.execute("DELETE FROM push_targets WHERE target GLOB ?", [_mails(target)])
    return forgotten


def due_targets(db: Database, *, now: datetime) -> list[str]:
    """Return the targets for which something is due.

    Not those that are left in peace after a failure, nor those that have left the config.
    """
    rows = db.execute(
        """SELECT DISTINCT d.target FROM deliveries AS d LEFT JOIN push_targets AS t ON t.target = d.target
        WHERE d.state = 'waiting' AND d.due <= :now AND (t.retry_at IS NULL OR t.retry_at <= :now)
            AND t.gone IS NULL AND NOT (d.kind = 'mail' AND EXISTS (
                SELECT 1 FROM push_targets AS g WHERE g.gone IS NOT NULL AND g.kind = 'digest'
                    AND d.target GLOB 'mail:' || substr(g.target, 8) || ':*'))""",
        {"now": to_iso(now)},
    )
    return [row["target"] for row in rows]


def targets(db: Database) -> Iterator[TargetState]:
    """Yield how each target does that was ever known or written to."""
    numbers = {
        row["target"]: row
        for row in db.execute(
            """SELECT target, sum(state IN ('waiting', 'sending')) AS waiting, sum(state = 'dead') AS dead,
                sum(state = 'collected') AS collected, max(iif(state = 'dead', due, NULL)) AS last_dead
            FROM deliveries WHERE state IN ('waiting', 'collected', 'sending', 'dead') GROUP BY target"""
        )
    }
    for row in db.execute("SELECT * FROM push_targets ORDER BY target"):
        counted = numbers.get(row["target"])
        yield TargetState(
            target=row["target"],
            kind=row["kind"],
            since=from_iso(row["since"]),
            told=_moment(row["told"]),
            gone=_moment(row["gone"]),
            failures=row["failures"],
            retry_at=_moment(row["retry_at"]),
            last_sent=_moment(row["last_sent"]),
            last_failed=_moment(row["last_failed"]),
            error=row["error"],
            waiting=counted["waiting"] if counted else 0,
            collected=counted["collected"] if counted else 0,
            dead=counted["dead"] if counted else 0,
            last_dead=_moment(counted["last_dead"]) if counted else None,
        )


def _letters(db: Database, target: str) -> int:
    """Return how many letters wait for a target, the mails of a digest with it."""
    row = db.execute(
        """SELECT count(*) AS number FROM deliveries WHERE state IN ('waiting', 'collected', 'sending')
        AND (target = ? OR (kind = 'mail' AND target GLOB ?))""",
        [target, _mails(target)],
    ).fetchone()
    return int(row["number"])


def _mails(target: str) -> str:
    """Return the pattern of the targets of a digest's mails; of another target, one that nothing has."""
    kind, _, name = target.partition(":")
    return f"mail:{name}:*" if kind == "digest" else ""


def _moment(text: str | None) -> datetime | None:
    return None if text is None else from_iso(text)
