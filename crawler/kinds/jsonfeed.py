"""JSON Feed 1.0 and 1.1 -> links. Pure."""

import json
from collections.abc import Iterator
from typing import Any

from core.article import Link
from core.source import Source
from crawler.kinds.base import (
    DateReader,
    Listing,
    absolute,
    known_language,
    plain,
    unexpected,
    versioned,
    with_address,
)
from crawler.reading.encoding import decode


def parse(body: bytes, url: str, content_type: str | None, source: Source, dates: DateReader) -> Listing:
    """Read a JSON Feed. Raises SourceChanged for a reply that is none."""
    try:
        feed = json.loads(decode(body, content_type))
    except (ValueError, RecursionError):
        feed = None
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        raise unexpected(url, body, content_type, "an RSS, Atom or JSON feed")
    language = _text(feed, "language")
    links = [_link(item, url, language, source, dates) for item in items]
    found, warnings = with_address(url, links, "the feed's makers must mend it")
    return Listing(links=versioned(found), warnings=warnings)


def _link(item: Any, base: str, language: str | None, source: Source, dates: DateReader) -> Link | None:
    if not isinstance(item, dict):
        return None
    address = _text(item, "url") or _text(item, "external_url") or _text(item, "id")
    url = absolute(base, address) if address else None
    if url is None:
        return None
    return Link(
        url=url,
        title=plain(_text(item, "title")),
        published=dates(_text(item, "date_published")),
        modified=dates(_text(item, "date_modified")),
        language=known_language(_text(item, "language") or language, source),
        authors=tuple(dict.fromkeys(_authors(item))),
    )


def _authors(item: dict[str, Any]) -> Iterator[str]:
    """Yield names of `authors` (1.1) or `author` (1.0)."""
    authors = item.get("authors")
    for author in authors if isinstance(authors, list) else [item.get("author")]:
        name = plain(_text(author, "name")) if isinstance(author, dict) else None
        if name:
            yield name


def _text(values: dict[str, Any], key: str) -> str | None:
    value = values.get(key)
    return value if isinstance(value, str) and value.strip() else None
