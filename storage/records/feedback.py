"""What an analyst says of an article and a watchlist: a label, with what the matcher said at the time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

# `missed`: an address that should have been an entry, whether the archive has it or not.
FeedbackKind = Literal["relevant", "not_relevant", "missed"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """The article as it was judged, and what the watchlist said. `rules` is the watchlist's digest.

    `article` is None once it was removed. `is_cut`: the text was longer than what is kept of it.
    """

    article: int | None
    language: str
    source: str
    country: str | None
    published: datetime | None
    title: str
    text: str
    is_cut: bool = False
    rules: str
    matched: bool
    score: float
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Feedback:
    """One label. `judged` is None for an address that the archive does not have.

    `by` is the user's name. `id` is 0 until the store has given a number. A user has one label for an
    address, its language and a watchlist: another one takes its place.
    """

    id: int = 0
    kind: FeedbackKind
    watchlist: str
    address: str
    by: str
    at: datetime
    note: str = ""
    judged: Judged | None = None

    @property
    def is_relevant(self) -> bool:
        """Whether the watchlist should match the article."""
        return self.kind != "not_relevant"
