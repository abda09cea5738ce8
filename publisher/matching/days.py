"""Days of an office as people write them: 2019, "2019-03" or 2019-03-20. Pure.

In: what stands in a term list. Out: the first and the last day that it can mean.
"""

import calendar
from datetime import date

Day = date | int | str


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
