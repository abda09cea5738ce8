"""Which of the links that a list names are to be fetched, and why the others are not. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from core.article import Known, Link, Precision, Published
from core.source import Source

# A page that gave no article so often is left alone, except for one more try each day: sites have bad hours.
MAX_FAILURES = 3
# A page that killed or hung its reader so often is set aside until the list describes it otherwise.
MAX_POISONED = 2
_TRY_AGAIN = timedelta(days=1)

_LENGTH = {
    Precision.DAY: timedelta(days=1),
    Precision.MONTH: timedelta(days=31),
    Precision.YEAR: timedelta(days=366),
}
_NEVER = timedelta(0)


class Sieve:
    """Takes the links of one poll. `skipped` counts what stays behind; `matched` counts possible articles."""

    def __init__(self, source: Source, *, now: datetime, max_age: timedelta) -> None:
        self._pattern = re.compile(source.article_url) if source.article_url else None
        self._lists = frozenset(source.urls)
        self._now = now
        self._oldest = now - max_age
        self._seen: set[str] = set()
        self.skipped: Counter[str] = Counter()
        self.matched = 0

    def candidates(self, links: Iterable[Link]) -> list[Link]:
        """Return the links that may be articles, are not too old and were not named before."""
        found = []
        for link in links:
            if link.url in self._lists or (self._pattern and not self._pattern.match(link.url)):
                self.skipped["not an article"] += 1
                continue
            self.matched += 1
            if link.url in self._seen:
                self.skipped["listed twice"] += 1
            elif self._is_old(link):
                self.skipped["old"] += 1
            else:
                self._seen.add(link.url)
                found.append(link)
        return found

    def unread(self, links: Iterable[Link], known: Mapping[str, Known]) -> list[Link]:
        """Return the links whose page was not read yet, or that the list now describes otherwise."""
        found = []
        for link in links:
            before = known.get(link.url)
            if before is None or before.version != link.version:
                found.append(link)
            elif not before.failures:
                self.skipped["known"] += 1
            elif before.poisoned >= MAX_POISONED:
                self.skipped["set aside"] += 1
            elif before.failures >= MAX_FAILURES and before.fetched_at > self._now - _TRY_AGAIN:
                self.skipped["given up"] += 1
            else:
                found.append(link)
        return found

    def _is_old(self, link: Link) -> bool:
        ends = [end for end in (_end(link.published), _end(link.modified)) if end is not None]
        return bool(ends) and max(ends) < self._oldest


def _end(published: Published | None) -> datetime | None:
    """Return the end of the period that a date names: a page "of September" may be of its last day."""
    if published is None or published.at is None:
        return None
    return published.at + _LENGTH.get(published.precision or Precision.SECOND, _NEVER)


def newest_first(links: Sequence[Link]) -> list[Link]:
    """Order links by date; those without stay in the list's order, before the others."""
    latest = datetime.max.replace(tzinfo=UTC)

    def moment(link: Link) -> datetime:
        dated = link.published or link.modified
        return dated.at if dated and dated.at else latest

    return sorted(links, key=moment, reverse=True)
