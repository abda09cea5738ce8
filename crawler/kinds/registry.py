"""Which parser reads which kind of list."""

from collections.abc import Mapping

from core.errors import SourceChanged
from core.source import Source
from crawler.kinds import api, feed, listing, sitemap
from crawler.kinds.base import DateReader, Listing, Parser

PARSERS: Mapping[str, Parser] = {
    "feed": feed.parse,
    "sitemap": sitemap.parse,
    "listing": listing.parse,
    "api": api.parse,
}


def parse_list(body: bytes, url: str, content_type: str | None, source: Source, dates: DateReader) -> Listing:
    """Read a list by the source's kind; a custom source by the rules that its file gives.

    Raises SourceChanged when the reply is not what the source file says.
    """
    kind = source.kind
    if kind == "custom":
        kind = "listing" if source.listing else "api" if source.api else "feed"
    if not body.strip():
        raise SourceChanged(f"{url}: the reply is empty, where a {kind} was expected")
    return PARSERS[kind](body, url, content_type, source, dates)
