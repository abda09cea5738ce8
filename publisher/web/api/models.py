"""What the API answers: the shapes that docs/api.md promises to keep. Values only; made in `shapes.py`.

Every moment is ISO 8601 in UTC. A field may be added to any of these; none is renamed or taken away.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from core.article import Outcome, Precision
from core.statement import StatementKind
from storage.records.articles import DecisionKind, RevisionKind
from storage.records.publication import EntryKind

_ARTICLE_URN = "urn:uuid:350b891c-e591-506a-b6ec-bb1b0a81c87a"
_ENTRY_URN = "urn:uuid:1d3f12e7-807b-53b5-8930-940148b105fe"
_MOMENT = "2026-11-20T05:30:00Z"


class Answer(BaseModel):
    """The base of all answers."""

    model_config = ConfigDict(frozen=True)


ArticleId = Annotated[
    int, Field(description="number in this database; the address of its page and here", examples=[1])
]
ArticleUrn = Annotated[
    str,
    Field(
        description="made of address and language: the same in feeds, and after a rebuild",
        examples=[_ARTICLE_URN],
    ),
]
SourceId = Annotated[str, Field(description="id of its source", examples=["kz-ministry"])]
Language = Annotated[
    str, Field(description='code of a language; "und" where it is not recognised', examples=["en", "uz-Latn"])
]
FirstSeen = Annotated[datetime, Field(description="when it was first seen here", examples=[_MOMENT])]
StoryId = Annotated[int, Field(description="number of its story in this database", examples=[1])]
Title = Annotated[str, Field(description="its title", examples=["Treaty to be signed in Astana"])]
Address = Annotated[str, Field(description="its address", examples=["https://ministry.example/news/1"])]


class Failure(Answer):
    """What every error is."""

    error: str = Field(
        description="what was wrong, and what to do", examples=["source: there is no 'nobody'"], min_length=1
    )


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
    authors: list[str]
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


class RevisionItem(Answer):
    """One text that an article has or had, without its words."""

    number: int = Field(description="counts the texts that are kept, from 1", ge=1)
    revision: int = Field(description="number of the substantive revision; 0 came first", ge=0)
    kind: RevisionKind | None = Field(description="how it differs from the text before; null for the first")
    reason: str | None = Field(description="what differs")
    text_hash: str = Field(description="hash of title and text, as in `fetches`")
    title: str
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
    subtitle: str | None
    site_name: str | None
    section: str | None
    tags: list[str]
    credit: str | None = Field(description="whom the page names as its source", examples=["agencies"])
    image: str | None
    image_caption: str | None
    image_credit: str | None
    alternates: list[tuple[str, str]] = Field(description="hreflang and address of its other languages")
    fetched_at: datetime
    statements: list[StatementItem] = Field(description="in the order of the text")
    matches: list[MatchItem] = Field(description="the highest score first")
    entries: list[str] = Field(description="ids of the entries that it gave, at most 50")
    versions: list[VersionItem] = Field(description="the same page in other languages, at most 50")
    revisions: list[RevisionItem] = Field(description="every text that is kept, the present one last")
    decisions: list[DecisionItem] = Field(description="the newest 50, oldest first")
    fetches: list[FetchItem] = Field(description="the newest 50, oldest first")


class CopyItem(Answer):
    """Another article of a story, as an entry shows it."""

    url: Address
    source: SourceId
    language: Language
    published: PublishedAt | None
    first_seen: FirstSeen


class EntryItem(Answer):
    """One published item: a story, or an event of it, that matched a watchlist."""

    id: str = Field(description="the id that feeds give it; it never changes", examples=[_ENTRY_URN])
    kind: EntryKind
    created: datetime = Field(description="its place in the order of entries")
    revision: int = Field(description="for a revision, which one", ge=0)
    article: ArticleItem = Field(description="the article that stands for the story")
    matches: list[MatchItem] = Field(description="why it is there, for each watchlist that lists it")
    copies: list[CopyItem] = Field(
        description="the story's other articles by the time they came out, at most 100"
    )


class MemberItem(Answer):
    """One article of a story, with why it belongs to it."""

    id: ArticleId
    url: Address
    source: SourceId
    official: bool = Field(description="whether its source is official")
    language: Language
    title: Title
    published: PublishedAt | None
    first_seen: FirstSeen
    decision: DecisionKind | None
    of: int | None = Field(description="the article that it was found to copy")
    similarity: float | None
    reason: str | None


class StoryItem(Answer):
    """A story as listings show it."""

    id: StoryId
    created: datetime = Field(description="when its first article came")
    primary: int = Field(
        description="the article that stands for it: the official original, else the first seen"
    )
    title: Title
    articles: int = Field(description="how many complete articles it has", ge=1)
    sources: list[str] = Field(description="ids of their sources, sorted")
    languages: list[str] = Field(description="their languages, sorted")
    first_seen: FirstSeen
    last_seen: datetime = Field(description="when its newest article was first seen")


class StoryWhole(StoryItem):
    """A story with its articles."""

    members: list[MemberItem] = Field(description="by the time they came out")
    entries: list[str] = Field(description="ids of its entries, oldest first")


class WatchlistItem(Answer):
    """An analyst's rules."""

    id: str = Field(examples=["central-asia"])
    name: str
    about: str | None
    states: dict[str, str] = Field(description="ISO code and name of its states")
    digest: str = Field(description="changes whenever its rules, forms or languages do")
    revisions: bool = Field(description="whether revisions and withdrawals are published")
    feeds: list[str] = Field(description="addresses of its feeds")
    matched_to: int | None = Field(
        description="how many of the archive's changes it was matched with; null: not yet met"
    )
    changes: int | None = Field(description="how many changes there are")


class SourceHealth(Answer):
    """How a source does."""

    klass: str = Field(serialization_alias="class", examples=["well"])
    since: datetime
    reason: str
    snoozed_until: datetime | None


class SourcePolls(Answer):
    """A source's polls: when the last ones were, when the next is, sums over its life."""

    last_poll: datetime | None
    last_success: datetime | None
    last_new: datetime | None
    due: datetime
    outcome: Outcome | None
    error: str | None
    failures: int = Field(description="failed polls in a row")
    polls: int
    fetched: int
    new: int
    duplicate: int
    revised: int


class SourceItem(Answer):
    """A publisher's list of new pages."""

    id: SourceId
    name: str
    native_name: str | None = Field(description="its name in its own language")
    country: str = Field(description="ISO 3166 code, or EU, UN, INT, REG", examples=["KZ"])
    publisher: Literal["official", "agency", "press", "analysis", "organisation"]
    languages: list[str]
    home: str
    kind: str = Field(description="how its pages are found", examples=["feed"])
    urls: list[str] = Field(description="what is polled")
    enabled: bool
    disabled_reason: str | None
    state: SourcePolls | None = Field(description="null: never polled")
    health: SourceHealth | None = Field(description="null: not judged yet")


class HealthAnswer(Answer):
    """How the service does."""

    alive: bool = Field(description="its loop turns")
    healthy: bool = Field(description="its work is done")
    reasons: list[str] = Field(description="what is wrong, a sentence each")
    notices: list[str] = Field(description="what needs somebody's eye")
    version: str
    started: datetime
    taken: datetime = Field(description="the moment that this is about")
    counts: dict[str, int] = Field(
        description="articles, held, stories, revisions, matches, entries, sources"
    )
    behind: int = Field(description="changes that some watchlist has still to be matched with")


class Page(Answer):
    """What all listings have."""

    next: str | None = Field(description="address of the next page; null: this is the last one")


class ArticlePage(Page):
    """Articles, newest first."""

    items: list[ArticleItem]


class StatementPage(Page):
    """Statements, newest first."""

    items: list[StatementItem]


class StoryPage(Page):
    """Stories, newest first."""

    items: list[StoryItem]


class EntryPage(Page):
    """Entries, newest first."""

    items: list[EntryItem]


class MatchPage(Page):
    """Matches, of the newest article first."""

    items: list[ListedMatch]


class WatchlistPage(Page):
    """All watchlists, by id."""

    items: list[WatchlistItem]


class SourcePage(Page):
    """All sources, by id."""

    items: list[SourceItem]
