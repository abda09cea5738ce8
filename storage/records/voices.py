"""Who speaks and about whom: what the publisher decides of statements, and what the store gives back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from core.statement import Statement
from storage.records.articles import StoredArticle

VoiceKind = Literal["person", "office", "unknown"]
# Who spoke last first, who has most statements first, by key.
VoiceOrder = Literal["newest", "most", "key"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Unheard:
    """A statement that waits for who says it. `at`: the article's date, else its first sight."""

    statement: int
    speaker: str | None
    office: str | None
    language: str
    words: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Who:
    """A speaker: `key` is the same for all spellings. `name` and `office` as the registry or the page has it.

    `country` is an ISO code or an organisation's letters, where known.
    """

    key: str
    kind: VoiceKind
    name: str
    office: str | None
    country: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """A decision: who says a statement (None: nobody is named), and whom its words name."""

    statement: int
    who: Who | None
    about: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class VoiceAsk:
    """Which speakers: all conditions must hold, None asks for nothing. Days are bounds of first sight.

    `offices` asks for offices and bodies alone; `behind` for those whose keys come after that one.
    """

    name: str | None = None
    office: str | None = None
    country: str | None = None
    languages: tuple[str, ...] | None = None
    since: datetime | None = None
    until: datetime | None = None
    about: str | None = None
    offices: bool = False
    behind: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Voice:
    """A speaker with statements: how many there are (as asked for), and when the last one was first seen."""

    id: int
    key: str
    kind: VoiceKind
    name: str
    office: str | None
    country: str | None
    statements: int
    last: datetime | None
    spellings: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class VoiceStatement:
    """A statement of one speaker, its place among those of its article, and what its words name."""

    stored: StoredArticle
    position: int
    about: tuple[str, ...]

    @property
    def statement(self) -> Statement:
        """The statement itself."""
        return self.stored.article.statements[self.position]


@dataclass(frozen=True, kw_only=True, slots=True)
class VoiceCounts:
    """What one speaker said, in numbers: by day, by language, by who is named. Days are ISO dates."""

    days: tuple[tuple[str, int], ...]
    languages: tuple[tuple[str, int], ...]
    about: tuple[tuple[str, int], ...]
