"""What feedgen leaves out: relations but `self` in RSS, marks of archives, the rest of Atom's entries."""

from datetime import datetime

from feedgen.entry import FeedEntry
from feedgen.ext.base import BaseExtension
from feedgen.feed import FeedGenerator
from lxml import etree

from publisher.feeds.channels import Form
from publisher.feeds.head import Head

_ATOM = "http://www.w3.org/2005/Atom"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
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


class Completion(BaseExtension):  # type: ignore[misc]  # feedgen ships no types
    """Gives an Atom entry its language, and its source the id and the time that RFC 4287 asks for."""

    def __init__(self) -> None:
        self.language: str | None = None
        self.source = ""
        self.seen = ""

    def extend_atom(self, entry: etree._Element) -> None:
        if self.language is not None:
            entry.set(_LANGUAGE, self.language)
        # feedgen writes the source last.
        if len(entry) and entry[-1].tag == "source":
            etree.SubElement(entry[-1], "id").text = self.source
            etree.SubElement(entry[-1], "updated").text = self.seen


def complete(entry: FeedEntry, *, language: str | None, source: str, seen: datetime) -> None:
    """Complete an Atom entry. `source` is the id of its source, which was `seen` then."""
    entry.register_extension("completion", Completion, rss=False)
    extension = entry.completion
    extension.language, extension.source, extension.seen = language, source, seen.isoformat()
