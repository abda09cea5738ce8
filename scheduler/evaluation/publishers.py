"""Title, date, authors and body of real publisher pages, against what a parser written for each site found.

A title is right when it is equal but for white space, a date when it is the same moment, authors when the set
of names is the same. `all` is the share of right ones among all expected values of these three. The body is
compared by four-word shingles.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import fmean
from typing import Any

from core.clock import utcnow
from core.language import Language
from core.text import normalise_space
from scheduler.evaluation.extraction import compare
from scheduler.evaluation.pages import (
    OURS,
    TRAFILATURA,
    Labelled,
    Row,
    Stopwatch,
    Table,
    f1,
    labelled_pages,
    read_ours,
    read_peer,
    share,
    warmed,
)

_FOLDER = "publishers"
# A page may say a moment that lies after its label's day of crawling, which has no zone.
_CRAWL_SLACK = timedelta(days=2)
_SAME_MOMENT = timedelta(minutes=1)
_FACTS = ("title", "date", "authors")


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What a contestant says of a page. `date` is a moment, or a bare day as YYYY-MM-DD."""

    title: str = ""
    date: datetime | str | None = None
    authors: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Expected:
    """What is expected of a page; None: nothing is said of it."""

    title: str | None
    date: datetime | None
    authors: frozenset[str] | None
    text: str


def evaluate_publishers(data: Path, languages: Mapping[str, Language]) -> Table:
    """Measure on `data` or its folder `publishers`: truth.json {id: {file, crawl_date, expected...}}.

    Raises PolicywireError where there is no such data.
    """
    now = utcnow()
    contestants = {OURS: lambda page: _ours(page, languages, now), TRAFILATURA: _peer}
    right: dict[str, Counter[str]] = {name: Counter() for name in contestants}
    bodies: dict[str, list[float]] = {name: [] for name in contestants}
    total: Counter[str] = Counter()
    watch = Stopwatch()
    pages = 0
    for page in warmed(labelled_pages(data, _FOLDER), contestants.values()):
        wanted = expected(page.truth)
        if wanted is None:
            continue
        pages += 1
        total.update(fact for fact in _FACTS if getattr(wanted, fact) is not None)
        for name, contestant in contestants.items():
            with watch.of(name):
                found = contestant(page)
            right[name].update(right_facts(wanted, found))
            bodies[name].append(f1(*compare(wanted.text, found.text)))
    rows = []
    for name in contestants:
        shares = [share(right[name][fact], total[fact]) for fact in _FACTS]
        day = share(right[name]["day"], total["date"])
        every = share(sum(right[name][fact] for fact in _FACTS), total.total())
        body = fmean(bodies[name]) if bodies[name] else 0.0
        rows.append(Row(name=name, values=(every, *shares, day, body, watch.per_item(name, pages))))
    columns = ("all", *_FACTS, "day", "body F1", "CPU ms")
    return Table(head=f"{total.total()} values of {pages} pages", columns=columns, rows=tuple(rows))


def expected(truth: Mapping[str, Any]) -> Expected | None:
    """Return what holds for this page: the newest version of the site's parser by its example's date.

    The examples of later versions are younger pages than this one; None where all are.
    """
    crawled = datetime.strptime(truth["crawl_date"], "%Y_%m_%d").replace(tzinfo=UTC)
    versions = [
        (_moment(values["publishing_date"]), values)
        for values in truth["expected_by_parser_version"].values()
    ]
    fitting = [(at, values) for at, values in versions if at <= crawled + _CRAWL_SLACK]
    if not fitting:
        return None
    at, values = max(fitting, key=lambda version: version[0])
    return Expected(
        title=normalise_space(values["title"]) if values.get("title") else None,
        date=at,
        authors=frozenset(map(normalise_space, values["authors"])) if "authors" in values else None,
        text="\n\n".join(_paragraphs(values.get("body") or {})),
    )


def right_facts(wanted: Expected, found: Finding) -> Iterator[str]:
    """Yield the names of the facts that are right; "day" too, where the date's day is."""
    if wanted.title is not None and normalise_space(found.title) == wanted.title:
        yield "title"
    if wanted.authors is not None and _names(found.authors) == wanted.authors:
        yield "authors"
    if wanted.date is None or found.date is None:
        return
    days = {wanted.date.date().isoformat(), wanted.date.astimezone(UTC).date().isoformat()}
    if isinstance(found.date, datetime) and abs(found.date - wanted.date) < _SAME_MOMENT:
        yield from ("date", "day")
    elif (found.date.date().isoformat() if isinstance(found.date, datetime) else found.date[:10]) in days:
        yield "day"


def _names(authors: Collection[str]) -> frozenset[str]:
    return frozenset(name for author in authors if (name := normalise_space(author)))


def _moment(raw: str) -> datetime:
    at = datetime.fromisoformat(raw)
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def _paragraphs(body: Mapping[str, Any]) -> Iterator[str]:
    yield from body.get("summary") or ()
    for section in body.get("sections") or ():
        yield from section.get("headline") or ()
        yield from section.get("paragraphs") or ()


def _ours(page: Labelled, languages: Mapping[str, Language], now: datetime) -> Finding:
    article = read_ours(page, languages, now)
    if article is None:
        return Finding()
    date = article.published.at if article.published is not None else None
    return Finding(title=article.title, date=date, authors=article.authors, text=article.text)


def _peer(page: Labelled) -> Finding:
    found = read_peer(page)
    if found is None:
        return Finding()
    return Finding(
        title=found.title or "",
        date=found.date,
        authors=tuple((found.author or "").split("; ")),
        text=found.text or "",
    )
