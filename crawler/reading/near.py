"""What stands near a page's headline: the smallest part of the page with any, outside furniture. Pure."""

import re
from collections.abc import Iterator
from functools import lru_cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.reading.markup import inner_text

_LEVELS = 7
_MOST = 12
# A link with more words than these around a date or a name is the card of another story.
_CARD_WORDS = 8
# Of names in lower case: a search that ignores case looks at each alternative in every place.
_FURNITURE = re.compile(
    r"sidebar|related|popular|latest|recent|teaser|widget|comment|footer|recommend|trending|most-|promo|carousel"
    r"|slider|ticker|more-news|read-?more|currency|weather|calendar|archive|copyright|masthead|top-?bar|navbar"
    r"|site-?header|page-?header|main-?header|current-?(?:date|time)|today|clock"
)
_FURNITURE_TAGS = frozenset({"aside", "nav", "footer", "select"})
_CHANGED = re.compile(r"modif|update", re.IGNORECASE)


def places(tree: LexborHTMLParser) -> Iterator[LexborNode]:
    """Yield ever larger parts of the page around the headline; the whole body where there is none."""
    node = tree.css_first("h1") or tree.css_first("article") or tree.body
    for _ in range(_LEVELS):
        if node is None or node.tag in ("html", "-document"):
            return
        yield node
        if node.tag == "body":
            return
        node = node.parent
    if tree.body is not None:
        yield tree.body


def nearest(around: list[LexborNode], selector: str) -> list[LexborNode]:
    """Return the elements that match in the smallest part of the page that has any outside furniture."""
    for place in around:
        found = [node for node in place.css(selector) if not _in_furniture(node, place)]
        if found:
            return found[:_MOST]
    return []


def _in_furniture(node: LexborNode, place: LexborNode) -> bool:
    """Say whether an element or what holds it inside `place` is furniture or another story's card."""
    names = _names(node)
    if _CHANGED.search(names) or _is_named_so(names):
        return True
    current = node.parent
    while current is not None and current.mem_id != place.mem_id:
        if current.tag in _FURNITURE_TAGS or _is_named_so(_names(current)):
            return True
        if current.tag == "header" and place.tag == "body" and current.css_first("h1") is None:
            return True
        if current.tag == "a" and len(inner_text(current).split()) > _CARD_WORDS:
            return True
        current = current.parent
    return False


def _names(node: LexborNode) -> str:
    attributes = node.attributes
    return " ".join(attributes.get(name) or "" for name in ("class", "id", "itemprop"))


@lru_cache(maxsize=4096)
def _is_named_so(names: str) -> bool:
    """Say whether class names and an id are furniture's; sites use the same few hundred again and again."""
    return _FURNITURE.search(names.lower()) is not None
