"""CPU of rendering 500 entries, beside feedgen that is given the same strings for the same document.

What an item is made of (summary, reason, HTML of the text) is measured apart: feedgen alone has none of it.
"""

import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial

from feedgen.feed import FeedGenerator

from benchmarks.newsdesk import newsdesk
from publisher.feeds.head import Head
from publisher.feeds.item import Item
from publisher.feeds.render import render
from publisher.press import Press

ENTRIES, ROUNDS = 500, 7


def _feedgen(head: Head, items: Sequence[Item], form: str) -> bytes:
    feed = FeedGenerator()
    feed.load_extension("dc")
    feed.id(head.id)
    feed.title(head.title)
    feed.description(head.description)
    feed.language("en")
    feed.link(href=head.address("rss"), rel="self")
    feed.link(href=head.home, rel="alternate")
    feed.updated(items[0].updated)
    for item in items:
        entry = feed.add_entry(order="append")
        entry.guid(item.id)
        entry.title(item.title)
        entry.link(href=item.link)
        entry.published(item.published)
        entry.updated(item.updated)
        entry.source(url=item.source_link, title=item.source)
        entry.category([{"term": category} for category in item.categories])
        entry.dc.dc_language(item.language)
        entry.dc.dc_creator(list(item.authors))
        if form == "rss":
            entry.description(item.description)
            entry.content(item.body, type="CDATA")
        else:
            entry.author([{"name": name} for name in item.authors])
            entry.summary(item.summary)
            entry.content(item.body, type="html")
    document: bytes = feed.rss_str(pretty=True) if form == "rss" else feed.atom_str(pretty=True)
    return document


def _took(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1000


def main() -> None:
    """Print the milliseconds and ratios."""
    with newsdesk(articles=ENTRIES, entries=ENTRIES) as desk:
        press = desk.publisher.press
        order = press.catalogue.order("watchlist-0.rss", (), now=desk.now)
        head, items = press.contents(desk.store, order, now=desk.now)
        if len(items) != ENTRIES:
            raise SystemExit(f"{len(items)} items instead of {ENTRIES}")
        for form in ("rss", "atom"):
            pairs = [
                (_took(partial(render, head, items, form)), _took(partial(_feedgen, head, items, form)))
                for _ in range(ROUNDS)
            ]
            ours, alone = (statistics.median(part) for part in zip(*pairs, strict=True))
            ratio = statistics.median(one / other for one, other in pairs)
            shown = f"{ours:.1f} ms, feedgen alone {alone:.1f} ms: {ratio:.2f}"
            print(f"rendering {ENTRIES} entries, {form}: {shown}")
        took = statistics.median(_took(lambda: render(head, items, "json")) for _ in range(ROUNDS))
        print(f"rendering {ENTRIES} entries, json: {took:.1f} ms")

        def anew() -> None:
            fresh = Press(
                watchlists=desk.watchlists,
                channels=desk.publisher.channels,
                sources=desk.sources,
                settings=desk.settings,
                base_url="https://wire.example",
            )
            fresh.contents(desk.store, order, now=desk.now)

        again = statistics.median(
            _took(lambda: press.contents(desk.store, order, now=desk.now)) for _ in range(ROUNDS)
        )
        first = statistics.median(_took(anew) for _ in range(ROUNDS))
        shown = f"{first:.1f} ms at first, {again:.1f} ms when they are known"
        print(f"{ENTRIES} entries looked up and made items of: {shown}")


if __name__ == "__main__":
    main()
