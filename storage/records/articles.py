"""What the store gives back of articles: their texts, how they came, what was decided, their stories."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from core.article import Article, Precision, Published

DecisionKind = Literal["new", "duplicate", "revision", "same_story", "unchanged"]
RevisionKind = Literal["substantive", "cosmetic"]
ChangeKind = Literal["new", "copy", "revision", "cosmetic", "gone"]


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
class StoryPart:
    """A story as a page shows it: `members`, by time, are the first of its `articles` and the primary one."""

    id: int
    primary: Member
    members: tuple[Member, ...]
    articles: int
    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Ruling:
    """What an operator ruled on an article: that it belongs with the article `of`, or (None) apart."""

    at: datetime
    article: int
    of: int | None
    reason: str


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
