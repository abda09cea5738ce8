"""Values for the publisher's tests: an entry with all its parts, each of which a test may replace."""

import random
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from core.article import Article, Precision, Published
from core.match import Evidence, Match
from core.source import Source
from publisher.feeds.head import Head
from publisher.feeds.item import Item, Look, entry_item
from publisher.matching import Offices
from storage.records.articles import Copy, StoredArticle
from storage.records.publication import Entry

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
STATES = {"KZ": "Kazakhstan", "UZ": "Uzbekistan"}

SENTENCE = "The minister said that both sides would sign the treaty in Astana."
PUBLISHED = Published(
    raw="20 November 2026 10:30", at=datetime(2026, 11, 20, 5, 30, tzinfo=UTC), precision=Precision.MINUTE
)
TEXT = f"Talks were held on Friday. {SENTENCE} No date was given.\n\nThe delegation left in the evening."


HEAD = Head(path="central-asia", title="Central Asia foreign policy", base_url="https://wire.example")


def make_item(
    entry: Entry,
    *,
    sources: Mapping[str, Source] | None = None,
    summary_words: int = 60,
    offices: Offices | None = None,
    full: bool = False,
) -> Item:
    """Return the item of an entry, with the sources and states of this module."""
    look = Look(
        sources=SOURCES if sources is None else sources,
        states=STATES,
        summary_words=summary_words,
        offices=offices,
        full=full,
    )
    return entry_item(entry, look)


def make_source(**changes: object) -> Source:
    values: dict[str, object] = {
        "id": "kz-ministry",
        "name": "Ministry of Examples",
        "country": "KZ",
        "publisher": "official",
        "languages": ("en",),
        "time_zone": "Asia/Almaty",
        "home": "https://ministry.example",
        "kind": "feed",
        "urls": ("https://ministry.example/rss",),
    }
    return Source.model_validate(values | changes)


SOURCES = {
    source.id: source
    for source in (
        make_source(),
        make_source(id="kz-paper", name="The Example Paper", publisher="press", home="https://paper.example"),
    )
}


def make_article(
    *,
    source: str = "kz-ministry",
    url: str = "https://ministry.example/news/1",
    language: str = "en",
    title: str = "Treaty to be signed in Astana",
    text: str = TEXT,
    published: Published | None = PUBLISHED,
    authors: tuple[str, ...] = (),
    held: str | None = None,
) -> Article:
    return Article(
        source=source,
        url=url,
        canonical_url=url,
        language=language,
        title=title,
        text=text,
        published=published,
        authors=authors,
        fetched_at=NOW,
        held=held,
    )


def make_match(
    *,
    sentence: str = SENTENCE,
    why: str = "a treaty that involves Kazakhstan",
    terms: tuple[tuple[str, str], ...] = (("treaty", "treaty"), ("Astana", "Astana")),
    states: tuple[str, ...] = ("KZ",),
) -> Match:
    evidence = tuple(
        Evidence(group="acts", term=term, form=form, field="text", start=0, end=len(form), sentence=sentence)
        for term, form in terms
    )
    return Match(
        watchlist="central-asia",
        matched=True,
        score=0.9,
        language="en",
        states=states,
        why=why,
        sentence=sentence,
        evidence=evidence,
    )


def make_entry(
    article: Article | None = None,
    *,
    id: str = "urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8",  # noqa: A002 - the field's name
    match: Match | None = None,
    revision: int = 0,
    created: datetime = NOW,
    copies: tuple[Copy, ...] = (),
) -> Entry:
    stored = StoredArticle(
        id=1, story=1, revision=revision, first_seen=created, article=article or make_article()
    )
    return Entry(
        id=id,
        kind="revision" if revision else "statement",
        watchlist="central-asia",
        revision=revision,
        created=created,
        stored=stored,
        match=match or make_match(),
        copies=copies,
    )


def random_texts(count: int) -> Iterator[str]:
    """Yield the same odd texts at each run: any code point at all, and characters that make trouble."""
    draw = random.Random(2026)
    trouble = "\x00\t\n\r\x0b\x85\u2028\ud800\udc00\ufffe\uffff\u0301<>&\"']]>.!? "
    for _ in range(count):
        length = draw.choice((0, 1, 5, 60, 600))
        yield "".join(
            draw.choice(trouble) if draw.random() < 0.5 else chr(draw.randrange(0x110000))
            for _ in range(length)
        )
