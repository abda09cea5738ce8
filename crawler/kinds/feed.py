"""`kind: feed`: RSS 0.9x to 2.0, Atom and JSON Feed -> links. Pure: feedparser gets bytes, never an address.

The text that a feed carries is not used: the page is fetched.
"""

import io
from calendar import timegm
from collections.abc import Iterator
from datetime import UTC, datetime
from time import struct_time
from typing import Any

import feedparser

from core.article import Link, Precision, Published
from core.source import Source
from crawler.kinds import jsonfeed
from crawler.kinds.base import (
    DateReader,
    Listing,
    absolute,
    known_language,
    looks_like_html,
    plain,
    unexpected,
    versioned,
    with_address,
)
from crawler.reading.encoding import decode
from crawler.wishes import feed_wish

_EXPECTED = "an RSS, Atom or JSON feed"
_PAGE_TYPES = ("text/html", "application/xhtml+xml", "")


def parse(body: bytes, url: str, content_type: str | None, source: Source, dates: DateReader) -> Listing:
    """Read a feed. Raises SourceChanged for a reply that is none."""
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return jsonfeed.parse(body, url, content_type, source, dates)
    parsed = feedparser.parse(
        io.BytesIO(_as_utf8(body, content_type)),
        response_headers={"content-location": url, "content-type": _content_type(body, content_type)},
        resolve_relative_uris=False,
        sanitize_html=False,
    )
    if not parsed.entries and (not parsed.version or looks_like_html(body)):
        raise unexpected(url, body, content_type, _EXPECTED)
    language = known_language(_text(parsed.feed, "language"), source)
    links = [_link(entry, url, language, dates) for entry in parsed.entries]
    found, warnings = with_address(url, links, "the feed's makers must mend it")
    return Listing(links=versioned(found), warnings=warnings, wish=feed_wish(body))


def _readable(body: bytes) -> bool:
    """Say whether the bytes are of an encoding that keeps ASCII as it is; feedparser guesses the others."""
    return b"\x00" not in body[:64] and b"<" in body[:1024]


def _as_utf8(body: bytes, content_type: str | None) -> bytes:
    return decode(body, content_type).encode() if _readable(body) else body


def _content_type(body: bytes, content_type: str | None) -> str:
    """The charset of the header beats the one that the XML declares, which is no longer true."""
    return "application/xml; charset=utf-8" if _readable(body) else content_type or "application/xml"


def _link(entry: Any, base: str, language: str | None, dates: DateReader) -> Link | None:
    url = next(filter(None, (absolute(base, address) for address in _addresses(entry))), None)
    if url is None:
        return None
    modified = _date(entry, "updated", dates)
    return Link(
        url=url,
        title=plain(_text(entry, "title")),
        # Atom has `updated` always and `published` seldom.
        published=_date(entry, "published", dates) or modified,
        modified=modified,
        language=language,
        authors=tuple(dict.fromkeys(_authors(entry))),
    )


def _addresses(entry: Any) -> Iterator[str]:
    """Yield an entry's addresses, the one of the article's page first."""
    original = _text(entry, "feedburner_origlink")
    if original:
        yield original
    links = [link for link in entry.get("links", ()) if link.get("href")]
    alternates = [link for link in links if link.get("rel", "alternate") == "alternate"]
    for link in alternates:
        if link.get("type", "") in _PAGE_TYPES:
            yield str(link["href"])
    for link in alternates:
        yield str(link["href"])
    for key in ("link", "id"):
        address = _text(entry, key)
        if address and address.strip().lower().startswith(("http://", "https://")):
            yield address


def _authors(entry: Any) -> Iterator[str]:
    for author in entry.get("authors", ()):
        name = plain(_text(author, "name"))
        if name:
            yield name


def _date(entry: Any, key: str, dates: DateReader) -> Published | None:
    """Read the text as it stands first: it may hold a local month, or a time of the site's own zone."""
    if key not in entry:
        return None
    published = dates(_text(entry, key))
    if published is None or published.at is not None:
        return published
    moment = entry.get(f"{key}_parsed")
    if not isinstance(moment, struct_time):
        return published
    try:
        iso = datetime.fromtimestamp(timegm(moment), UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return published
    checked = dates(iso)
    if checked is None or checked.at is None:
        return published
    return Published(raw=published.raw, at=checked.at, precision=Precision.SECOND)


def _text(values: Any, key: str) -> str | None:
    value = values.get(key)
    return value if isinstance(value, str) else None
