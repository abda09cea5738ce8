"""The daemon: one tick a second over the due table, a supervised worker, the publish loop, the web server.

Stops within 15 s on SIGTERM; reloads the config on SIGHUP or when a file changed, and keeps the old one when
the new one is broken. Store and publisher run in one thread of their own, so that the web stays quick.
"""

import asyncio
import contextlib
import importlib.metadata
import logging
import shutil
import signal
import socket
from collections.abc import Awaitable, Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import uvicorn
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from core.clock import utcnow
from core.config import DataDir
from core.errors import ConfigError, PolicywireError
from publisher.publish import Publisher, PublishReport
from publisher.web.app import Snapshot, SourceRow, create_app
from scheduler import health, jobs
from scheduler.config import Config, config_digest, load_config, require_contact
from scheduler.dispatch import LocalDispatcher
from scheduler.exclusive import hold, listen
from storage.records import SourceState
from storage.store import Store

log = logging.getLogger(__name__)

T = TypeVar("T")

# How often changed config files are looked for, in ticks.
LOOK_FOR_CONFIG = 5
# How often the status page's figures are taken, in ticks.
LOOK_AT_STORE = 5


class _Server(uvicorn.Server):
    """uvicorn without its own signal handlers: the daemon decides when to stop."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


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
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._started = utcnow()
        self._last_tick: datetime | None = None
        self._troubles: dict[str, str] = {}
        self._config_error: str | None = None
        self._refused_digest: str | None = None
        self._states: dict[str, SourceState] = {}
        self._counts: dict[str, int] = {}
        self._published = PublishReport()
        self.address = ""
        self.serving = asyncio.Event()

    def stop(self) -> None:
        """Ask the daemon to drain and end."""
        self._stopped.set()

    async def run(self) -> None:
        """Run until stopped. Raises ConfigError, StorageError or InUseError when it cannot start."""
        self._config = load_config(self._config_dir)
        require_contact(self._config)
        with hold(self._data):
            await self._run()

    async def _run(self) -> None:
        settings = self._config.settings
        host = self._host or settings.serve.host
        sock = listen(host, settings.serve.port if self._port is None else self._port)
        port = sock.getsockname()[1]
        self.address = settings.feeds.base_url or f"http://{host}:{port}"
        try:
            self._store = await self._in_thread(self._open_store)
            self._publisher = await self._in_thread(lambda: self._new_publisher(self._config))
            await asyncio.to_thread(self._copy_config, self._config)
            self._dispatcher = self._new_dispatcher()
            await self._dispatcher.start()
            await self._serve_until_stopped(sock)
            await self._in_thread(self._store.close)
        finally:
            sock.close()
            self._thread.shutdown()

    async def _serve_until_stopped(self, sock: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)
        loop.add_signal_handler(signal.SIGHUP, self._ask_reload)
        app = create_app(feeds_dir=self._data.feeds, snapshot=self._snapshot)
        web = _Server(uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=2))
        serving = asyncio.create_task(web.serve(sockets=[sock]))
        ticker = AsyncIOScheduler(timezone="UTC")
        # A late tick is a tick: nothing is skipped, and one at a time is enough.
        ticker.add_job(
            self._tick, "interval", seconds=1, misfire_grace_time=None, coalesce=True, max_instances=1
        )
        ticker.start()
        self.serving.set()
        log.info("serving on %s, data in %s", self.address, self._data.path)
        stopped = asyncio.create_task(self._stopped.wait())
        await asyncio.wait({serving, stopped}, return_when=asyncio.FIRST_COMPLETED)
        log.info("stopping: draining the worker")
        ticker.remove_all_jobs()
        async with self._ticking:
            await self._dispatcher.stop()
        await self._try("publishing", self._publish)
        web.should_exit = True
        await serving
        ticker.shutdown(wait=False)
        stopped.cancel()

    async def _tick(self) -> None:
        """One second's work. A step that fails is said once and tried again: the daemon lives on."""
        async with self._ticking:
            self._last_tick = utcnow()
            self._ticks += 1
            self._dispatcher.check()
            if self._reload or self._ticks % LOOK_FOR_CONFIG == 0:
                await self._try("reloading the configuration", self._reload_if_changed)
            if self._dispatcher.ready:
                await self._try("polling", self._dispatch_due)
            await self._try("publishing", self._publish)
            if self._ticks % LOOK_AT_STORE == 1:
                await self._try("looking into the store", self._look)

    async def _try(self, name: str, step: Callable[[], Awaitable[None]]) -> None:
        try:
            await step()
        except PolicywireError as error:
            if self._troubles.get(name) != str(error):
                log.error("%s fails, and is tried again each second: %s", name, error)  # noqa: TRY400 - all is said
            self._troubles[name] = str(error)
        except Exception as error:
            # One of the two named tops: a bug in one step must not end the daemon.
            if self._troubles.get(name) != repr(error):
                log.exception("%s failed by a fault in policywire; it is tried again each second", name)
            self._troubles[name] = repr(error)
        else:
            self._troubles.pop(name, None)

    async def _dispatch_due(self) -> None:
        ids = await self._in_thread(lambda: jobs.claim(self._config, self._store))
        if ids:
            await self._dispatcher.dispatch(ids)

    async def _publish(self) -> None:
        self._published = await self._in_thread(lambda: self._publisher.publish(now=utcnow()))

    async def _look(self) -> None:
        """Note what the status page shows, so that a request need not wait for the store."""
        states, self._counts = await self._in_thread(
            lambda: (self._store.source_states(), self._store.counts())
        )
        self._states = {state.id: state for state in states}

    def _open_store(self) -> Store:
        store = jobs.open_store(self._config, self._data)
        # We hold the data folder: a claim in it is of a worker that has lost its daemon and ends in seconds.
        store.release()
        return store

    def _copy_config(self, config: Config) -> None:
        """Copy the config in force to where workers start from it, whatever happens to the original."""
        in_force = self._data.path / "config"
        fresh = self._data.path / "config.new"
        try:
            shutil.rmtree(fresh, ignore_errors=True)
            shutil.copytree(config.path, fresh)
            shutil.rmtree(in_force, ignore_errors=True)
            fresh.rename(in_force)
        except OSError as error:
            raise PolicywireError(f"{in_force} cannot be written: {error}; free some room there") from error

    def _new_publisher(self, config: Config) -> Publisher:
        return jobs.publisher(config, self._store, self._data.feeds, self.address)

    def _new_dispatcher(self) -> LocalDispatcher:
        return LocalDispatcher(self._data.path / "config", self._data, give_back=self._give_back)

    def _give_back(self, ids: Collection[str]) -> None:
        self._thread.submit(self._store.release, ids)

    def _ask_reload(self) -> None:
        self._reload = True

    async def _reload_if_changed(self) -> None:
        asked, self._reload = self._reload, False
        digest = await asyncio.to_thread(config_digest, self._config_dir)
        if digest == self._config.digest or (digest == self._refused_digest and not asked):
            return
        try:
            config = await asyncio.to_thread(load_config, self._config_dir)
            require_contact(config)
        except ConfigError as error:
            self._refused_digest = digest
            self._config_error = str(error)
            log.error("the changed configuration is not taken, the old one stays in force: %s", error)  # noqa: TRY400
            return
        self._config_error = None
        if config.settings.serve != self._config.settings.serve:
            log.warning("serve.host and serve.port take effect at the next start")
        publisher = await self._in_thread(lambda: self._new_publisher(config))
        await asyncio.to_thread(self._copy_config, config)
        await self._in_thread(lambda: self._store.sync_sources(config.enabled.keys(), now=utcnow()))
        self._config, self._publisher = config, publisher
        await self._dispatcher.stop()
        if self._stopped.is_set():
            return
        self._dispatcher = self._new_dispatcher()
        await self._dispatcher.start()
        log.info(
            "configuration reloaded: %d sources, %d watchlists", len(config.enabled), len(config.watchlists)
        )

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _snapshot(self) -> Snapshot:
        now = utcnow()
        reasons = health.reasons(
            now,
            last_tick=self._last_tick or self._started,
            worker_down_since=self._dispatcher.down_since,
            troubles=self._troubles,
        )
        sources = self._config.sources.values()
        return Snapshot(
            title=self._config.settings.feeds.title,
            version=importlib.metadata.version("policywire"),
            started=self._started,
            taken=now,
            healthy=not reasons,
            reasons=reasons,
            notices=(self._config_error,) if self._config_error else (),
            sources=tuple(SourceRow(source=source, state=self._states.get(source.id)) for source in sources),
            feeds=self._publisher.channels,
            counts=self._counts,
            behind=self._published.behind,
            matching=self._published.progress,
        )
