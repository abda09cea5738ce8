"""Sites that cut their sitemap into numbered files without an index: news1.xml, news2.xml, ..."""

import re
from collections.abc import Sequence
from typing import ClassVar

from scrapy import Request

from crawler.fetch import Fetch, page_request
from crawler.kinds import sitemap
from crawler.kinds.base import Listing
from crawler.spider import SourceSpider

_NUMBER = re.compile(r"\d+(?=\D*$)")
# Files are sometimes missing in between.
_MISSES = 3
_MOST = 200


class NumberedSitemaps(SourceSpider):
    """`urls` name each series by its first file. First and last are read: new pages may stand in either."""

    # What was found by this worker process; a new one counts again.
    _last: ClassVar[dict[str, int]] = {}

    async def list_requests(self, fetch: Fetch) -> Sequence[Request]:
        """Return requests for the first and the last file of each series."""
        requests = []
        for url in self.source.urls:
            requests.append(page_request(self.source, url))
            last = await self._count(url, fetch)
            if last != _number(url):
                requests.append(page_request(self.source, _with_number(url, last)))
        return requests

    def parse_list(self, body: bytes, url: str, content_type: str | None) -> Listing:
        """Read one file."""
        return sitemap.parse(body, url, content_type, self.source, self.dates)

    async def _count(self, url: str, fetch: Fetch) -> int:
        """Return the number of the last file: asked upwards, without bodies, until three are missing."""
        last = number = self._last.get(url, _number(url))
        while number - last < _MISSES and number < _MOST:
            number += 1
            head = page_request(self.source, _with_number(url, number)).replace(method="HEAD")
            if (await fetch(head)).status == 200:
                last = number
        self._last[url] = last
        return last


def _number(url: str) -> int:
    found = _NUMBER.search(url)
    return int(found[0]) if found else 1


def _with_number(url: str, number: int) -> str:
    return _NUMBER.sub(str(number), url)
