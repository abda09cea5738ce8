"""The lists of one poll: asked for, followed over pages and parts, sifted down to the links to be fetched.

Reads no article. A list that fails does not stop the others.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias
from urllib.parse import urldefrag, urljoin

from scrapy import Request
from scrapy.http import Response

from core.article import Known, Link, Validators, Wish
from core.clock import utcnow
from core.errors import SourceChanged, SourceError, Unreachable
from core.listshape import ListShape, together
from core.sample import KeepSample, Sample
from core.source import Source
from crawler.failures import refusal, retry_after
from crawler.fetch import Fetch, content_type, header, make_conditional, validators_of
from crawler.kinds.base import Listing
from crawler.lister import Lister
from crawler.sift import Sieve
from crawler.wishes import cache_wish, merged

KnownUrls: TypeAlias = Callable[[str, Sequence[str]], Mapping[str, Known]]

_NOT_FOUND = (404, 410)


class ListWalk:
    """Walks all lists of a source.

    `found` are the links to fetch, `named` counts those that the lists name. `succeeded` lists came and were
    as expected; of all replies `unchanged` were 304. `validators` are those of the replies.
    `shape` is that of the first pages of all lists together; None unless all came anew and have one.
    """

    def __init__(
        self,
        *,
        source: Source,
        lister: Lister,
        fetch: Fetch,
        sieve: Sieve,
        known: KnownUrls,
        keep_sample: KeepSample,
        validators: Sequence[Validators],
    ) -> None:
        self._source = source
        self._lister = lister
        self._fetch = fetch
        self._sieve = sieve
        self._known = known
        self._keep_sample = keep_sample
        self._last: Response | None = None
        self._before = {one.url: one for one in validators} if source.conditional else {}
        self.found: list[Link] = []
        self.named = 0
        self.succeeded = 0
        self.unchanged = 0
        self.failures: list[SourceError] = []
        self.warnings: list[str] = []
        self.validators: list[Validators] = []
        self.retry_after: datetime | None = None
        self._wishes: list[Wish] = []
        self.shape: ListShape | None = None

    @property
    def wish(self) -> Wish:
        """How often the lists ask to be polled, all together."""
        return merged(self._wishes)

    async def walk(self) -> None:
        """Read every list; stop where the site asks for time."""
        try:
            requests = await self._lister.list_requests(self._fetch)
        except SourceError as error:
            self.failures.append(error)
            return
        shapes: list[ListShape | None] = []
        for request in requests:
            self._last = None
            try:
                shapes.append(await self._read_list(request))
                self.succeeded += 1
                self._keep(None)
            except SourceError as error:
                self.failures.append(error)
                self._keep(str(error))
            if self.retry_after is not None:
                return
        if None not in shapes and not self.failures:
            self.shape = together([shape for shape in shapes if shape is not None])

    def _keep(self, error: str | None) -> None:
        """Keep the list as it came, beside the last good or in the place of the last bad one."""
        if self._last is not None and self._last.body:
            self._keep_sample(
                Sample(
                    source=self._source.id,
                    kind="list",
                    state="good" if error is None else "bad",
                    url=self._last.url,
                    content_type=content_type(self._last),
                    body=self._last.body,
                    at=utcnow(),
                    error=error,
                )
            )

    async def _read_list(self, first: Request) -> ListShape | None:
        """Read one list: further pages while they bring links not yet known, the parts of an index anyway.

        Returns the shape of its first page.
        """
        matched, unchanged, named = self._sieve.matched, self.unchanged, self.named
        asked = {first.url}
        pages: deque[str] = deque()
        parts: deque[str] = deque()
        listing = await self._reply(first)
        shape = listing.shape
        for remaining in reversed(range(self._lister.max_lists)):
            fresh = self._take(listing)
            more = [url for url in listing.more if url not in asked]
            asked.update(more)
            if more and not listing.links:
                parts.extend(more)
            elif fresh:
                pages.extend(more)
            else:
                pages.clear()
            if not remaining or not (pages or parts):
                break
            listing = await self._follow(pages, parts)
        if parts:
            self._sieve.skipped["part of an index beyond the first"] += len(parts)
        if self._sieve.matched == matched and self.unchanged == unchanged and not self._source.may_be_empty:
            raise SourceChanged(self._nothing(first.url, self.named - named))
        return shape

    async def _follow(self, pages: "deque[str]", parts: "deque[str]") -> Listing:
        """Read a further page, else a part. Its failure is a warning; a page that is not there is the end."""
        may_end = bool(pages)
        url = pages.popleft() if pages else parts.popleft()
        try:
            return await self._reply(self._lister.more_request(url), may_end=may_end)
        except SourceError as error:
            self.warnings.append(str(error))
            return Listing()

    async def _reply(self, request: Request, *, may_end: bool = False) -> Listing:
        """Fetch and read one reply; an empty listing for one that has not changed."""
        before = self._before.get(request.url)
        make_conditional(request, before)
        response = await self._fetch(request)
        self._last = response
        self.retry_after = retry_after(response, utcnow()) or self.retry_after
        if may_end and response.status in _NOT_FOUND:
            return Listing()
        error = refusal(response)
        if error is not None:
            raise error
        self._wishes.append(cache_wish(lambda name: header(response, name), utcnow()))
        if response.status == 304:
            if before is None:
                raise Unreachable(
                    f"{request.url}: the site answered 304 although nothing was asked of it before"
                )
            self.unchanged += 1
            self.validators.append(before)
            return Listing()
        # As in a browser, the fragment of what was asked for stays: custom spiders tell their requests by it.
        fragment = urldefrag(request.url).fragment
        url = urljoin(response.url, f"#{fragment}") if fragment else response.url
        listing = await self._lister.read_list(response.body, url, content_type(response))
        self._wishes.append(listing.wish)
        validators = validators_of(request.url, response) if self._source.conditional else None
        # An index is asked for in full: it need not change when its parts do.
        if validators is not None and listing.links:
            self.validators.append(validators)
        return listing

    def _take(self, listing: Listing) -> bool:
        """Keep what is to be fetched. Return whether the listing brought anything new."""
        self.named += len(listing.links) + listing.left_out
        if listing.left_out:
            self._sieve.skipped["beyond what is taken of one list"] += listing.left_out
        self.warnings += listing.warnings
        candidates = self._sieve.candidates(listing.links)
        known = self._known(self._source.id, [link.url for link in candidates]) if candidates else {}
        unread = self._sieve.unread(candidates, known)
        self.found += unread
        return bool(unread)

    def _nothing(self, url: str, named: int) -> str:
        if not named:
            return (
                f"{url}: the list is empty. Open it in a browser: if it moved, correct `urls` in the source "
                "file; if it may be empty, set `may_be_empty: true`"
            )
        return (
            f"{url}: the list names {named} pages, but none is an article by `article_url: "
            f"{self._source.article_url}`; compare it with the addresses on the site"
        )
