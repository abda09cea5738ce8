"""The publish loop's job: changes after the cursor -> matches and entries in the store -> feeds in a folder.

A crash anywhere is repaired by running again: writes are idempotent, and a feed counts as rendered only when
its files are in place.
"""

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from core.article import Precision
from core.match import Match
from core.settings import Settings
from core.source import Source
from publisher.documents import to_document
from publisher.entries import draft_entry
from publisher.feeds.channels import FORMS, Channel, channels
from publisher.feeds.files import read_versions, remove_others, write_if_changed, write_versions
from publisher.feeds.head import Head
from publisher.feeds.item import Look, entry_item
from publisher.feeds.operators import CHANNEL as OPERATORS_CHANNEL
from publisher.feeds.render import FORMAT, render
from publisher.hearing import Hearing
from publisher.matching import Matcher, Offices, Watchlist
from publisher.push.outbox import Pushes
from storage.records.articles import Change
from storage.records.publication import Cursor, EntryDraft, EntryKind, Progress
from storage.store import Store

log = logging.getLogger(__name__)

# Changes matched in one pass: a re-matched archive must not hold up the thread for long.
PASS = 500
_EVERYTHING: tuple[EntryKind, ...] = ("statement", "revision", "gone")


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


class _Stretch(NamedTuple):
    """What some watchlists are to read of the change sequence: from behind `after` to `until` or the end."""

    follow: tuple[str, ...]
    after: int
    until: int | None = None


class Publisher:
    """Follows the change sequence for each watchlist and keeps the feeds folder in step.

    `base_url` is the server's public address. Raises ConfigError for names of feeds that cannot be.
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
    ) -> None:
        self._store = store
        self._watchlists = watchlists
        self._sources = sources
        self._settings = settings.feeds
        self._feeds_dir = feeds_dir
        self._base_url = base_url.rstrip("/")
        self._pushes = Pushes(store, settings, feeds_dir=feeds_dir, base_url=self._base_url)
        self._matchers: dict[tuple[str, ...], Matcher] = {}
        # What may not be in the feeds' files yet: after a crash, anything.
        self._fresh = set(watchlists)
        self.channels = channels(watchlists.values())
        self._offices = Offices(one for watchlist in watchlists.values() for one in watchlist.lists.values())
        self._hearing = Hearing(
            store, (one for watchlist in watchlists.values() for one in watchlist.lists.values())
        )
        self._look = self._fingerprint()
        self._begun = False

    @property
    def offices(self) -> Offices:
        """The registry of offices of all watchlists."""
        return self._offices

    @property
    def matcher(self) -> Matcher | None:
        """The matcher of all watchlists, once a pass has needed one; any thread may use it."""
        return self._matchers.get(tuple(self._watchlists))

    def publish(self, *, now: datetime) -> PublishReport:
        """Match one pass of changes, render what differs. Raises StorageError; running again repairs it."""
        if not self._begun:
            # Progress is told of the watchlists that there are.
            self._store.keep_followers(self._watchlists.keys())
            self._pushes.begin(now=now)
        changes = matched = entries = 0
        delays: list[float] = []
        behind: dict[str, int] = {}
        for stretch in self._stretches():
            found, reached, left = self._read(stretch)
            changes += len(found)
            if not found and stretch.until is None:
                continue
            for id_, results in zip(stretch.follow, self._match(stretch, found), strict=True):
                cursor = self._store.cursor(id_).with_rules(self._watchlists[id_].digest)
                new = stretch.until is None
                moved = replace(cursor, seq=reached) if new else replace(cursor, again=reached)
                drafts = self._keep(id_, moved, found, results, fresh=new, now=now)
                delays += _delays(found, drafts)
                matched += sum(result.matched for result in results)
                entries += len(drafts)
                behind[id_] = behind.get(id_, 0) + left
                if new and any(result.matched for result in results):
                    self._fresh.add(id_)
        rendered = self._render(behind, now=now)
        # At first all of them: a crash may have come between a feed's file and this.
        self._pushes.announce(rendered if self._begun else self._files(), now=now)
        self._begun = True
        heard = self._hearing.hear()
        report = PublishReport(
            changes=changes,
            matched=matched,
            entries=entries,
            rendered=rendered,
            delays=tuple(delays),
            behind=max(behind.values(), default=0),
            heard=heard,
            progress=tuple(one for one in self._store.progress() if behind.get(one.follower)),
        )
        if changes or rendered:
            log.info("published changes=%d matched=%d entries=%d", changes, matched, entries)
        return report

    def _stretches(self) -> list["_Stretch"]:
        """Return what is to be read, the new before the archive: one reading of a text serves many."""
        new: dict[int, list[str]] = {}
        archive: dict[tuple[int, int], list[str]] = {}
        for id_, watchlist in self._watchlists.items():
            cursor = self._store.cursor(id_).with_rules(watchlist.digest)
            new.setdefault(cursor.seq, []).append(id_)
            if cursor.again < cursor.until:
                archive.setdefault((cursor.again, cursor.until), []).append(id_)
        stretches = [_Stretch(tuple(follow), seq) for seq, follow in new.items()]
        stretches += [_Stretch(tuple(follow), *bounds) for bounds, follow in archive.items()]
        # Those of changes that are over would stay in the memory.
        groups = {stretch.follow for stretch in stretches}
        self._matchers = {ids: matcher for ids, matcher in self._matchers.items() if ids in groups}
        return stretches

    def _read(self, stretch: "_Stretch") -> tuple[list[Change], int, int]:
        """Return the next changes of a stretch, how far they reach, and how many are left."""
        found = self._store.changes_after(stretch.after, limit=PASS)
        full = len(found) == PASS
        if stretch.until is None:
            reached = found[-1].seq if found else stretch.after
            return found, reached, max(0, self._store.last_seq() - reached) if full else 0
        reached = min(found[-1].seq, stretch.until) if full else stretch.until
        return [change for change in found if change.seq <= reached], reached, stretch.until - reached

    def _match(self, stretch: "_Stretch", found: Sequence[Change]) -> list[list[Match]]:
        """Return for each watchlist of a stretch its matches with the changes, in their order."""
        ids = stretch.follow
        by_watchlist: dict[str, list[Match]] = {id_: [] for id_ in ids}
        if found and ids not in self._matchers:
            self._matchers[ids] = Matcher([self._watchlists[id_] for id_ in ids])
        for change in found:
            document = to_document(change.stored, self._sources.get(change.stored.article.source))
            for match in self._matchers[ids].match(document):
                by_watchlist[match.watchlist].append(match)
        return list(by_watchlist.values())

    def _keep(
        self,
        id_: str,
        moved: Cursor,
        found: Sequence[Change],
        results: Sequence[Match],
        *,
        fresh: bool,
        now: datetime,
    ) -> list[EntryDraft]:
        """Store one pass of one watchlist, with its cursor as it is then, in one transaction."""
        drafts: dict[str, EntryDraft] = {}
        opened: set[int] = set()
        for change, match in zip(found, results, strict=True):
            if not match.matched:
                continue
            story = change.stored.story
            draft = draft_entry(
                change,
                watchlist=id_,
                story_has_entry=story in opened or self._store.has_entry(id_, story),
                max_age=self._settings.max_age,
                now=now,
            )
            if draft is not None:
                drafts.setdefault(draft.id, draft)
                opened.add(story)
        matches = [(change.stored.id, match) for change, match in zip(found, results, strict=True)]
        # What the archive gives is not sent to anybody.
        pushing = self._pushes.of(id_, now=now) if fresh else None
        self._store.publish(id_, moved, matches=matches, drafts=list(drafts.values()), pushing=pushing)
        return list(drafts.values())

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
            version = f"{self._look} {self._store.entry_version(channel.watchlist, channel.state)}"
            if version != last or not all((self._feeds_dir / channel.file(form)).is_file() for form in FORMS):
                rendered += self._write(channel)
            current[channel.name] = version
        expected = {*self._files(), *(OPERATORS_CHANNEL.file(form) for form in FORMS)}
        remove_others(self._feeds_dir, expected, now=now)
        write_versions(self._feeds_dir, current)
        self._fresh.clear()
        return tuple(rendered)

    def _files(self) -> set[str]:
        return {channel.file(form) for channel in self.channels for form in FORMS}

    def _write(self, channel: Channel) -> list[str]:
        entries = self._store.entries(
            channel.watchlist,
            state=channel.state,
            kinds=_EVERYTHING if self._shows_revisions(channel.watchlist) else ("statement",),
            limit=self._settings.entries,
        )
        look = Look(
            sources=self._sources,
            states=self._watchlists[channel.watchlist].states,
            summary_words=self._settings.summary_words,
            offices=self._offices,
        )
        items = [entry_item(entry, look) for entry in entries]
        head = Head(
            path=channel.name,
            title=channel.title,
            about=channel.about or "",
            base_url=self._base_url,
            hubs=self._pushes.hubs,
        )
        return [
            channel.file(form)
            for form in FORMS
            if write_if_changed(self._feeds_dir / channel.file(form), render(head, items, form))
        ]

    def _shows_revisions(self, watchlist: str) -> bool:
        own = self._watchlists[watchlist].revisions
        return self._settings.revisions if own is None else own

    def _fingerprint(self) -> str:
        """Return what changes when feeds would look different although their entries are the same."""
        look = [
            FORMAT,
            self._offices.digests,
            self._base_url,
            self._pushes.hubs,
            self._settings.model_dump(mode="json"),
            [(channel.name, channel.title, channel.about) for channel in self.channels],
            [
                (id_, dict(watchlist.states), self._shows_revisions(id_))
                for id_, watchlist in self._watchlists.items()
            ],
            sorted(
                (id_, source.name, source.home, source.time_zone) for id_, source in self._sources.items()
            ),
        ]
        return hashlib.sha256(json.dumps(look).encode()).hexdigest()[:16]


def _delays(found: Sequence[Change], drafts: Sequence[EntryDraft]) -> list[float]:
    """Return the seconds from publication to entry, for articles that say the minute."""
    articles = {change.stored.id: change.stored.article for change in found}
    published = [(draft.created, articles[draft.article].published) for draft in drafts]
    return [
        (created - one.at).total_seconds()
        for created, one in published
        if one is not None and one.at is not None and one.precision in (Precision.MINUTE, Precision.SECOND)
    ]
