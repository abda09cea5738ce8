"""Who crawls these due sources? On one machine: a worker process of our own, over its standard streams.

`Dispatcher` is the seam for several machines. `LocalDispatcher` starts the worker, restarts it when it dies
or falls silent, and gives its claims back: unfinished sources simply become due again.
"""

import asyncio
import contextlib
import json
import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from core.config import DataDir

log = logging.getLogger(__name__)

# A worker imports Scrapy and may write a large batch to a slow disk; ten missed beats are no accident.
SILENCE_SECONDS = 30.0
STOP_SECONDS = 11.0
QUICK_DEATH_SECONDS = 60.0
RESTART_SECONDS = (1.0, 2.0, 5.0, 10.0, 30.0)


class Dispatcher(Protocol):
    """Hands claimed sources to whoever crawls them."""

    @property
    def ready(self) -> bool:
        """Whether sources can be handed over now."""

    async def dispatch(self, ids: Sequence[str]) -> None:
        """Have these claimed sources crawled. Their claims end when they are done, or by themselves."""

    async def stop(self) -> None:
        """Stop taking sources, let what is under way end within seconds, give the rest back."""


class LocalDispatcher:
    """One worker process on this machine."""

    def __init__(
        self, config_dir: Path, data: DataDir, *, give_back: Callable[[Collection[str]], None]
    ) -> None:
        self._command = [
            *(sys.executable, "-m", "scheduler.cli", "worker"),
            *("--config", str(config_dir), "--data", str(data.path)),
        ]
        self._give_back = give_back
        self._process: asyncio.subprocess.Process | None = None
        self._held: set[str] = set()
        self._last_sign = 0.0
        self._ready = False
        self._down_since = time.monotonic()
        self._stopping = False
        self._keeper: asyncio.Task[None] | None = None

    @property
    def ready(self) -> bool:
        """Whether the worker has said that it can take sources."""
        return self._ready and not self._stopping

    @property
    def down(self) -> timedelta | None:
        """How long no worker has been ready; None while one is."""
        return None if self._ready else timedelta(seconds=time.monotonic() - self._down_since)

    async def start(self) -> None:
        """Start the worker and keep one running until `stop`."""
        self._keeper = asyncio.create_task(self._keep_running())

    async def dispatch(self, ids: Sequence[str]) -> None:
        """Hand claimed sources over. A worker that is gone meanwhile gives them back."""
        process = self._process
        if not self.ready or process is None or process.stdin is None:
            self._give_back(ids)
            return
        self._held.update(ids)
        try:
            process.stdin.write((" ".join(ids) + "\n").encode())
            await process.stdin.drain()
        except (BrokenPipeError, ConnectionResetError):
            log.warning("the worker went away while it was given %d sources; they are due again", len(ids))

    async def stop(self) -> None:
        """Drain the worker, at most `STOP_SECONDS`, then end it."""
        self._stopping = True
        process = self._process
        if process is not None and process.returncode is None:
            process.terminate()
            try:
                await asyncio.wait_for(process.wait(), STOP_SECONDS)
            except TimeoutError:
                log.warning(
                    "the worker did not drain within %d s: killed, its sources are due again", STOP_SECONDS
                )
                process.kill()
        if self._keeper is not None:
            # It gives back what the worker held; or it only waits to start another one.
            await asyncio.wait({self._keeper}, timeout=2)
            self._keeper.cancel()

    def check(self) -> None:
        """Kill a worker that has fallen silent; it is started again."""
        process = self._process
        silent = time.monotonic() - self._last_sign
        if process is not None and process.returncode is None and silent > SILENCE_SECONDS:
            log.warning(
                "the worker (pid %d) gave no sign for %.0f s: killed, started again", process.pid, silent
            )
            process.kill()

    async def _keep_running(self) -> None:
        quick_deaths = 0
        while not self._stopping:
            started = time.monotonic()
            await self._run_once()
            if self._stopping:
                return
            # Quick deaths in a row wait longer and longer; a worker that lived a minute starts at once.
            quick_deaths = quick_deaths + 1 if time.monotonic() - started < QUICK_DEATH_SECONDS else 1
            delay = RESTART_SECONDS[min(quick_deaths, len(RESTART_SECONDS)) - 1]
            log.warning("the worker ended with code %s: started again in %.0f s", self._exit_code, delay)
            await asyncio.sleep(delay)

    @property
    def _exit_code(self) -> int | None:
        return self._process.returncode if self._process is not None else None

    async def _run_once(self) -> None:
        self._last_sign = time.monotonic()
        self._process = process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            # A group of its own: Ctrl-C is for the daemon, and what the worker started can be ended with it.
            start_new_session=True,
        )
        hearing = asyncio.create_task(self._listen(process))
        # Not the end of its output: a process that the worker started could hold that open for ever.
        await process.wait()
        _kill_group(process.pid)
        await asyncio.wait({hearing}, timeout=1)
        hearing.cancel()
        if self._ready:
            self._ready, self._down_since = False, time.monotonic()
        if self._held:
            self._give_back(tuple(self._held))
            self._held.clear()

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        if process.stdout is None:
            raise RuntimeError("a worker without standard output")
        async for line in process.stdout:
            self._last_sign = time.monotonic()
            self._hear(line)

    def _hear(self, line: bytes) -> None:
        try:
            event = json.loads(line)
        except ValueError:
            log.warning("the worker said something that is no event: %r", line[:200])
            return
        match event.get("event"):
            case "ready":
                self._ready = True
            case "polled":
                self._held.discard(event["source"])
            case "alive":
                pass
            case other:
                log.warning("the worker sent an unknown event %r", other)


def _kill_group(pid: int) -> None:
    """End whatever a dead worker left running: its reading processes."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
