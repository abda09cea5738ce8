"""Second looks at known pages, within one poll: conditional, one after the other, through the same gate.

A page that is not there is told from one that failed, and a site that moved all its pages from one that took
a page down. Stores nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from scrapy.http import Response

from core.article import Look
from core.clock import utcnow
from core.errors import PageError, SourceError, Unreachable
from core.fetched import Looked, LookResult
from core.source import Source
from crawler.failures import retry_after
from crawler.fetch import Fetch, fetched_of, make_conditional, page_of
from crawler.lister import Lister
from crawler.outbox import Outbox
from crawler.pages import PageRun
from crawler.source_reader import SourceReader

# So many looks of which each found no page, and the site has moved its pages rather than taken them down.
_TELLING = 3
_FRONT = re.compile(
    r"/?(?:[a-z]{2}(?:[-_][a-z]{2,4})?)?/?(?:index|home|main|default)?(?:\.\w+)?/?", re.IGNORECASE
)
_ERROR_PAGE = re.compile(r"(?<![a-z0-9])(?:404|not-?found|error|notfound)(?![a-z0-9])", re.IGNORECASE)


class LookRun:
    """Looks at pages. `asked` counts requests; `warnings` are for the poll's report."""

    def __init__(
        self,
        *,
        source: Source,
        lister: Lister,
        fetch: Fetch,
        reader: SourceReader,
        outbox: Outbox,
        pages: PageRun,
    ) -> None:
        self._source = source
        self._lister = lister
        self._fetch = fetch
        self._reader = reader
        self._outbox = outbox
        self._pages = pages
        self._missing: list[Looked] = []
        self._stopped = False
        self.asked = self.there = 0
        self.warnings: list[str] = []
        self.retry_after: datetime | None = None

    async def look(self, looks: Sequence[Look]) -> None:
        """Look at pages until the site asks for time or falls silent; what is left stays due."""
        try:
            for look in looks:
                await self._look(look)
                if self._stopped:
                    break
        finally:
            self._tell_missing()

    async def _look(self, look: Look) -> None:
        request = self._lister.article_request(look.link)
        if self._source.conditional:
            make_conditional(request, look.validators)
        self.asked += 1
        try:
            response = await self._fetch(request)
            self.retry_after = retry_after(response, utcnow()) or self.retry_after
            self._stopped = self.retry_after is not None or response.status == 429
            if not self._stopped:
                await self._judge(look, response)
        except (SourceError, PageError) as error:
            self._stopped = self._stopped or isinstance(error, Unreachable)
            self._outbox.add_look(Looked(article=look.article, result=LookResult.FAILED, reason=str(error)))

    async def _judge(self, look: Look, response: Response) -> None:
        if response.status == 304:
            self.there += 1
            self._outbox.add_look(Looked(article=look.article, result=LookResult.SAME))
            return
        found = absence(look.link.url, response.url, response.status)
        if found is not None:
            self._note_absence(Looked(article=look.article, result=found[0], reason=found[1]))
            return
        if not 200 <= response.status < 300:
            raise PageError(f"{look.link.url}: the site answered {response.status}")
        await self._read(look, response)

    async def _read(self, look: Look, response: Response) -> None:
        fetched = fetched_of(response, self._source)
        looked = Looked(
            article=look.article,
            result=LookResult.SAME,
            etag=fetched.header("ETag"),
            last_modified=fetched.header("Last-Modified"),
            body_hash=fetched.body_hash,
        )
        if fetched.body_hash == look.body_hash:
            self.there += 1
            self._outbox.add_look(looked)
            return
        page = page_of(self._source, look.link, response)
        whole = await self._pages.whole(await self._reader.read(page), look.link)
        if whole is None:
            self._stopped = True
            return
        article = self._lister.finish(whole, look.link)
        if article.held == "an error page":
            reason = "an error page stands in its place"
            self._note_absence(Looked(article=look.article, result=LookResult.MISSING, reason=reason))
            return
        self.there += 1
        self._reader.note(article)
        # The page is the one that was looked for, whatever it calls itself today.
        article = replace(article, canonical_url=look.canonical_url, fetched=fetched)
        self._outbox.add_look(replace(looked, result=LookResult.READ), article)

    def _note_absence(self, looked: Looked) -> None:
        if looked.result is LookResult.MOVED:
            self._outbox.add_look(looked)
        else:
            self._missing.append(looked)

    def _tell_missing(self) -> None:
        """Hand on what was not there, as a failure where nothing at all was there."""
        everywhere = len(self._missing) >= _TELLING and not self.there
        for looked in self._missing:
            self._outbox.add_look(replace(looked, result=LookResult.FAILED) if everywhere else looked)
        if everywhere:
            self.warnings.append(
                f"none of {len(self._missing)} known pages was there ({self._missing[0].reason}); if "
                "the site has moved its pages, nothing need be done"
            )


def absence(asked: str, answered: str, status: int) -> tuple[LookResult, str] | None:
    """Return how a reply says that the page asked for is not there, and why; None if it does not. Pure."""
    if status == 410:
        return LookResult.GONE, "the site answered 410, gone"
    if status == 404:
        return LookResult.MISSING, "the site answered 404, not found"
    if not 200 <= status < 300:
        return None
    before, after = urlsplit(asked), urlsplit(answered)
    old, new = before.path.rstrip("/").lower(), after.path.rstrip("/").lower()
    if old == new and before.query == after.query:
        return None
    if _FRONT.fullmatch(new) and not after.query and not _FRONT.fullmatch(old):
        return LookResult.MISSING, f"it leads to the front page, {answered}"
    if _ERROR_PAGE.search(new) and not _ERROR_PAGE.search(old):
        return LookResult.MISSING, f"it leads to an error page, {answered}"
    if new and new != old and old.startswith(f"{new}/") and not after.query:
        return LookResult.MISSING, f"it leads to the section {answered}"
    if old == new or old.rpartition("/")[2] in new.split("/"):
        return None
    return LookResult.MOVED, f"it leads to another page, {answered}"
