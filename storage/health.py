"""How sources do, and the alerts that follow: kept, grouped, and put into the outbox of each target.

A class is a word here; what the words mean stands in scheduler/health.py.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlite_utils import Database

from core.clock import from_iso, to_iso
from storage.connection import Connection
from storage.records.health import Alert, AlertGroup, HealthState
from storage.records.polling import TroubledPage
from storage.rows import storable_text

# What nobody has been told of yet counts as this.
WELL = ("well", "not due")
GROUPS_KEPT = 200


class HealthTables(Connection):
    """The part of the store that knows how sources and their pages do, and who was told."""

    def health(self) -> dict[str, HealthState]:
        """Return how each source does that was judged; "" is the service itself."""
        with self._reading() as db:
            return _health(db)

    def keep_health(self, judged: Mapping[str, tuple[str, str]], *, now: datetime) -> int:
        """Keep judgements (class, reason), with an alert for each change. Return how many alerts."""
        with self._writing() as db:
            return _keep_health(db, judged, now=now)

    def forget_health(self, sources: Collection[str]) -> None:
        """Forget how all sources but these do."""
        with self._writing() as db:
            _forget_health(db, sources)

    def snooze(self, source: str, until: datetime | None, *, now: datetime) -> None:
        """Tell nothing of a source until then; None ends that."""
        with self._writing() as db:
            _snooze(db, source, until, now=now)

    def close_group(self, *, now: datetime, wait: timedelta, targets: Collection[str]) -> int | None:
        """Group the alerts that wait once the first has waited long enough; return the group's number."""
        with self._writing() as db:
            return _close_group(db, now=now, wait=wait, targets=targets)

    def alert_groups(self, *, limit: int) -> list[AlertGroup]:
        """Return the newest groups of alerts, newest first."""
        with self._reading() as db:
            return _groups(db, limit=limit)

    def troubled_pages(
        self, source: str | None = None, *, poisoned: bool = False, limit: int
    ) -> list[TroubledPage]:
        """Return the pages (of one source) that gave no complete article last time, newest first."""
        with self._reading() as db:
            return _troubled_pages(db, source, poisoned=poisoned, limit=limit)


def _health(db: Database) -> dict[str, HealthState]:
    """Return the state of each source that was judged; "" is the service itself."""
    return {
        row["source"]: HealthState(
            klass=row["class"],
            since=from_iso(row["since"]),
            reason=row["reason"],
            snoozed_until=None if row["snoozed_until"] is None else from_iso(row["snoozed_until"]),
        )
        for row in db.execute("SELECT * FROM source_health ORDER BY source")
    }


def _keep_health(db: Database, judged: Mapping[str, tuple[str, str]], *, now: datetime) -> int:
    """Keep judgements (class, reason); add an alert for each change that is not snoozed. Return how many."""
    before = {row["source"]: row for row in db.execute("SELECT * FROM source_health")}
    added = 0
    for source, (klass, reason) in judged.items():
        row = before.get(source)
        if row is None or row["class"] != klass or row["reason"] != reason:
            db.execute(
                """INSERT INTO source_health (source, class, since, reason, told)
                VALUES (:source, :class, :now, :reason, 'well')
                ON CONFLICT (source) DO UPDATE SET
                    since = CASE WHEN class = excluded.class THEN since ELSE excluded.since END,
                    class = excluded.class, reason = excluded.reason""",
                {"source": source, "class": klass, "now": to_iso(now), "reason": storable_text(reason)},
            )
        told = "well" if row is None else row["told"]
        snoozed = row is not None and row["snoozed_until"] is not None and row["snoozed_until"] > to_iso(now)
        if told != klass and not (told in WELL and klass in WELL) and not snoozed:
            added += 1
            db.execute(
                "INSERT INTO alerts (source, was, became, reason, at) VALUES (?, ?, ?, ?, ?)",
                [source, told, klass, storable_text(reason), to_iso(now)],
            )
            db.execute("UPDATE source_health SET told = ? WHERE source = ?", [klass, source])
    return added


def _forget_health(db: Database, sources: Collection[str]) -> None:
    """Forget all sources but these."""
    for row in db.execute("SELECT source FROM source_health").fetchall():
        if row["source"] not in sources:
            db.execute("DELETE FROM source_health WHERE source = ?", [row["source"]])


def _snooze(db: Database, source: str, until: datetime | None, *, now: datetime) -> None:
    """Tell nothing of a source until then; None ends that."""
    db.execute(
        """INSERT INTO source_health (source, class, since, reason, told, snoozed_until)
        VALUES (:source, 'not due', :now, '', 'well', :until)
        ON CONFLICT (source) DO UPDATE SET snoozed_until = excluded.snoozed_until""",
        {"source": source, "now": to_iso(now), "until": None if until is None else to_iso(until)},
    )


def _close_group(db: Database, *, now: datetime, wait: timedelta, targets: Collection[str]) -> int | None:
    """Make one group of the alerts that wait once the first has waited long enough; return its number.

    What changed back meanwhile is left out. Each target is sent the group once.
    """
    waiting = db.execute("SELECT * FROM alerts WHERE batch IS NULL ORDER BY id").fetchall()
    if not waiting or from_iso(waiting[0]["at"]) > now - wait:
        return None
    number = int(db.execute("SELECT coalesce(max(batch), 0) + 1 FROM alerts").fetchone()[0])
    first: dict[str, str] = {}
    last: dict[str, int] = {}
    for row in waiting:
        first.setdefault(row["source"], row["was"])
        last[row["source"]] = row["id"]
    kept = 0
    for row in waiting:
        was = first[row["source"]]
        if last[row["source"]] == row["id"] and was != row["became"]:
            kept += 1
            db.execute("UPDATE alerts SET batch = ?, was = ? WHERE id = ?", [number, was, row["id"]])
        else:
            db.execute("DELETE FROM alerts WHERE id = ?", [row["id"]])
    if not kept:
        return None
    for target in targets:
        db.execute(
            """INSERT OR IGNORE INTO deliveries (kind, target, subject, state, created, due)
            VALUES ('alert', ?, ?, 'waiting', ?, ?)""",
            [target, str(number), to_iso(now), to_iso(now)],
        )
    db.execute("DELETE FROM alerts WHERE batch <= ?", [number - GROUPS_KEPT])
    db.execute(
        "DELETE FROM deliveries WHERE kind = 'alert' AND CAST(subject AS INTEGER) <= ?",
        [number - GROUPS_KEPT],
    )
    return number


def _groups(db: Database, *, limit: int) -> list[AlertGroup]:
    """Return the newest groups of alerts, newest first."""
    rows = db.execute(
        """SELECT * FROM alerts WHERE batch IN (
            SELECT DISTINCT batch FROM alerts WHERE batch IS NOT NULL ORDER BY batch DESC LIMIT ?)
        ORDER BY batch DESC, became, source""",
        [limit],
    ).fetchall()
    found: dict[int, list[Alert]] = {}
    for row in rows:
        found.setdefault(row["batch"], []).append(
            Alert(
                source=row["source"],
                was=row["was"],
                became=row["became"],
                reason=row["reason"],
                at=from_iso(row["at"]),
            )
        )
    return [AlertGroup(number=number, alerts=tuple(alerts)) for number, alerts in found.items()]


def _troubled_pages(db: Database, source: str | None, *, poisoned: bool, limit: int) -> list[TroubledPage]:
    """Return the pages (of one source) that gave no complete article last time, newest first.

    With `poisoned` only those that killed or hung their reader.
    """
    rows = db.execute(
        """SELECT source, url, fetched_at, failures, poisoned, error FROM links
        WHERE error IS NOT NULL AND (:source IS NULL OR source = :source) AND poisoned >= :least
        ORDER BY fetched_at DESC, url LIMIT :limit""",
        {"source": source, "least": int(poisoned), "limit": limit},
    ).fetchall()
    return [
        TroubledPage(
            source=row["source"],
            url=row["url"],
            at=from_iso(row["fetched_at"]),
            failures=row["failures"],
            poisoned=row["poisoned"],
            error=row["error"],
        )
        for row in rows
    ]
