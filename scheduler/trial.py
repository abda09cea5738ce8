"""Sources that may have killed the worker, each polled in a worker of its own, one at a time.

One that ends its own worker is blamed: its poll has crashed, whatever else is polled goes on. One that comes
through is trusted again.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any

from core.memory import resident_bytes
from scheduler.process import WorkerProcess

log = logging.getLogger(__name__)

_LOOK_SECONDS = 1.0


class Trials:
    """The sources that are not trusted. `command` starts a worker; `limit` is the longest time for one poll.

    A worker without a sign for `silence` seconds hangs; one with more than `memory` bytes leaks.
    """

    def __init__(
        self,
        command: Sequence[str],
        limit: timedelta,
        *,
        memory: int,
        silence: float,
        blame: Callable[[str, str], None],
        heard: Callable[[dict[str, Any]], None],
    ) -> None:
        self._command = command
        self._limit = limit.total_seconds()
        self._memory = memory
        self._silence = silence
        self._blame = blame
        self._heard = heard
        self._suspects: set[str] = set()
        self._queue: dict[str, None] = {}
        self._running: asyncio.Task[None] | None = None
        self._worker: WorkerProcess | None = None

    @property
    def waiting(self) -> int:
        """How many sources wait for their trial or are in it."""
        return len(self._queue)

    def suspect(self, ids: Iterable[str]) -> None:
        """Poll these claimed sources alone, now and until they come through."""
        ids = list(ids)
        self._suspects.update(ids)
        self.take(ids)

    def take(self, ids: Sequence[str]) -> list[str]:
        """Take the sources that are not trusted; return the others."""
        mine = [id_ for id_ in ids if id_ in self._suspects]
        for id_ in mine:
            self._queue.setdefault(id_)
        if self._queue and (self._running is None or self._running.done()):
            self._running = asyncio.create_task(self._run())
        return [id_ for id_ in ids if id_ not in self._suspects]

    async def stop(self) -> tuple[str, ...]:
        """End the trial under way; return the sources that had no poll."""
        if self._running is not None:
            if self._worker is not None:
                self._worker.kill()
            self._running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._running
        left, self._queue = tuple(self._queue), {}
        return left

    async def _run(self) -> None:
        while self._queue:
            id_ = next(iter(self._queue))
            end = await self._poll(id_)
            self._queue.pop(id_, None)
            if end is None:
                log.info("source=%s came through alone and is trusted again", id_)
                self._suspects.discard(id_)
            else:
                self._blame(id_, end)

    async def _poll(self, id_: str) -> str | None:
        """Poll one source; return how it ended its worker, None if it did not."""
        try:
            self._worker = worker = await WorkerProcess.start(self._command)
        except OSError as error:
            return f"no worker could be started for it: {error}"
        hearing = asyncio.create_task(self._hear(worker, id_))
        waiting = asyncio.create_task(worker.wait())
        hung = None
        try:
            if await worker.give([id_]):
                worker.finish()
            while not waiting.done():
                await asyncio.wait({waiting}, timeout=_LOOK_SECONDS)
                hung = hung or self._hangs(worker)
                if hung is not None:
                    worker.kill()
            polled = await asyncio.wait_for(hearing, 2)
        finally:
            worker.kill()
            hearing.cancel()
            waiting.cancel()
            await worker.wait()
            self._worker = None
        if polled:
            return None
        return hung or f"the worker ended with code {worker.code} while it polled this source alone"

    def _hangs(self, worker: WorkerProcess) -> str | None:
        silent = worker.silent(self._silence)
        if silent is not None:
            return f"the worker gave no sign for {silent:.0f} s while it polled this source alone"
        if resident_bytes(worker.pid) > self._memory:
            return f"polling this source alone took more than {self._memory // 1_000_000} MB"
        if worker.ready_at is not None and time.monotonic() - worker.ready_at > self._limit:
            return f"polling this source alone took longer than {self._limit:.0f} s"
        return None

    async def _hear(self, worker: WorkerProcess, id_: str) -> bool:
        """Hear a worker to its end; return whether it polled the source."""
        polled = False
        async with contextlib.aclosing(worker.events()) as events:
            async for event in events:
                self._heard(event)
                polled = polled or (event.get("event") == "polled" and event.get("source") == id_)
        return polled
