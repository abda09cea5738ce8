"""`kind: sitemap`: urlset, sitemap index, news sitemap, each plain or in gzip -> links. Pure.

The XML parser neither resolves entities nor goes to the network; decompression is bounded.
"""

import zlib
from collections.abc import Iterator, Sequence

from lxml import etree

from core.article import Link
from core.errors import SourceChanged
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

_GZIP = b"\x1f\x8b"
# The protocol's own limit for one file, decompressed.
_MAX_BYTES = 52_428_800
# Taken from one file: a site's whole archive is no news, and each link costs a question to the store.
_MAX_LINKS = 2_000


def parse(body: bytes, url: str, content_type: str | None, source: Source, dates: DateReader) -> Listing:
    """Read a sitemap or an index of sitemaps. Raises SourceChanged for a reply that is none."""
    xml = gunzip(body, url) if body.startswith(_GZIP) else body
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, recover=True
    )
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    name = _name(root) if root is not None else ""
    if root is None or name not in ("urlset", "sitemapindex"):
        raise unexpected(url, xml, content_type, "a sitemap or an index of sitemaps")
    warnings = _faults(parser, url)
    if name == "sitemapindex":
        return Listing(more=_children(root, url), warnings=warnings)
    entries = [values for values in map(_values, _elements(root, "url")) if values.get("loc")]
    chosen = _newest(entries)
    found, missing = with_address(
        url, [_link(values, url, source, dates) for values in chosen], "the site must mend its sitemap"
    )
    return Listing(links=versioned(found), warnings=warnings + missing, left_out=len(entries) - len(chosen))


def gunzip(body: bytes, url: str) -> bytes:
    """Decompress a whole gzip file. Raises SourceChanged if it is cut off or too large."""
    parts: list[bytes] = []
    size = 0
    while body.startswith(_GZIP):
        decompressor = zlib.decompressobj(wbits=31)
        try:
            part = decompressor.decompress(body, _MAX_BYTES - size + 1)
        except zlib.error as error:
            raise SourceChanged(
                f"{url}: a gzip file that cannot be decompressed ({error}); the site must mend it"
            ) from None
        size += len(part)
        if size > _MAX_BYTES:
            raise SourceChanged(
                f"{url}: more than {_MAX_BYTES:,} bytes when decompressed, the most that a sitemap may have; "
                "name a smaller sitemap of the site in `urls`"
            )
        if not decompressor.eof:
            raise SourceChanged(
                f"{url}: the gzip file is cut off after {size:,} bytes of text; the next poll asks again, "
                "and if it stays so, name another sitemap of the site in `urls`"
            )
        parts.append(part)
        body = decompressor.unused_data
    return b"".join(parts)


def _faults(parser: etree.XMLParser, url: str) -> tuple[str, ...]:
    errors = [error for error in parser.error_log if error.level_name == "FATAL"]
    if not errors:
        return ()
    first = errors[0]
    return (
        f"{url}: the XML is broken in line {first.line} ({first.message}); addresses after it may be missing",
    )


def _name(element: "etree._Element") -> str:
    """Return the local name; sites misspell the namespaces. Comments have none."""
    tag = element.tag
    return tag.rsplit("}", 1)[-1].lower() if isinstance(tag, str) else ""


def _elements(root: "etree._Element", name: str) -> Iterator["etree._Element"]:
    return (element for element in root if _name(element) == name)


def _values(element: "etree._Element") -> dict[str, str]:
    """Return an entry's texts by local name: loc, lastmod, and those of `news:news` as news:title etc."""
    values: dict[str, str] = {}
    for child in element:
        if _name(child) == "news":
            for part in child.iter():
                if part.text and part.text.strip():
                    values.setdefault(f"news:{_name(part)}", part.text.strip())
        elif child.text and child.text.strip():
            values.setdefault(_name(child), child.text.strip())
    return values


def _newest(entries: Sequence[dict[str, str]]) -> Sequence[dict[str, str]]:
    """Return what is taken of a long sitemap: ISO dates sort as text; undated, new pages stand at one end."""
    if len(entries) <= _MAX_LINKS:
        return entries
    if any(map(_moment, entries)):
        return sorted(entries, key=_moment, reverse=True)[:_MAX_LINKS]
    half = _MAX_LINKS // 2
    return [*entries[:half], *entries[-half:]]


def _moment(values: dict[str, str]) -> str:
    return values.get("news:publication_date") or values.get("lastmod") or ""


def _children(root: "etree._Element", url: str) -> tuple[str, ...]:
    """Return the addresses of an index, newest first; undated, the last ones first, where sites append."""
    entries = [values for values in map(_values, _elements(root, "sitemap")) if values.get("loc")]
    entries.reverse()
    entries.sort(key=lambda values: values.get("lastmod", ""), reverse=True)
    found = (absolute(url, values["loc"]) for values in entries)
    return tuple(dict.fromkeys(address for address in found if address is not None))


def _link(values: dict[str, str], base: str, source: Source, dates: DateReader) -> Link | None:
    url = absolute(base, values["loc"])
    if url is None:
        return None
    return Link(
        url=url,
        title=plain(values.get("news:title")),
        published=dates(values.get("news:publication_date")),
        modified=dates(values.get("lastmod")),
        language=known_language(values.get("news:language"), source),
    )
