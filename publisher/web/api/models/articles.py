"""Articles with their statements, texts and matches, as the API answers them. Values only."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from core.article import Precision
from core.statement import StatementKind
from publisher.web.api.models.base import (
    Address,
    Answer,
    ArticleId,
    ArticleUrn,
    FirstSeen,
    Language,
    Name,
    Page,
    SourceId,
    StoryId,
    Subtitle,
    Title,
)
from storage.records.articles import DecisionKind, RevisionKind

_MOMENT = "2026-11-20T05:30:00Z"


class PublishedAt(Answer):
    """When a page says that it was published. A date that was not understood has `raw` only."""

    at: datetime | None = Field(description="the beginning of what `precision` names", examples=[_MOMENT])
    precision: Precision | None = Field(description="how much of the date the page gives")
    raw: str = Field(description="the date as the page has it", examples=["20 November 2026 10:30"])


class GoneSince(Answer):
    """Since when a page is not there any more, and what was found instead."""

    at: datetime
    reason: str = Field(examples=["404"])


class ArticleItem(Answer):
    """An article as listings show it."""

    id: ArticleId
    urn: ArticleUrn
    url: Address
    source: SourceId
    language: Language
    title: Title
    summary: str = Field(description="the beginning of its text")
    published: PublishedAt | None = Field(description="null: the page gives no date")
    first_seen: FirstSeen
    story: StoryId
    revision: int = Field(description="how many substantive revisions it has had", ge=0)
    authors: list[Name]
    gone: GoneSince | None = Field(description="null: its page is there, as far as is known")
    snippet: str | None = Field(None, description="with `q`: where it was found, hits between [ and ]")
    text: str | None = Field(
        None, description="with `text=full`: the whole text, paragraphs parted by a blank line"
    )


class StatementItem(Answer):
    """Words that an article attributes to a speaker."""

    id: str = Field(
        description="made of the article and the words: it stays while the article has these words",
        examples=["urn:uuid:5b6d3a3c-5f0e-5a77-9d4c-0f6f0a7a8c11"],
    )
    article: ArticleId
    article_urn: ArticleUrn
    url: Address
    source: SourceId
    title: Title
    first_seen: FirstSeen
    speaker: str | None = Field(description="the fullest name that the article gives; null: not sure")
    office: str | None = Field(description="the office as the article words it")
    words: str = Field(description="the words, exactly as the article has them")
    language: Language
    kind: StatementKind = Field(description="how the words stand in the article")
    verb: str | None = Field(description="the verb of speech, as found")
    rule: str = Field(description="the rule that found the speaker", examples=["verb name"])
    confidence: float = Field(description="how far that rule can be trusted", ge=0, le=1)
    start: int = Field(description="where the words begin, in characters of the article's text", ge=0)
    end: int = Field(description="where they end", ge=0)


class StatementWhole(StatementItem):
    """A statement with who of all speakers says it."""

    speaker_id: str | None = Field(
        description="id of its speaker, as in /api/speakers; null: nobody is named, or it came a moment ago",
        examples=["KZ/Kassym-Jomart Tokayev"],
    )
    about: list[str] = Field(
        description="whom the words name: ISO codes, organisations, ids of people", examples=[["UZ", "SCO"]]
    )


class RevisionItem(Answer):
    """One text that an article has or had, without its words."""

    number: int = Field(description="counts the texts that are kept, from 1", ge=1)
    revision: int = Field(description="number of the substantive revision; 0 came first", ge=0)
    kind: RevisionKind | None = Field(description="how it differs from the text before; null for the first")
    reason: str | None = Field(description="what differs")
    text_hash: str = Field(description="hash of title and text, as in `fetches`")
    title: Title
    fetched_at: datetime


class RevisionText(RevisionItem):
    """One text that an article has or had."""

    text: str


class VersionItem(Answer):
    """An article that is the same page in another language."""

    id: ArticleId
    source: SourceId
    language: Language
    title: Title


class DecisionItem(Answer):
    """What was decided on an article when a text of it came."""

    at: datetime
    kind: DecisionKind
    of: int | None = Field(description="the article that it copies or revises")
    similarity: float | None = Field(description="share of shingles in common, where texts were compared")
    reason: str


class FetchItem(Answer):
    """How one text of an article came."""

    text_hash: str
    source: SourceId
    at: datetime
    chain: list[str] = Field(description="the addresses that led to the page, the last one is its own")
    status: int = Field(description="HTTP status", examples=[200])
    headers: list[tuple[str, str]] = Field(description="name and value of the headers that matter")
    body_hash: str = Field(description="SHA-256 of the body")
    size: int = Field(description="bytes of the body")
    reader: str = Field(description="version of the code that read it")
    page: str | None = Field(description="where the page is kept among the WARC files; null: not any more")


class EvidenceItem(Answer):
    """One term found."""

    group: str = Field(description="name of the term list")
    term: str = Field(description="the term as the watchlist has it")
    form: str = Field(description="the characters of the article")
    field: Literal["title", "text"]
    start: int
    end: int
    sentence: str


class MatchItem(Answer):
    """Why an article matches a watchlist."""

    watchlist: str = Field(description="id of the watchlist", examples=["central-asia"])
    article: ArticleId
    score: float = Field(ge=0, le=1)
    states: list[str] = Field(description="ISO codes of the states that it is about, the most central first")
    why: str = Field(description="one sentence for a reader")
    sentence: str = Field(description="the article's own sentence that decided")
    evidence: list[EvidenceItem] = Field(description="strongest first")


class ListedMatch(MatchItem):
    """A match with what its article is."""

    article_urn: ArticleUrn
    url: Address
    source: SourceId
    language: Language
    title: Title
    first_seen: FirstSeen


class ArticleWhole(ArticleItem):
    """All that is known of an article."""

    canonical_url: str = Field(
        description="the address without what does not tell pages apart; with the language, the identity"
    )
    held: str | None = Field(description="why it is not complete, and so never published")
    withheld: str | None = Field(description="why it is no news although it is complete")
    text: str = Field(description="the text, paragraphs parted by a blank line")
    subtitle: Subtitle | None
    site_name: Name | None
    section: Name | None
    tags: list[Name]
    credit: Name | None = Field(description="whom the page names as its source", examples=["agencies"])
    image: str | None
    image_caption: Subtitle | None
    image_credit: Name | None
    alternates: list[tuple[str, str]] = Field(description="hreflang and address of its other languages")
    fetched_at: datetime
    statements: list[StatementItem] = Field(description="in the order of the text")
    matches: list[MatchItem] = Field(description="the highest score first")
    entries: list[str] = Field(description="ids of the entries that it gave, at most 50")
    versions: list[VersionItem] = Field(description="the same page in other languages, at most 50")
    revisions: list[RevisionItem] = Field(description="every text that is kept, the present one last")
    decisions: list[DecisionItem] = Field(description="the newest 50, oldest first")
    fetches: list[FetchItem] = Field(description="the newest 50, oldest first")


class ArticlePage(Page):
    """Articles, newest first."""

    items: list[ArticleItem]


class StatementPage(Page):
    """Statements, newest first."""

    items: list[StatementItem]


class MatchPage(Page):
    """Matches, of the newest article first."""

    items: list[ListedMatch]
