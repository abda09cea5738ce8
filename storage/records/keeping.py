"""What the store is told of keeping, and what it tells of backups."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta


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
