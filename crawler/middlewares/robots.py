"""robots.txt: asked once a day for each host, over the whole process, and obeyed before each request.

RFC 9309: a site that says 4xx has no rules; one that answers 5xx or not at all is closed, which is remembered
for a short time only. The file is fetched with Scrapy's own downloader, through the same host gate.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from core.errors import Refused, Unreachable
from core.urls import host_of
from crawler.failures import DOWNLOAD_ERRORS, explain

IGNORE = "ignore_robots"

_DAY = 86_400.0
_SHORT = 600.0
_HOSTS = 2_000
_MAX_BYTES = 512_000
_LONGEST_DELAY = 60.0
# RFC 9309, 2.3.1.2: at least five are followed; beyond, there are no rules.
_FEW_REDIRECTS = {"redirect_ttl": 5}

Fetch = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """What a host's robots.txt says to us until a monotonic time. `closed` says why nothing may be asked."""

    until: float
    rules: Protego | None = None
    closed: str | None = None


class RobotsCache:
    """The rules of the hosts asked last. `agent` is our product token, as robots.txt files name it."""

    def __init__(self, agent: str) -> None:
        self._agent = agent
        self._rules: OrderedDict[str, Rules] = OrderedDict()
        self._asking: dict[str, asyncio.Task[Rules]] = {}

    async def check(self, url: str, fetch: Fetch) -> float:
        """Return the pause in seconds that the host wants between requests, at most a minute.

        Raises Refused where its rules forbid the address, Unreachable where they cannot be had.
        """
        site = f"{urlsplit(url).scheme}://{host_of(url)}"
        rules = self._rules.get(site)
        if rules is None or rules.until <= time.monotonic():
            rules = await self._ask_once(site, fetch)
        else:
            self._rules.move_to_end(site)
        if rules.closed is not None:
            raise Unreachable(rules.closed)
        if rules.rules is None:
            return 0.0
        if not rules.rules.can_fetch(url, self._agent):
            raise Refused(
                f"{url}: {site}/robots.txt forbids it to {self._agent!r}. Ask the site, or give the source "
                "file `robots: {ignore: true, reason: ...}` where you have leave"
            )
        return min(rules.rules.crawl_delay(self._agent) or 0.0, _LONGEST_DELAY)

    async def _ask_once(self, site: str, fetch: Fetch) -> Rules:
        """Ask, or wait for whoever asks already; a poll that is given up does not stop the others."""
        task = self._asking.get(site)
        if task is None:
            task = self._asking[site] = asyncio.create_task(self._ask(site, fetch))
            task.add_done_callback(lambda _: self._asking.pop(site, None))
        return await asyncio.shield(task)

    async def _ask(self, site: str, fetch: Fetch) -> Rules:
        rules = await self._read(f"{site}/robots.txt", fetch)
        self._rules[site] = rules
        self._rules.move_to_end(site)
        while len(self._rules) > _HOSTS:
            self._rules.popitem(last=False)
        return rules

    async def _read(self, url: str, fetch: Fetch) -> Rules:
        try:
            response = await fetch(Request(url, callback=NO_CALLBACK, meta={IGNORE: True, **_FEW_REDIRECTS}))
        except IgnoreRequest:
            # Too many redirects, or larger than anything that a robots.txt may be: as if there were none.
            return Rules(until=time.monotonic() + _DAY)
        except DOWNLOAD_ERRORS as error:
            return _closed(f"{url} cannot be had: {explain(error)}")
        if response.status >= 500 or response.status == 429:
            return _closed(f"{url} answered {response.status}")
        if response.status >= 300:
            return Rules(until=time.monotonic() + _DAY)
        text = response.body[:_MAX_BYTES].decode("utf-8-sig", "replace")
        return Rules(until=time.monotonic() + _DAY, rules=Protego.parse(text))


def _closed(reason: str) -> Rules:
    message = (
        f"{reason}; until it can be read the site counts as closed to robots. It is asked again after "
        f"{_SHORT / 60:.0f} minutes"
    )
    return Rules(until=time.monotonic() + _SHORT, closed=message)
