"""Entries in a site's store, for tests of pages: kept, matched and published as the daemon does it."""

from datetime import datetime, timedelta

from fakes_publisher import NOW, SENTENCE, TEXT

from core.article import Article, Batch, Precision, Published
from core.ids import entry_id
from core.match import Evidence, Match
from core.statement import Statement, StatementKind
from storage.records.publication import Cursor, EntryDraft, EntryKind
from storage.store import Store


def made_article(
    number: int,
    *,
    title: str = "Treaty to be signed in Astana",
    text: str = TEXT,
    source: str = "kz-ministry",
    language: str = "en",
    at: datetime = NOW,
) -> Article:
    """Return an article that ends with its own words: no other's copy."""
    words = " ".join(f"w{number}x{position}" for position in range(40))
    url = f"https://{source}.example/{number}"
    whole = f"{text}\n\n{words}"
    statement = Statement(
        speaker="Aman Testov",
        office="foreign minister",
        words=whole[:10],
        verb="said",
        rule="verb name",
        kind=StatementKind.DIRECT,
        language=language,
        confidence=0.98,
        start=0,
        end=10,
    )
    return Article(
        source=source,
        url=url,
        canonical_url=url,
        language=language,
        title=title,
        text=whole,
        published=Published(raw="20 November", at=at, precision=Precision.MINUTE),
        fetched_at=at,
        statements=(statement,),
    )


def made_match(
    article: Article, watchlist: str = "central-asia", *, sentence: str = SENTENCE, form: str = "treaty"
) -> Match:
    """Return a match by one word of a sentence."""
    start = article.text.find(sentence) + sentence.find(form)
    found = Evidence(
        group="acts",
        term=form,
        form=form,
        field="text",
        start=start,
        end=start + len(form),
        sentence=sentence,
    )
    return Match(
        watchlist=watchlist,
        matched=True,
        score=0.9,
        language=article.language,
        states=("KZ",),
        why="a treaty that involves Kazakhstan",
        sentence=sentence,
        evidence=(found,),
    )


def enter(
    store: Store,
    article: Article,
    *matches: Match,
    at: datetime = NOW,
    kind: EntryKind = "statement",
) -> int:
    """Keep an article and publish what it matches; return its number."""
    store.keep(Batch(source=article.source, articles=(article,)), now=at)
    number = store.articles_at(article.url)[-1]
    stored = store.article(number)
    assert stored is not None
    for match in matches or (made_match(article),):
        draft = EntryDraft(
            id=entry_id(
                match.watchlist,
                article.canonical_url,
                article.language,
                revised=None if kind == "statement" else kind,
            ),
            kind=kind,
            watchlist=match.watchlist,
            story=stored.story,
            article=number,
            revision=stored.revision if kind != "statement" else 0,
            created=at,
        )
        store.publish(match.watchlist, Cursor(), matches=[(number, match)], drafts=[draft])
    return number


def minutes(number: int) -> datetime:
    """Return a moment before NOW."""
    return NOW - timedelta(minutes=number)
