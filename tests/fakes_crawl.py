"""The crawl stage under test: the real reactor in a thread of its own, a small memory for a store.

A Twisted reactor runs once in a process: `on_reactor` starts it with the first test that needs it.
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, TypeVar

from fakes_pages import languages
from fakes_reading import plain_read
from fakes_web import Site, page
from waiting import PATIENCE

from core.article import Article, Batch, Known, Look, PageMarks, PollReport, Validators
from core.fetched import Looked
from core.sample import Sample
from core.settings import CrawlSettings, Settings
from core.source import Source
from crawler.crawl import Assignment, CrawlStage, run_on_reactor
from crawler.pool import Read
from crawler.spider import SourceSpider, spider_class

T = TypeVar("T")

XML = "application/xml"


@cache
def _loop() -> asyncio.AbstractEventLoop:
    started: Future[asyncio.AbstractEventLoop] = Future()

    async def serve() -> None:
        started.set_result(asyncio.get_running_loop())
        await asyncio.Event().wait()

    threading.Thread(target=run_on_reactor, args=(serve,), daemon=True).start()
    return started.result(30)


def on_reactor(main: Callable[[], Awaitable[T]], timeout: float = PATIENCE) -> T:
    """Run a coroutine function on the reactor's loop and return its result."""

    async def awaited() -> T:
        return await main()

    return asyncio.run_coroutine_threadsafe(awaited(), _loop()).result(timeout)


class Memory:
    """Keeps batches as the store would: what is known of pages, validators, articles, reports."""

    def __init__(self) -> None:
        self.batches: list[Batch] = []
        self.samples: list[Sample] = []
        self.pages: dict[tuple[str, str], Known] = {}
        self.validators: dict[tuple[str, str], Validators] = {}
        self.looks: tuple[Look, ...] = ()
        self.now = datetime.now(UTC)

    def known(self, source: str, urls: Sequence[str]) -> Mapping[str, Known]:
        return {url: self.pages[source, url] for url in urls if (source, url) in self.pages}

    def sink(self, batch: Batch) -> None:
        self.batches.append(batch)
        for seen in batch.seen:
            before = self.pages.get((batch.source, seen.url))
            failures = 0 if seen.error is None else (before.failures if before else 0) + 1
            self.pages[batch.source, seen.url] = Known(
                version=seen.version,
                fetched_at=self.now,
                failures=failures,
                poisoned=(before.poisoned if before else 0) + seen.poisoned,
            )
        for validators in batch.validators:
            self.validators[batch.source, validators.url] = validators

    def articles(self, source: str) -> list[Article]:
        return [article for batch in self.batches if batch.source == source for article in batch.articles]

    def errors(self, source: str) -> list[str]:
        seen = [one for batch in self.batches if batch.source == source for one in batch.seen]
        return [one.error for one in seen if one.error is not None]

    def assignment(self, source: Source) -> Assignment:
        kept = tuple(one for (owner, _), one in self.validators.items() if owner == source.id)
        read = (PageMarks(url=one.canonical_url, marks=one.marks) for one in self.articles(source.id))
        return Assignment(source=source, validators=kept, looks=self.looks, last_pages=tuple(read))

    def looked(self) -> dict[int, Looked]:
        return {looked.article: looked for batch in self.batches for looked in batch.looked}


def settings(**crawl: Any) -> Settings:
    """Return settings for a crawl without pauses."""
    quick: dict[str, Any] = {
        "delay": timedelta(0),
        "readers": 1,
        "timeout": timedelta(seconds=5),
        "internal_hosts": ("127.0.0.1",),
    }
    return Settings(contact="tests@example.org", crawl=CrawlSettings(**{**quick, **crawl}))


def crawl(memory: Memory, *sources: Source, **crawl_settings: Any) -> tuple[PollReport, ...]:
    """Poll sources once and return their reports."""
    return polls(memory, [sources], **crawl_settings)[0]


def polls(
    memory: Memory,
    rounds: Sequence[Sequence[Source]],
    at_once: bool = False,
    spiders: Callable[[Source], type[SourceSpider]] = spider_class,
    read: Read | None = plain_read,
    **crawl_settings: Any,
) -> list[tuple[PollReport, ...]]:
    """Poll several batches, one after the other or all at once, in one stage. `read=None` reads for real."""

    async def main() -> list[tuple[PollReport, ...]]:
        stage = CrawlStage(
            settings=settings(**crawl_settings),
            languages={} if read else languages(),
            known=memory.known,
            sink=memory.sink,
            keep_sample=memory.samples.append,
            read=read,
            spiders=spiders,
        )
        try:
            batches = (stage.crawl([memory.assignment(one) for one in batch]) for batch in rounds)
            if at_once:
                return list(await asyncio.gather(*batches))
            return [await batch for batch in batches]
        finally:
            await stage.close()

    return on_reactor(main)


def source(id_: str, kind: str, *urls: str, **rest: Any) -> Source:
    """Return a source as a file would give it."""
    return Source.model_validate(
        {
            "id": id_,
            "name": id_,
            "country": "KZ",
            "publisher": "press",
            "languages": ["en", "ru"],
            "home": urls[0],
            "kind": kind,
            "urls": list(urls),
            **rest,
        }
    )


class Plain(SourceSpider):
    """Overrides nothing: a feed."""


def put_articles(site: Site, *names: str) -> None:
    """Serve a page of each name, at that name."""
    for name in names:
        site.put(f"/{name}", page(name.upper()))


def titles(memory: Memory, id_: str) -> list[str]:
    """Return the titles of what a source gave, in order."""
    return [article.title for article in memory.articles(id_)]
