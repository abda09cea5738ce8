"""What the API lists beside articles and entries."""

from dataclasses import dataclass
from datetime import datetime

from core.article import Published
from core.match import Match
from storage.records.articles import Member, StoredArticle


@dataclass(frozen=True, kw_only=True, slots=True)
class StorySummary:
    """A story in numbers. `primary` is the article that stands for it, `title` is that article's."""

    id: int
    created: datetime
    primary: int
    title: str
    articles: int
    sources: tuple[str, ...]
    languages: tuple[str, ...]
    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class StoryWhole:
    """A story with the first of its articles by the time they came out, and the primary one; its entries."""

    summary: StorySummary
    members: tuple[Member, ...]
    entries: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ArticleHead:
    """What an article is, without its text."""

    id: int
    source: str
    url: str
    canonical_url: str
    language: str
    title: str
    published: Published | None
    first_seen: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class MatchOf:
    """A match with the article that it is of."""

    article: ArticleHead
    match: Match


@dataclass(frozen=True, kw_only=True, slots=True)
class StatementOf:
    """A statement of an article; `position` counts them from 0. `at` is the article's first sight."""

    at: str
    stored: StoredArticle
    position: int


@dataclass(frozen=True, kw_only=True, slots=True)
class StatementWhole(StatementOf):
    """A statement with whom it names and its speaker's key; None: nobody is named, or not decided yet."""

    speaker: str | None
    about: tuple[str, ...]
