"""The publish loop's job: changes after the cursor -> matches and entries in the store -> feeds in a folder.

A crash anywhere is repaired by running again: writes are idempotent, and a feed counts as rendered only when
its files are in place.
"""

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from core.article import Precision
from core.match import Match
from core.settings import Settings
from core.source import Source
from publisher.documents import to_document
from publisher.entries import draft_entry
from publisher.feeds.channels import FORMS, Channel, channels
from publisher.feeds.files import read_versions, remove_others, write_if_changed, write_versions
from publisher.feeds.item import make_item
from publisher.feeds.operators import CHANNEL as OPERATORS_CHANNEL
from publisher.feeds.render import FORMAT, render
from publisher.matching import Matcher, Watchlist
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

    `behind` counts the changes that some watchlist has still to be matched with: run again. `progress` says
    how far each of those is.
    """

    changes: int = 0
    matched: int = 0
    entries: int = 0
    rendered: tuple[str, ...] = ()
    delays: tuple[float, ...] = ()
    behind: int = 0
    progress: tuple[Progress, ...] = ()


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
        self._matchers: dict[tuple[str, ...], Matcher] = {}
        self.channels = channels(watchlists.values())
        self._look = self._fingerprint()
        self._begun = False

    def publish(self, *, now: datetime) -> PublishReport:
        """Match one pass of changes, render what differs. Raises StorageError; running again repairs it."""
        if not self._begun:
            # Progress is told of the watchlists that there are.
            self._store.keep_followers(self._watchlists.keys())
            self._begun = True
        changes = matched = entries = 0
        delays: list[float] = []
        behind: dict[str, int] = {}
        for seq, group in self._groups().items():
            found = self._store.changes_after(seq, limit=PASS)
            left = max(0, self._store.last_seq() - found[-1].seq) if len(found) == PASS else 0
            changes += len(found)
            for watchlist, results in zip(group, self._match(group, found), strict=True):
                drafts = self._keep(watchlist, found, results, now=now)
                delays += _delays(found, drafts)
                matched += sum(result.matched for result in results)
                entries += len(drafts)
                behind[watchlist.id] = left
        rendered = self._render(behind, now=now)
        report = PublishReport(
            changes=changes,
            matched=matched,
            entries=entries,
            rendered=rendered,
            delays=tuple(delays),
            behind=max(behind.values(), default=0),
            progress=tuple(one for one in self._store.progress() if behind.get(one.follower)),
        )
        if changes or rendered:
            log.info("published changes=%d matched=%d entries=%d", changes, matched, entries)
        return report

    def _groups(self) -> dict[int, list[Watchlist]]:
        """Return the watchlists by the place they have reached, so that one reading of a text serves many."""
        groups: dict[int, list[Watchlist]] = {}
        for watchlist in self._watchlists.values():
            cursor = self._store.cursor(watchlist.id)
            # Other rules, or none yet: everything is matched again from the start.
            seq = cursor.seq if cursor.digest == watchlist.digest else 0
            groups.setdefault(seq, []).append(watchlist)
        return groups

    def _match(self, group: Sequence[Watchlist], found: Sequence[Change]) -> list[list[Match]]:
        """Return for each watchlist its matches with the changes, in their order."""
        ids = tuple(watchlist.id for watchlist in group)
        matcher = self._matchers.get(ids) or self._matchers.setdefault(ids, Matcher(group))
        by_watchlist: dict[str, list[Match]] = {id_: [] for id_ in ids}
        for change in found:
            document = to_document(change.stored, self._sources.get(change.stored.article.source))
            for match in matcher.match(document):
                by_watchlist[match.watchlist].append(match)
        return [by_watchlist[id_] for id_ in ids]

    def _keep(
        self, watchlist: Watchlist, found: Sequence[Change], results: Sequence[Match], *, now: datetime
    ) -> list[EntryDraft]:
        """Store one pass of one watchlist in one transaction."""
        drafts: dict[str, EntryDraft] = {}
        opened: set[int] = set()
        for change, match in zip(found, results, strict=True):
            if not match.matched:
                continue
            story = change.stored.story
            draft = draft_entry(
                change,
                watchlist=watchlist.id,
                story_has_entry=story in opened or self._store.has_entry(watchlist.id, story),
                max_age=self._settings.max_age,
                now=now,
            )
            if draft is not None:
                drafts.setdefault(draft.id, draft)
                opened.add(story)
        if found:
            reached = Cursor(seq=found[-1].seq, digest=watchlist.digest)
            matches = [(change.stored.id, match) for change, match in zip(found, results, strict=True)]
            self._store.publish(watchlist.id, reached, matches=matches, drafts=list(drafts.values()))
        return list(drafts.values())

    def _render(self, behind: Mapping[str, int], *, now: datetime) -> tuple[str, ...]:
        """Write the feeds whose entries or looks differ from those that were rendered last."""
        versions = read_versions(self._feeds_dir)
        current: dict[str, str] = {}
        rendered: list[str] = []
        for channel in self.channels:
            last = versions.get(channel.name, "")
            if behind[channel.watchlist]:
                # Half an archive would show readers its oldest statements as news.
                current[channel.name] = last
                continue
            version = f"{self._look} {self._store.entry_version(channel.watchlist, channel.state)}"
            if version != last or not all((self._feeds_dir / channel.file(form)).is_file() for form in FORMS):
                rendered += self._write(channel)
            current[channel.name] = version
        expected = {channel.file(form) for channel in (*self.channels, OPERATORS_CHANNEL) for form in FORMS}
        remove_others(self._feeds_dir, expected, now=now)
        write_versions(self._feeds_dir, current)
        return tuple(rendered)

    def _write(self, channel: Channel) -> list[str]:
        entries = self._store.entries(
            channel.watchlist,
            state=channel.state,
            kinds=_EVERYTHING if self._shows_revisions(channel.watchlist) else ("statement",),
            limit=self._settings.entries,
        )
        items = [
            make_item(
                entry,
                sources=self._sources,
                states=self._watchlists[channel.watchlist].states,
                summary_words=self._settings.summary_words,
            )
            for entry in entries
        ]
        return [
            channel.file(form)
            for form in FORMS
            if write_if_changed(
                self._feeds_dir / channel.file(form), render(channel, items, form, base_url=self._base_url)
            )
        ]

    def _shows_revisions(self, watchlist: str) -> bool:
        own = self._watchlists[watchlist].revisions
        return self._settings.revisions if own is None else own

    def _fingerprint(self) -> str:
        """Return what changes when feeds would look different although their entries are the same."""
        look = [
            FORMAT,
            self._base_url,
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
