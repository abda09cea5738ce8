"""The listings of the API: what each takes, and how its rows are found and shown."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from publisher.web.api.listing import Listing, Question
from publisher.web.api.models import (
    Answer,
    ListedMatch,
    MatchPage,
    SourceItem,
    SourcePage,
    StoryItem,
    StoryPage,
    WatchlistItem,
    WatchlistPage,
)
from publisher.web.api.paging import Key
from publisher.web.api.shapes import listed_match, source_item, story_item, watchlist_item

Rows = Sequence[tuple[Key, Answer]]
T = TypeVar("T", bound=Answer)


def _stories(question: Question, behind: Key | None, limit: int) -> Rows:
    asked = question.asked
    with question.site.readers.lend() as store:
        found = store.list_stories(
            since=asked.since, until=asked.until, behind=int(behind[0]) if behind else None, limit=limit
        )
    return [((one.id,), story_item(one)) for one in found]


def _matches(question: Question, behind: Key | None, limit: int) -> Rows:
    after = (int(behind[0]), str(behind[1])) if behind else None
    with question.site.readers.lend() as store:
        found = store.list_matches(question.asked, behind=after, limit=limit)
    return [((one.article.id, one.match.watchlist), listed_match(one)) for one in found]


def _watchlists(question: Question, behind: Key | None, limit: int) -> Rows:
    in_force = question.in_force
    with question.site.readers.lend() as store:
        progress = {one.follower: one for one in store.progress()}
    items = (watchlist_item(one, in_force, progress, question.base) for one in in_force.watchlists.values())
    return _behind(items, behind, limit)


def _sources(question: Question, behind: Key | None, limit: int) -> Rows:
    ask = question.ask
    items = (
        source_item(row)
        for row in question.site.snapshot().sources
        if ask.publisher is None or row.source.publisher in ask.publisher
    )
    return _behind(items, behind, limit)


def _behind(items: Iterable[WatchlistItem | SourceItem], behind: Key | None, limit: int) -> Rows:
    """Return what stands behind an id, by id."""
    rows = sorted(((item.id,), item) for item in items)
    return [row for row in rows if behind is None or row[0] > behind][:limit]


_TIMES = ("since", "until", "days")

STORIES = Listing(
    name="stories",
    about="Stories: articles that carry the same text or report, the story that was opened last first.",
    takes=_TIMES,
    key=(int,),
    item=StoryItem,
    page=StoryPage,
    batch=_stories,
)
MATCHES = Listing(
    name="matches",
    about="Which articles match which watchlist and why, whether published or not; the newest article first.",
    takes=("watchlist", "state", "source", "publisher", "language", *_TIMES),
    key=(int, str),
    item=ListedMatch,
    page=MatchPage,
    batch=_matches,
)
WATCHLISTS = Listing(
    name="watchlists",
    about="The watchlists in force, by id.",
    takes=(),
    key=(str,),
    item=WatchlistItem,
    page=WatchlistPage,
    batch=_watchlists,
)
SOURCES = Listing(
    name="sources",
    about="All sources with their state and health, by id.",
    takes=("publisher",),
    key=(str,),
    item=SourceItem,
    page=SourcePage,
    batch=_sources,
)
LISTINGS = (STORIES, MATCHES, WATCHLISTS, SOURCES)
