"""Stories and entries as the API answers them. Values only."""

from datetime import datetime

from pydantic import Field

from publisher.web.api.models.articles import ArticleItem, MatchItem, PublishedAt
from publisher.web.api.models.base import (
    Address,
    Answer,
    ArticleId,
    FirstSeen,
    Language,
    Page,
    SourceId,
    StoryId,
    Title,
)
from storage.records.articles import DecisionKind
from storage.records.publication import EntryKind

_ENTRY_URN = "urn:uuid:1d3f12e7-807b-53b5-8930-940148b105fe"


class CopyItem(Answer):
    """Another article of a story, as an entry shows it."""

    url: Address
    source: SourceId
    language: Language
    published: PublishedAt | None
    first_seen: FirstSeen


class EntryItem(Answer):
    """One published item: a story, or an event of it, that matched a watchlist."""

    id: str = Field(description="the id that feeds give it; it never changes", examples=[_ENTRY_URN])
    kind: EntryKind
    created: datetime = Field(description="its place in the order of entries")
    revision: int = Field(description="for a revision, which one", ge=0)
    article: ArticleItem = Field(description="the article that stands for the story")
    matches: list[MatchItem] = Field(description="why it is there, for each watchlist that lists it")
    copies: list[CopyItem] = Field(
        description="the story's other articles by the time they came out, at most 100"
    )


class MemberItem(Answer):
    """One article of a story, with why it belongs to it."""

    id: ArticleId
    url: Address
    source: SourceId
    official: bool = Field(description="whether its source is official")
    language: Language
    title: Title
    published: PublishedAt | None
    first_seen: FirstSeen
    decision: DecisionKind | None
    of: int | None = Field(description="the article that it was found to copy")
    similarity: float | None
    reason: str | None


class StoryItem(Answer):
    """A story as listings show it."""

    id: StoryId
    created: datetime = Field(description="when its first article came")
    primary: int = Field(
        description="the article that stands for it: the official original, else the first seen"
    )
    title: Title
    articles: int = Field(description="how many complete articles it has", ge=1)
    sources: list[str] = Field(description="ids of their sources, sorted")
    languages: list[str] = Field(description="their languages, sorted")
    first_seen: FirstSeen
    last_seen: datetime = Field(description="when its newest article was first seen")


class StoryWhole(StoryItem):
    """A story with its articles."""

    members: list[MemberItem] = Field(description="by the time they came out")
    entries: list[str] = Field(description="ids of its entries, oldest first")


class EntryPage(Page):
    """Entries, newest first."""

    items: list[EntryItem]


class StoryPage(Page):
    """Stories, newest first."""

    items: list[StoryItem]
