"""An article's date as people read it, never finer than its page gave it. Pure: values in, words out."""

from datetime import UTC, datetime, time

from core.article import Precision, Published
from core.source import Source
from publisher.feeds.text import shorten

_RAW_CHARACTERS = 120
_DATE_FORMATS = {
    Precision.SECOND: "%Y-%m-%d %H:%M UTC",
    Precision.MINUTE: "%Y-%m-%d %H:%M UTC",
    Precision.DAY: "%Y-%m-%d",
    Precision.MONTH: "%Y-%m",
    Precision.YEAR: "%Y",
}
_WHOLE_DAYS = (Precision.DAY, Precision.MONTH, Precision.YEAR)


def shown_date(published: Published | None, source: Source | None) -> str:
    """Return the date as precise as the page gives it; its day is that of the source's own zone."""
    if published is None:
        return "the page gives no date"
    if published.at is None:
        return f"not understood: “{shorten(published.raw, _RAW_CHARACTERS)}”"
    moment = published.at.astimezone(UTC)
    if moment.time() != time.min and published.precision in _WHOLE_DAYS and source is not None:
        # The day began at midnight of the source's own zone, which in UTC may be the day before.
        moment = moment.astimezone(source.zone)
    return moment.strftime(_DATE_FORMATS[published.precision or Precision.MINUTE])


def day_known(published: Published | None) -> datetime | None:
    """Return a date of a day or finer: of a month one would be shown the first day, which nobody said."""
    if published is None or published.at is None:
        return None
    known = published.precision not in (Precision.MONTH, Precision.YEAR)
    return published.at.astimezone(UTC).replace(microsecond=0) if known else None
