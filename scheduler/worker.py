"""A crawl worker: source ids in on standard input, one JSON line out for each poll, until the input ends.

    {"event": "ready"}                      it can take sources
    {"event": "polled", "source": ID, "outcome": ..., "error": ..., "articles": N}
    {"event": "kept", "source": ID}         something of it is in the store, and may be published
    {"event": "alive", "busy": N}           every few seconds; a worker that falls silent is killed

The daemon drives one through `LocalDispatcher` (scheduler/dispatch.py); a person can too, with a pipe.
"""

import asyncio
import json
import logging
import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path

from core.config import DataDir
from core.errors import PolicywireError
from crawler.crawl import run_on_reactor
from scheduler.config import Config, require_contact
from scheduler.jobs import Ingest, open_with_pages
from storage.records.articles import Kept
from storage.store import Store

log = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 2.0
DRAIN_SECONDS = 8.0
# Reading processes hold 100 MB each: they are let go when there has been nothing to read for so long.
REST_SECONDS = 45.0


def run_worker(config: Config, data: DataDir) -> None:
    """Serve standard input until it ends; on SIGTERM drain for a few seconds and give back the rest."""
    require_contact(config)
    lines, events = _own_streams()
    with open_with_pages(config, data) as store:
        run_on_reactor(lambda: _Worker(config, store, data.samples, lines, events).run())


def _own_streams() -> tuple[int, int]:
    """Take standard input and output away from this process's children; return them as file descriptors.

    Reading processes would inherit the pipes and, when the worker is killed, keep them open: the daemon would
    never see that its worker is gone.
    """
    lines, events = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(2, 1)
    return lines, events


class _Worker:
    def __init__(self, config: Config, store: Store, samples: Path, lines: int, events: int) -> None:
        self._config = config
        self._store = store
        self._lines = lines
        self._events = events
        self._ingest = Ingest(config, store, samples, self._kept)
        self._tasks: dict[asyncio.Task[None], tuple[str, ...]] = {}
        self._stop = asyncio.Event()

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        lines: asyncio.Queue[str | None] = asyncio.Queue()

        def put(line: str | None) -> None:
            loop.call_soon_threadsafe(lines.put_nowait, line)

        threading.Thread(target=_read_lines, args=(self._lines, put), daemon=True, name="stdin").start()
        heartbeat = asyncio.create_task(self._beat())
        self._say({"event": "ready"})
        try:
            await self._serve(lines)
            await self._drain()
        finally:
            heartbeat.cancel()
            await self._ingest.close()

    def _say(self, event: dict[str, object]) -> None:
        """Write one event, a JSON line. With nobody left to hear it the worker stops."""
        line = json.dumps(event, ensure_ascii=False) + "\n"
        try:
            os.write(self._events, line.encode("utf-8", "replace"))
        except BrokenPipeError:
            self._stop.set()

    async def _serve(self, lines: asyncio.Queue[str | None]) -> None:
        stop = asyncio.create_task(self._stop.wait())
        while not self._stop.is_set():
            line = asyncio.create_task(lines.get())
            await asyncio.wait({line, stop}, return_when=asyncio.FIRST_COMPLETED)
            if not line.done():
                line.cancel()
                return
            text = line.result()
            if text is None:
                # The input's end means "finish": a person's pipe closed, or the daemon stops or is gone.
                stop.cancel()
                await self._finish()
                return
            self._take(text)

    def _take(self, text: str) -> None:
        ids = tuple(text.split())
        good = tuple(id_ for id_ in ids if id_ in self._config.enabled)
        for id_ in ids:
            if id_ not in good:
                log.warning("source=%s is not an enabled source of %s: skipped", id_, self._config.path)
                self._say({"event": "polled", "source": id_, "outcome": "unknown", "error": "no such source"})
        if good:
            task = asyncio.create_task(self._crawl(good))
            self._tasks[task] = good
            task.add_done_callback(self._done)

    async def _crawl(self, ids: tuple[str, ...]) -> None:
        for report in await self._ingest.crawl(ids):
            self._say(
                {
                    "event": "polled",
                    "source": report.source,
                    "outcome": report.outcome.value,
                    "error": report.error,
                    "links": report.links,
                    "fetched": report.fetched,
                    "articles": report.articles,
                    "failed": report.failed,
                    "seconds": round((report.finished - report.started).total_seconds(), 3),
                    "stages": report.stages,
                }
            )

    def _kept(self, source: str, kept: Kept) -> None:
        if kept.new or kept.duplicate or kept.revised:
            self._say({"event": "kept", "source": source})

    def _done(self, task: asyncio.Task[None]) -> None:
        ids = self._tasks.pop(task)
        if task.cancelled():
            # Not polled to the end: due again at once for whoever asks next.
            try:
                self._store.release(ids)
            except PolicywireError as problem:
                log.warning("claims of %s stay until they run out: %s", " ".join(ids), problem)
            return
        # What cannot be kept is not asked for again at once: the sites are not to pay for our full disk.
        error = task.exception()
        if isinstance(error, PolicywireError):
            log.error("polls of %s are lost, their claims run out by themselves: %s", " ".join(ids), error)
        elif error is not None:
            log.error("polls of %s failed by a fault in policywire", " ".join(ids), exc_info=error)

    async def _finish(self) -> None:
        stop = asyncio.create_task(self._stop.wait())
        while self._tasks and not self._stop.is_set():
            await asyncio.wait({*self._tasks, stop}, return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()

    async def _drain(self) -> None:
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=DRAIN_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _beat(self) -> None:
        while True:
            self._say({"event": "alive", "busy": sum(map(len, self._tasks.values()))})
            await asyncio.sleep(HEARTBEAT_SECONDS)
            await self._ingest.rest(REST_SECONDS)


def _read_lines(stream: int, put: Callable[[str | None], None]) -> None:
    """Part what standard input gives into lines; None marks its end. Runs in a thread of its own."""
    rest = b""
    # os.read, not sys.stdin: a thread that sits in a buffered reader aborts the interpreter's exit.
    while chunk := os.read(stream, 65536):
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            put(line.decode(errors="replace"))
    if rest:
        put(rest.decode(errors="replace"))
    put(None)
