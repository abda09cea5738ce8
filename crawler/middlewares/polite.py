"""Where Scrapy meets our manners: robots.txt before each request, the host gate around each download.

The gate stands in the download handler and not in a middleware because every request passes the handler
exactly once, redirected ones and robots.txt too, and because a context manager gives its slot back whatever
happens.
"""

from dataclasses import dataclass
from typing import Any, Self, cast

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler, _ScrapyAgent
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError
from scrapy.http import Response
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future
from scrapy.utils.httpobj import urlparse_cached
from twisted.web.client import Agent, HTTPConnectionPool
from twisted.web.iweb import IPolicyForHTTPS

from core.urls import host_of
from crawler.middlewares.bounds import BoundedFactory
from crawler.middlewares.gate import HostGate
from crawler.middlewares.guard import GuardedReactor
from crawler.middlewares.robots import IGNORE, RobotsCache
from crawler.middlewares.tls import VerifyingPolicy

# Keys of a request's `meta`.
CA_FILE = "ca_file"
DELAY = "crawl_delay"
TICKET = "ticket"
# A setting of Scrapy's, made by us: hosts whose addresses need not be public.
INTERNAL_HOSTS = "POLICYWIRE_INTERNAL_HOSTS"


@dataclass(frozen=True, kw_only=True, slots=True)
class Manners:
    """What all crawlers of the process share, so that a host is treated as one whoever asks it."""

    robots: RobotsCache
    gate: HostGate


@dataclass(kw_only=True, slots=True)
class Ticket:
    """Shared by a request and those that it is redirected to; `void` once nobody waits for the reply."""

    void: bool = False


def _manners(crawler: Crawler) -> Manners:
    manners = getattr(crawler.spider, "manners", None)
    if not isinstance(manners, Manners):
        raise TypeError(f"{crawler.spidercls.__name__} is no JobSpider: it has no manners")
    return manners


class RobotsMiddleware:
    """Checks each request that leaves, redirected ones too. `meta["ignore_robots"]` passes unchecked."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way to make a middleware."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Note the pause that the host wants, or raise as `RobotsCache.check` does."""
        if request.meta.get(IGNORE):
            return

        async def fetch(robots_request: Request) -> Response:
            if CA_FILE in request.meta:
                robots_request.meta[CA_FILE] = request.meta[CA_FILE]
            return await self._crawler.engine.download_async(robots_request)

        robots = _manners(self._crawler).robots
        request.meta[DELAY] = await robots.check(request.url, fetch)


class _GuardedAgent(_ScrapyAgent):
    """Makes connections through a guarded reactor, and through no proxy, whose connections nobody checks."""

    def __init__(self, reactor: Any, **rest: Any) -> None:
        super().__init__(**rest)
        self._reactor = reactor

    def _get_agent(self, request: Request, timeout: float) -> Agent:
        untyped: Any = Agent
        agent: Agent = untyped(self._reactor, self._contextFactory, timeout, None, self._pool)
        return agent


class PoliteHandler(HTTP11DownloadHandler):
    """Waits at the gate, then downloads, from public addresses only."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        # Scrapy 2.19 verifies nothing by default, and its own switch for it knows no second file.
        self._policy = VerifyingPolicy()
        self._contextFactory = cast(IPolicyForHTTPS, self._policy)
        self._pool._factory = BoundedFactory
        # The reactor exists only from here on; an import at the top would install another one.
        from twisted.internet import reactor

        self._reactor: Any = reactor
        self._guarded = GuardedReactor(reactor)
        # A host may close a kept connection just as it is used again. Twisted then asks once more by a new
        # one, but only what has no body: the rest gets a connection of its own.
        untyped: Any = HTTPConnectionPool
        self._unkept: HTTPConnectionPool = untyped(reactor, persistent=False)
        self._unkept._factory = BoundedFactory
        self._internal_hosts = frozenset(crawler.settings.getlist(INTERNAL_HOSTS))

    async def download_request(self, request: Request) -> Response:
        """Download one reply. Raises Scrapy's download exceptions, InternalAddress and Unreachable."""
        host = urlparse_cached(request).hostname or ""
        ca_file = request.meta.get(CA_FILE)
        if ca_file is not None:
            self._policy.trust(host, ca_file)
        gate = _manners(self.crawler).gate
        async with gate.enter(host_of(request.url), request.meta.get(DELAY, 0.0)):
            ticket = request.meta.get(TICKET)
            if ticket is not None and ticket.void:
                raise DownloadCancelledError("given up while it waited for its turn")
            asked_again = request.method in ("GET", "HEAD") and not request.body
            agent = _GuardedAgent(
                self._reactor if host in self._internal_hosts else self._guarded,
                contextFactory=self._contextFactory,
                pool=self._pool if asked_again else self._unkept,
                maxsize=self._default_maxsize,
                fail_on_dataloss=self._fail_on_dataloss,
                crawler=self.crawler,
            )
            with wrap_twisted_exceptions():
                return await maybe_deferred_to_future(agent.download_request(request))
