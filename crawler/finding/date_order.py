"""Dates as a site writes them -> the order of day, month and year in the numeric ones. Pure."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Literal, TypeAlias

Order: TypeAlias = Literal["dmy", "mdy", "ymd"]

# A year of four digits in front leaves no doubt: such dates tell nothing and need nothing.
_NUMERIC = re.compile(r"(?<![\d.])(\d{1,2})\s?([./-])\s?(\d{1,2})\s?\2\s?(\d{4}|\d\d)(?!\d|\.\d)")
# So many different days in falling order are no accident.
_FALLING = 3


def date_order(raws: Iterable[str], now: datetime) -> tuple[Order, str | None] | None:
    """Return the order and what is unsure of it; None where no date needs one.

    `raws` stand as on the page. Orders that make an impossible or a future day are out; of those that are
    left, one in which the list is newest first.
    """
    numeric = [match for raw in raws if (match := _NUMERIC.search(raw)) is not None]
    if not numeric:
        return None
    # Nobody writes the month first with dots.
    orders: list[Order] = ["dmy"] if all(match[2] == "." for match in numeric) else ["dmy", "mdy"]
    if all(len(match[4]) == 2 for match in numeric):
        orders.append("ymd")
    latest = now.date() + timedelta(days=1)
    read = {order: [_day(match, order) for match in numeric] for order in orders}
    fitting = [order for order in orders if all(day is not None and day <= latest for day in read[order])]
    sample = numeric[0][0]
    if len(fitting) == 1:
        return fitting[0], None
    if not fitting:
        return "dmy", f"its dates fit no single order of day, month and year, as {sample}; look at them"
    falling = [order for order in fitting if _falls(read[order])]
    if len(falling) == 1:
        return falling[0], f"{sample} can be read in two ways; this one makes the list newest first"
    return (
        "dmy",
        f"{sample} and all others can be read in two ways; compare with an article's day",
    )


def _day(match: re.Match[str], order: Order) -> date | None:
    first, second, third = int(match[1]), int(match[3]), int(match[4])
    if order == "ymd":
        year, month, day = first, second, third
    else:
        year, (day, month) = third, (first, second) if order == "dmy" else (second, first)
    try:
        return date(year if year > 99 else 2000 + year, month, day)
    except ValueError:
        return None


def _falls(days: Sequence[date | None]) -> bool:
    known = [day for day in days if day is not None]
    return len(set(known)) >= _FALLING and all(one >= following for one, following in pairwise(known))
