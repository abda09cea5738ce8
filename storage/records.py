"""What the store gives back: one frozen record for each question that it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from core.article import Article, Outcome, PollReport, Precision, Published
from core.match import Match
from core.statement import Statement

DecisionKind = Literal["new", "duplicate", "revision", "same_story", "unchanged"]
RevisionKind = Literal["substantive", "cosmetic"]
ChangeKind = Literal["new", "copy", "revision", "cosmetic", "gone"]
EntryKind = Literal["statement", "revision", "gone"]


@dataclass(frozen=True, kw_only=True, slots=True)
class KeepRules:
    """What the config says on keeping a source's articles.

    `looks` are the ages at which a page is looked at again, youngest first. `news_age`: what is older, or
    bears no date, in a source's first poll is kept but not published; None publishes everything.
    """

    looks: tuple[timedelta, ...] = ()
    news_age: timedelta | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """How long the articles of a source are kept, and how many bytes of text at most; None: no bound."""

    age: timedelta | None = None
    max_bytes: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class KeepLimits:
    """What is removed in the end. `max_bytes` bounds the whole file; `matched`: also stories that matched."""

    default: Limits = Limits()
    sources: Mapping[str, Limits] = field(default_factory=dict)
    max_bytes: int | None = None
    matched: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Backup:
    """A backup that was made: `seq` is the last change that it holds."""

    at: datetime
    file: str
    bytes: int
    seq: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """What became of a batch's articles: `unchanged` were read again, the pages of `gone` were not there.

    `removed` had been removed from the store before: they do not come back.
    """

    new: int = 0
    duplicate: int = 0
    revised: int = 0
    cosmetic: int = 0
    unchanged: int = 0
    held: int = 0
    gone: int = 0
    removed: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Gone:
    """Since when an article's page is not there any more, and what was found in its place."""

    at: datetime
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredArticle:
    """An article with what the store knows beyond the page: ids, first sight, story, revision number.

    `revision` counts substantive revisions; 0 is the text that came first. `gone`: its page is not there now.
    `withheld` says why it is no news: it was there when its source was polled first.
    """

    id: int
    story: int
    revision: int
    first_seen: datetime
    gone: Gone | None = None
    withheld: str | None = None
    article: Article


@dataclass(frozen=True, kw_only=True, slots=True)
class Revision:
    """One text that an article has or had. `kind` and `reason` say what sets it off; None for the first.

    `revision` as in StoredArticle.
    """

    revision: int
    kind: RevisionKind | None
    reason: str | None
    text_hash: str
    title: str
    text: str
    fetched_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Fetch:
    """How one text of an article came. `text_hash` is its Revision's; `page` where the page itself is kept.

    `chain`, `headers`, `body_hash` and `reader` as in `core.fetched.Fetched`; `size` is the body's, in bytes.
    """

    text_hash: str
    source: str
    at: datetime
    chain: tuple[str, ...]
    status: int
    headers: tuple[tuple[str, str], ...]
    body_hash: str
    size: int
    reader: str
    page: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class DecisionMade:
    """What was decided when a text came: `of` is the article that it copies or revises, None for new."""

    at: datetime
    kind: DecisionKind
    of: int | None
    similarity: float | None
    reason: str


def came_out(published: Published | None, first_seen: datetime) -> datetime:
    """Return when an article came out: as its page says to the minute, else when it was first seen."""
    if published is None or published.at is None:
        return first_seen
    return published.at if published.precision in (Precision.SECOND, Precision.MINUTE) else first_seen


@dataclass(frozen=True, kw_only=True, slots=True)
class Copy:
    """Another article of the same story."""

    source: str
    url: str
    first_seen: datetime
    published: Published | None = None
    language: str = "und"

    @property
    def came_out(self) -> datetime:
        """When it came out, as far as is known."""
        return came_out(self.published, self.first_seen)


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """One article of a story, with what was decided on it. `of` is the article that it was found to copy."""

    id: int
    source: str
    official: bool
    url: str
    language: str
    title: str
    published: Published | None
    first_seen: datetime
    decision: DecisionKind | None
    of: int | None
    similarity: float | None
    reason: str | None

    @property
    def came_out(self) -> datetime:
        """When it came out, as far as is known."""
        return came_out(self.published, self.first_seen)


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    """All complete articles of one story by time. `primary` is the official original, else the first seen."""

    id: int
    primary: int
    members: tuple[Member, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One step of the change sequence. `seq` grows by commit order and never repeats.

    `kind`: `new` opens a story, `copy` joins one, `revision` is a substantive revision, with its number in
    `revision`. `cosmetic` tells that the stored characters changed and nothing that a reader must hear of:
    match again (offsets move), publish no entry for it. `gone`: its page is not there any more.
    `stored` is the article as it is now, `title` and `text` as they were when that revision came.
    """

    seq: int
    kind: ChangeKind
    revision: int
    at: datetime
    title: str
    text: str
    stored: StoredArticle


@dataclass(frozen=True, kw_only=True, slots=True)
class Cursor:
    """How far a follower has read the change sequence, and with which rules (`digest`)."""

    seq: int = 0
    digest: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """How far a follower is: `reached` of the change sequence's `last`."""

    follower: str
    reached: int
    last: int


@dataclass(frozen=True, kw_only=True, slots=True)
class EntryDraft:
    """An entry to be published: idempotent on `id`. `revision` is 0 for the statement itself."""

    id: str
    kind: EntryKind
    watchlist: str
    story: int
    article: int
    revision: int
    created: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A published entry with all that a feed shows of it.

    For a revision `before` and `after` are the texts around it, as far as they are kept.
    """

    id: str
    kind: EntryKind
    watchlist: str
    revision: int
    created: datetime
    before: Revision | None = None
    after: Revision | None = None
    stored: StoredArticle
    match: Match
    copies: tuple[Copy, ...] = ()


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


@dataclass(frozen=True, kw_only=True, slots=True)
class HealthState:
    """How a source does: its class, since when, and why. Nothing is told of it until `snoozed_until`."""

    klass: str
    since: datetime
    reason: str
    snoozed_until: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Alert:
    """A change of a source's class. `source` is "" for the service itself."""

    source: str
    was: str
    became: str
    reason: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertGroup:
    """Alerts told together."""

    number: int
    alerts: tuple[Alert, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Send:
    """One group on its way to one target. `target` is the digest of the target's address."""

    group: int
    target: str
    tries: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SearchHit:
    """One article found by full-text search, newest first; `snippet` marks hits with [ and ]."""

    stored: StoredArticle
    snippet: str


@dataclass(frozen=True, kw_only=True, slots=True)
class StatementHit:
    """One statement found by its speaker or office, with the article that carries it."""

    stored: StoredArticle
    statement: Statement
