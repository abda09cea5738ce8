"""What the store gives back of sources and their polls."""

from dataclasses import dataclass
from datetime import datetime

from core.article import Outcome, PollReport


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceState:
    """A source's row: when it was and will be polled, and how that went. `totals` are sums over its life."""

    id: str
    due: datetime
    claimed_until: datetime | None
    last_poll: datetime | None
    last_success: datetime | None
    last_new: datetime | None
    last_outcome: Outcome | None
    last_error: str | None
    failures: int
    polls: int
    totals: "SourceTotals"


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceTotals:
    """Counts over a source's life."""

    fetched: int = 0
    new: int = 0
    duplicate: int = 0
    revised: int = 0
    matched: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Polling:
    """What is remembered of a source between polls; `memory` is the scheduler's own text.

    `reason` says why the next poll is when it is. `weight` is its rate of matches beside the average.
    """

    memory: str
    reason: str
    weight: float = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Polled:
    """A poll that is being closed: failed polls in a row before it, articles that it brought."""

    failures: int
    new: int
    before: Polling | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Rated:
    """A source's memory with how many articles it brought, and how many of those match a watchlist."""

    source: str
    memory: str
    articles: int
    matched: int


@dataclass(frozen=True, kw_only=True, slots=True)
class NextPoll:
    """When a source is to be polled next, why, and what is to be remembered until then."""

    at: datetime
    reason: str
    memory: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Poll:
    """A past poll: what the crawl stage reported, and what became of its articles."""

    report: PollReport
    new: int
    duplicate: int
    revised: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """How many articles of a source are held for one reason."""

    source: str
    reason: str
    articles: int


@dataclass(frozen=True, kw_only=True, slots=True)
class TroubledPage:
    """A listed page that gave no complete article when it was read last.

    `failures` counts such reads in a row, `poisoned` those that killed or hung the reader.
    """

    source: str
    url: str
    at: datetime
    failures: int
    poisoned: int
    error: str
