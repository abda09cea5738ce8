"""What a list says, as values, and what all kinds share: links, dates, versions. Pure; knows no network."""

import hashlib
import html
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from typing import Literal, TypeAlias
from urllib.parse import urldefrag, urljoin

from w3lib.url import safe_url_string

from core.article import LONGEST_ADDRESS, NO_WISH, Link, Published, Wish
from core.errors import SourceChanged
from core.language import Language
from core.listshape import ListShape
from core.source import Source
from core.urls import without_session
from crawler.reading.dates import parse_date
from crawler.reading.fields import bounded_link

# A modification date shared by at least so many links, and by all of them, is the time the list was made.
_SAME_FOR_ALL = 5

_TAG = re.compile(r"<[^>]*>")
_HTML = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """What one fetched list names. `more` are addresses to fetch next, the most promising first.

    A listing with `more` but no links is an index: its parts are fetched whatever is known. With links,
    `more` are further pages, fetched while pages bring links not yet known. `left_out` counts links beyond
    what is taken from one list. `wish` is how often the list asks to be polled.
    `shape` is that of a page with links.
    """

    links: tuple[Link, ...] = ()
    more: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    left_out: int = 0
    wish: Wish = NO_WISH
    shape: ListShape | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class DateReader:
    """Reads dates as one source writes them; None for nothing at all."""

    languages: Mapping[str, Language]
    zone: tzinfo
    order: Literal["dmy", "mdy", "ymd"]
    now: datetime
    since: date | None = None

    @classmethod
    def of(cls, source: Source, languages: Mapping[str, Language], now: datetime) -> "DateReader":
        """Return the reader for a source's time zone and order."""
        return cls(
            languages=languages,
            zone=source.zone,
            order=source.date_order,
            now=now,
            since=source.since,
        )

    def __call__(self, raw: str | None) -> Published | None:
        if raw is None or not raw.strip():
            return None
        return parse_date(
            raw,
            languages=self.languages,
            zone=self.zone,
            order=self.order,
            now=self.now,
            since=self.since,
        )


Parser: TypeAlias = Callable[[bytes, str, str | None, Source, DateReader], Listing]


def absolute(base: str, address: str | None) -> str | None:
    """Return an http(s) address in full and without its fragment.

    None if it is no such address, or longer than any.
    """
    if address is None or len(address) > LONGEST_ADDRESS:
        return None
    try:
        url = urldefrag(urljoin(base, safe_url_string(address.strip())))[0]
    except ValueError:
        return None
    return without_session(url) if re.match(r"https?://[^/?#]", url) else None


def one_line(text: str) -> str | None:
    """Return text with each run of white space as one blank; None for an empty one."""
    return " ".join(text.split()) or None


def plain(text: str | None) -> str | None:
    """Return a title without markup and entities, as one line; None for an empty one."""
    if text is None:
        return None
    if "<" in text:
        text = _TAG.sub(" ", text)
    if "&" in text:
        text = html.unescape(text)
    return one_line(text)


def with_address(url: str, links: Sequence[Link | None], advice: str) -> tuple[list[Link], tuple[str, ...]]:
    """Part the entries that have an address from those that have none: links, and a warning."""
    found = [link for link in links if link is not None]
    missing = len(links) - len(found)
    if not missing:
        return found, ()
    return found, (f"{url}: {missing} of {len(links)} entries have no web address; {advice}",)


def looks_like_html(body: bytes) -> bool:
    """Say whether a reply begins as a web page does."""
    return _HTML.match(body[:4096]) is not None


def described(body: bytes, content_type: str | None) -> str:
    """Say in a few words what a reply is that is not what was expected."""
    if not body.strip():
        return "an empty reply"
    what = "an HTML page" if looks_like_html(body) else f"{len(body):,} bytes"
    return f"{what} sent as {content_type}" if content_type else what


def unexpected(url: str, body: bytes, content_type: str | None, expected: str) -> SourceChanged:
    """Return the error for a reply of another kind than the source file says."""
    return SourceChanged(
        f"{url}: expected {expected}, got {described(body, content_type)}. Open the address in a browser: "
        "if the list has moved or changed its form, correct `urls` or `kind` in the source file"
    )


def known_language(code: str | None, source: Source) -> str | None:
    """Return a list's language claim where the source file names that language.

    Publishing systems claim English by default, so that any other claim is worth nothing.
    """
    if not code:
        return None
    wanted = code.replace("_", "-").lower()
    ours = (wanted, wanted.split("-")[0])
    return next((language for language in source.languages if language.lower() in ours), None)


def versioned(links: Iterable[Link]) -> tuple[Link, ...]:
    """Give each link its version, a fingerprint of what the list says of the page; cut what is too long.

    A modification date that all links of a list share says when the list was made: it is dropped, or every
    page would be fetched again with each poll.
    """
    found = [bounded_link(link) for link in links]
    moments = {link.modified.at if link.modified else None for link in found}
    if len(found) >= _SAME_FOR_ALL and len(moments) == 1 and None not in moments:
        found = [replace(link, modified=None) for link in found]
    return tuple(replace(link, version=_version(link)) for link in found)


def _version(link: Link) -> str:
    modified = link.modified.at if link.modified else None
    parts: Sequence[str] = (link.title or "", modified.isoformat() if modified else "", link.text or "")
    if not any(parts):
        return ""
    return hashlib.blake2b("\x00".join(parts).encode("utf-8", "replace"), digest_size=12).hexdigest()
