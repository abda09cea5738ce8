"""Makes feeds: an Order and the store in, a Document out, from the shelf where it is there already.

One press for one configuration. The publish loop prints the files with it, the web server whatever is asked.
"""

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from core.settings import Settings
from core.source import Source
from core.statement import Statement
from core.text import fold_text
from publisher.feeds.channels import MEDIA_TYPES, Channel
from publisher.feeds.head import Head
from publisher.feeds.item import Item, Look, article_item, entry_item
from publisher.feeds.render import FORMAT, render
from publisher.feeds.shelf import Document, Shelf, make_document
from publisher.matching import Offices, Watchlist
from publisher.orders import Catalogue, Order, open_since
from storage.records.listing import ListedArticle, ListedEntry, Listing, Place
from storage.records.publication import Entry
from storage.records.selection import Selection
from storage.store import Store

# A feed with an archive has all of the day that is not over, up to so many times its usual number.
DAY_TIMES = 3
# Entries of one day in the archive.
MOST_OF_A_DAY = 1000
_DAY = timedelta(days=1)
# Feeds whose items are kept for their other forms.
_RECENT = 4
# Items kept, of some kilobytes each.
_ITEMS = 2000


class Press:
    """What makes the feeds of one configuration. `base_url` is the public address, `hubs` its feeds' hubs.

    Any thread may use it, each with a store of its own. Raises StorageError where the store cannot answer.
    """

    def __init__(
        self,
        *,
        watchlists: Mapping[str, Watchlist],
        channels: Sequence[Channel],
        sources: Mapping[str, Source],
        settings: Settings,
        base_url: str,
        hubs: Sequence[str] = (),
        shelf: Shelf | None = None,
    ) -> None:
        feeds = settings.feeds
        self._watchlists = watchlists
        self._sources = sources
        self._settings = feeds
        self._base_url = base_url.rstrip("/")
        self._hubs = tuple(hubs)
        self.offices = Offices(one for watchlist in watchlists.values() for one in watchlist.lists.values())
        self.shelf = shelf or Shelf()
        self.catalogue = Catalogue(
            title=feeds.title,
            channels=tuple(channels),
            watchlists=watchlists,
            sources=sources,
            revisions={
                id_: feeds.revisions if one.revisions is None else one.revisions
                for id_, one in watchlists.items()
            },
        )
        self._lock = threading.Lock()
        self._items: OrderedDict[int, Item] = OrderedDict()
        self._recent: OrderedDict[tuple[str, str], tuple[Head, list[Item], str]] = OrderedDict()
        # What changes when feeds would look different although what they show is the same.
        self.look = self._fingerprint()

    def version(self, store: Store, order: Order, *, now: datetime) -> str:
        """Return what differs whenever the document would; quick to look up."""
        if order.listing == "articles":
            found = str(store.last_seq())
        elif order.ask.watchlist is not None:
            found = store.entry_version(order.ask.watchlist, order.ask.state)
        else:
            tokens = [store.entry_version(id_) for id_ in self._watchlists]
            found = hashlib.sha256(" ".join(tokens).encode()).hexdigest()[:16]
        # With the day its archive grows.
        day = f" {open_since(now).date()}" if order.name is not None else ""
        return f"{self.look} {found}{day}"

    def document(self, store: Store, order: Order, *, now: datetime) -> Document:
        """Return the feed as it is now; nothing is rendered twice."""

        def make(at_hand: Document | None) -> Document:
            version = self.version(store, order, now=now)
            if at_hand is not None and at_hand.version == version:
                return at_hand
            head, items, digest = self._contents_of(store, order, version, now=now)
            if at_hand is not None and at_hand.digest == digest:
                return replace(at_hand, version=version)
            return make_document(
                render(head, items, order.form),
                media_type=MEDIA_TYPES[order.form],
                version=version,
                digest=digest,
                now=now,
                before=at_hand,
            )

        return self.shelf.get(order.key, make)

    def _contents_of(
        self, store: Store, order: Order, version: str, *, now: datetime
    ) -> tuple[Head, list[Item], str]:
        """Return the contents and their digest; the last few are kept for their other forms."""
        key = order.contents, version
        with self._lock:
            found = self._recent.get(key)
        if found is None:
            head, items = self.contents(store, order, now=now)
            shown = repr((self.look, head, items)).encode("utf-8", "replace")
            found = head, items, hashlib.sha256(shown).hexdigest()
            with self._lock:
                self._recent[key] = found
                if len(self._recent) > _RECENT:
                    self._recent.popitem(last=False)
        return found

    def contents(self, store: Store, order: Order, *, now: datetime) -> tuple[Head, list[Item]]:
        """Return what the feed says of itself, and its items, newest first."""
        look = Look(
            sources=self._sources,
            states=order.states,
            summary_words=self._settings.summary_words,
            offices=self.offices,
            full=order.ask.text == "full",
        )
        related: list[tuple[str, str, str]]
        if order.listing == "articles":
            articles = store.article_listing(
                order.selection, before=order.ask.before, after=order.ask.after, limit=self._limit(order)
            )
            items = [_article(one, order, look) for one in articles.items]
            related = _onward(order, articles.older)
        elif order.day is not None:
            entries = store.entry_listing(order.selection, limit=MOST_OF_A_DAY, all_matches=False)
            items = [self._item(one.entry, order, look) for one in entries.items]
            related = _archives(store, order, order.path.split("/")[1], order.day, now=now)
        else:
            entries = self._entries(store, order, now=now)
            items = [self._item(one.entry, order, look) for one in entries.items]
            related = _onward(order, entries.older)
            if order.name is not None:
                related = _archives(store, order, order.name, None, now=now)
        head = Head(
            path=order.path,
            query=order.query,
            title=order.title,
            about=order.about,
            base_url=self._base_url,
            under=order.under,
            page=order.page,
            # Hubs are told of the feeds that are kept as files, and may tell everybody.
            hubs=self._hubs if order.name is not None and not order.under else (),
            related=tuple(related),
            archived=order.day is not None,
        )
        return head, items

    def _limit(self, order: Order) -> int:
        return order.ask.number or self._settings.entries

    def _entries(self, store: Store, order: Order, *, now: datetime) -> Listing[ListedEntry]:
        """Return the newest entries; of a feed with an archive at least those of the day that is not over."""
        found = store.entry_listing(
            order.selection,
            before=order.ask.before,
            after=order.ask.after,
            limit=self._limit(order),
            all_matches=False,
        )
        begins = open_since(now)
        if order.name is None or found.older is None or found.items[-1].place.at < begins:
            return found
        most = DAY_TIMES * self._settings.entries
        return store.entry_listing(replace(order.selection, since=begins), limit=most, all_matches=False)

    def _item(self, entry: Entry, order: Order, look: Look) -> Item:
        """Return an entry's item; after a change, and for a watchlist's states, most are here already."""
        key = hash((entry, order.ask.watchlist, look.full))
        with self._lock:
            found = self._items.get(key)
        if found is None:
            found = entry_item(entry, look)
            with self._lock:
                self._items[key] = found
                if len(self._items) > _ITEMS:
                    self._items.popitem(last=False)
        return found

    def _fingerprint(self) -> str:
        look = [
            FORMAT,
            self.offices.digests,
            self._base_url,
            self._hubs,
            self._settings.model_dump(mode="json"),
            [(channel.name, channel.title, channel.about) for channel in self.catalogue.channels],
            sorted((id_, dict(one.states)) for id_, one in self._watchlists.items()),
            sorted(self.catalogue.revisions.items()),
            sorted(
                (one.id, one.name, one.home, one.time_zone, one.publisher, one.country)
                for one in self._sources.values()
            ),
        ]
        return hashlib.sha256(json.dumps(look).encode()).hexdigest()[:16]


def _onward(order: Order, older: Place | None) -> list[tuple[str, str, str]]:
    """Return the link to what is older than this document (RFC 5005, section 3)."""
    if older is None:
        return []
    return [("next", order.path, order.asked.query_string(before=older.token(), after=None))]


def _archives(
    store: Store, order: Order, name: str, day: date | None, *, now: datetime
) -> list[tuple[str, str, str]]:
    """Return the links between a feed and the documents of its days (RFC 5005, section 4).

    Only days with entries have one; the last is that before the day that is not over.
    """
    ends = open_since(now)
    begins = ends if day is None else datetime.combine(day, time.min, UTC)
    before = replace(order.selection, since=None, until=begins)
    links = [("prev-archive", found) for found in _day(store, before)]
    if day is None:
        return [(relation, f"archive/{name}/{found}", "") for relation, found in links]
    after = replace(order.selection, since=begins + _DAY, until=ends)
    links += [("next-archive", found) for found in _day(store, after, oldest_first=True)]
    return [("current", name, ""), *((relation, f"archive/{name}/{found}", "") for relation, found in links)]


def _day(store: Store, selection: Selection, *, oldest_first: bool = False) -> list[date]:
    """Return the day of the newest entry of a selection, or of the oldest; nothing where there is none."""
    if selection.since is not None and selection.until is not None and selection.since >= selection.until:
        return []
    found = store.entry_listing(selection, limit=1, oldest_first=oldest_first, all_matches=False)
    return [one.place.at.astimezone(UTC).date() for one in found.items]


def _article(listed: ListedArticle, order: Order, look: Look) -> Item:
    said = _asked_for(listed.stored.article.statements, order.ask.speaker, order.ask.office)
    return article_item(listed.stored, look, said=said, revisions=order.selection.revisions)


def _asked_for(
    statements: Iterable[Statement], speaker: str | None, office: str | None
) -> tuple[Statement, ...]:
    """Return the statements whose speaker and office have words that begin as those asked for."""
    return tuple(
        one
        for one in statements
        if (speaker or office) and _has(one.speaker, speaker) and _has(one.office, office)
    )


def _has(name: str | None, asked: str | None) -> bool:
    words = fold_text(name or "").split()
    return any(
        all(any(word.startswith(part) for word in words) for part in one.split())
        for one in fold_text(asked or "").split("|")
    )
