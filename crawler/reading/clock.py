"""The time of day in a folded text of a date, with the zone that it names. Pure; knows nothing of days."""

import re
from dataclasses import dataclass
from datetime import UTC, time, timedelta, timezone, tzinfo

from core.article import Precision

_WIDEST_OFFSET = timedelta(hours=14)
_ZONES = {
    "z": 0, "utc": 0, "gmt": 0, "ut": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6,
    "pst": -8, "pdt": -7, "bst": 1, "cet": 1, "cest": 2, "eet": 2, "eest": 3, "msk": 3, "мск": 3, "trt": 3,
    "uzt": 5, "pkt": 5, "hkt": 8, "sgt": 8, "jst": 9,
}  # fmt: skip

_CLOCK = re.compile(
    r"(?<![\d:])(?:(?P<H>[01]?\d|2[0-3])(?:[:：h](?P<M>[0-5]\d)(?::(?P<S>[0-5]\d)(?:\.\d+)?)?(?!\d)\s*"
    r"(?P<half>[ap]\.?m\b\.?)?|[.](?P<dotted>[0-5]\d)\s?(?P<half_dotted>[ap]\.?m\b\.?)"
    r"|\s*(?P<half_only>[ap]\.?m\b\.?)))"
    r"(?:\s*\(?(?P<zone>(?:utc|gmt)\s*[+-]\d{1,2}(?::?\d\d)?|[+-]\d\d:?\d\d|[a-zа-я]{1,4}\b))?"
)
_OFFSET = re.compile(r"([+-])(\d{1,2}):?(\d\d)?")


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day with the zone that the text names, if it does."""

    time: time
    zone: tzinfo | None
    precision: Precision

    @property
    def is_filled(self) -> bool:
        """Say whether it is midnight to the second: how systems write a day for which they have no time."""
        is_midnight = self.precision is Precision.SECOND and self.time == time()
        return is_midnight and self.zone in (None, UTC)


def find_clock(text: str) -> tuple[Clock | None, str]:
    """Return the first time of day and the text without it."""
    match = _CLOCK.search(text)
    if match is None:
        return None, text
    minute, half = match["M"] or match["dotted"], match["half"] or match["half_dotted"] or match["half_only"]
    clock = clock_of(match["H"], minute, match["S"], half, match["zone"])
    if clock is None:
        return None, text
    return clock, text[: match.start()] + " " + text[_end_of_clock(match) :]


def _end_of_clock(match: re.Match[str]) -> int:
    """A word after a time belongs to it only if it is a zone."""
    return match.end() if match["zone"] is None or zone_of(match["zone"]) is not None else match.start("zone")


def clock_of(
    hour: str, minute: str | None, second: str | None, half: str | None, zone: str | None
) -> Clock | None:
    hours = int(hour) % 24
    if half is not None:
        if not 1 <= hours <= 12:
            return None
        hours = hours % 12 + (12 if half.startswith("p") else 0)
    precision = Precision.SECOND if second is not None else Precision.MINUTE
    moment = time(hours, int(minute or 0), min(int(second or 0), 59))
    return Clock(moment, zone_of(zone) if zone else None, precision)


def zone_of(name: str) -> tzinfo | None:
    if name in _ZONES:
        return timezone(timedelta(hours=_ZONES[name]))
    match = _OFFSET.search(name)
    if match is None:
        return None
    size = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    return timezone(-size if match[1] == "-" else size) if size <= _WIDEST_OFFSET else None
