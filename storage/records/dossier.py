"""What the store gives back of one article for its page: all that is known of it, bounded."""

from dataclasses import dataclass
from datetime import datetime

from core.match import Match
from storage.records.articles import DecisionMade, Fetch, RevisionKind, StoredArticle, StoryPart
from storage.records.publication import EntryKind


@dataclass(frozen=True, kw_only=True, slots=True)
class TextHead:
    """One text that an article has or had, without its words. `number` counts the kept ones from 1."""

    number: int
    revision: int
    kind: RevisionKind | None
    reason: str | None
    text_hash: str
    title: str
    read: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class VersionHead:
    """An article that is the same page in another language."""

    id: int
    source: str
    language: str
    title: str


@dataclass(frozen=True, kw_only=True, slots=True)
class EntryHead:
    """An entry that an article gave."""

    id: str
    kind: EntryKind
    watchlist: str
    created: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Dossier:
    """One article with all that is known of it. `story` is None for a held one; `texts` end with the present.

    `fetches` and `decisions` are the newest ones, oldest first; `more_...` count those left out.
    """

    stored: StoredArticle
    matches: tuple[Match, ...]
    texts: tuple[TextHead, ...]
    fetches: tuple[Fetch, ...]
    more_fetches: int
    decisions: tuple[DecisionMade, ...]
    more_decisions: int
    story: StoryPart | None
    versions: tuple[VersionHead, ...]
    entries: tuple[EntryHead, ...]
