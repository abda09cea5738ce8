"""A moment told from the moment of reading ("вчера, 14:05", "2 hours ago") -> day or minute. Pure.

Only what is certain is told: "5 hours ago" is a day where the whole hour that it means lies on one.
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo

from core.article import Precision
from crawler.reading.datewords import DateWords

_WORD = re.compile(r"\d+|[^\W\d_]+(?:'[^\W\d_]+)*")
# How a single one is said: an hour ago, bir saat önce.
_ONE = frozenset(["a", "an", "one", "один", "одну", "бир", "бір", "bir", "як", "один"])
_MOST_DAYS = 6


def relative_day(text: str, words: DateWords, zone: tzinfo, now: datetime) -> date | None:
    """Return the day of a text that says today or yesterday; `text` is folded."""
    found = set(_WORD.findall(text))
    today = now.astimezone(zone).date()
    for names, days in ((words.today, 0), (words.yesterday, 1)):
        if any(name in found or (" " in name and name in text) for name in names):
            return today - timedelta(days=days)
    return None


def time_ago(text: str, words: DateWords, zone: tzinfo, now: datetime) -> tuple[datetime, Precision] | None:
    """Return the moment of "10 minutes ago", the day of "5 hours ago" and "3 days ago"; None for all else."""
    tokens = _WORD.findall(text)
    for index, token in enumerate(tokens):
        if index and token in words.ago:
            unit = words.unit(tokens[index - 1])
            number = _number(tokens[: index - 1], words)
            return _before(now, zone, unit, number) if unit is not None and number is not None else None
    return None


def _number(before: Sequence[str], words: DateWords) -> int | None:
    """Return the number before a unit; None where it is vague ("several") or not alone."""
    if not before:
        return 1
    number = 1 if before[-1] in _ONE else int(before[-1]) if re.fullmatch(r"\d{1,3}", before[-1]) else None
    rest = before[:-1]
    return None if any(token.isdigit() or words.unit(token) for token in rest) else number


def _before(now: datetime, zone: tzinfo, unit: str, number: int) -> tuple[datetime, Precision] | None:
    if unit == "minute":
        return (now - timedelta(minutes=number)).replace(second=0, microsecond=0), Precision.MINUTE
    if unit == "day":
        day = now.astimezone(zone).date() - timedelta(days=number)
        return (_midnight(day), Precision.DAY) if number <= _MOST_DAYS else None
    # It is rounded: up to an hour more may have passed.
    days = {(now - timedelta(hours=hours)).astimezone(zone).date() for hours in (number, number + 1)}
    return (_midnight(days.pop()), Precision.DAY) if len(days) == 1 else None


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
