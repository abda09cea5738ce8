"""Publication dates of labelled pages, to the day: ours beside htmldate and trafilatura in the same run."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
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
)

_FOLDER = "publication_date"
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
    for page in labelled_pages(data, _FOLDER):
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
    return published_day(article.published.raw, article.published.at)


def published_day(raw: str, at: datetime) -> str:
    """Return the day that the page itself shows: a moment near midnight may lie on another one in UTC."""
    written = raw[:10]
    near = abs((at.date() - datetime.fromisoformat(written).date()).days) <= 1 if _is_day(written) else False
    return written if near else at.date().isoformat()


def _is_day(text: str) -> bool:
    try:
        datetime.strptime(text, "%Y-%m-%d")  # noqa: DTZ007 - a calendar day, no moment
    except ValueError:
        return False
    return True


def _htmldate(page: Labelled) -> str | None:
    return find_date(decode(page.body), original_date=True, url=page.url)
