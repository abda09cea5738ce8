"""A date as sites write it -> Published, in nine languages and machine formats. Pure: `now` is given.

A date is never invented: what is not understood, has no year or cannot be right gives `at=None` with the raw
text kept.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Literal

from core.article import Precision, Published
from core.language import Language
from crawler.reading.clock import Clock, clock_of, find_clock
from crawler.reading.datewords import DateWords, date_words, fold_date
from crawler.reading.relative import relative_day, time_ago

Order = Literal["dmy", "mdy", "ymd"]

_EARLIEST = 1991
_FUTURE = timedelta(days=1)
_LONGEST = 300
_RELATIVE_LONGEST = 40

_ISO = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d\d)-?(?P<m>0[1-9]|1[0-2])-?(?P<d>0[1-9]|[12]\d|3[01])"
    r"(?:(?:t|\s+|[\s,]+)(?P<H>[01]\d|2[0-3]):?(?P<M>[0-5]\d)(?::?(?P<S>[0-5]\d|60)(?:[.,]\d+)?)?"
    r"\s*(?P<zone>z\b|utc|gmt|[+-]\d\d(?::?\d\d)?(?!\d))?)?(?!\d)"
)
_YEAR_MONTH = re.compile(r"((?:19|20)\d\d)-(0[1-9]|1[0-2])")
_YEAR = re.compile(r"(?:19|20)\d\d")
_UNIX = re.compile(r"1?\d{9}(?:\d{3})?(?:\.\d+)?")
_CHINESE = re.compile(r"(?<!\d)((?:19|20)\d\d)\s?年\s?(1[0-2]|0?[1-9])\s?月\s?(3[01]|[12]\d|0?[1-9])\s?日")
_NUMERIC = re.compile(r"(?<![\d.])(\d{1,4})\s?([./-])\s?(\d{1,2})\s?\2\s?(\d{4}|\d\d)(?!\d|\.\d)")
_TOKEN = re.compile(r"(?P<number>\d+)|(?P<word>[^\W\d_]+(?:'[^\W\d_]+)*)|(?P<stop>[;|!?()\[\]])")
_STOPS = ";|!?()[]"


_ROMANS = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
_ROMAN = {numeral: number for number, numeral in enumerate(_ROMANS, 1)}


def parse_date(
    raw: str,
    *,
    languages: Mapping[str, Language],
    zone: tzinfo,
    order: Order,
    now: datetime,
    since: date | None = None,
) -> Published:
    """Read a date. `zone` holds for times that name none; `order` for 03/04/2026 and its like.

    `at` is None where the text is not understood, gives no year, lies before `since` (the site's first day)
    or 1991, or more than a day after `now`. A date without a time of day stands for its calendar day in UTC,
    whatever the zone; so does the first second of a day where the text names no zone but UTC.
    """
    raw = " ".join(raw.split())[:_LONGEST]
    words = date_words(languages)
    text = fold_date(raw)
    for at, precision in _readings(text, words, zone, order, now):
        if at.year >= _EARLIEST and at <= now + _FUTURE and (since is None or at.date() >= since):
            return Published(raw=raw, at=at, precision=precision)
        break
    return Published(raw=raw)


def _readings(
    text: str, words: DateWords, zone: tzinfo, order: Order, now: datetime
) -> Iterator[tuple[datetime, Precision]]:
    """Yield what the text can mean, the surest reading first."""
    if _UNIX.fullmatch(text):
        seconds = float(text)
        yield datetime.fromtimestamp(seconds / 1000 if seconds > 1e11 else seconds, UTC), Precision.SECOND
        return
    iso = _ISO.search(text)
    if iso is not None and (day := _day(int(iso["y"]), int(iso["m"]), int(iso["d"]))) is not None:
        clock = (
            clock_of(iso["H"], iso["M"], iso["S"], None, iso["zone"])
            if iso["H"]
            else find_clock(text[iso.end() :])[0]
        )
        yield _moment(day, None if clock is not None and clock.is_filled else clock, zone)
    if (month := _YEAR_MONTH.fullmatch(text)) is not None:
        yield datetime(int(month[1]), int(month[2]), 1, tzinfo=UTC), Precision.MONTH
    if _YEAR.fullmatch(text):
        yield datetime(int(text), 1, 1, tzinfo=UTC), Precision.YEAR
    clock, rest = find_clock(text)
    written = _written_day(rest, words)
    if written is not None:
        day, precision = written
        if precision is Precision.DAY:
            yield _moment(day, clock, zone)
        else:
            yield datetime(day.year, day.month, 1, tzinfo=UTC), precision
    if (day := _numeric_day(rest, order)) is not None:
        yield _moment(day, clock, zone)
    if len(text) > _RELATIVE_LONGEST:
        return
    if (ago := time_ago(text, words, zone, now)) is not None:
        yield ago
    if (day := relative_day(rest, words, zone, now)) is not None:
        yield _moment(day, clock, zone)


def _moment(day: date, clock: Clock | None, zone: tzinfo) -> tuple[datetime, Precision]:
    if clock is None:
        return datetime(day.year, day.month, day.day, tzinfo=UTC), Precision.DAY
    local = datetime.combine(day, clock.time, clock.zone or zone)
    try:
        return local.astimezone(UTC), clock.precision
    except OverflowError:
        return local.replace(tzinfo=UTC), clock.precision


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _numeric_day(text: str, order: Order) -> date | None:
    """Read 27.09.2022, 2022/09/27, 27.09.22: a year of four digits decides, then `order`, then what fits."""
    if (chinese := _CHINESE.search(text)) is not None:
        return _day(int(chinese[1]), int(chinese[2]), int(chinese[3]))
    for match in _NUMERIC.finditer(text):
        first, second, third = match[1], int(match[3]), match[4]
        if len(first) == 4 and len(third) == 2:
            found = _day(int(first), second, int(third))
        elif len(first) > 2 or (len(third) == 2 and match[2] == "-"):
            continue
        else:
            found = _ordered_day(int(first), second, third, order)
        if found is not None:
            return found
    return None


def _ordered_day(first: int, second: int, third: str, order: Order) -> date | None:
    if order == "ymd" and len(third) == 2:
        return _day(2000 + first, second, int(third))
    year = int(third) if len(third) == 4 else 2000 + int(third)
    day, month = (second, first) if order == "mdy" else (first, second)
    return _day(year, month, day) or _day(year, day, month)


def _written_day(text: str, words: DateWords) -> tuple[date, Precision] | None:
    """Read a date with a month's name: day and year stand beside it, parted by nothing but noise."""
    tokens = list(_tokens(text, words))
    for index, token in enumerate(tokens):
        month = words.month(token) or _ROMAN.get(token)
        if month is None:
            continue
        before = [_number(tokens, index - 1), _number(tokens, index - 2)]
        after = [_number(tokens, index + 1), _number(tokens, index + 2)]
        for day, year in (
            (before[0], after[0]),
            (after[0], after[1]),
            (before[0], before[1]),
            (after[0], before[0]),
        ):
            if _is_day(day) and _is_year(year) and (found := _day(int(year), month, int(day))) is not None:
                return found, Precision.DAY
        if token in _ROMAN:
            continue
        if _is_day(before[0]) and _is_short_year(tokens, index + 1):
            found = _day(2000 + int(after[0]), month, int(before[0]))
            return (found, Precision.DAY) if found is not None else None
        for year, other in ((after[0], before[0]), (before[0], after[0])):
            if _is_year(year) and not other:
                return date(int(year), month, 1), Precision.MONTH
    return None


def _tokens(text: str, words: DateWords) -> Iterator[str]:
    """Yield numbers and words that mean something; a mark that ends a clause stays, so that it parts them."""
    for match in _TOKEN.finditer(text):
        if match["word"] is None or match["word"] not in words.noise:
            yield match[0]


def _number(tokens: list[str], index: int) -> str:
    return tokens[index] if 0 <= index < len(tokens) and tokens[index].isdecimal() else ""


def _is_day(number: str) -> bool:
    return len(number) in (1, 2) and 1 <= int(number) <= 31


def _is_short_year(tokens: list[str], index: int) -> bool:
    """Say whether two digits stand where a year does, and nothing behind them that they could count."""
    following = "".join(tokens[index + 1 : index + 2])
    return len(_number(tokens, index)) == 2 and following in ("", *_STOPS)


def _is_year(number: str) -> bool:
    return len(number) == 4 and number.startswith(("19", "20"))
