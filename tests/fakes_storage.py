"""Made-up articles and batches for tests of the store."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from core.article import Article, Batch, Outcome, PollReport, Precision, Published, Seen, Validators
from core.fetched import Fetched
from core.match import Evidence, Match
from core.statement import Statement, StatementKind
from core.urls import canonical_url
from storage.records.delivery import Subscription
from storage.records.publication import Entry
from storage.records.selection import Selection
from storage.store import Store

NOW = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
WORDS = "the minister met the delegation in the capital and both sides spoke about trade rivers and rail"


def text_of(topic: str) -> str:
    """Return a text, long enough to tell copies by, that no other topic has."""
    return f"{topic.capitalize()}: {WORDS}.\n\nThey will meet again in {topic}."


def article(
    path: str = "a",
    *,
    source: str = "kz-one",
    title: str = "A meeting took place",
    text: str | None = None,
    language: str = "en",
    published: datetime | None = NOW,
    held: str | None = None,
    url: str | None = None,
) -> Article:
    """Return a complete article at `https://<source>.example/<path>`."""
    address = url or f"https://{source}.example/{path}"
    date = Published(raw="2 March", at=published, precision=Precision.MINUTE) if published else None
    return Article(
        source=source,
        url=address,
        canonical_url=canonical_url(address),
        language=language,
        title=title,
        text=text_of(path) if text is None else text,
        published=date,
        authors=("Б. Автор",),
        fetched_at=NOW,
        held=held,
    )


def report(source: str = "kz-one", *, outcome: Outcome = Outcome.OK, started: datetime = NOW) -> PollReport:
    """Return a poll of ten seconds that fetched three pages."""
    return PollReport(
        source=source,
        started=started,
        finished=started + timedelta(seconds=10),
        outcome=outcome,
        error=None if outcome in (Outcome.OK, Outcome.UNCHANGED) else "it went wrong",
        links=5,
        fetched=3,
        articles=3,
        requests=4,
        incomplete={"no text": 1},
        skipped={"too old": 2},
        warnings=("one date was not understood",),
    )


def batch(
    *articles: Article,
    source: str | None = None,
    poll: PollReport | None = None,
    seen: Sequence[Seen] | None = None,
    validators: tuple[Validators, ...] = (),
) -> Batch:
    """Return a batch of one source whose links are its articles' addresses."""
    links = [Seen(url=one.url, version="1") for one in articles] if seen is None else seen
    return Batch(
        source=source or (articles[0].source if articles else "kz-one"),
        articles=articles,
        seen=tuple(links),
        validators=validators,
        report=poll,
    )


def match(watchlist: str = "policy", *, matched: bool = True, states: tuple[str, ...] = ("KZ",)) -> Match:
    """Return a match with one piece of evidence."""
    found = Evidence(
        group="offices",
        term="minister",
        form="minister",
        field="text",
        start=3,
        end=11,
        sentence="The minister met.",
    )
    return Match(
        watchlist=watchlist,
        matched=matched,
        score=0.75 if matched else 0.1,
        language="en",
        states=states if matched else (),
        why="It names a minister.",
        sentence="The minister met.",
        evidence=(found,),
    )


def said(speaker: str, office: str = "minister") -> Statement:
    """Return what somebody said, wherever it stands."""
    return Statement(
        speaker=speaker,
        office=office,
        words="words",
        verb="said",
        rule="rule",
        kind=StatementKind.DIRECT,
        language="en",
        confidence=0.9,
        start=0,
        end=5,
    )


def fetched(url: str, body: bytes, *, etag: str = '"1"', reader: str = "1") -> Fetched:
    """Return how a page came by one redirect."""
    return Fetched(
        chain=(url.rpartition("/")[0] + "/old", url),
        status=200,
        headers=(("Content-Type", "text/html; charset=utf-8"), ("ETag", etag)),
        body_hash=hashlib.sha256(body).hexdigest(),
        reader=reader,
        body=body,
    )


def entries_of(store: Store, watchlist: str = "policy", *, state: str | None = None) -> list[Entry]:
    """Return the newest entries of a watchlist whose articles still match."""
    asked = Selection(watchlist=watchlist, state=state)
    return [one.entry for one in store.entry_listing(asked, limit=1000, all_matches=False).items]


def subscriptions_of(store: Store) -> list[Subscription]:
    """Return the subscriptions at the built-in hub that a test can have made."""
    found = (store.subscription(number) for number in range(1, 20))
    return [one for one in found if one is not None]
