"""What feedgen leaves out: relations other than `self` in RSS, marks of archives, whole sources in Atom."""

from datetime import datetime

from feedgen.entry import FeedEntry
from feedgen.ext.base import BaseExtension
from feedgen.feed import FeedGenerator
from lxml import etree

from publisher.feeds.channels import Form
from publisher.feeds.head import Head

_ATOM = "http://www.w3.org/2005/Atom"
_HISTORY = "http://purl.org/syndication/history/1.0"


def relate(feed: FeedGenerator, head: Head, form: Form) -> None:
    """Have a feed name its hubs and the other documents of its archive. One with neither stays as it is."""
    links = list(head.links(form))
    if form == "atom":
        for relation, address in links:
            feed.link(href=address, rel=relation)

    class Relations(BaseExtension):  # type: ignore[misc]  # feedgen ships no types
        def extend_ns(self) -> dict[str, str]:
            return {"fh": _HISTORY} if head.archived else {}

        def extend_rss(self, root: etree._Element) -> None:
            channel = root[0]
            place = next((n for n, child in enumerate(channel) if child.tag == f"{{{_ATOM}}}link"), 0) + 1
            for number, (relation, address) in enumerate(links):
                link = etree.Element(f"{{{_ATOM}}}link", {"href": address, "rel": relation})
                channel.insert(place + number, link)
            self.extend_atom(channel)

        def extend_atom(self, root: etree._Element) -> None:
            if head.archived:
                etree.SubElement(root, f"{{{_HISTORY}}}archive")

    if links or head.archived:
        feed.register_extension("relations", Relations)


def whole_source(entry: FeedEntry, *, id: str, seen: datetime) -> None:  # noqa: A002 - Atom's name for it
    """Give the source of an Atom entry the id and the time that RFC 4287 asks for."""

    class Source(BaseExtension):  # type: ignore[misc]  # feedgen ships no types
        def extend_atom(self, element: etree._Element) -> None:
            source = element.find("source")
            if source is not None:
                etree.SubElement(source, "id").text = id
                etree.SubElement(source, "updated").text = seen.isoformat()

    entry.register_extension("whole_source", Source, rss=False)
