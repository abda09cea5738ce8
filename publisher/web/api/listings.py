"""The listings of the API: what each takes, and how its rows are found and shown."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from publisher.asking import AskError
from publisher.web.api.listing import TIMES, Listing, Question, Rows, told_selection
from publisher.web.api.models.articles import (
    ArticleItem,
    ArticlePage,
    ListedMatch,
    MatchPage,
    StatementItem,
    StatementPage,
)
from publisher.web.api.models.service import SourceItem, SourcePage, WatchlistItem, WatchlistPage
from publisher.web.api.models.stories import EntryItem, EntryPage, StoryItem, StoryPage
from publisher.web.api.paging import Key
from publisher.web.api.shapes.articles import article_item, listed_match, statement_item
from publisher.web.api.shapes.service import source_item, watchlist_item
from publisher.web.api.shapes.stories import entry_item, story_item
from publisher.web.api.speaking import OFFICES, SPEAKERS
from storage.records.listing import Piece, Place
from storage.records.selection import Selection

_NUMBER = re.compile(r"[0-9]{1,18}")
Asked = Question[Selection]


def _articles(question: Asked, behind: Key | None, limit: int) -> Rows:
    words = question.in_force.settings.feeds.summary_words
    with question.site.readers.lend() as store:
        found = store.article_listing(question.asked, before=_place(behind, number=True), limit=limit).items
    whole = question.ask.text == "full"
    return [
        (
            (one.place.token(),),
            article_item(one.stored, words=words, whole=whole, snippet=_snippet(one.snippet)),
        )
        for one in found
    ]


def _entries(question: Asked, behind: Key | None, limit: int) -> Rows:
    words = question.in_force.settings.feeds.summary_words
    with question.site.readers.lend() as store:
        found = store.entry_listing(question.asked, before=_place(behind), limit=limit).items
    whole = question.ask.text == "full"
    return [
        ((one.place.token(),), entry_item(one.entry, one.matches, words=words, whole=whole)) for one in found
    ]


def _statements(question: Asked, behind: Key | None, limit: int) -> Rows:
    start = (str(behind[0]), int(behind[1]), int(behind[2])) if behind else None
    with question.site.readers.lend() as store:
        found = store.list_statements(question.asked, behind=start, limit=limit)
    return [
        ((one.at, one.stored.id, one.position), statement_item(one.stored, one.position)) for one in found
    ]


def _place(behind: Key | None, *, number: bool = False) -> Place | None:
    """Return the place that a cursor holds; with `number`, its id counts articles."""
    if behind is None:
        return None
    try:
        place = Place.from_token(str(behind[0]))
    except ValueError as error:
        raise AskError(f"cursor: {error}") from None
    if number and not _NUMBER.fullmatch(place.id):
        raise AskError("cursor: no place in a listing of articles; take `next` from the page before as it is")
    return place


def _snippet(pieces: Sequence[Piece]) -> str | None:
    return "".join(f"[{one.text}]" if one.hit else one.text for one in pieces) or None


def _stories(question: Asked, behind: Key | None, limit: int) -> Rows:
    asked = question.asked
    with question.site.readers.lend() as store:
        found = store.list_stories(
            since=asked.since, until=asked.until, behind=int(behind[0]) if behind else None, limit=limit
        )
    return [((one.id,), story_item(one)) for one in found]


def _matches(question: Asked, behind: Key | None, limit: int) -> Rows:
    after = (int(behind[0]), str(behind[1])) if behind else None
    with question.site.readers.lend() as store:
        found = store.list_matches(question.asked, behind=after, limit=limit)
    return [((one.article.id, one.match.watchlist), listed_match(one)) for one in found]


def _watchlists(question: Asked, behind: Key | None, limit: int) -> Rows:
    in_force = question.in_force
    with question.site.readers.lend() as store:
        progress = {one.follower: one for one in store.progress()}
    items = (watchlist_item(one, in_force, progress, question.base) for one in in_force.watchlists.values())
    return _behind(items, behind, limit)


def _sources(question: Asked, behind: Key | None, limit: int) -> Rows:
    wanted = question.asked.sources
    items = (
        source_item(row)
        for row in question.site.snapshot().sources
        if wanted is None or row.source.id in wanted
    )
    return _behind(items, behind, limit)


def _behind(items: Iterable[WatchlistItem | SourceItem], behind: Key | None, limit: int) -> Rows:
    """Return what stands behind an id, by id."""
    rows = sorted(((item.id,), item) for item in items)
    return [row for row in rows if behind is None or row[0] > behind][:limit]


_ARTICLE = (
    "q",
    "watchlist",
    "state",
    "source",
    "publisher",
    "country",
    "language",
    "speaker",
    "office",
    *TIMES,
)

ARTICLES = Listing(
    name="articles",
    about="The archive: complete articles, matched or not, the last seen first. `watchlist` and `state` ask "
    "for those that matched so; `text=full` gives the whole texts.",
    takes=(*_ARTICLE, "text"),
    key=(str,),
    item=ArticleItem,
    page=ArticlePage,
    told=told_selection,
    batch=_articles,
)
STATEMENTS = Listing(
    name="statements",
    about="Who said what: the statements of the newest article first, in the order of its text. Everything "
    "but speaker and office is asked of the article.",
    takes=_ARTICLE,
    key=(str, int, int),
    item=StatementItem,
    page=StatementPage,
    told=told_selection,
    batch=_statements,
)
ENTRIES = Listing(
    name="entries",
    about="What the feeds publish, newest first. Without a watchlist a story comes once, with all matches.",
    takes=(*_ARTICLE, "text", "revisions"),
    key=(str,),
    item=EntryItem,
    page=EntryPage,
    told=told_selection,
    batch=_entries,
)
STORIES = Listing(
    name="stories",
    about="Stories: articles that carry the same text or report, the story that was opened last first.",
    takes=TIMES,
    key=(int,),
    item=StoryItem,
    page=StoryPage,
    told=told_selection,
    batch=_stories,
)
MATCHES = Listing(
    name="matches",
    about="Which articles match which watchlist and why, whether published or not; the newest article first.",
    takes=("watchlist", "state", "source", "publisher", "country", "language", *TIMES),
    key=(int, str),
    item=ListedMatch,
    page=MatchPage,
    told=told_selection,
    batch=_matches,
)
WATCHLISTS = Listing(
    name="watchlists",
    about="The watchlists in force, by id.",
    takes=(),
    key=(str,),
    item=WatchlistItem,
    page=WatchlistPage,
    told=told_selection,
    batch=_watchlists,
)
SOURCES = Listing(
    name="sources",
    about="All sources with their state and health, by id.",
    takes=("publisher", "country"),
    key=(str,),
    item=SourceItem,
    page=SourcePage,
    told=told_selection,
    batch=_sources,
)
LISTINGS: tuple[Listing[Any], ...] = (
    ARTICLES,
    STATEMENTS,
    ENTRIES,
    STORIES,
    MATCHES,
    SPEAKERS,
    OFFICES,
    WATCHLISTS,
    SOURCES,
)
