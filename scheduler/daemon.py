"""The daemon: one tick a second over the due table, a supervised worker, the publish loop, the web server.

Stops within 15 s on SIGTERM; reloads the config on SIGHUP or when a file changed, and keeps the old one when
the new one is broken. Store and publisher run in one thread of their own, so that the web stays quick.
"""

import asyncio
import logging
import signal
import socket
import time
from collections.abc import Awaitable, Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from core.clock import utcnow
from core.config import DataDir
from core.errors import PolicywireError
from core.memory import settle
from publisher.publish import Publisher
from publisher.web.app import create_app
from publisher.web.site import Site
from publisher.web.snapshot import Snapshot
from scheduler import exposure, jobs, pushing
from scheduler.belonging import take
from scheduler.care import Caretaker
from scheduler.clockwatch import ClockWatch
from scheduler.config import Config
from scheduler.dispatch import Dispatcher, LocalDispatcher, worker_command
from scheduler.errands import Errand, Errands
from scheduler.exclusive import hold, listen
from scheduler.inforce import ConfigInForce
from scheduler.learned import articles_a_day
from scheduler.limits import raise_file_limit
from scheduler.metrics import Figures, Metrics
from scheduler.notify import Notifier
from scheduler.planning import replan
from scheduler.status import Status
from scheduler.telling import Teller
from scheduler.webserver import in_force, server
from storage.readers import Readers
from storage.shelf import Shelf
from storage.store import Store

log = logging.getLogger(__name__)

T = TypeVar("T")

# How often changed config files are looked for, in ticks.
LOOK_FOR_CONFIG = 5
# Seconds between two publish passes beside those of the tick.
PUBLISH_PAUSE = 0.5


class Daemon:
    """`run()` returns when `stop()` was called or a signal came. `address` is known once it serves."""

    def __init__(
        self, config_dir: Path, data: DataDir, *, host: str | None = None, port: int | None = None
    ) -> None:
        self._config_dir = config_dir
        self._data = data
        self._host = host
        self._port = port
        self._stopped = asyncio.Event()
        self._ticking = asyncio.Lock()
        self._reload = False
        self._ticks = 0
        self._last_publish = 0.0
        self._publishing: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._metrics = Metrics(self._figures)
        self._status = Status(self._metrics)
        self._errands = self._make_errands()
        self._awake = utcnow()
        self._clock = ClockWatch(utcnow(), time.monotonic())
        self._supervisor = Notifier.from_environment()
        self.address = ""
        self.serving = asyncio.Event()

    def stop(self) -> None:
        """Ask the daemon to drain and end."""
        self._stopped.set()

    async def run(self) -> None:
        """Run until stopped. Raises ConfigError, StorageError or InUseError when it cannot start."""
        with hold(self._data):
            self._in_force = ConfigInForce(self._config_dir, self._data)
            take(self._config_dir, self._data)
            raise_file_limit(self._config.settings.crawl.concurrency)
            await self._run()

    @property
    def _config(self) -> Config:
        return self._in_force.config

    async def _run(self) -> None:
        settings = self._config.settings
        host = self._host or settings.serve.host
        sock = listen(host, settings.serve.port if self._port is None else self._port)
        port = sock.getsockname()[1]
        self.address = settings.address(host=host, port=port)
        try:
            self._store = await self._in_thread(lambda: jobs.take_over(self._config, self._data))
            self._readers = Readers(self._data.database)
            self._publisher = await self._in_thread(lambda: self._new_publisher(self._config))
            await asyncio.to_thread(self._in_force.put_copy)
            settle()
            self._caretaker = await self._in_thread(lambda: self._new_caretaker(self._config))
            self._teller = Teller(self._in_force.copy, self._data, base_url=self.address)
            self._dispatcher = self._new_dispatcher()
            await self._dispatcher.start()
            await self._serve_until_stopped(sock)
            self._readers.close()
            await self._in_thread(self._store.close)
        finally:
            sock.close()
            self._thread.shutdown()

    async def _serve_until_stopped(self, sock: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)
        loop.add_signal_handler(signal.SIGHUP, self._ask_reload)
        web = server(create_app(self._site()), connections=self._config.settings.serve.connections)
        serving = asyncio.create_task(web.serve(sockets=[sock]))
        ticker = AsyncIOScheduler(timezone="UTC")
        # A late tick is a tick: nothing is skipped, and one at a time is enough.
        ticker.add_job(
            self._tick, "interval", seconds=1, misfire_grace_time=None, coalesce=True, max_instances=1
        )
        ticker.start()
        self.serving.set()
        log.info("serving on %s, data in %s", self.address, self._data.path)
        for warning in exposure.warnings(self._config.settings, host=self._host):
            log.warning("%s", warning)
        self._supervisor.ready(f"serving on {self.address}")
        stopped = asyncio.create_task(self._stopped.wait())
        await asyncio.wait({serving, stopped}, return_when=asyncio.FIRST_COMPLETED)
        log.info("stopping: draining the worker")
        self._supervisor.stopping()
        ticker.remove_all_jobs()
        async with self._ticking:
            await asyncio.gather(self._dispatcher.stop(), self._teller.stop())
        if self._publishing is not None:
            await self._publishing
        await self._status.attempt("publishing", self._publish)
        web.should_exit = True
        await serving
        ticker.shutdown(wait=False)
        stopped.cancel()

    async def _tick(self) -> None:
        """One second's work, each step tried for itself."""
        async with self._ticking:
            attempt, self._ticks = self._status.attempt, self._ticks + 1
            self._status.ticked()
            await attempt("looking at the clock", self._watch_clock)
            self._dispatcher.check()
            if self._reload or self._ticks % LOOK_FOR_CONFIG == 0:
                await attempt("reloading the configuration", self._reload_if_changed)
            if self._dispatcher.ready:
                await attempt("polling", self._dispatch_due)
            await attempt("publishing", self._publish)
            await self._errands.run()

    def _make_errands(self) -> Errands:
        """Return what is done beside the tick; a supervisor has patience for minutes."""
        return Errands(
            self._status.attempt,
            Errand(name="planning the polls", step=self._replan, every=60),
            Errand(name="looking into the store", step=self._look, every=5),
            Errand(name="having sent what is due", step=self._tell, every=1),
            Errand(name="upkeep", step=self._upkeep, every=30, first=30),
            Errand(name="looking after the sources", step=self._look_after, every=30, first=30),
            Errand(name="telling the supervisor", step=self._tell_supervisor, every=10),
        )

    async def _tell_supervisor(self) -> None:
        reasons = self._status.reasons(self._dispatcher.down)
        self._supervisor.alive("; ".join(reasons) or f"serving on {self.address}")

    async def _watch_clock(self) -> None:
        """Mend what a clock that was set back leaves: dues and claims in a future that never comes."""
        jump = self._clock.step(utcnow(), time.monotonic())
        if jump is None:
            return
        seconds = jump.total_seconds()
        log.warning("the clock moved by %+.0f s beyond the time that passed (set, or a sleep)", seconds)
        self._awake = utcnow()
        if seconds < 0:
            await self._in_thread(lambda: jobs.mend_times(self._config, self._store))

    async def _dispatch_due(self) -> None:
        ids = await self._in_thread(lambda: jobs.claim(self._config, self._store))
        if ids:
            await self._dispatcher.dispatch(ids)

    async def _publish(self) -> None:
        self._status.published = done = await self._in_thread(lambda: self._publisher.publish(now=utcnow()))
        self._metrics.published(matched=done.matched, entries=done.entries, delays=done.delays)

    async def _look_after(self) -> None:
        """Judge the sources, and who is sent things."""
        faults = self._status.reasons(self._dispatcher.down)
        await self._in_thread(lambda: self._caretaker.look(now=utcnow(), awake=self._awake, faults=faults))

    async def _tell(self) -> None:
        """Have sent what is due to be sent."""
        if await self._in_thread(lambda: pushing.is_due(self._config, self._store, now=utcnow())):
            self._teller.start()
            if self._teller.trouble is not None:
                raise PolicywireError(self._teller.trouble)

    def _hear(self, event: Mapping[str, Any]) -> None:
        """Count what the worker says. Publish at once what it has kept; in a flood, once a second."""
        self._metrics.hear(event)
        if event.get("event") == "polled":
            self._status.polled()
        if event.get("event") == "kept" and time.monotonic() - self._last_publish > PUBLISH_PAUSE:
            self._last_publish = time.monotonic()
            self._publishing = asyncio.create_task(self._publish_soon())

    async def _publish_soon(self) -> None:
        async with self._ticking:
            await self._status.attempt("publishing", self._publish)

    async def _replan(self) -> None:
        plan = await self._in_thread(lambda: replan(self._config, self._store, now=utcnow()))
        if plan is not None:
            log.info("polling planned: %.0f polls an hour, theta %.3g", plan.per_hour, plan.theta)

    async def _look(self) -> None:
        """Note what the status page shows, so that a request need not wait for the store."""
        await self._in_thread(lambda: self._status.look(self._store))
        await asyncio.to_thread(self._status.measure, self._data)

    async def _upkeep(self) -> None:
        await self._in_thread(lambda: jobs.upkeep(self._config, self._store))

    def _new_publisher(self, config: Config) -> Publisher:
        return jobs.publisher(config, self._store, self._data.feeds, self.address)

    def _new_caretaker(self, config: Config) -> Caretaker:
        return Caretaker(config, self._store, self._data, base_url=self.address)

    def _new_dispatcher(self) -> Dispatcher:
        command = worker_command(self._in_force.copy, self._data)
        crawl = self._config.settings.crawl
        return LocalDispatcher(command, crawl, give_back=self._give_back, blame=self._blame, heard=self._hear)

    def _give_back(self, ids: Collection[str]) -> None:
        if ids:
            self._thread.submit(self._store.release, ids)

    def _blame(self, source: str, error: str) -> None:
        self._thread.submit(jobs.blame, self._config, self._store, source, error)

    def _ask_reload(self) -> None:
        self._reload = True

    async def _reload_if_changed(self) -> None:
        asked, self._reload = self._reload, False
        config = await self._in_force.changed(asked=asked)
        if config is None:
            if asked:
                await self._in_thread(self._begin_anew)
            return
        self._supervisor.reloading()
        try:
            await self._take(config)
        finally:
            self._supervisor.ready(f"serving on {self.address}")

    def _begin_anew(self) -> None:
        """Bring the store in line with the configuration in force, whatever somebody else told it."""
        jobs.sync_sources(self._config, self._store)
        self._publisher.begin_anew()

    async def _take(self, config: Config) -> None:
        publisher = await self._in_thread(lambda: self._new_publisher(config))
        caretaker = await self._in_thread(lambda: self._new_caretaker(config))
        await asyncio.to_thread(self._in_force.put_copy)
        await self._in_thread(lambda: jobs.sync_sources(config, self._store))
        self._in_force.config, self._publisher, self._caretaker = config, publisher, caretaker
        settle()
        # Both begin anew with the new configuration.
        await asyncio.gather(self._dispatcher.stop(), self._teller.stop())
        if self._stopped.is_set():
            return
        self._dispatcher = self._new_dispatcher()
        await self._dispatcher.start()
        log.info(
            "configuration reloaded: %d sources, %d watchlists", len(config.enabled), len(config.watchlists)
        )

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _write(self, work: Callable[[Store], T]) -> Awaitable[T]:
        return self._in_thread(lambda: work(self._store))

    def _site(self) -> Site:
        return Site(
            feeds_dir=self._data.feeds,
            readers=self._readers,
            write=self._write,
            in_force=lambda: in_force(self._config, self._publisher, self.address),
            snapshot=self._snapshot,
            metrics=self._metrics.text,
            shelf=Shelf(self._data.samples),
            articles_a_day=articles_a_day,
        )

    def _snapshot(self) -> Snapshot:
        return self._status.snapshot(
            self._config,
            now=utcnow(),
            worker_down=self._dispatcher.down,
            notices=self._notices(),
            channels=self._publisher.channels,
            worker_bytes=self._dispatcher.worker_bytes,
        )

    def _notices(self) -> tuple[str, ...]:
        error = self._in_force.error
        return (*((error,) if error else ()), *exposure.warnings(self._config.settings, host=self._host))

    def _figures(self) -> Figures:
        dispatcher = self._dispatcher
        return self._status.figures(
            worker_down=dispatcher.down, queue=dispatcher.held, worker_bytes=dispatcher.worker_bytes
        )
