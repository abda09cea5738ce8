"""Days of an office as people write them: 2019, "2019-03" or 2019-03-20. Pure.

In: what stands in a term list. Out: the first and the last day that it can mean.
"""

import calendar
import re
from datetime import date

Day = date | int | str
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


def when(written: object) -> Day:
    """Return what YAML read as it is meant; ValueError for what is neither year, month nor day."""
    if isinstance(written, date) or (type(written) is int and 1 <= written <= date.max.year):
        return written
    if isinstance(written, str) and _MONTH.fullmatch(written):
        return written
    try:
        return date.fromisoformat(str(written))
    except ValueError:
        raise ValueError("expected a year, a month or a day: 2019, 2019-03 or 2019-03-20") from None


def first_day(written: Day) -> date:
    """Return the first day of what is written; ValueError for a month that does not exist."""
    if isinstance(written, date):
        return written
    year, month = _parts(written)
    return date(year, month or 1, 1)


def last_day(written: Day) -> date:
    """Return the last day of what is written; ValueError for a month that does not exist."""
    if isinstance(written, date):
        return written
    year, month = _parts(written)
    month = month or 12
    return date(year, month, calendar.monthrange(year, month)[1])


def _parts(written: int | str) -> tuple[int, int | None]:
    if isinstance(written, int):
        return written, None
    year, _, month = written.partition("-")
    return int(year), int(month)
