"""The due table: which source is polled next, who has claimed it, and how its polls went."""

import json
from collections.abc import Collection
from datetime import datetime

from sqlite_utils import Database

from core.article import Outcome, PollReport
from core.clock import from_iso, to_iso
from core.listshape import ListShape
from storage.records.polling import Poll, SourceState, SourceTotals
from storage.versions import touch_all


def sync_sources(
    db: Database, ids: Collection[str], *, now: datetime, official: Collection[str] = ()
) -> None:
    """Make new sources due now. Those that vanished are kept with their history, but are never due.

    `official` are those whose articles stand for their stories.
    """
    listed = json.dumps(sorted(ids))
    db.execute(
        "INSERT OR IGNORE INTO sources (id, due) SELECT value, ? FROM json_each(?)", [to_iso(now), listed]
    )
    # Rows that stay as they are need no write: the daemon calls this at each change of the config.
    db.execute(
        """UPDATE sources SET active = NOT active
        WHERE active <> (id IN (SELECT value FROM json_each(?)))""",
        [listed],
    )
    turned = db.execute(
        """UPDATE sources SET official = NOT official
        WHERE active AND official <> (id IN (SELECT value FROM json_each(?)))""",
        [json.dumps(sorted(official))],
    )
    if turned.rowcount:
        touch_all(db)


def claim_due(db: Database, *, now: datetime, limit: int, until: datetime) -> list[str]:
    """Claim up to `limit` sources that are due and free, longest due first. The claim ends at `until`."""
    rows = db.execute(
        """SELECT id FROM sources
        WHERE active AND due <= :now AND (claimed_until IS NULL OR claimed_until <= :now)
        ORDER BY due, id LIMIT :limit""",
        {"now": to_iso(now), "limit": limit},
    )
    ids = [str(row[0]) for row in rows]
    # What an earlier claim left behind without a report is no part of this poll.
    db.execute(
        """UPDATE sources SET claimed_until = ?, pending_new = 0, pending_duplicate = 0, pending_revised = 0
        WHERE id IN (SELECT value FROM json_each(?))""",
        [to_iso(until), json.dumps(ids)],
    )
    return ids


def release(db: Database, ids: Collection[str] | None) -> None:
    """End the claims on these sources (None: on all) without a poll."""
    if ids is None:
        db.execute("UPDATE sources SET claimed_until = NULL WHERE claimed_until IS NOT NULL")
        return
    db.execute(
        "UPDATE sources SET claimed_until = NULL WHERE id IN (SELECT value FROM json_each(?))",
        [json.dumps(sorted(ids))],
    )


def mend_times(db: Database, *, now: datetime, latest_claim: datetime) -> int:
    """Make sources due that were polled later than now: the clock was set back. Return how many.

    Claims that end after `latest_claim` end at once.
    """
    db.execute("UPDATE sources SET claimed_until = NULL WHERE claimed_until > ?", [to_iso(latest_claim)])
    return int(
        db.execute(
            "UPDATE sources SET due = :now, last_poll = :now WHERE last_poll > :now AND due > :now",
            {"now": to_iso(now)},
        ).rowcount
    )


def make_due(db: Database, ids: Collection[str] | None, *, now: datetime) -> None:
    """Make these sources (None: all) due now, unless they are already."""
    if ids is None:
        db.execute("UPDATE sources SET due = min(due, ?)", [to_iso(now)])
        return
    db.execute(
        "UPDATE sources SET due = min(due, ?) WHERE id IN (SELECT value FROM json_each(?))",
        [to_iso(now), json.dumps(sorted(ids))],
    )


def source_states(db: Database) -> list[SourceState]:
    """Return the row of each source that the config has, by id."""
    rows = db.execute("SELECT * FROM sources WHERE active ORDER BY id").fetchall()
    return [
        SourceState(
            id=row["id"],
            due=from_iso(row["due"]),
            claimed_until=_moment(row["claimed_until"]),
            last_poll=_moment(row["last_poll"]),
            last_success=_moment(row["last_success"]),
            last_new=_moment(row["last_new"]),
            last_outcome=None if row["last_outcome"] is None else Outcome(row["last_outcome"]),
            last_error=row["last_error"],
            failures=row["failures"],
            polls=row["polls"],
            totals=SourceTotals(
                fetched=row["fetched"],
                new=row["new"],
                duplicate=row["duplicate"],
                revised=row["revised"],
                matched=row["matched"],
            ),
        )
        for row in rows
    ]


def polls(db: Database, source: str, *, limit: int) -> list[Poll]:
    """Return the last polls of a source, newest first."""
    rows = db.execute(
        "SELECT * FROM polls WHERE source = ? ORDER BY started DESC LIMIT ?", [source, limit]
    ).fetchall()
    return [
        Poll(
            report=PollReport(
                source=row["source"],
                started=from_iso(row["started"]),
                finished=from_iso(row["finished"]),
                outcome=Outcome(row["outcome"]),
                error=row["error"],
                links=row["links"],
                fetched=row["fetched"],
                articles=row["articles"],
                failed=row["failed"],
                incomplete=json.loads(row["incomplete"]),
                requests=row["requests"],
                skipped=json.loads(row["skipped"]),
                warnings=tuple(json.loads(row["warnings"])),
                retry_after=_moment(row["retry_after"]),
                run=row["run"],
                titled=row["titled"],
                dated=row["dated"],
                shape=None if row["shape"] is None else ListShape.load(row["shape"]),
            ),
            new=row["new"],
            duplicate=row["duplicate"],
            revised=row["revised"],
        )
        for row in rows
    ]


def _moment(text: str | None) -> datetime | None:
    return None if text is None else from_iso(text)
