"""How downloads fail -> plain words and our own errors. Knows Scrapy's exceptions; fetches nothing."""

import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    NotSupported,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from scrapy.http import Response
from twisted.internet.error import ConnectError, ConnectionDone, ConnectionLost
from twisted.python.failure import Failure

from core.errors import Refused, SourceError, Unreachable
from crawler.middlewares.bounds import EndlessHeaders
from crawler.middlewares.guard import InternalAddress

DOWNLOAD_ERRORS = (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    NotSupported,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
    ConnectError,
    ConnectionDone,
    ConnectionLost,
    EOFError,
    OSError,
    ValueError,
    zlib.error,
)

_LONGEST_WAIT = timedelta(days=7)

_WORDS: tuple[tuple[type[Exception], str], ...] = (
    (CannotResolveHostError, "the host's name cannot be resolved; check the address and this machine's DNS"),
    (DownloadConnectionRefusedError, "the host refuses the connection"),
    (EndlessHeaders, "its headers have no end"),
    (DownloadTimeoutError, "no whole reply within `crawl.timeout`"),
    (DownloadCancelledError, "the reply is larger than `crawl.max_bytes`, or the request was given up"),
    (ResponseDataLossError, "the reply broke off"),
    (UnsupportedURLSchemeError, "only http and https can be fetched"),
    (ConnectionDone, "the host closed the connection without a reply"),
    (ConnectionLost, "the connection was lost"),
    (NotSupported, "only http and https can be fetched"),
)


def explain(error: BaseException) -> str:
    """Say in a few words why a download failed, and what to do where there is something to do."""
    causes = list(_causes(error))
    texts = " ".join(str(cause) for cause in causes).lower()
    if "certificate" in texts or "verify failed" in texts:
        return (
            "the site's certificate cannot be verified; if it leaves out its intermediate certificate, name "
            "a file with it as `ca_file` in the source file"
        )
    internal = next((cause for cause in causes if isinstance(cause, InternalAddress)), None)
    if internal is not None:
        return (
            f"its address {internal.osError} is of this machine, its network or its cloud, and is not asked; "
            "if that is meant, name the host in `crawl.internal_hosts`"
        )
    if "max redirections reached" in texts:
        return "it is redirected again and again"
    if "download_maxsize" in texts:
        return "the reply is larger than `crawl.max_bytes` when decompressed"
    for kind, words in _WORDS:
        if any(isinstance(cause, kind) for cause in causes):
            return words
    detail = next((str(cause) for cause in reversed(causes) if str(cause)), "")
    return f"{type(causes[-1]).__name__}: {detail}" if detail else type(causes[-1]).__name__


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and what lies behind it; Twisted keeps reasons in lists of failures."""
    seen: set[int] = set()
    pending: list[BaseException] = [error]
    while pending and len(seen) < 20:
        current = pending.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        reasons = getattr(current, "reasons", None)
        if isinstance(reasons, list):
            pending += [reason.value for reason in reasons if isinstance(reason, Failure) and reason.value]
        if current.__cause__ is not None:
            pending.append(current.__cause__)


def refusal(response: Response) -> SourceError | None:
    """Return the error that a reply's status means for a list, or None for a usable reply."""
    status, url = response.status, response.url
    if 200 <= status < 300 or status == 304:
        return None
    if status in (401, 403, 407, 451):
        return Refused(
            f"{url}: the site answered {status}. Open it in a browser: if it works there, the site shuts out "
            "our User-Agent or this machine's network; ask the site for leave"
        )
    if status == 429:
        return Refused(f"{url}: the site answered 429, too many requests; give the source a longer `every`")
    if 300 <= status < 400:
        # One with a good address was followed.
        leads = (response.headers.get("Location") or b"").decode("latin-1")[:200]
        where = f"leads to {leads!r}, which cannot be fetched" if leads else "does not say where it leads"
        return Unreachable(
            f"{url}: the site answered {status} and {where}; correct `urls` in the source file"
        )
    advice = (
        "the list has moved or gone; correct `urls` in the source file"
        if status in (404, 410)
        else "the next poll asks again"
    )
    return Unreachable(f"{url}: the site answered {status}; {advice}")


def retry_after(response: Response, now: datetime) -> datetime | None:
    """Return when a site that is busy (429, 503) wants to be asked again, a week ahead at most."""
    raw = response.headers.get("Retry-After") if response.status in (429, 503) else None
    if raw is None:
        return None
    text = raw.decode("latin-1").strip()
    if text.isdigit():
        return now + min(timedelta(seconds=min(int(text), 10**9)), _LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return min(moment, now + _LONGEST_WAIT) if moment > now else None
