"""The crawl stage: sources in, batches of articles to a sink, reports back. The one door of this package.

Runs on Twisted's asyncio reactor in a long-lived process; `run_on_reactor` starts it. Several calls of
`crawl` may be under way at once: they share the host gate, the robots.txt cache and the reading pool.
"""

import asyncio
import signal
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from scrapy import Request
from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.reactor import install_reactor

from core.article import PollReport
from core.errors import ConfigError, Problem, StorageError
from core.language import Language
from core.sample import KeepSample, keep_nothing
from core.settings import Settings
from core.source import Source
from crawler.fetch import Fetcher, certificate_ends, content_type, list_request, page_request
from crawler.kinds.base import DateReader
from crawler.lister import CustomLister, DeclaredLister, exits_are_errors
from crawler.lists import KnownUrls as Known
from crawler.middlewares.gate import HostGate
from crawler.middlewares.polite import Manners
from crawler.middlewares.robots import RobotsCache
from crawler.outbox import Sink
from crawler.poll import Assignment, Poll, PollTools, root_cause
from crawler.pool import Read, ReadingPool
from crawler.settings import scrapy_settings
from crawler.spider import Job, JobSpider, SourceSpider, spider_class

__all__ = ["Assignment", "CrawlStage", "Known", "Reply", "Sink", "run_on_reactor"]

T = TypeVar("T")

_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
# Names are looked up in these threads: a dead name server must not hold up the other hosts.
_LOOKUPS = 20
# Seconds between two looks at whether a crawler that is to be stopped has started.
_MOMENT = 0.01


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """A fetched address. `url` is the one after redirects; `certificate_ends` None without TLS."""

    url: str
    status: int
    content_type: str | None
    body: bytes
    certificate_ends: datetime | None = None


class CrawlStage:
    """Polls sources. Made and used on the reactor's loop.

    `known(source, urls)` says what the store remembers of listed addresses, `sink(batch)` keeps what was
    read; both are called on the loop and should take milliseconds, as is `keep_sample`, which gets replies
    that tell whoever mends a source what the site sends. `read` and `spiders` have other values in
    tests: how a page is read, and which class polls a source of `kind: custom`.
    Raises ConfigError without a contact: sites must be able to write to whoever crawls them.
    """

    def __init__(
        self,
        *,
        settings: Settings,
        languages: Mapping[str, Language],
        known: Known,
        sink: Sink,
        keep_sample: KeepSample = keep_nothing,
        read: Read | None = None,
        spiders: Callable[[Source], type[SourceSpider]] = spider_class,
    ) -> None:
        if not settings.contact.strip():
            message = "needed to crawl: a mail or web address that site owners can write to"
            raise ConfigError([Problem(path=Path("settings.yml"), line=0, key="contact", message=message)])
        crawl = settings.crawl
        self._languages = languages
        self._spiders = spiders
        pool = ReadingPool(
            readers=crawl.readers,
            limit=crawl.read_time.total_seconds(),
            memory=crawl.reader_memory * 1_000_000,
            languages=languages,
            read=read,
        )
        self._tools = PollTools(settings=crawl, known=known, sink=sink, pool=pool, keep_sample=keep_sample)
        self._manners = Manners(
            robots=RobotsCache(settings.user_agent.split("/")[0].split()[0]),
            gate=HostGate(
                per_host=crawl.per_host, total=crawl.concurrency, delay=crawl.delay.total_seconds()
            ),
        )
        self._runner = AsyncCrawlerRunner(scrapy_settings(settings))
        self._crawling: dict[Crawler, asyncio.Task[None]] = {}
        self._closing = False

    async def crawl(self, assignments: Sequence[Assignment]) -> tuple[PollReport, ...]:
        """Poll sources, all at once, and return their reports in the order in which they were given.

        A source that fails is a report. Raises StorageError if the sink did; the other sources are polled to
        their end first. Polls that `close` interrupts give no report.
        """
        polls = [Poll(assignment, self._tools) for assignment in assignments]
        custom = [poll for poll in polls if poll.source.kind == "custom"]
        declared = [poll for poll in polls if poll.source.kind != "custom"]
        runs = [self._crawl_custom(poll) for poll in custom]
        if declared:
            runs.append(self._crawl_declared(declared))
        ended = await asyncio.gather(*runs)
        reports: dict[str, PollReport] = {}
        failures: list[BaseException] = []
        for poll, result in zip(
            custom + declared, (one for results in ended for one in results), strict=True
        ):
            if isinstance(result, PollReport):
                reports[poll.source.id] = result
            elif isinstance(root_cause(result), StorageError):
                failures.append(root_cause(result))
            elif not isinstance(result, asyncio.CancelledError):
                reports[poll.source.id] = poll.crash(result)
        if failures:
            raise failures[0]
        return tuple(reports[one.source.id] for one in assignments if one.source.id in reports)

    async def fetch(self, url: str, source: Source | None = None) -> Reply:
        """Get one address with all manners, as the list that it is in `source.urls`, else as a page.

        Raises Unreachable where no reply comes, Refused where robots.txt forbids it; any status is a reply.
        """

        async def job(spider: JobSpider) -> Reply:
            if source is None:
                request = Request(url, callback=NO_CALLBACK)
            else:
                request = list_request(source, url) if url in source.urls else page_request(source, url)
            response = await Fetcher(source, spider.download)(request)
            return Reply(
                url=response.url,
                status=response.status,
                content_type=content_type(response),
                body=response.body,
                certificate_ends=certificate_ends(response),
            )

        result = (await self._run(self._runner.create_crawler(JobSpider), [job]))[0]
        if isinstance(result, Reply):
            return result
        raise result

    async def rest(self, unused: float) -> None:
        """End the reading processes if none was used for so many seconds; they come back by need."""
        await self._tools.pool.rest(unused)

    async def close(self) -> None:
        """Stop what is under way and end the reading processes."""
        self._closing = True
        await asyncio.gather(*(_stop(crawler, task) for crawler, task in self._crawling.items()))
        await self._runner.join()
        await self._tools.pool.close()

    async def _crawl_declared(self, polls: Sequence[Poll]) -> list[Any]:
        def job(poll: Poll) -> Job:
            lister = DeclaredLister(poll.source, self._tools.pool, poll.started)
            return lambda spider: poll.run(lister, spider.download)

        return await self._run(self._runner.create_crawler(JobSpider), [job(poll) for poll in polls])

    async def _crawl_custom(self, poll: Poll) -> list[Any]:
        """A custom class may fail anywhere, at its import first of all; that is its own poll's crash."""
        return list(await asyncio.gather(self._run_custom(poll), return_exceptions=True))

    async def _run_custom(self, poll: Poll) -> PollReport:
        with exits_are_errors(poll.source):
            crawler = self._runner.create_crawler(self._spiders(poll.source))
        dates = DateReader.of(poll.source, self._languages, poll.started)
        job = [lambda spider: poll.run(CustomLister(spider), spider.download)]
        result = (await self._run(crawler, job, source=poll.source, dates=dates))[0]
        if isinstance(result, PollReport):
            return result
        raise result

    async def _run(self, crawler: Crawler, jobs: Sequence[Job], **arguments: Any) -> list[Any]:
        """Run jobs in a crawler of their own; return each one's result or exception."""
        if self._closing:
            return [asyncio.CancelledError()] * len(jobs)
        task = self._runner.crawl(crawler, jobs=jobs, manners=self._manners, **arguments)
        self._crawling[crawler] = task
        task.add_done_callback(lambda _: self._crawling.pop(crawler))
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            await _stop(crawler, task)
            raise
        results = crawler.spider.results if isinstance(crawler.spider, JobSpider) else None
        if results is not None:
            return list(results)
        if self._closing:
            return [asyncio.CancelledError()] * len(jobs)
        count = crawler.stats.get_value("spider_exceptions/count", 0)
        why = RuntimeError(f"the spider ended without polling, after {count} exceptions; see the log")
        return [why] * len(jobs)


async def _stop(crawler: Crawler, crawling: asyncio.Task[None]) -> None:
    """Stop a crawler. Scrapy forgets a stop that comes before its engine runs, and then never ends."""
    while not crawling.done() and not _runs(crawler):
        await asyncio.sleep(_MOMENT)
    if not crawling.done():
        await crawler.stop_async()


def _runs(crawler: Crawler) -> bool:
    try:
        return crawler.engine.running
    except RuntimeError:  # there is no engine yet
        return False


def run_on_reactor(main: Callable[[], Awaitable[T]]) -> T:
    """Install Scrapy's reactor, run `main` to its end and return its result. Once in a process.

    In the main thread SIGINT and SIGTERM cancel `main`, so that it can close what it holds; then
    KeyboardInterrupt is raised.
    """
    install_reactor(_REACTOR)
    # The reactor exists only from here on; an import at the top would install another one.
    from twisted.internet import reactor as installed

    reactor: Any = installed
    loop = asyncio.get_event_loop()
    task = loop.create_task(_awaited(main))
    task.add_done_callback(lambda _: reactor.stop())
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, task.cancel)
    reactor.suggestThreadPoolSize(_LOOKUPS)
    reactor.run(installSignalHandlers=False)
    if task.cancelled():
        raise KeyboardInterrupt
    return task.result()


async def _awaited(main: Callable[[], Awaitable[T]]) -> T:
    return await main()
