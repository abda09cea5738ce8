"""The reading pool: long-lived processes that parse lists and read pages, each with a time limit.

Each reader is an executor of one process: when it hangs or dies, only the page that it held is lost, which a
shared pool cannot promise. Knows no network; what runs inside is pure.
"""

import asyncio
import contextlib
import logging
import multiprocessing
import os
import resource
import signal
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import datetime
from multiprocessing import forkserver
from typing import Any, TypeAlias

from core.article import Article
from core.errors import PageError, Poisoned, PolicywireError, SourceChanged
from core.language import Language
from core.memory import resident_bytes
from core.source import Source
from crawler.kinds.base import DateReader, Listing
from crawler.kinds.registry import parse_list
from crawler.reading.page import Page

Languages: TypeAlias = Mapping[str, Language]
Read: TypeAlias = Callable[[Page, Source, Languages], Article]

log = logging.getLogger(__name__)

_READING = "crawler.reading.warm"


class _Lost(PolicywireError):
    """A reader hung or died."""


class ReadingPool:
    """`readers` processes, started when they are needed first. `limit` is the longest time for one page.

    `memory` is what one reader may hold, in bytes; one that holds half of it after a page is replaced.
    `read` must be importable by name; left out, it is `crawler.reading.read.read`.
    """

    def __init__(
        self,
        *,
        readers: int,
        limit: float,
        languages: Languages,
        memory: int = 1_000_000_000,
        read: Read | None = None,
    ) -> None:
        self._limit = limit
        self._memory = memory
        self._languages = languages
        self._read = read
        # The last reader to come back is the first to be used again: no more are started than are needed.
        self._idle: asyncio.LifoQueue[_Reader | None] = asyncio.LifoQueue()
        for _ in range(readers):
            self._idle.put_nowait(None)
        self._readers: set[_Reader] = set()
        self._work: set[asyncio.Task[Any]] = set()
        self._last_used = time.monotonic()
        self._starting = asyncio.Lock()

    async def read(self, page: Page, source: Source) -> Article:
        """Read a page. Raises PageError where reading crashes, Poisoned where the reader hangs or dies."""
        answer = await self._run(_read_page, page, source)
        if isinstance(answer, Article):
            return answer
        if isinstance(answer, PageError):
            raise answer
        if isinstance(answer, _Lost):
            raise Poisoned(f"{page.url}: {answer}")
        if isinstance(answer, PolicywireError):
            raise PageError(f"{page.url}: {answer}")
        error = _as_error(answer)
        log.error("reading crashed source=%s url=%s", page.source, page.url, exc_info=error)
        raise PageError(f"{page.url}: reading crashed: {type(error).__name__}: {error}; see the log")

    async def parse(
        self, body: bytes, url: str, content_type: str | None, source: Source, now: datetime
    ) -> Listing:
        """Parse a list. Raises SourceChanged, also where the reader hangs or dies on it."""
        answer = await self._run(_parse_list, body, url, content_type, source, now)
        if isinstance(answer, Listing):
            return answer
        if isinstance(answer, _Lost):
            raise SourceChanged(f"{url}: the list could not be read: {answer}")
        raise _as_error(answer)

    async def rest(self, unused: float = 0.0) -> None:
        """Stop readers that have nothing to do if none was used for so many seconds; they come back by need.

        With the last of them goes the server that they are forked from: 100 MB, for 2 s at the next page.
        """
        if self._work or time.monotonic() - self._last_used < unused:
            if not unused:
                await self._stop_idle()
            return
        await self._stop_idle()
        async with self._starting:
            if not self._readers:
                await asyncio.to_thread(_end_fork_server)

    async def _stop_idle(self) -> None:
        places = [self._idle.get_nowait() for _ in range(self._idle.qsize())]
        for _ in places:
            self._idle.put_nowait(None)
        spare = [reader for reader in places if reader is not None]
        self._readers.difference_update(spare)
        await asyncio.gather(*(asyncio.to_thread(reader.stop) for reader in spare))

    async def close(self) -> None:
        """Stop all readers."""
        for task in tuple(self._work):
            task.cancel()
        readers, self._readers = self._readers, set()
        await asyncio.gather(*(asyncio.to_thread(reader.stop) for reader in readers))

    async def _run(self, function: Callable[..., Any], *arguments: object) -> object:
        """Run in a reader; return its value or its error. Work that nobody awaits ends by itself."""
        task = asyncio.create_task(self._borrow(function, arguments))
        self._work.add(task)
        task.add_done_callback(self._work.discard)
        return await asyncio.shield(task)

    async def _borrow(self, function: Callable[..., Any], arguments: tuple[object, ...]) -> object:
        reader = await self._idle.get()
        try:
            if reader is None:
                reader = await self._start()
            try:
                future = reader.executor.submit(function, *arguments)
            except BrokenProcessPool:
                self._readers.discard(reader)
                reader = await self._start()
                future = reader.executor.submit(function, *arguments)
            answer = await self._answer(reader, future)
            if reader.spent or resident_bytes(reader.pid) > self._memory / 2:
                self._readers.discard(reader)
                grown, reader = reader, None
                await asyncio.to_thread(grown.stop)
            return answer
        finally:
            self._last_used = time.monotonic()
            self._idle.put_nowait(reader)

    async def _start(self) -> "_Reader":
        """Start a reader; in a thread, because the first start imports all that reading needs."""
        async with self._starting:
            reader = await asyncio.to_thread(_Reader, self._languages, self._memory, self._read)
            self._readers.add(reader)
        return reader

    async def _answer(self, reader: "_Reader", future: "Future[Any]") -> object:
        answer = asyncio.wrap_future(future)
        reader.busy = True
        try:
            done, _ = await asyncio.wait([answer], timeout=self._limit)
            if not done:
                reader.kill()
                await asyncio.wait([answer])
            reader.busy = False
            error = answer.exception()
            if not done:
                return _Lost(f"it took longer than {self._limit:.0f} seconds (`crawl.read_time`)")
            if isinstance(error, BrokenProcessPool):
                return _Lost("the reading process died of it")
            if isinstance(error, MemoryError):
                reader.spent = True
                return _Lost(f"it took more than {self._memory // 1_000_000} MB (`crawl.reader_memory`)")
            return error or answer.result()
        finally:
            answer.cancel()


def _as_error(answer: object) -> BaseException:
    return answer if isinstance(answer, BaseException) else TypeError(f"expected an article, got {answer!r}")


def _end_fork_server() -> None:
    """End the process that readers are forked from; the next reader starts it again."""
    # There is no public way, and to leave it costs 100 MB while nothing is read.
    forkserver._forkserver._stop()  # type: ignore[attr-defined]  # see above


class _Reader:
    """One reading process."""

    def __init__(self, languages: Languages, memory: int, read: Read | None) -> None:
        context = multiprocessing.get_context("forkserver")
        # Imported once in the server from which readers are forked: a new reader costs 20 ms, not 2 s.
        context.set_forkserver_preload([__name__, read.__module__ if read else _READING])
        self.executor = ProcessPoolExecutor(
            1, mp_context=context, initializer=_prepare, initargs=(languages, memory, read)
        )
        self.busy = False
        self.spent = False
        self.pid = self.executor.submit(os.getpid).result()

    def kill(self) -> None:
        """End the process at once."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def stop(self) -> None:
        """End the process; what it is reading is given up."""
        if self.busy:
            self.kill()
        self.executor.shutdown(cancel_futures=True)


class _Job:
    """What a reading process was started with."""

    languages: Languages
    read: Read


def _prepare(languages: Languages, memory: int, read: Read | None) -> None:
    """Make a fresh process ready."""
    # A page that wants more gets a MemoryError, or its reader dies of it; the machine does not.
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    # Ctrl-C reaches the whole group; the crawl stage ends its readers in order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # What libraries say of single pages is no news: failures come back as values.
    logging.disable(logging.CRITICAL)
    if read is None:
        # Imported here only: it takes 2 s and 100 MB, which the crawling process need not pay.
        from crawler.reading.read import read as read_page

        read = read_page
    _Job.languages = languages
    _Job.read = staticmethod(read)


def _read_page(page: Page, source: Source) -> Article:
    return _Job.read(page, source, _Job.languages)


def _parse_list(body: bytes, url: str, content_type: str | None, source: Source, now: datetime) -> Listing:
    return parse_list(body, url, content_type, source, DateReader.of(source, _Job.languages, now))
