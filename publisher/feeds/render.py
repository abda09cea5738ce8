"""A feed's items in, the bytes of an RSS 2.0 or Atom document out. The same items give the same bytes.

feedgen writes the XML; it raises on text that XML cannot carry, so it is given clean text only (see text.py).
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator

from publisher.feeds.channels import MEDIA_TYPES, Channel, Form
from publisher.feeds.hubs import add_hubs
from publisher.feeds.ids import feed_id
from publisher.feeds.item import Item
from publisher.feeds.text import one_line

# Raise it whenever the same items give other bytes: feeds are then rendered anew everywhere.
FORMAT = 4
GENERATOR = "policywire"
TTL_MINUTES = 15
# A feed without entries has no moment of its own; the present one would change its bytes at each rendering.
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def render(
    channel: Channel, items: Sequence[Item], form: Form, *, base_url: str, hubs: Sequence[str] = ()
) -> bytes:
    """Return the document. `base_url` is the public address of the server, without a closing slash.

    `hubs` are the addresses of the WebSub hubs that are told of its changes.
    """
    feed = FeedGenerator()
    feed.load_extension("dc")
    title = one_line(channel.title)
    feed.id(feed_id(channel.name))
    feed.title(title)
    feed.description(one_line(channel.about or "") or f"Statements that match the watchlist {title}.")
    feed.author({"name": GENERATOR})
    feed.generator(GENERATOR)
    feed.ttl(TTL_MINUTES)
    feed.language(_language(items))
    feed.link(href=f"{base_url}/feeds/{channel.file(form)}", rel="self", type=MEDIA_TYPES[form])
    # RSS takes the last link as the channel's page.
    feed.link(href=f"{base_url}/", rel="alternate", type="text/html")
    add_hubs(feed, hubs)
    feed.updated(max((item.created for item in items), default=_NEVER))
    for item in items:
        _fill(feed.add_entry(order="append"), item, form)
    document: bytes = feed.rss_str(pretty=True) if form == "rss" else feed.atom_str(pretty=True)
    return document


def _language(items: Sequence[Item]) -> str:
    """Return the language that all items share; "mul" for several. Our own words are English."""
    languages = {item.language for item in items if item.language}
    if len(languages) > 1:
        return "mul"
    return languages.pop() if languages else "en"


def _fill(target: FeedEntry, item: Item, form: Form) -> None:
    target.guid(item.id, permalink=False)
    target.title(item.title)
    target.updated(item.created)
    if item.published is not None:
        target.published(item.published)
    if item.link is not None:
        target.link(href=item.link, rel="alternate")
    if item.source_link is not None:
        target.source(url=item.source_link, title=item.source)
    target.category([{"term": category} for category in item.categories])
    if item.language is not None:
        target.dc.dc_language(item.language)
    # Type "html" and no summary: feedgen then writes the body as RSS's description. With a summary, readers
    # that know no content:encoded would not see why an item is there.
    target.content(item.body, type="html")
    if form == "atom":
        target.summary(item.summary)
        # Without an author of its own an entry would inherit the feed's, and nobody here wrote it.
        target.author([{"name": name} for name in item.authors or (item.source,)])
    elif item.authors:
        # RSS's own author is an e-mail address; feedgen drops names without one.
        target.dc.dc_creator(list(item.authors))
