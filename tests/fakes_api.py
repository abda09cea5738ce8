"""A store for the API's tests: articles, copies, revisions, statements, matches, entries, hostile titles."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from fakes_matching import one
from fakes_publisher import NOW, make_article, make_source
from fakes_site import WebSite, make_snapshot, make_state, running_site
from fakes_storage import batch, fetched, match

from core.article import Article
from core.ids import entry_id
from core.statement import Statement, StatementKind
from publisher.hearing import Hearing
from publisher.matching import Watchlist
from publisher.web.snapshot import SourceRow
from storage.records.health import HealthState
from storage.records.publication import Cursor, EntryDraft
from storage.store import Store

WATCHLIST = "central-asia"
SOURCES = {
    source.id: source
    for source in (
        make_source(),
        make_source(id="kz-paper", name="The Example Paper", publisher="press", home="https://paper.example"),
    )
}
RULES = """
name: Central Asia
states: {KZ: Kazakhstan, UZ: Uzbekistan}
groups:
  state: [kazakhstan, uzbekistan]
rules:
  - name: talks of a state
    all: [state, acts]
    weight: 0.8
"""
FORMULA = '=HYPERLINK("https://evil.example","x")'
_WORDS = "We will sign the treaty in Astana"


def _who(number: int) -> tuple[str | None, str | None]:
    """Return who speaks in an article: mostly the minister, now and then others, or an office."""
    if number % 5 == 0:
        return ("Dana Probova", "Aigul Testova", "Еркін Әділ")[number // 5 % 3], None
    if number % 5 == 4:
        return None, ("Foreign Ministry", "Press Service")[number // 5 % 2]
    return "Murat Nurtleu", "Foreign Minister"


def said(text: str, number: int) -> Statement:
    """Return the statement that an article carries."""
    start = text.index(_WORDS)
    speaker, office = _who(number)
    return Statement(
        speaker=speaker,
        office=office,
        words=_WORDS,
        verb="said",
        rule="verb name",
        kind=StatementKind.DIRECT,
        language="en",
        confidence=0.97,
        start=start,
        end=start + len(_WORDS),
    )


def article_of(
    number: int, *, source: str = "kz-ministry", title: str | None = None, ending: str = ""
) -> Article:
    """Return the article of a number: each has a topic and words of its own."""
    who = " ".join(part for part in _who(number)[::-1] if part)
    text = (
        f"Talks number {number} were held in room {number * 7}. “{_WORDS}”, {who} said about paragraph "
        f"{number}.\n\nThe delegation of group {number} left later.{ending}"
    )
    url = f"https://{source}.example/news/{number}"
    made = make_article(
        source=source, url=url, title=title or f"Treaty {number} to be signed in Astana", text=text
    )
    return replace(made, statements=(said(text, number),), fetched=fetched(url, text.encode()))


def fill(store: Store, *, articles: int = 12) -> None:
    """Keep articles a minute apart: the first was revised, one is copied, one hostile, one held."""
    store.sync_sources(list(SOURCES), now=NOW, official=["kz-ministry"])
    for number in range(1, articles + 1):
        at = NOW - timedelta(minutes=articles - number)
        title = FORMULA if number == articles else None
        store.keep(batch(article_of(number, title=title)), now=at)
    store.keep(batch(article_of(2, source="kz-paper")), now=NOW)
    store.keep(batch(article_of(1, ending=" It was denied on the same day by the other side.")), now=NOW)
    store.keep(
        batch(make_article(url="https://kz-ministry.example/held", title="", held="no title")), now=NOW
    )
    drafts = [_draft(store, number, articles) for number in range(1, articles + 1, 2)]
    matches = [(draft.article, match(WATCHLIST)) for draft in drafts]
    store.publish(WATCHLIST, Cursor(seq=store.last_seq(), digest="d"), matches=matches, drafts=drafts)


def hear_all(store: Store, watchlist: Watchlist) -> None:
    """Decide who says each statement, as the publisher does behind the feeds."""
    hearing = Hearing(store, watchlist.lists.values())
    while hearing.hear():
        pass


def _draft(store: Store, number: int, articles: int) -> EntryDraft:
    url = article_of(number).canonical_url
    stored = store.article(store.articles_at(url)[0])
    assert stored is not None
    return EntryDraft(
        id=entry_id(WATCHLIST, url, "en"),
        kind="statement",
        watchlist=WATCHLIST,
        story=stored.story,
        article=stored.id,
        revision=0,
        created=NOW - timedelta(minutes=articles - number),
    )


def examine(site: WebSite, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run schemathesis with all its checks on a site's API, as people run it, in `folder`."""
    here = Path(__file__).parent
    return subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "run"),
            *(f"http://127.0.0.1:{site.port}/api/openapi.json", "--checks", "all", "--no-color", *options),
        ],
        cwd=folder,
        env=os.environ | {"SCHEMATHESIS_HOOKS": "fakes_api_formats", "PYTHONPATH": f"{here}:{here.parent}"},
        capture_output=True,
        text=True,
        check=False,
    )


@contextmanager
def filled_site(path: Path, *, articles: int = 12, **values: Any) -> Iterator[WebSite]:
    """Serve a site with that store, two sources and a watchlist; `values` are WebSite's."""
    rules = replace(one(path / "rules", RULES), id=WATCHLIST)
    health = HealthState(klass="well", since=NOW, reason="", snoozed_until=None)
    rows = tuple(
        SourceRow(source=source, state=make_state(id=id_), health=health) for id_, source in SOURCES.items()
    )
    with running_site(
        path, snapshot=make_snapshot(sources=rows), sources=SOURCES, watchlists={WATCHLIST: rules}, **values
    ) as site:
        fill(site.store, articles=articles)
        hear_all(site.store, rules)
        yield site
