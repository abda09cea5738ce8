"""The publish loop's job: changes after the cursor -> matches and entries in the store -> feeds in a folder.

A crash anywhere is repaired by running again: writes are idempotent, and a feed counts as rendered only when
its files are in place. Readers over HTTP do not wait for the files: see publisher/web/routes/feeds.py.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from core.settings import Settings
from core.source import Source
from publisher.feeds.channels import FORMS, Channel, Form, channels
from publisher.feeds.files import read_versions, remove_others, write_if_changed, write_versions
from publisher.feeds.operators import CHANNEL as OPERATORS_CHANNEL
from publisher.feeds.shelf import Shelf
from publisher.follow import Follower
from publisher.hearing import Hearing
from publisher.matching import Matcher, Offices, Watchlist
from publisher.orders import Order
from publisher.press import Press
from publisher.push.outbox import Pushes
from storage.records.publication import Progress
from storage.store import Store

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class PublishReport:
    """One pass. `changes` and `matched` are sums over watchlists, `entries` what they gave.

    `rendered` are the files written. `delays` are the seconds from each new entry's own time of publication,
    where the page gives it to the minute.

    `heard` are the statements of which was decided who says them.

    `behind` counts the changes that some watchlist has still to be matched with: run again. `progress` says
    how far each of those is.
    """

    changes: int = 0
    matched: int = 0
    entries: int = 0
    rendered: tuple[str, ...] = ()
    delays: tuple[float, ...] = ()
    behind: int = 0
    heard: int = 0
    progress: tuple[Progress, ...] = ()


class Publisher:
    """Follows the change sequence for each watchlist and keeps the feeds folder in step.

    `base_url` is the server's public address; `shelf` is shared with who serves the feeds. Raises ConfigError
    for names of feeds that cannot be.
    """

    def __init__(
        self,
        *,
        store: Store,
        watchlists: Mapping[str, Watchlist],
        sources: Mapping[str, Source],
        settings: Settings,
        feeds_dir: Path,
        base_url: str,
        shelf: Shelf | None = None,
    ) -> None:
        self._store = store
        self._watchlists = watchlists
        self._feeds_dir = feeds_dir
        self._pushes = Pushes(store, settings, feeds_dir=feeds_dir, base_url=base_url.rstrip("/"))
        self._follower = Follower(
            store=store,
            watchlists=watchlists,
            sources=sources,
            max_age=settings.feeds.max_age,
            pushes=self._pushes,
        )
        # What may not be in the feeds' files yet: after a crash, anything.
        self._fresh = set(watchlists)
        self.channels = channels(watchlists.values())
        self.press = Press(
            watchlists=watchlists,
            channels=self.channels,
            sources=sources,
            settings=settings,
            base_url=base_url,
            hubs=self._pushes.hubs,
            shelf=shelf,
        )
        self._hearing = Hearing(
            store, (one for watchlist in watchlists.values() for one in watchlist.lists.values())
        )
        self._orders: dict[str, dict[Form, Order]] = {}
        self._begun = False

    @property
    def offices(self) -> Offices:
        """The registry of offices of all watchlists."""
        return self.press.offices

    @property
    def matcher(self) -> Matcher | None:
        """The matcher of all watchlists, once a pass has needed one; any thread may use it."""
        return self._follower.matcher

    def begin_anew(self) -> None:
        """Have the next pass tell the store again what this config follows and pushes."""
        self._begun = False

    def publish(self, *, now: datetime) -> PublishReport:
        """Match one pass of changes, render what differs. Raises StorageError; running again repairs it."""
        # A pass that fails begins all over.
        begun, self._begun = self._begun, False
        if not begun:
            # Progress is told of the watchlists that there are.
            self._store.keep_followers(self._watchlists.keys())
            self._pushes.begin(now=now)
        done = self._follower.follow(now=now)
        self._fresh |= done.fresh
        rendered = self._render(done.behind, now=now)
        # At first all of them: a crash may have come between a feed's file and this.
        self._pushes.announce(rendered if begun else self._files(), now=now)
        self._begun = True
        heard = self._hearing.hear()
        report = PublishReport(
            changes=done.changes,
            matched=done.matched,
            entries=done.entries,
            rendered=rendered,
            delays=tuple(done.delays),
            behind=max(done.behind.values(), default=0),
            heard=heard,
            progress=tuple(one for one in self._store.progress() if done.behind.get(one.follower)),
        )
        if done.changes or rendered:
            log.info("published changes=%d matched=%d entries=%d", done.changes, done.matched, done.entries)
        return report

    def _render(self, behind: Mapping[str, int], *, now: datetime) -> tuple[str, ...]:
        """Write the feeds whose entries or looks differ from those that were rendered last."""
        versions = read_versions(self._feeds_dir)
        current: dict[str, str] = {}
        rendered: list[str] = []
        for channel in self.channels:
            last = versions.get(channel.name, "")
            fresh = channel.watchlist in self._fresh
            if behind.get(channel.watchlist) and not (fresh and last):
                # Half an archive is no first feed: its oldest statements would be news. A feed that is there
                # goes on with what is new, but is not written anew for each step through the archive.
                current[channel.name] = last
                continue
            current[channel.name], written = self._write(channel, last, now=now)
            rendered += written
        expected = {*self._files(), *(OPERATORS_CHANNEL.file(form) for form in FORMS)}
        remove_others(self._feeds_dir, expected, now=now)
        write_versions(self._feeds_dir, current)
        self._fresh.clear()
        return tuple(rendered)

    def _write(self, channel: Channel, last: str, *, now: datetime) -> tuple[str, list[str]]:
        """Bring a feed's files up to date; return their version and what was written."""
        if channel.name not in self._orders:
            self._orders[channel.name] = {
                form: self.press.catalogue.order(channel.file(form), (), now=now) for form in FORMS
            }
        orders = self._orders[channel.name]
        version = self.press.version(self._store, orders["rss"], now=now)
        if version == last and all((self._feeds_dir / channel.file(form)).is_file() for form in FORMS):
            return version, []
        written = [
            channel.file(form)
            for form, order in orders.items()
            if write_if_changed(
                self._feeds_dir / channel.file(form),
                self.press.document(self._store, order, now=now).content,
            )
        ]
        return version, written

    def _files(self) -> set[str]:
        return {channel.file(form) for channel in self.channels for form in FORMS}
