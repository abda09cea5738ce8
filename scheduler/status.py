"""What the daemon knows of itself and shows: the figures behind the status page and the health checks.

Filled by the tick, read by the web server in the same loop: a request never waits for the store.
"""

import importlib.metadata
import logging
import os
import shutil
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

from core.clock import utcnow
from core.config import DataDir
from core.errors import PolicywireError
from core.memory import resident_bytes
from publisher.feeds.channels import Channel
from publisher.publish import PublishReport
from publisher.web.snapshot import Machine, Snapshot, SourceRow
from scheduler import liveness
from scheduler.config import Config
from scheduler.health import LATE
from scheduler.metrics import Figures, Metrics
from scheduler.pushing import PREFIX
from storage.records.delivery import Outbox, TargetState
from storage.records.health import HealthState
from storage.records.keeping import Backup
from storage.records.polling import SourceState
from storage.store import Store

log = logging.getLogger(__name__)


class Status:
    """The daemon's figures. `troubles` are the steps of the tick that fail, with their errors."""

    def __init__(self, metrics: Metrics) -> None:
        self.metrics = metrics
        self._started = utcnow()
        self._last_tick = time.monotonic()
        self.troubles: dict[str, str] = {}
        self.states: Mapping[str, SourceState] = {}
        self.counts: Mapping[str, int] = {}
        self.published = PublishReport()
        self.health: Mapping[str, HealthState] = {}
        self.outbox = Outbox()
        self.database_bytes = 0
        self.free_bytes = 0
        self.backup: Backup | None = None
        self._last_polled = time.monotonic()

    def look(self, store: Store) -> None:
        """Note what the store holds. Runs in the store's thread."""
        self.states = {state.id: state for state in store.source_states()}
        self.counts, self.health, self.outbox = store.counts(), store.health(), store.outbox()
        self.backup = store.last_backup()

    def measure(self, data: DataDir) -> None:
        """Note how large the database is and how much room is left beside it."""
        self.database_bytes = data.database_bytes()
        self.free_bytes = shutil.disk_usage(data.path).free

    def ticked(self) -> None:
        """Note that a tick has begun."""
        self._last_tick = time.monotonic()

    def polled(self) -> None:
        """Note that a poll has ended."""
        self._last_polled = time.monotonic()

    def due(self, now: datetime) -> int:
        """Return how many sources are due and not handed over, when the store was last looked at."""
        return sum(1 for state in self.states.values() if state.due <= now and state.claimed_until is None)

    def overdue(self, now: datetime) -> int:
        """Return how many sources are long overdue."""
        return sum(1 for state in self.states.values() if now - state.due > LATE)

    def reasons(self, worker_down: timedelta | None) -> tuple[str, ...]:
        """Return why the service does not do its work; see `liveness.reasons`."""
        return liveness.reasons(
            since_tick=self._since_tick(),
            since_poll=timedelta(seconds=time.monotonic() - self._last_polled),
            overdue=self.overdue(utcnow()),
            worker_down=worker_down,
            troubles=self.troubles,
        )

    async def attempt(self, name: str, step: Callable[[], Awaitable[None]]) -> None:
        """Run one step of the tick. One that fails is said once and tried again: the daemon lives on."""
        try:
            began = time.monotonic()
            await step()
            self.metrics.took(name, time.monotonic() - began)
        except PolicywireError as error:
            self.metrics.failed(name)
            if self.troubles.get(name) != str(error):
                log.error("%s fails, and is tried again: %s", name, error)  # noqa: TRY400 - all is said
            self.troubles[name] = str(error)
        except Exception as error:
            # One of the two named tops: a bug in one step must not end the daemon.
            self.metrics.failed(name)
            if self.troubles.get(name) != repr(error):
                log.exception("%s failed by a fault in policywire; it is tried again", name)
            self.troubles[name] = repr(error)
        else:
            self.troubles.pop(name, None)

    def snapshot(
        self,
        config: Config,
        *,
        now: datetime,
        worker_down: timedelta | None,
        notices: tuple[str, ...],
        channels: tuple[Channel, ...],
        worker_bytes: int = 0,
    ) -> Snapshot:
        """Return what the web server shows."""
        reasons = self.reasons(worker_down)
        return Snapshot(
            title=config.settings.feeds.title,
            version=importlib.metadata.version("policywire"),
            started=self._started,
            taken=now,
            alive=liveness.alive(self._since_tick()),
            healthy=not reasons,
            reasons=reasons,
            notices=notices,
            sources=tuple(
                SourceRow(source=source, state=self.states.get(source.id), health=self.health.get(source.id))
                for source in config.sources.values()
            ),
            feeds=channels,
            counts=self.counts,
            behind=self.published.behind,
            matching=self.published.progress,
            push=self.outbox.targets,
            machine=Machine(
                memory=_memory(worker_bytes),
                database=self.database_bytes,
                free=self.free_bytes,
                backup=self.backup,
            ),
        )

    def figures(self, *, worker_down: timedelta | None, queue: int, worker_bytes: int) -> Figures:
        """Return what the metrics show; `queue` are the sources with a worker."""
        classes = Counter(
            one.klass for source, one in self.health.items() if source and not source.startswith(PREFIX)
        )
        return Figures(
            ready=not self.reasons(worker_down),
            worker_up=worker_down is None,
            queue=queue,
            due=self.due(utcnow()),
            behind=self.published.behind,
            database_bytes=self.database_bytes,
            classes=classes,
            stored=self.counts,
            deliveries=self.outbox.counts,
            waiting=self._by_kind(lambda one: one.waiting),
            dead=self._by_kind(lambda one: one.dead),
            memory=_memory(worker_bytes),
        )

    def _by_kind(self, number: Callable[[TargetState], int]) -> dict[str, int]:
        found: Counter[str] = Counter()
        for one in self.outbox.targets:
            found[one.kind] += number(one)
        return dict(found)

    def _since_tick(self) -> timedelta:
        return timedelta(seconds=time.monotonic() - self._last_tick)


def _memory(worker_bytes: int) -> dict[str, int]:
    """Return the memory of each process, in bytes."""
    return {"daemon": resident_bytes(os.getpid()), "worker": worker_bytes}
