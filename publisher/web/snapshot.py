"""What the status page and the health checks show at one moment. Values only: the daemon fills them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.clock import to_iso
from core.source import Source
from publisher.feeds.channels import FORMS, Channel
from storage.records.delivery import TargetState
from storage.records.health import HealthState
from storage.records.keeping import Backup
from storage.records.polling import SourceState
from storage.records.publication import Progress


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceRow:
    """A source file, its row in the store and how it does; None for what the store has not met."""

    source: Source
    state: SourceState | None
    health: HealthState | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Machine:
    """What the service takes and has, in bytes: memory by process, the database, room left beside it.

    `backup` is the last one; None before the first.
    """

    memory: Mapping[str, int]
    database: int
    free: int
    backup: Backup | None

    def as_json(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "memory_bytes": dict(self.memory),
            "database_bytes": self.database,
            "free_bytes": self.free,
            "last_backup": None if self.backup is None else to_iso(self.backup.at),
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Snapshot:
    """The service as it stands. `reasons` says what is wrong, one sentence each; none when it is healthy.

    `alive`: its loop turns, a restart would not help.

    `notices` need somebody's eye although the service works: a refused change of the config, say.
    `behind` counts the changes that some watchlist has still to be matched with; `matching` says how far each
    of those watchlists is.
    """

    title: str
    version: str
    started: datetime
    taken: datetime
    alive: bool = True
    healthy: bool
    reasons: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    sources: tuple[SourceRow, ...] = ()
    feeds: tuple[Channel, ...] = ()
    counts: Mapping[str, int]
    behind: int = 0
    matching: tuple[Progress, ...] = ()
    push: tuple[TargetState, ...] = ()
    machine: Machine | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the whole as plain values for JSON; times are ISO 8601 in UTC."""
        return {
            **self.health(),
            "taken": to_iso(self.taken),
            "counts": dict(self.counts),
            "behind": self.behind,
            "matching": [
                {"watchlist": one.follower, "reached": one.reached, "last": one.last} for one in self.matching
            ],
            "feeds": [
                {"title": feed.title, "watchlist": feed.watchlist, "state": feed.state}
                | {form: f"feeds/{feed.file(form)}" for form in FORMS}
                for feed in self.feeds
            ],
            "push": [_target(one) for one in self.push_targets],
            "sources": [_row(row) for row in self.sources],
            "machine": None if self.machine is None else self.machine.as_json(),
        }

    @property
    def push_targets(self) -> tuple[TargetState, ...]:
        """The targets that the config names; not the subscribers of the hub, who come and go."""
        return tuple(one for one in self.push if one.kind not in ("update", "verify"))

    def health(self) -> dict[str, Any]:
        """Return what /healthz and /readyz say, as plain values for JSON."""
        return {
            "alive": self.alive,
            "healthy": self.healthy,
            "reasons": list(self.reasons),
            "notices": list(self.notices),
            "version": self.version,
            "started": to_iso(self.started),
        }


def _target(one: TargetState) -> dict[str, Any]:
    # What a server said stays with the operator: it may name people.
    return {
        "target": one.target,
        "since": to_iso(one.since),
        "last_sent": _iso(one.last_sent),
        "waiting": one.waiting,
        "dead": one.dead,
        "failures": one.failures,
    }


def _row(row: SourceRow) -> dict[str, Any]:
    source, state = row.source, row.state
    shown: dict[str, Any] = {
        "id": source.id,
        "name": source.name,
        "publisher": source.publisher,
        "country": source.country,
        "enabled": source.enabled,
        "disabled_reason": source.disabled_reason,
    }
    if state is not None:
        shown |= {
            "last_poll": _iso(state.last_poll),
            "last_success": _iso(state.last_success),
            "last_new": _iso(state.last_new),
            "due": to_iso(state.due),
            "outcome": state.last_outcome,
            "failures": state.failures,
            "error": state.last_error,
        }
    if row.health is not None:
        shown["health"] = {
            "class": row.health.klass,
            "since": to_iso(row.health.since),
            "reason": row.health.reason,
            "snoozed_until": _iso(row.health.snoozed_until),
        }
    return shown


def _iso(moment: datetime | None) -> str | None:
    return to_iso(moment) if moment else None
