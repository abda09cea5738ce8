"""The article pages of one poll: fetched one after the other, read in the pool, handed to the outbox.

An article that is cut into pages is put together here. A page that fails is noted and does not stop the
others; a site that asks for time or falls silent does.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from scrapy import Request
from scrapy.http import Response

from core.article import Article, Link, Seen
from core.clock import utcnow
from core.errors import PageError, Poisoned, Refused, SourceError, Unreachable
from core.fetched import Fetched
from core.sample import KeepSample, Sample
from core.source import Source
from core.urls import canonical_url
from crawler.failures import retry_after
from crawler.fetch import Fetch, fetched_of, page_of
from crawler.lister import Lister
from crawler.outbox import Outbox
from crawler.reading.page import Page
from crawler.source_reader import SourceReader

# So many pages in a row without an answer, and the host is left alone until the next poll.
_SILENT = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class _Early:
    """An article that waits for more to be known of its source."""

    page: Page
    link: Link
    seen: Seen
    article: Article


class PageRun:
    """Reads the pages of links. `asked` counts requests, `done` pages that came to an end, `failed` bad ends.

    `stopped` says why pages were left over, `first_error` is the first page's that failed.
    """

    def __init__(
        self,
        *,
        source: Source,
        lister: Lister,
        fetch: Fetch,
        reader: SourceReader,
        outbox: Outbox,
        keep_sample: KeepSample,
        max_pages: int,
    ) -> None:
        self._source = source
        self._lister = lister
        self._fetch = fetch
        self._reader = reader
        self._early: list[_Early] = []
        self._outbox = outbox
        self._keep_sample = keep_sample
        self._max_pages = max_pages
        self._silent = 0
        self.asked = self.done = self.failed = 0
        self.first_error: PageError | SourceError | None = None
        self.stopped: str | None = None
        self.retry_after: datetime | None = None

    async def read(self, links: Sequence[Link], at_once: int) -> None:
        """Read the pages, `at_once` at a time. Raises what the sink and a custom spider raise, and bugs."""
        queue = iter(links)
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(at_once, len(links))):
                    group.create_task(self._work(queue))
            await self._release()
        finally:
            for early in self._early:
                self._outbox.add(early.seen, early.article)

    async def _work(self, queue: Iterator[Link]) -> None:
        while self.stopped is None and self.asked < self._source.max_articles:
            link = next(queue, None)
            if link is None:
                return
            await self._read_page(link)

    async def _read_page(self, link: Link) -> None:
        page = None
        try:
            got = await self._get(link)
            if got is None:
                return
            page, fetched = got
            article = await self.whole(await self._reader.read(page), link)
            if article is None:
                return
            article = replace(self._lister.finish(article, link), fetched=fetched)
            await self._hand_on(page, link, article)
        except (PageError, SourceError) as error:
            self.failed += 1
            self.first_error = self.first_error or error
            poisoned = isinstance(error, Poisoned)
            self._keep(page, "poisoned" if poisoned else "bad", str(error))
            self._outbox.add(Seen(url=link.url, version=link.version, error=str(error), poisoned=poisoned))
        self.done += 1

    async def _hand_on(self, page: Page, link: Link, article: Article) -> None:
        """Give an article to the outbox; the first ones of a source wait until its furniture is known."""
        self._keep(page, "bad" if article.held else "good", article.held)
        is_early = self._reader.is_learning and article.held is None
        self._reader.note(article)
        seen = Seen(url=link.url, version=link.version)
        if is_early:
            self._early.append(_Early(page=page, link=link, seen=seen, article=article))
        else:
            self._outbox.add(seen, article)
        if not self._reader.is_learning:
            await self._release()

    async def _release(self) -> None:
        """Hand on the articles that wait, read again if they have what is furniture now."""
        while self._early:
            early = self._early[0]
            article = await self._again(early) if self._reader.is_stale(early.article) else early.article
            if early in self._early:
                self._early.remove(early)
                self._outbox.add(early.seen, article)

    async def _again(self, early: _Early) -> Article:
        try:
            read = await self._reader.read(early.page)
            if read.next_page is not None:
                return early.article  # its further pages are not fetched a second time
            return replace(self._lister.finish(read, early.link), fetched=early.article.fetched)
        except (PageError, SourceError):
            return early.article

    def _keep(self, page: Page | None, state: Literal["good", "bad", "poisoned"], error: str | None) -> None:
        if page is not None:
            self._keep_sample(
                Sample(
                    source=self._source.id,
                    kind="page",
                    state=state,
                    url=page.url,
                    content_type=page.content_type,
                    body=page.body,
                    at=page.fetched_at,
                    error=error,
                )
            )

    async def whole(self, article: Article, link: Link) -> Article | None:
        """Return the article with its further pages; None where the site asks for time.

        An article whose further pages cannot be had is held, and asked for again by later polls.
        """
        for number in range(2, self._max_pages + 1):
            if article.next_page is None:
                return article
            try:
                page = await self._further(article, link, number)
                if page is None:
                    return None
                article = await self._reader.read(page)
            except (PageError, SourceError) as error:
                held = article.held or f"page {number} of it is missing: {error}"
                return replace(article, held=held, next_page=None)
        if article.next_page is None:
            return article
        held = f"it goes on behind page {self._max_pages} (`crawl.max_pages`)"
        return replace(article, held=held, next_page=None)

    async def _further(self, article: Article, link: Link, number: int) -> Page | None:
        url = article.next_page or ""
        response = await self._ask(self._lister.more_request(url), url)
        if response is None:
            return None
        if canonical_url(response.url) not in (canonical_url(url), article.canonical_url):
            raise PageError(f"{url}: it leads to {response.url}")
        page = page_of(self._source, link, response)
        return replace(page, number=number, before=article)

    async def _get(self, link: Link) -> tuple[Page, Fetched | None] | None:
        """Return the page and how it came, or None where the site asks for time."""
        if link.text is not None:
            return self._listed_page(link, link.text), None
        response = await self._ask(self._lister.article_request(link), link.url)
        if response is None:
            return None
        return page_of(self._source, link, response), fetched_of(response, self._source)

    async def _ask(self, request: Request, url: str) -> Response | None:
        """Return a good reply, or None where the site asks for time. Raises for every other."""
        self.asked += 1
        try:
            response = await self._fetch(request)
        except Unreachable:
            self._fell_silent()
            raise
        self.retry_after = retry_after(response, utcnow()) or self.retry_after
        if self.retry_after is not None or response.status == 429:
            self.stopped = self.stopped or "the site asked for time"
            return None
        _check(response, url)
        if response.status >= 500:
            self._fell_silent()
            raise Unreachable(f"{url}: the site answered {response.status}")
        self._silent = 0
        return response

    def _listed_page(self, link: Link, text: str) -> Page:
        return Page(
            source=self._source.id,
            url=link.url,
            body=text.encode("utf-8", "replace"),
            content_type="text/html; charset=utf-8",
            fetched_at=utcnow(),
            link=link,
        )

    def _fell_silent(self) -> None:
        self._silent += 1
        if self._silent >= _SILENT:
            self.stopped = self.stopped or f"{_SILENT} pages in a row had no answer"


def _check(response: Response, url: str) -> None:
    """Raise for a reply that says that there is no page, or none for us."""
    if response.status in (401, 403, 407, 451):
        raise Refused(f"{url}: the site answered {response.status}")
    if response.status < 200 or 300 <= response.status < 500:
        raise PageError(f"{url}: the site answered {response.status}")
