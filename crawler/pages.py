"""The article pages of one poll: fetched one after the other, read in the pool, handed to the outbox.

A page that fails is noted and does not stop the others; a site that asks for time or falls silent does.
"""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime

from scrapy.http import Response

from core.article import Link, Seen
from core.clock import utcnow
from core.errors import PageError, Refused, SourceError, Unreachable
from core.source import Source
from crawler.failures import retry_after
from crawler.fetch import Fetch, content_type
from crawler.lister import Lister
from crawler.outbox import Outbox
from crawler.pool import ReadingPool
from crawler.reading.page import Page

# So many pages in a row without an answer, and the host is left alone until the next poll.
_SILENT = 5


class PageRun:
    """Reads the pages of links. `asked` counts requests, `done` pages that came to an end, `failed` bad ends.

    `stopped` says why pages were left over, `first_error` is the first page's that failed.
    """

    def __init__(
        self, *, source: Source, lister: Lister, fetch: Fetch, pool: ReadingPool, outbox: Outbox
    ) -> None:
        self._source = source
        self._lister = lister
        self._fetch = fetch
        self._pool = pool
        self._outbox = outbox
        self._silent = 0
        self.asked = self.done = self.failed = 0
        self.first_error: PageError | SourceError | None = None
        self.stopped: str | None = None
        self.retry_after: datetime | None = None

    async def read(self, links: Sequence[Link], at_once: int) -> None:
        """Read the pages, `at_once` at a time. Raises what the sink and a custom spider raise, and bugs."""
        queue = iter(links)
        async with asyncio.TaskGroup() as group:
            for _ in range(min(at_once, len(links))):
                group.create_task(self._work(queue))

    async def _work(self, queue: Iterator[Link]) -> None:
        while self.stopped is None and (link := next(queue, None)) is not None:
            await self._read_page(link)

    async def _read_page(self, link: Link) -> None:
        try:
            page = await self._get(link)
            if page is None:
                return
            article = self._lister.finish(await self._pool.read(page, self._source), link)
        except (PageError, SourceError) as error:
            self.failed += 1
            self.first_error = self.first_error or error
            self._outbox.add(Seen(url=link.url, version=link.version, error=str(error)))
        else:
            self._outbox.add(Seen(url=link.url, version=link.version), article)
        self.done += 1

    async def _get(self, link: Link) -> Page | None:
        """Return the page, or None where the site asks for time."""
        if link.text is not None:
            return self._page(
                link, link.url, link.text.encode("utf-8", "replace"), "text/html; charset=utf-8"
            )
        self.asked += 1
        try:
            response = await self._fetch(self._lister.article_request(link))
        except Unreachable:
            self._fell_silent()
            raise
        self.retry_after = retry_after(response, utcnow()) or self.retry_after
        if self.retry_after is not None or response.status == 429:
            self.stopped = self.stopped or "the site asked for time"
            return None
        _check(response, link.url)
        if response.status >= 500:
            self._fell_silent()
            raise Unreachable(f"{link.url}: the site answered {response.status}")
        self._silent = 0
        return self._page(link, response.url, response.body, content_type(response))

    def _page(self, link: Link, url: str, body: bytes, sent_as: str | None) -> Page:
        return Page(
            source=self._source.id,
            url=url,
            body=body,
            content_type=sent_as,
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
