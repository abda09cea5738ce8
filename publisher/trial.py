"""What a watchlist would change in the store, before it is taken. In: stored articles. Out: a `Trial`.

Writes nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from core.source import Source
from publisher.documents import to_document
from publisher.matching import Matcher, Watchlist
from storage.records.articles import StoredArticle
from storage.store import Store

# Articles read at once: a long archive must not fill the memory.
PAGE = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """An article that would come or go. `why` is the reason of the watchlist that is tried."""

    article: int
    url: str
    source: str
    title: str
    first_seen: datetime
    score: float
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """What would change: how many articles were looked at and matched before, and which ones differ."""

    watchlist: str
    articles: int
    before: int
    added: tuple[Difference, ...]
    removed: tuple[Difference, ...]

    @property
    def after(self) -> int:
        """The number of articles that would match."""
        return self.before + len(self.added) - len(self.removed)


def try_watchlist(
    store: Store, watchlist: Watchlist, sources: Mapping[str, Source], *, since: datetime
) -> Trial:
    """Match what was first seen since then, and compare with the matches that the store has.

    Raises StorageError.
    """
    matcher = Matcher([watchlist])
    articles = before = 0
    added: list[Difference] = []
    removed: list[Difference] = []
    for stored, was in _stored(store, watchlist.id, since):
        articles += 1
        before += was
        (match,) = matcher.match(to_document(stored, sources.get(stored.article.source)))
        if match.matched is not was:
            (added if match.matched else removed).append(_difference(stored, match.score, match.why))
    return Trial(
        watchlist=watchlist.id, articles=articles, before=before, added=tuple(added), removed=tuple(removed)
    )


def _stored(store: Store, watchlist: str, since: datetime) -> Iterator[tuple[StoredArticle, bool]]:
    last = 0
    while page := store.articles_after(last, since=since, limit=PAGE):
        matched = store.matched(watchlist, [stored.id for stored in page])
        for stored in page:
            yield stored, stored.id in matched
        last = page[-1].id


def _difference(stored: StoredArticle, score: float, why: str) -> Difference:
    article = stored.article
    return Difference(
        article=stored.id,
        url=article.url,
        source=article.source,
        title=article.title,
        first_seen=stored.first_seen,
        score=score,
        why=why,
    )
