"""What decides when sources are polled: kept as text that only the scheduler understands."""

import json
from collections.abc import Mapping
from datetime import datetime

from sqlite_utils import Database

from core.clock import from_iso, to_iso
from storage.connection import Connection
from storage.records.polling import Polled, Polling, Rated


class PollingTables(Connection):
    """The part of the store that remembers rhythms, weights and the plan."""

    def polling(self, source: str) -> Polling | None:
        """Return what is remembered of a source's polls; None before the first."""
        with self._reading() as db:
            return _polling(db, source)

    def ratings(self) -> list[Rated]:
        """Return for each source of the config what is remembered of it, and how much of it matched."""
        with self._reading() as db:
            rows = db.execute(
                """SELECT s.id, p.memory, s.new + s.duplicate AS articles, coalesce(m.matched, 0) AS matched
                FROM sources AS s
                JOIN polling AS p ON p.source = s.id
                LEFT JOIN (
                    SELECT a.source, count(DISTINCT m.article) AS matched FROM matches AS m
                    JOIN articles AS a ON a.id = m.article GROUP BY a.source
                ) AS m ON m.source = s.id
                WHERE s.active"""
            ).fetchall()
        return [Rated(source=row[0], memory=row[1], articles=row[2], matched=row[3]) for row in rows]

    def plan(self) -> tuple[datetime, str] | None:
        """Return when the plan that all sources share was made, and the plan; None before the first."""
        with self._reading() as db:
            row = db.execute("SELECT made, plan FROM polling_plan").fetchone()
        return None if row is None else (from_iso(row[0]), row[1])

    def keep_plan(self, text: str, weights: Mapping[str, float], *, now: datetime) -> None:
        """Replace the plan, and set the weights of these sources."""
        with self._writing() as db:
            db.execute(
                "INSERT OR REPLACE INTO polling_plan (id, made, plan) VALUES (1, ?, ?)", [to_iso(now), text]
            )
            db.execute(
                """UPDATE polling SET weight = new.value FROM json_each(?) AS new
                WHERE new.key = source AND weight <> new.value""",
                [json.dumps(dict(weights))],
            )


def polled(db: Database, source: str) -> Polled:
    """Return how the poll that is about to be closed went, and what was remembered before it."""
    failures, new = db.execute(
        "SELECT failures, pending_new + pending_duplicate FROM sources WHERE id = ?", [source]
    ).fetchone()
    return Polled(failures=failures, new=new, before=_polling(db, source))


def keep_polling(db: Database, source: str, *, memory: str, reason: str) -> None:
    """Remember what a poll has taught. The weight stays as it is."""
    db.execute(
        """INSERT INTO polling (source, memory, reason) VALUES (:source, :memory, :reason)
        ON CONFLICT (source) DO UPDATE SET memory = excluded.memory, reason = excluded.reason""",
        {"source": source, "memory": memory, "reason": reason},
    )


def _polling(db: Database, source: str) -> Polling | None:
    row = db.execute("SELECT memory, reason, weight FROM polling WHERE source = ?", [source]).fetchone()
    return None if row is None else Polling(memory=row[0], reason=row[1], weight=row[2])
