"""A bound for what stands before a reply's body, which Scrapy and Twisted collect without one.

Knows Twisted's HTTP client; no settings: what honest servers send is far below.
"""

from typing import Any

from scrapy.core.downloader.handlers.http11 import (
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from twisted.internet.interfaces import IAddress

# Browsers stop at 250 to 400 KB.
MAX_HEADER_BYTES = 256_000


class EndlessHeaders(ValueError):
    """A reply with more headers than any honest one has."""


class _BoundedParser(_LenientHTTPClientParser):
    """Counts status and header lines; those of interim replies (1xx) too, which may be sent without end."""

    _header_bytes = 0

    def lineReceived(self, line: bytes) -> None:  # noqa: N802 - Twisted's name
        self._header_bytes += len(line) + 1
        if self._header_bytes > MAX_HEADER_BYTES:
            raise EndlessHeaders("more headers than any honest reply has")
        super().lineReceived(line)


class _BoundedProtocol(_LenientHTTP11ClientProtocol):
    def request(self, request: Any) -> Any:
        deferred = super().request(request)
        # Twisted names its parser's class in the middle of a method: replacing the class is what Scrapy does.
        if self._parser is not None:
            self._parser.__class__ = _BoundedParser
        return deferred


class BoundedFactory(_LenientHTTP11ClientFactory):
    """Makes protocols whose parsers are bounded."""

    def buildProtocol(self, addr: IAddress | None) -> _BoundedProtocol:  # noqa: N802 - Twisted's name
        untyped: Any = _BoundedProtocol
        protocol: _BoundedProtocol = untyped(self._quiescentCallback)
        return protocol
