"""The spiders: one for all declarative sources of a batch, and the base of the custom ones.

A custom class stands in `crawler/sources/<id>.py` ("-" as "_") and overrides as little as it can: fetching,
robots.txt, known pages, reading and reporting are done for it.
"""

import asyncio
import importlib
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from scrapy import Request, Spider

from core.article import Article, Link
from core.errors import ConfigError, Problem
from core.source import Source
from crawler.fetch import Download, Fetch, list_request, page_request
from crawler.kinds.base import DateReader, Listing
from crawler.kinds.registry import parse_list
from crawler.lister import MAX_LISTS
from crawler.middlewares.polite import Manners
from crawler.sources import custom_problem, module_name

Job: TypeAlias = Callable[[Any], Awaitable[Any]]


class JobSpider(Spider):
    """Runs jobs, each called with this spider; their results and exceptions stand in `results`, in order.

    Scrapy's scheduler and callbacks are not used: a poll reads as one coroutine, and an exception in it is
    ours to report, not a line in Scrapy's log.
    """

    name = "policywire"

    def __init__(
        self, *, jobs: Sequence[Job] = (), manners: Manners | None = None, name: str | None = None
    ) -> None:
        super().__init__(name=name)
        self.manners = manners
        self.results: list[Any] | None = None
        self._jobs = jobs

    @property
    def download(self) -> Download:
        """Sends a request through the downloader and all its middlewares."""
        return self.crawler.engine.download_async

    async def start(self) -> AsyncIterator[Request]:
        """Run all jobs at once. Yields nothing, but Scrapy wants a generator."""
        self.results = await asyncio.gather(*(job(self) for job in self._jobs), return_exceptions=True)
        nothing: tuple[Request, ...] = ()
        for request in nothing:
            yield request


class SourceSpider(JobSpider):
    """The base of custom spiders: as it stands, it does what the source file says.

    Override `parse_list` for odd lists, `list_requests` for odd requests, `article_request` where the page
    has another address, `finish` to mend what was read. `custom_settings` are Scrapy's, for this source.
    `self.source` is the source file, `self.dates(text)` reads a date as this source writes it.
    """

    max_lists = MAX_LISTS

    def __init__(
        self,
        *,
        source: Source,
        dates: DateReader,
        jobs: Sequence[Job] = (),
        manners: Manners | None = None,
    ) -> None:
        super().__init__(jobs=jobs, manners=manners, name=source.id)
        self.source = source
        self.dates = dates

    async def list_requests(self, fetch: Fetch) -> Sequence[Request]:
        """Return the requests for the lists. `await fetch(request)` gets what must be asked before."""
        return [list_request(self.source, url) for url in self.source.urls]

    def parse_list(self, body: bytes, url: str, content_type: str | None) -> Listing:
        """Read one reply. Raise SourceChanged if it is not as expected; end with `versioned(links)`."""
        return parse_list(body, url, content_type, self.source, self.dates)

    async def read_list(self, body: bytes, url: str, content_type: str | None) -> Listing:
        """What the poll calls; override `parse_list`."""
        return self.parse_list(body, url, content_type)

    def more_request(self, url: str) -> Request:
        """Return the request for an address of `Listing.more`."""
        return page_request(self.source, url)

    def article_request(self, link: Link) -> Request:
        """Return the request for an article's page."""
        return page_request(self.source, link.url)

    def finish(self, article: Article, link: Link) -> Article:
        """Return the article with what only this source knows of it."""
        return article


def spider_class(source: Source) -> type[SourceSpider]:
    """Return the custom class of a source. Raises ConfigError where there is none, or more than one."""
    name = module_name(source)
    path = Path(*name.split(".")).with_suffix(".py")
    problem = custom_problem(source)
    if problem is not None:
        raise _config_error(path, problem)
    try:
        module = importlib.import_module(name)
    except SyntaxError as error:
        raise _config_error(path, f"not valid Python: {error.msg}", line=error.lineno or 0) from error
    except (ImportError, NameError, AttributeError, TypeError, ValueError) as error:
        raise _config_error(path, f"cannot be loaded: {error}") from error
    found = [
        value
        for value in vars(module).values()
        if inspect.isclass(value) and issubclass(value, SourceSpider) and value.__module__ == name
    ]
    if len(found) != 1:
        raise _config_error(path, f"expected one subclass of SourceSpider, found {len(found)}")
    return found[0]


def _config_error(path: Path, message: str, *, line: int = 0) -> ConfigError:
    return ConfigError([Problem(path=path, line=line, key="", message=message)])
