"""What the store gives back of publishing: how far a follower has read, and entries."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from core.match import Match
from storage.records.articles import Copy, Revision, StoredArticle

EntryKind = Literal["statement", "revision", "gone"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Cursor:
    """How far a follower has read the change sequence, and with which rules (`digest`).

    Since its rules changed, it has read its archive `again` so far; it was at `until` when they did.
    """

    seq: int = 0
    digest: str = ""
    again: int = 0
    until: int = 0

    def with_rules(self, digest: str) -> "Cursor":
        """Return where to go on with these rules: with others than before, the archive comes once more."""
        return self if digest == self.digest else Cursor(seq=self.seq, digest=digest, until=self.seq)


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """How far a follower is with its present rules: it has read `reached` of `last` changes."""

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
