"""OPML 2.0, in which feed readers exchange lists of feeds. Pure: bytes to outlines, and back."""

from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from core.errors import PolicywireError


@dataclass(frozen=True, kw_only=True, slots=True)
class Outline:
    """One feed of a list. `folder` is the outline that it stands in, where there is one."""

    title: str
    feed: str
    home: str | None = None
    folder: str | None = None


def read_opml(document: bytes) -> list[Outline]:
    """Return the feeds of a document, in its order, each address once.

    Entities are not resolved. Raises PolicywireError for what is no OPML, and for a list without a feed.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(document, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise PolicywireError(f"no OPML: {error}; export the list from the feed reader again") from None
    if root.tag != "opml":
        raise PolicywireError(f"no OPML: the root element is <{root.tag!s}>; export the list as OPML")
    found: dict[str, Outline] = {}
    for element in root.iter("outline"):
        address = (element.get("xmlUrl") or "").strip()
        if not address.startswith(("http://", "https://")):
            continue
        parent = element.getparent()
        folder = _title(parent) if parent is not None and parent.tag == "outline" else None
        outline = Outline(
            title=_title(element) or address,
            feed=address,
            home=(element.get("htmlUrl") or "").strip() or None,
            folder=folder,
        )
        found.setdefault(address, outline)
    if not found:
        raise PolicywireError("this OPML names no feed: no outline has an xmlUrl with http:// or https://")
    return list(found.values())


def write_opml(title: str, outlines: Iterable[Outline]) -> bytes:
    """Return a document of feeds, in folders in the order of their first feed."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = title
    body = etree.SubElement(root, "body")
    folders: dict[str, etree._Element] = {}
    for outline in outlines:
        parent = body
        if outline.folder is not None:
            if outline.folder not in folders:
                folders[outline.folder] = etree.SubElement(body, "outline", text=outline.folder)
            parent = folders[outline.folder]
        element = etree.SubElement(parent, "outline", type="rss", text=outline.title, title=outline.title)
        element.set("xmlUrl", outline.feed)
        if outline.home is not None:
            element.set("htmlUrl", outline.home)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _title(element: "etree._Element") -> str | None:
    return " ".join((element.get("title") or element.get("text") or "").split()) or None
