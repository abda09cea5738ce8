"""An HTML page -> its links that may be headlines of articles of the site. Pure; knows no source."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.kinds.base import absolute
from crawler.kinds.listing import base_of

# A link with less text is a menu entry, a tag or "read more".
MIN_TITLE = 20
_LONGEST_TITLE = 150
_MENU = re.compile(
    r"(?:^|\s)(?:site-|main-|page-|top-)?(?:nav|navbar|navigation|menu|footer|breadcrumbs?)(?:[-_\s]|$)"
)
# What stands beside the main column is less likely the list that is looked for.
_ASIDE = 0.5


@dataclass(frozen=True, kw_only=True, slots=True)
class Headline:
    """A link that may be an article's; `weight` grows with its text."""

    node: LexborNode
    address: str
    weight: float


def headlines(tree: LexborHTMLParser, page_url: str) -> Iterator[Headline]:
    """Yield the links to other pages of the site that have enough text and stand in no menu."""
    here = urlsplit(page_url)
    base = base_of(tree, page_url)
    for node in tree.css("a[href]"):
        address = absolute(base, node.attributes.get("href"))
        if address is None:
            continue
        parts = urlsplit(address)
        if not _same_site(parts.netloc, here.netloc):
            continue
        if parts.path in ("", "/", here.path) and parts.query in ("", here.query):
            continue
        length = _length(node.text(strip=True))
        above = list(ancestors(node))
        if length < MIN_TITLE or _in_menu(above):
            continue
        aside = any(one.tag == "aside" for one in above)
        yield Headline(
            node=node, address=address, weight=min(length, _LONGEST_TITLE) * (_ASIDE if aside else 1)
        )


def _length(text: str) -> int:
    """Count letters; one of Chinese or Japanese says as much as two or three of others."""
    return len(text) + sum(1 for letter in text if "\u3040" <= letter <= "\u9fff")


def _in_menu(above: Sequence[LexborNode]) -> bool:
    """Say whether a link stands in furniture of the page; an item of a list may have a header of its own."""
    for place, one in enumerate(above):
        if one.tag in ("header", "footer") and not any(
            outer.tag in ("article", "li") for outer in above[place + 1 :]
        ):
            return True
        if one.tag == "nav" or (
            one.tag not in ("body", "main") and _MENU.search(one.attributes.get("class") or "")
        ):
            return True
    return False


def _same_site(host: str, other: str) -> bool:
    host, other = host.removeprefix("www."), other.removeprefix("www.")
    return host == other or host.endswith("." + other) or other.endswith("." + host)


def ancestors(node: LexborNode) -> Iterator[LexborNode]:
    """Yield the elements around a node, the nearest first, up to the body."""
    parent = node.parent
    while parent is not None and parent.tag not in ("html", None):
        yield parent
        parent = parent.parent
