"""Who crawls these due sources? On one machine: a worker process of our own, over its standard streams.

`Dispatcher` is the seam for several machines. `LocalDispatcher` starts the worker, replaces it when it dies,
falls silent, grows or ages, and gives its claims back: unfinished sources simply become due again. A source
that was in hand at two deaths is polled in a worker of its own from then on (scheduler/trial.py).
"""

import asyncio
import contextlib
import logging
import sys
import time
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from core.config import DataDir
from core.memory import resident_bytes
from core.settings import CrawlSettings
from scheduler.process import WorkerProcess
from scheduler.trial import Trials

log = logging.getLogger(__name__)

# A worker may write a large batch to a slow disk; ten missed beats are no accident.
SILENCE_SECONDS = 30.0
STOP_SECONDS = 11.0
QUICK_DEATH_SECONDS = 60.0
RESTART_SECONDS: tuple[float, ...] = (1.0, 2.0, 5.0, 10.0, 30.0)
# A source in hand at so many deaths of the worker is tried alone: it may be the one that kills it.
SUSPECT = 2

GiveBack: TypeAlias = Callable[[Collection[str]], None]
# Told of a source that ended the worker it was polled in alone, and how.
Blame: TypeAlias = Callable[[str, str], None]
# Told of each event of a worker.
Heard: TypeAlias = Callable[[dict[str, Any]], None]


class Dispatcher(Protocol):
    """Hands claimed sources to whoever crawls them. All that the daemon knows of workers."""

    @property
    def ready(self) -> bool:
        """Whether sources can be handed over now."""

    @property
    def down(self) -> timedelta | None:
        """How long nobody has been there to crawl; None while somebody is."""

    @property
    def held(self) -> int:
        """How many sources are being crawled or wait for it."""

    @property
    def worker_bytes(self) -> int:
        """Memory that crawling takes on this machine."""

    async def start(self) -> None:
        """Begin; `ready` says when."""

    def check(self) -> None:
        """Look after who crawls; called once a second."""

    async def dispatch(self, ids: Sequence[str]) -> None:
        """Have these claimed sources crawled. Their claims end when they are done, or by themselves."""

    async def stop(self) -> None:
        """Stop taking sources, let what is under way end within seconds, give the rest back."""


def worker_command(config_dir: Path, data: DataDir) -> list[str]:
    """Return the command line of a worker."""
    return [
        *(sys.executable, "-m", "scheduler.cli", "worker"),
        *("--config", str(config_dir), "--data", str(data.path)),
    ]


class LocalDispatcher:
    """One worker process on this machine, and for a moment one more for a source that is not trusted."""

    def __init__(
        self,
        command: Sequence[str],
        settings: CrawlSettings,
        *,
        give_back: GiveBack,
        blame: Blame,
        heard: Heard = lambda _event: None,
    ) -> None:
        self._command = command
        self._settings = settings
        self._give_back = give_back
        self._heard = heard
        self._worker: WorkerProcess | None = None
        self._held: set[str] = set()
        self._deaths: Counter[str] = Counter()
        self._trials = Trials(
            command,
            settings.poll_time * 1.5,
            memory=settings.worker_memory * 2_000_000,
            silence=SILENCE_SECONDS,
            blame=blame,
            heard=heard,
        )
        self._ready = False
        self._retiring = False
        self._down_since = time.monotonic()
        self._stopping = False
        self._keeper: asyncio.Task[None] | None = None

    @property
    def ready(self) -> bool:
        """Whether the worker has said that it can take sources."""
        return self._ready and not self._retiring and not self._stopping

    @property
    def down(self) -> timedelta | None:
        """How long no worker has been ready; None while one is."""
        return None if self._ready else timedelta(seconds=time.monotonic() - self._down_since)

    @property
    def held(self) -> int:
        """How many sources are with a worker now."""
        return len(self._held) + self._trials.waiting

    @property
    def pid(self) -> int | None:
        """The worker's process id; None before the first one."""
        return None if self._worker is None else self._worker.pid

    @property
    def worker_bytes(self) -> int:
        """Memory of the worker process itself."""
        return resident_bytes(self._worker.pid) if self._worker is not None else 0

    async def start(self) -> None:
        """Start the worker and keep one running until `stop`."""
        self._keeper = asyncio.create_task(self._keep_running())

    async def dispatch(self, ids: Sequence[str]) -> None:
        """Hand claimed sources over. A worker that is gone meanwhile gives them back."""
        ids = self._trials.take(ids)
        if not ids:
            return
        if not self.ready or self._worker is None:
            self._give_back(ids)
            return
        self._held.update(ids)
        if not await self._worker.give(ids):
            log.warning("the worker went away while it was given %d sources; they are due again", len(ids))

    async def stop(self) -> None:
        """Drain the worker, at most `STOP_SECONDS`, then end it."""
        self._stopping = True
        self._give_back(await self._trials.stop())
        worker = self._worker
        if worker is not None and worker.code is None:
            worker.terminate()
            try:
                await asyncio.wait_for(worker.wait(), STOP_SECONDS)
            except TimeoutError:
                log.warning(
                    "the worker did not drain within %d s: killed, its sources are due again", STOP_SECONDS
                )
                worker.kill()
        if self._keeper is not None:
            # It gives back what the worker held; or it only waits to start another one.
            await asyncio.wait({self._keeper}, timeout=2)
            self._keeper.cancel()
            await asyncio.wait({self._keeper})
        worker = self._worker
        if worker is not None and worker.code is None:
            # It did not drain, or was being started meanwhile.
            worker.kill()
            await worker.wait()

    def check(self) -> None:
        """Replace a worker that has fallen silent, grown too large or old."""
        worker = self._worker
        if worker is None or worker.code is not None:
            return
        silent = worker.silent(SILENCE_SECONDS)
        if silent is not None:
            log.warning(
                "the worker (pid %d) gave no sign for %.0f s: killed, started again", worker.pid, silent
            )
            worker.kill()
        elif self._ready and not self._retiring:
            self._retire(worker)

    def _retire(self, worker: WorkerProcess) -> None:
        age = timedelta(seconds=time.monotonic() - worker.started)
        megabytes = resident_bytes(worker.pid) // 1_000_000
        if megabytes > self._settings.worker_memory:
            log.warning("the worker holds %d MB (`crawl.worker_memory`): replaced", megabytes)
            # A source that needs so much would never come through: it is counted as at a death.
            self._deaths.update(self._held)
        elif age > self._settings.worker_age and (not self._held or age > 2 * self._settings.worker_age):
            log.info("the worker has worked for %s (`crawl.worker_age`): replaced", age)
        else:
            return
        self._retiring = True
        worker.terminate()

    async def _keep_running(self) -> None:
        quick_deaths = 0
        while not self._stopping:
            started = time.monotonic()
            code = await self._run_once()
            if self._stopping:
                return
            if self._retiring:
                self._retiring = False
                continue
            # Quick deaths in a row wait longer and longer; a worker that lived a minute starts at once.
            quick_deaths = quick_deaths + 1 if time.monotonic() - started < QUICK_DEATH_SECONDS else 1
            delay = RESTART_SECONDS[min(quick_deaths, len(RESTART_SECONDS)) - 1]
            log.warning("the worker ended with code %s: started again in %.0f s", code, delay)
            await asyncio.sleep(delay)

    async def _run_once(self) -> int | None:
        try:
            self._worker = worker = await WorkerProcess.start(self._command)
        except OSError as error:
            log.error("no worker can be started: %s", error)  # noqa: TRY400 - all is said
            return None
        hearing = asyncio.create_task(self._listen(worker))
        try:
            code = await worker.wait()
            await asyncio.wait({hearing}, timeout=1)
        finally:
            hearing.cancel()
            if not (self._retiring or self._stopping):
                self._deaths.update(self._held)
            self._end()
        return code

    def _end(self) -> None:
        """Give back what a worker held, but for those that were there too often when one died."""
        if self._ready:
            self._ready, self._down_since = False, time.monotonic()
        suspects = [id_ for id_ in self._held if self._deaths[id_] >= SUSPECT]
        for id_ in suspects:
            del self._deaths[id_]
        if suspects:
            log.warning("each of these is now polled in a worker of its own: %s", " ".join(sorted(suspects)))
            self._trials.suspect(suspects)
        if back := self._held.difference(suspects):
            self._give_back(tuple(back))
        self._held.clear()

    async def _listen(self, worker: WorkerProcess) -> None:
        async with contextlib.aclosing(worker.events()) as events:
            async for event in events:
                self._hear(event)

    def _hear(self, event: dict[str, Any]) -> None:
        match event.get("event"):
            case "ready":
                self._ready = True
            case "polled":
                self._held.discard(event["source"])
                self._deaths.pop(event["source"], None)
            case "alive" | "kept":
                pass
            case other:
                log.warning("the worker sent an unknown event %r", other)
        self._heard(event)
