"""A feed's head and items in, the bytes of an RSS 2.0, Atom 1.0 or JSON Feed 1.1 document out.

The same items give the same bytes. feedgen writes the XML; it raises on text that XML cannot carry, so it is
given clean text only (see text.py).
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator

from core.ids import fraction, source_id
from publisher.feeds.channels import MEDIA_TYPES, Form
from publisher.feeds.extensions import complete, relate
from publisher.feeds.head import ICON_PIXELS, Head, language_of
from publisher.feeds.item import Item
from publisher.feeds.jsonfeed import GENERATOR, render_json
from publisher.feeds.text import one_line

# Raise it whenever the same items give other bytes: feeds are then rendered anew everywhere.
FORMAT = 5
TTL_MINUTES = 15
# A feed without entries has no moment of its own; the present one would change its bytes at each rendering.
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def render(head: Head, items: Sequence[Item], form: Form) -> bytes:
    """Return the document."""
    if form == "json":
        return render_json(head, items)
    feed = FeedGenerator()
    if form == "rss":
        feed.load_extension("dc")
    title = one_line(head.title)
    feed.id(head.id)
    feed.title(title)
    feed.description(head.description)
    feed.author({"name": GENERATOR})
    feed.generator(GENERATOR)
    feed.ttl(TTL_MINUTES)
    feed.language(language_of(item.language for item in items))
    feed.icon(head.icon)
    feed.link(href=head.address(form), rel="self", type=MEDIA_TYPES[form])
    relate(feed, head, form)
    # RSS takes the last link as the channel's page.
    feed.link(href=head.home, rel="alternate", type="text/html")
    feed.image(url=head.icon, title=title, link=head.home, width=str(ICON_PIXELS), height=str(ICON_PIXELS))
    feed.updated(max((item.updated for item in items), default=_NEVER))
    for item in items:
        _fill(feed.add_entry(order="append"), item, form)
    document: bytes = feed.rss_str(pretty=True) if form == "rss" else feed.atom_str(pretty=True)
    return document


def _fill(target: FeedEntry, item: Item, form: Form) -> None:
    target.guid(item.id, permalink=False)
    target.title(item.title)
    target.updated(_own_moment(item) if form == "atom" else item.updated)
    if item.published is not None:
        target.published(item.published)
    if item.link is not None:
        target.link(href=item.link, rel="alternate")
    if item.source_link is not None:
        target.source(url=item.source_link, title=item.source)
    target.category([{"term": category} for category in item.categories])
    if form == "atom":
        target.content(item.body, type="html")
        target.summary(item.summary)
        # Without an author of its own an entry would inherit the feed's, and nobody here wrote it.
        target.author([{"name": name} for name in item.authors or (item.source,)])
        complete(
            target,
            language=item.language,
            source=source_id(item.source_link or item.source),
            seen=item.created,
        )
        return
    # Readers that know only the description must see why an item is there too.
    target.description(item.description)
    target.content(item.body, type="CDATA")
    if item.language is not None:
        target.dc.dc_language(item.language)
    if item.authors:
        # RSS's own author is an e-mail address; feedgen drops names without one.
        target.dc.dc_creator(list(item.authors))


def _own_moment(item: Item) -> datetime:
    """Return when an item was updated, with a fraction of the second that follows from its id.

    What one poll brought has one moment; readers that sort by it would shuffle such items each time.
    """
    return item.updated.replace(microsecond=fraction(item.id))
