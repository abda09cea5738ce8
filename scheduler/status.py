"""What the daemon knows of itself and shows: the figures behind the status page and the health checks.

Filled by the tick, read by the web server in the same loop: a request never waits for the store.
"""

import importlib.metadata
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

from core.clock import utcnow
from core.errors import PolicywireError
from publisher.feeds.channels import Channel
from publisher.publish import PublishReport
from publisher.web.snapshot import Snapshot, SourceRow
from scheduler import liveness
from scheduler.config import Config
from storage.records import SourceState

log = logging.getLogger(__name__)


class Status:
    """The daemon's figures. `troubles` are the steps of the tick that fail, with their errors."""

    def __init__(self) -> None:
        self._started = utcnow()
        self._last_tick = time.monotonic()
        self.troubles: dict[str, str] = {}
        self.states: Mapping[str, SourceState] = {}
        self.counts: Mapping[str, int] = {}
        self.published = PublishReport()

    def ticked(self) -> None:
        """Note that a tick has begun."""
        self._last_tick = time.monotonic()

    def reasons(self, worker_down: timedelta | None) -> tuple[str, ...]:
        """Return why the service does not do its work; see `liveness.reasons`."""
        return liveness.reasons(
            since_tick=self._since_tick(), worker_down=worker_down, troubles=self.troubles
        )

    async def attempt(self, name: str, step: Callable[[], Awaitable[None]]) -> None:
        """Run one step of the tick. One that fails is said once and tried again: the daemon lives on."""
        try:
            await step()
        except PolicywireError as error:
            if self.troubles.get(name) != str(error):
                log.error("%s fails, and is tried again each second: %s", name, error)  # noqa: TRY400 - all is said
            self.troubles[name] = str(error)
        except Exception as error:
            # One of the two named tops: a bug in one step must not end the daemon.
            if self.troubles.get(name) != repr(error):
                log.exception("%s failed by a fault in policywire; it is tried again each second", name)
            self.troubles[name] = repr(error)
        else:
            self.troubles.pop(name, None)

    def snapshot(
        self,
        config: Config,
        *,
        now: datetime,
        worker_down: timedelta | None,
        config_error: str | None,
        channels: tuple[Channel, ...],
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
            notices=(config_error,) if config_error else (),
            sources=tuple(
                SourceRow(source=source, state=self.states.get(source.id))
                for source in config.sources.values()
            ),
            feeds=channels,
            counts=self.counts,
            behind=self.published.behind,
            matching=self.published.progress,
        )

    def _since_tick(self) -> timedelta:
        return timedelta(seconds=time.monotonic() - self._last_tick)
