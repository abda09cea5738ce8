"""The publish loop's first half: changes after each watchlist's cursor -> matches and entries in the store.

A crash anywhere is repaired by running again: writes are idempotent. Knows no feed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from core.article import Precision
from core.match import Match
from core.source import Source
from publisher.documents import to_document
from publisher.entries import draft_entry
from publisher.matching import Matcher, Watchlist
from publisher.push.outbox import Pushes
from storage.records.articles import Change
from storage.records.publication import Cursor, EntryDraft
from storage.store import Store

# Changes matched in one pass: a re-matched archive must not hold up the thread for long.
PASS = 500


@dataclass(kw_only=True, slots=True)
class Followed:
    """What one pass gave, as sums over watchlists.

    `behind` counts for each watchlist the changes that it has still to be matched with. `fresh` are the
    watchlists that new changes matched.
    """

    changes: int = 0
    matched: int = 0
    entries: int = 0
    delays: list[float] = field(default_factory=list)
    behind: dict[str, int] = field(default_factory=dict)
    fresh: set[str] = field(default_factory=set)


class _Stretch(NamedTuple):
    """What some watchlists are to read of the change sequence: from behind `after` to `until` or the end."""

    follow: tuple[str, ...]
    after: int
    until: int | None = None


class Follower:
    """Follows the change sequence for each watchlist. Statements older than `max_age` are no news."""

    def __init__(
        self,
        *,
        store: Store,
        watchlists: Mapping[str, Watchlist],
        sources: Mapping[str, Source],
        max_age: timedelta,
        pushes: Pushes,
    ) -> None:
        self._store = store
        self._watchlists = watchlists
        self._sources = sources
        self._max_age = max_age
        self._pushes = pushes
        self._matchers: dict[tuple[str, ...], Matcher] = {}

    @property
    def matcher(self) -> Matcher | None:
        """The matcher of all watchlists, once a pass has needed one; any thread may use it."""
        return self._matchers.get(tuple(self._watchlists))

    def follow(self, *, now: datetime) -> Followed:
        """Match one pass of changes, keep what they give. Raises StorageError; running again repairs it."""
        done = Followed()
        for stretch in self._stretches():
            found, reached, left = self._read(stretch)
            done.changes += len(found)
            if not found and stretch.until is None:
                continue
            for id_, results in zip(stretch.follow, self._match(stretch, found), strict=True):
                cursor = self._store.cursor(id_).with_rules(self._watchlists[id_].digest)
                new = stretch.until is None
                moved = replace(cursor, seq=reached) if new else replace(cursor, again=reached)
                drafts = self._keep(id_, moved, found, results, fresh=new, now=now)
                done.delays += _delays(found, drafts)
                done.matched += sum(result.matched for result in results)
                done.entries += len(drafts)
                done.behind[id_] = done.behind.get(id_, 0) + left
                if new and any(result.matched for result in results):
                    done.fresh.add(id_)
        return done

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
                max_age=self._max_age,
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


def _delays(found: Sequence[Change], drafts: Sequence[EntryDraft]) -> list[float]:
    """Return the seconds from publication to entry, for articles that say the minute."""
    articles = {change.stored.id: change.stored.article for change in found}
    published = [(draft.created, articles[draft.article].published) for draft in drafts]
    return [
        (created - one.at).total_seconds()
        for created, one in published
        if one is not None and one.at is not None and one.precision in (Precision.MINUTE, Precision.SECOND)
    ]
