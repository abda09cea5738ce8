"""The requests of one poll: built as the source file says, sent through Scrapy, counted. Parses nothing."""

import asyncio
import hashlib
import json
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, TypeAlias
from urllib.parse import urlencode

from scrapy import Request
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from w3lib.url import add_or_replace_parameters

from core.article import Link, Validators
from core.clock import utcnow
from core.errors import Unreachable
from core.fetched import Fetched
from core.source import Source
from crawler.failures import DOWNLOAD_ERRORS, explain
from crawler.middlewares.polite import CA_FILE, TICKET, Ticket
from crawler.middlewares.robots import IGNORE
from crawler.reading.page import Page
from crawler.reading.version import reader_version

Download: TypeAlias = Callable[[Request], Awaitable[Response]]
Fetch: TypeAlias = Callable[[Request], Awaitable[Response]]

_TELLING_HEADERS = ("Content-Type", "Content-Language", "Date", "ETag", "Last-Modified", "Server")


def list_request(source: Source, url: str) -> Request:
    """Return the request for one of the source's lists, with what `api:` adds to it."""
    rules = source.api
    if rules is None:
        return page_request(source, url)
    headers = {"Accept": "application/json", "Accept-Language": _languages(source)}
    body = ""
    if rules.query:
        url = add_or_replace_parameters(url, {key: str(value) for key, value in rules.query.items()})
    if rules.json_body is not None:
        body, headers["Content-Type"] = json.dumps(rules.json_body, ensure_ascii=False), "application/json"
    elif rules.form is not None:
        body, headers["Content-Type"] = urlencode(rules.form), "application/x-www-form-urlencoded"
    return Request(
        url, method=rules.method, headers={**headers, **rules.headers}, body=body, callback=NO_CALLBACK
    )


def page_request(source: Source, url: str) -> Request:
    """Return a plain request, in the source's languages: some sites serve several at one address."""
    return Request(url, headers={"Accept-Language": _languages(source)}, callback=NO_CALLBACK)


def make_conditional(request: Request, validators: Validators | None) -> None:
    """Ask for the list only if it is newer than what was kept."""
    if validators is None or request.method != "GET":
        return
    if validators.etag:
        request.headers["If-None-Match"] = validators.etag
    if validators.last_modified:
        request.headers["If-Modified-Since"] = validators.last_modified


def validators_of(url: str, response: Response) -> Validators | None:
    """Return what a reply gives to make the next request for `url` conditional."""
    etag = header(response, "ETag")
    modified = header(response, "Last-Modified")
    return Validators(url=url, etag=etag, last_modified=modified) if etag or modified else None


def fetched_of(response: Response, source: Source) -> Fetched:
    """Return how a reply came, for the record."""
    values = ((name, header(response, name)) for name in _TELLING_HEADERS)
    redirects = response.meta.get("redirect_urls", [])
    return Fetched(
        chain=(*redirects, response.url),
        status=response.status,
        headers=tuple((name, value) for name, value in values if value is not None),
        body_hash=hashlib.sha256(response.body).hexdigest(),
        reader=reader_version(source),
        body=response.body,
    )


def page_of(source: Source, link: Link, response: Response) -> Page:
    """Return a reply as the reading processes get it."""
    return Page(
        source=source.id,
        url=response.url,
        body=response.body,
        content_type=content_type(response),
        fetched_at=utcnow(),
        link=link,
    )


def content_type(response: Response) -> str | None:
    """Return the Content-Type as sent."""
    return header(response, "Content-Type")


def certificate_ends(response: Response) -> datetime | None:
    """Return until when the server's certificate holds; None without TLS."""
    if response.certificate is None:
        return None
    ends: datetime = response.certificate.original.to_cryptography().not_valid_after_utc
    return ends


def header(response: Response, name: str) -> str | None:
    """Return a header's first value as sent; None where there is none."""
    value: Any = response.headers.get(name)
    return value.decode("latin-1") if isinstance(value, bytes) else None


def _languages(source: Source) -> str:
    codes = list(dict.fromkeys(code.split("-")[0] for code in source.languages))
    return ", ".join(
        code if not place else f"{code};q={max(1 - place / 10, 0.1):.1f}" for place, code in enumerate(codes)
    )


class Fetcher:
    """Sends the requests of one source, or of none.

    `requests` counts them, redirects included; `seconds` sums the waits for replies and for the host's turn.
    """

    def __init__(self, source: Source | None, download: Download) -> None:
        self._download = download
        self._meta: dict[str, Any] = {}
        if source is not None and source.robots is not None:
            self._meta[IGNORE] = True
        if source is not None and source.ca_file is not None:
            self._meta[CA_FILE] = source.ca_file
        self.requests = 0
        self.seconds = 0.0

    async def __call__(self, request: Request) -> Response:
        """Return a reply of any status. Raises Unreachable for none, Refused where robots.txt forbids it."""
        ticket = Ticket()
        request.meta.update(self._meta, **{TICKET: ticket})
        self.requests += 1
        began = time.monotonic()
        try:
            response = await self._download(request)
        except asyncio.CancelledError:
            ticket.void = True
            raise
        except DOWNLOAD_ERRORS as error:
            raise Unreachable(f"{request.url}: {explain(error)}") from error
        finally:
            self.seconds += time.monotonic() - began
        self.requests += response.meta.get("redirect_times", 0)
        return response
