"""The addresses of a feed's WebSub hubs, as links in RSS and Atom. feedgen has none of them in RSS."""

from collections.abc import Sequence

from feedgen.ext.base import BaseExtension
from feedgen.feed import FeedGenerator
from lxml import etree

_ATOM = "http://www.w3.org/2005/Atom"


def add_hubs(feed: FeedGenerator, hubs: Sequence[str]) -> None:
    """Have the feed name its hubs, in both forms. A feed without hubs stays as it is."""
    if not hubs:
        return

    class Hubs(BaseExtension):  # type: ignore[misc]  # feedgen ships no types
        def extend_rss(self, rss_feed: etree._Element) -> etree._Element:
            return _linked(rss_feed, rss_feed[0], hubs)

        def extend_atom(self, atom_feed: etree._Element) -> etree._Element:
            return _linked(atom_feed, atom_feed, hubs)

    feed.register_extension("hubs", Hubs)


def _linked(root: etree._Element, into: etree._Element, hubs: Sequence[str]) -> etree._Element:
    first = next((index for index, child in enumerate(into) if child.tag == f"{{{_ATOM}}}link"), 0)
    for number, hub in enumerate(hubs, start=1):
        link = etree.Element(f"{{{_ATOM}}}link", {"href": hub, "rel": "hub"})
        into.insert(first + number, link)
    return root
