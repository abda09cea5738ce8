"""Decompression of replies: Scrapy's own, but a gzip stream that breaks off is an error, not half a reply."""

import zlib
from typing import ClassVar

from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import ResponseDataLossError


class WholeCompressionMiddleware(HttpCompressionMiddleware):
    """Scrapy gives what it could unpack of a truncated stream: a feed would lose its tail without a word."""

    _GZIP: ClassVar[frozenset[bytes]] = frozenset({b"gzip", b"x-gzip"})

    @staticmethod
    def _decode(body: bytes, encoding: bytes, max_size: int) -> bytes:
        decoded: bytes = HttpCompressionMiddleware._decode(body, encoding, max_size)
        if encoding in WholeCompressionMiddleware._GZIP and not _is_whole(body, max_size):
            raise ResponseDataLossError("the compressed reply broke off")
        return decoded


def _is_whole(body: bytes, max_size: int) -> bool:
    """Say whether the first gzip member of a body, already known to unpack within `max_size`, has its end."""
    stream = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        stream.decompress(body, max_size)
    except zlib.error:
        # A wrong checksum: all the text is there.
        return True
    return stream.eof
