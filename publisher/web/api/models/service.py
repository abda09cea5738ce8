"""Watchlists, sources and health as the API answers them. Values only."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from core.article import Outcome
from publisher.web.api.models.base import Answer, Page, SourceId


class WatchlistItem(Answer):
    """An analyst's rules."""

    id: str = Field(examples=["central-asia"])
    name: str
    about: str | None
    states: dict[str, str] = Field(description="ISO code and name of its states")
    digest: str = Field(description="changes whenever its rules, forms or languages do")
    revisions: bool = Field(description="whether revisions and withdrawals are published")
    feeds: list[str] = Field(description="addresses of its feeds")
    matched_to: int | None = Field(
        description="how many of the archive's changes it was matched with; null: not yet met"
    )
    changes: int | None = Field(description="how many changes there are")


class SourceHealth(Answer):
    """How a source does."""

    klass: str = Field(serialization_alias="class", examples=["well"])
    since: datetime
    reason: str
    snoozed_until: datetime | None


class SourcePolls(Answer):
    """A source's polls: when the last ones were, when the next is, sums over its life."""

    last_poll: datetime | None
    last_success: datetime | None
    last_new: datetime | None
    due: datetime
    outcome: Outcome | None
    error: str | None
    failures: int = Field(description="failed polls in a row")
    polls: int
    fetched: int
    new: int
    duplicate: int
    revised: int


class SourceItem(Answer):
    """A publisher's list of new pages."""

    id: SourceId
    name: str
    native_name: str | None = Field(description="its name in its own language")
    country: str = Field(description="ISO 3166 code, or EU, UN, INT, REG", examples=["KZ"])
    publisher: Literal["official", "agency", "press", "analysis", "organisation"]
    languages: list[str]
    home: str
    kind: str = Field(description="how its pages are found", examples=["feed"])
    urls: list[str] = Field(description="what is polled")
    enabled: bool
    disabled_reason: str | None
    state: SourcePolls | None = Field(description="null: never polled")
    health: SourceHealth | None = Field(description="null: not judged yet")


class HealthAnswer(Answer):
    """How the service does."""

    alive: bool = Field(description="its loop turns")
    healthy: bool = Field(description="its work is done")
    reasons: list[str] = Field(description="what is wrong, a sentence each")
    notices: list[str] = Field(description="what needs somebody's eye")
    version: str
    started: datetime
    taken: datetime = Field(description="the moment that this is about")
    counts: dict[str, int] = Field(
        description="articles, held, stories, revisions, matches, entries, sources"
    )
    behind: int = Field(description="changes that some watchlist has still to be matched with")


class WatchlistPage(Page):
    """All watchlists, by id."""

    items: list[WatchlistItem]


class SourcePage(Page):
    """All sources, by id."""

    items: list[SourceItem]
