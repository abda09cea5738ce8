"""A small archive on the web for tests of the pages of articles, stories and feedback."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from fakes_matching import one
from fakes_publisher import NOW, make_article, make_source
from fakes_site import WebSite
from fakes_storage import fetched

from core.article import Article, Batch
from core.match import Evidence, Match
from core.statement import Statement, StatementKind
from publisher.matching import Watchlist
from storage.records.publication import Cursor

RULES = """
name: Kazakh acts
states: {KZ: Kazakhstan, UZ: Uzbekistan}
rules:
  - {name: acts, all: [kazakhstan, acts], weight: 0.8}
"""
WORDS = "we will sign the treaty this year"
TEXT = (
    "Talks were held in Astana on Friday.\n\n"
    f"“{WORDS}”, minister Aman Testov said in Kazakhstan.\n\n"
    "The delegation left in the evening and nobody asked where it went after the dinner."
)
SOURCES = {
    source.id: source
    for source in (
        make_source(),
        make_source(id="kz-paper", name="The Example Paper", publisher="press", home="https://paper.example"),
        make_source(id="uz-agency", name="Example Agency", publisher="agency", country="UZ"),
    )
}


def watchlist(folder: Path) -> Watchlist:
    """Return a watchlist with few terms: quick to load."""
    return one(folder / "config", RULES)


def said(text: str = TEXT) -> Statement:
    """Return the statement of TEXT."""
    start = text.index(WORDS)
    return Statement(
        speaker="Aman Testov",
        office="minister",
        words=WORDS,
        verb="said",
        rule="verb name",
        kind=StatementKind.DIRECT,
        language="en",
        confidence=0.98,
        start=start,
        end=start + len(WORDS),
    )


def talks(address: str = "https://ministry.example/news/1", **changes: Any) -> Article:
    """Return an article with a speaker, as a page that was fetched."""
    values: dict[str, Any] = {"text": TEXT, "statements": (said(),), "authors": ("B. Author",)}
    article = replace(make_article(title="Talks in Astana", url=address), **(values | changes))
    return replace(article, fetched=fetched(article.url, article.text.encode()))


def keep(site: WebSite, *articles: Article, minutes: int = 0) -> None:
    """Keep articles, each as its source's, as seen so many minutes after NOW."""
    for article in articles:
        site.store.keep(
            Batch(source=article.source, articles=(article,)), now=NOW + timedelta(minutes=minutes)
        )


def evidence(form: str, text: str = TEXT, *, group: str = "kazakhstan", term: str = "Kazakhstan") -> Evidence:
    """Return evidence where a form stands first in a text."""
    start = text.index(form)
    return Evidence(
        group=group,
        term=term,
        form=form,
        field="text",
        start=start,
        end=start + len(form),
        sentence=text[:60],
    )


def matched(site: WebSite, article: int, *found: Evidence, watchlist: str = "test") -> None:
    """Store a match of an article."""
    match = Match(
        watchlist=watchlist,
        matched=True,
        score=0.8,
        language="en",
        states=("KZ",),
        why="Kazakhstan with acts in one sentence of the text.",
        sentence="Talks were held in Astana on Friday.",
        evidence=found,
    )
    site.store.publish(watchlist, Cursor(seq=99), matches=[(article, match)], drafts=[])
