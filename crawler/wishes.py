"""How often a list asks to be polled: in its caching headers, and in the feed's own elements. Pure.

In: headers and the feed's text before its first item. Out: a `Wish`. What cannot be understood asks for
nothing.
"""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from core.article import NO_WISH, Wish

Header = Callable[[str], str | None]

# Longer wishes are mistakes: nobody who publishes news means a year.
_LONGEST = timedelta(days=7)
_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(days=7),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_HEAD_BYTES = 20_000
_ITEM = re.compile(rb"<(?:\w+:)?(?:item|entry)[\s>]")
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,9})(?!\d)")
_NO_STORE = re.compile(r"no-cache|no-store")


def cache_wish(header: Header, now: datetime) -> Wish:
    """Return for how long a reply says that it stays fresh: Cache-Control, else Expires, less its Age."""
    control = (header("Cache-Control") or "").lower()
    if _NO_STORE.search(control):
        return NO_WISH
    found = _MAX_AGE.search(control)
    if found:
        age = header("Age") or ""
        seconds = int(found[1]) - (int(age) if re.fullmatch(r"\d{1,9}", age) else 0)
        return _wish(timedelta(seconds=seconds), "Cache-Control")
    expires, date = _moment(header("Expires")), _moment(header("Date"))
    return NO_WISH if expires is None else _wish(expires - (date or now), "Expires")


def feed_wish(body: bytes) -> Wish:
    """Return what a feed asks for before its first item: ttl, sy:update*, skipHours, skipDays."""
    head = body[:_HEAD_BYTES]
    first = _ITEM.search(head)
    text = head[: first.start() if first else None].decode("latin-1")
    hours = {int(hour) % 24 for hour in _within(text, "skipHours", "hour") if re.fullmatch(r"\d{1,2}", hour)}
    days = {_DAYS.index(day.lower()) for day in _within(text, "skipDays", "day") if day.lower() in _DAYS}
    longest = merged([_ttl(text), _syndication(text)])
    return Wish(gap=longest.gap, why=longest.why, hours=tuple(sorted(hours)), days=tuple(sorted(days)))


def merged(wishes: Sequence[Wish]) -> Wish:
    """Return one wish that grants all: the longest gap, every skipped hour and day."""
    longest = max(wishes, key=lambda wish: wish.gap or timedelta(0), default=NO_WISH)
    hours = {hour for wish in wishes for hour in wish.hours}
    days = {day for wish in wishes for day in wish.days}
    return Wish(gap=longest.gap, why=longest.why, hours=tuple(sorted(hours)), days=tuple(sorted(days)))


def _ttl(text: str) -> Wish:
    minutes = _element(text, "ttl")
    known = minutes is not None and re.fullmatch(r"\d{1,7}", minutes)
    return _wish(timedelta(minutes=int(minutes)), "ttl") if minutes and known else NO_WISH


def _syndication(text: str) -> Wish:
    period = _PERIODS.get((_element(text, "sy:updatePeriod") or "").lower())
    frequency = _element(text, "sy:updateFrequency") or "1"
    if period is None or not re.fullmatch(r"0*[1-9]\d{0,4}", frequency):
        return NO_WISH
    return _wish(period / int(frequency), "sy:updatePeriod")


def _wish(gap: timedelta, why: str) -> Wish:
    return Wish(gap=min(gap, _LONGEST), why=why) if gap > timedelta(0) else NO_WISH


def _within(text: str, outer: str, inner: str) -> list[str]:
    block = re.search(rf"<{outer}>(.{{0,2000}}?)</{outer}>", text, re.DOTALL)
    return re.findall(rf"<{inner}>\s*(\w{{1,9}})\s*</{inner}>", block[1]) if block else []


def _element(text: str, name: str) -> str | None:
    found = re.search(rf"<{name}>\s*([^<\s]{{1,20}})\s*</{name}>", text)
    return found[1] if found else None


def _moment(text: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text or "")
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
