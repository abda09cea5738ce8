"""Publication dates of labelled pages, to the day: ours beside htmldate and trafilatura in the same run."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path

from htmldate import find_date

from core.clock import utcnow
from core.language import Language
from crawler.reading.encoding import decode
from scheduler.evaluation.pages import (
    OURS,
    TRAFILATURA,
    Labelled,
    Row,
    Stopwatch,
    Table,
    labelled_pages,
    read_ours,
    read_peer,
    share,
    warmed,
)

_FOLDER = "publication_date"
_IN_UTC = ("Z", "+00:00", "+0000")
_IN_ADDRESS = re.compile(r"/(20\d\d)/(\d\d)/(\d\d)/")
HTMLDATE = "htmldate (original date)"


def evaluate_dates(data: Path, languages: Mapping[str, Language]) -> Table:
    """Measure on `data` or its folder `publication_date`: truth.json {url: {file, date: YYYY-MM-DD}}.

    Raises PolicywireError where there is no such data.
    """
    now = utcnow()
    readers: dict[str, Callable[[Labelled], str | None]] = {
        OURS: lambda page: _ours(page, languages, now),
        HTMLDATE: _htmldate,
        TRAFILATURA: lambda page: found.date if (found := read_peer(page)) else None,
    }
    verdicts: dict[str, Counter[str]] = {name: Counter() for name in readers}
    watch = Stopwatch()
    pages = 0
    for page in warmed(labelled_pages(data, _FOLDER), readers.values()):
        pages += 1
        for name, reader in readers.items():
            with watch.of(name):
                found = reader(page)
            verdicts[name][judge(page.truth["date"], found)] += 1
    rows = (
        Row(
            name=name,
            values=(
                share(counts["right"], pages),
                counts["right"],
                counts["wrong"],
                counts["none"],
                watch.per_item(name, pages),
            ),
        )
        for name, counts in verdicts.items()
    )
    columns = ("share", "right", "wrong", "none", "CPU ms")
    return Table(head=f"dates of {pages} pages", columns=columns, rows=tuple(rows))


def judge(expected: str, found: str | None) -> str:
    """Say whether a day is right, wrong or none."""
    if not found:
        return "none"
    return "right" if found[:10] == expected[:10] else "wrong"


def _ours(page: Labelled, languages: Mapping[str, Language], now: datetime) -> str | None:
    article = read_ours(page, languages, now)
    if article is None or article.published is None or article.published.at is None:
        return None
    return published_day(article.published.raw, article.published.at, page.url)


def published_day(raw: str, at: datetime, url: str) -> str:
    """Return the day that the page itself shows: a moment near midnight may lie on another one in UTC.

    Where the page writes in UTC, its address may name the day of its readers.
    """
    written = _day(raw[:10])
    if raw.endswith(_IN_UTC) and (named := _IN_ADDRESS.search(url)) is not None:
        written = _day("-".join(named.groups())) or written
    near = written is not None and abs((at.date() - written).days) <= 1
    return (written if near and written is not None else at.date()).isoformat()


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _htmldate(page: Labelled) -> str | None:
    return find_date(decode(page.body), original_date=True, url=page.url)
