"""How a source's lists are asked for and read: all that differs from source to source in a poll."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Protocol

from scrapy import Request

from core.article import Article, Link
from core.source import Source
from crawler.fetch import Fetch, list_request, page_request
from crawler.kinds.base import Listing
from crawler.pool import ReadingPool

# An index of sitemaps and so many of its parts.
MAX_LISTS = 6


class Lister(Protocol):
    """What a poll asks of a source: a custom spider answers, or `DeclaredLister` from the source file."""

    @property
    def max_lists(self) -> int:
        """Replies that one list may take: the pages of a listing, an index and its parts."""

    async def list_requests(self, fetch: Fetch) -> Sequence[Request]:
        """Return the requests for the lists; `fetch` gets what must be asked before, a token say."""

    async def read_list(self, body: bytes, url: str, content_type: str | None) -> Listing:
        """Read one reply. Raises SourceChanged if it is not as expected."""

    def more_request(self, url: str) -> Request:
        """Return the request for an address of `Listing.more`."""

    def article_request(self, link: Link) -> Request:
        """Return the request for an article's page."""

    def finish(self, article: Article, link: Link) -> Article:
        """Return the article with what only this source knows of it."""


class DeclaredLister:
    """Does what the source file says. Lists are parsed in the pool: a feed of megabytes takes seconds."""

    def __init__(self, source: Source, pool: ReadingPool, now: datetime) -> None:
        self._source = source
        self._pool = pool
        self._now = now

    @property
    def max_lists(self) -> int:
        """See `Lister`."""
        return self._source.listing.max_pages if self._source.listing else MAX_LISTS

    async def list_requests(self, fetch: Fetch) -> Sequence[Request]:
        """See `Lister`."""
        return [list_request(self._source, url) for url in self._source.urls]

    async def read_list(self, body: bytes, url: str, content_type: str | None) -> Listing:
        """See `Lister`."""
        return await self._pool.parse(body, url, content_type, self._source, self._now)

    def more_request(self, url: str) -> Request:
        """See `Lister`."""
        return page_request(self._source, url)

    def article_request(self, link: Link) -> Request:
        """See `Lister`."""
        return page_request(self._source, link.url)

    def finish(self, article: Article, link: Link) -> Article:
        """See `Lister`."""
        return article


@contextmanager
def exits_are_errors(source: Source) -> Iterator[None]:
    """Turn what would end the whole worker into an error of this source's poll."""
    try:
        yield
    except SystemExit as error:
        raise RuntimeError(f"the class of {source.id} called sys.exit({error.code!r})") from error


class CustomLister:
    """Asks a custom spider, and ends at the poll what in it would end the worker."""

    def __init__(self, spider: "CustomSpider") -> None:
        self._spider = spider

    @property
    def max_lists(self) -> int:
        """See `Lister`."""
        return self._spider.max_lists

    async def list_requests(self, fetch: Fetch) -> Sequence[Request]:
        """See `Lister`."""
        with exits_are_errors(self._spider.source):
            return await self._spider.list_requests(fetch)

    async def read_list(self, body: bytes, url: str, content_type: str | None) -> Listing:
        """See `Lister`."""
        with exits_are_errors(self._spider.source):
            return await self._spider.read_list(body, url, content_type)

    def more_request(self, url: str) -> Request:
        """See `Lister`."""
        with exits_are_errors(self._spider.source):
            return self._spider.more_request(url)

    def article_request(self, link: Link) -> Request:
        """See `Lister`."""
        with exits_are_errors(self._spider.source):
            return self._spider.article_request(link)

    def finish(self, article: Article, link: Link) -> Article:
        """See `Lister`."""
        with exits_are_errors(self._spider.source):
            return self._spider.finish(article, link)


class CustomSpider(Lister, Protocol):
    """A `Lister` that knows its source."""

    source: Source
