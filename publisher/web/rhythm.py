"""When a source publishes and how long its articles take, from its newest articles. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from markupsafe import Markup

from publisher.web.pictures import bars
from storage.records.sources import SourceArticle

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# What a list names so long after its date was put there anew and tells nothing of delays.
_OLD = timedelta(days=3)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rhythm:
    """Articles by hour and by weekday in the source's zone: pictures with their numbers."""

    articles: int
    hours: tuple[tuple[str, int], ...]
    days: tuple[tuple[str, int], ...]
    hours_picture: Markup
    days_picture: Markup


@dataclass(frozen=True, kw_only=True, slots=True)
class Delay:
    """How long it takes, over so many articles: half of them at most `middle`, nine in ten at most `most`."""

    articles: int
    middle: timedelta
    most: timedelta


def rhythm(articles: Iterable[SourceArticle], zone: str) -> Rhythm:
    """Return when the articles whose pages give the minute came out."""
    local = [one.published.astimezone(ZoneInfo(zone)) for one in articles if one.published is not None]
    by_hour, by_day = Counter(at.hour for at in local), Counter(at.weekday() for at in local)
    hours = tuple((f"{hour:02}:00", by_hour[hour]) for hour in range(24))
    days = tuple((name, by_day[number]) for number, name in enumerate(WEEKDAYS))
    return Rhythm(
        articles=len(local),
        hours=hours,
        days=days,
        hours_picture=bars("hours", f"Articles by hour, {zone}", hours),
        days_picture=bars("days", f"Articles by weekday, {zone}", days),
    )


def delays(articles: Sequence[SourceArticle], *, began: datetime | None) -> tuple[Delay | None, Delay | None]:
    """Return the delays from publication to first sight, and to the entry; None without any article.

    What was there before the source `began` to be polled is left out.
    """
    timely = [
        one
        for one in articles
        if one.published is not None
        and began is not None
        and one.published >= began
        and timedelta(0) <= one.first_seen - one.published < _OLD
    ]
    seen = [one.first_seen - one.published for one in timely if one.published is not None]
    told = [
        one.entry - one.published for one in timely if one.entry is not None and one.published is not None
    ]
    return _delay(seen), _delay(told)


def _delay(found: Sequence[timedelta]) -> Delay | None:
    if not found:
        return None
    ordered = sorted(found)
    return Delay(
        articles=len(ordered),
        middle=timedelta(seconds=median(one.total_seconds() for one in ordered)),
        most=ordered[min(len(ordered) - 1, int(0.9 * len(ordered)))],
    )
