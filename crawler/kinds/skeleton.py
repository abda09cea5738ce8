"""The structure of a list's page: tree -> marks of its elements' names and classes. Pure.

Text, counts and ids do not enter: other articles on the same page leave the same marks.
"""

import re
import zlib
from itertools import islice

from selectolax.lexbor import LexborHTMLParser, LexborNode

from core.listshape import smallest

# A page of more elements has told what it looks like by then.
_MOST_ELEMENTS = 20_000
# What advertising, counters and pictures put in differs from one reply to the next.
_IGNORED = frozenset(
    {"-text", "-comment", "script", "style", "link", "meta", "noscript", "iframe", "path", "br"}
)
# Publishing systems write numbers of posts and pages into classes.
_NUMBER = re.compile(r"\d+")


def marks_of(tree: LexborHTMLParser) -> tuple[int, ...]:
    """Return the marks of a page: each element's name and classes with those of its parent."""
    if tree.body is None:
        return ()
    named = (
        f"{_name(node.parent)}>{_name(node)}"
        for node in islice(tree.body.traverse(), _MOST_ELEMENTS)
        if node.tag not in _IGNORED and node.parent is not None
    )
    return smallest(zlib.crc32(name.encode("utf-8", "replace")) for name in set(named))


def _name(node: LexborNode) -> str:
    # The classes of the whole page say who is looking and what is tried on him.
    if node.tag in ("html", "body"):
        return node.tag or ""
    classes = sorted(set(_NUMBER.sub("", node.attributes.get("class") or "").split()))
    return ".".join([node.tag or "", *classes])
