"""How a story spread: its articles in, a picture of outlets by time out, as places to draw at. Pure.

The table beside it says the same in words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from core.source import Source
from publisher.feeds.text import shorten
from storage.records.articles import Member, StoryPart

MOST_OUTLETS = 40
WIDTH = 900
_ROW, _HEAD = 22, 30
_LABEL = 300
_RIGHT = 30
_NAME = 34
# Times that the axis may be marked at; the first that gives few enough marks is taken.
_STEPS = tuple(
    timedelta(minutes=minutes)
    for minutes in (1, 5, 10, 30, 60, 180, 360, 720, 1440, 2880, 10080, 43200, 129600, 525600, 5256000)
)
_MOST_MARKS = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Dot:
    """An article: where it is drawn, and what it says to who points at it."""

    x: float
    member: Member
    is_first: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Outlet:
    """One source's line: its height, name, country and languages."""

    y: int
    name: str
    country: str
    languages: tuple[str, ...]
    dots: tuple[Dot, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Spread:
    """The picture. `marks` are (x, words) of the axis; `left_out` counts outlets that had no room."""

    width: int
    height: int
    left: int
    outlets: tuple[Outlet, ...]
    marks: tuple[tuple[float, str], ...]
    left_out: int


def spread(story: StoryPart, sources: Mapping[str, Source]) -> Spread:
    """Return the picture of a story's articles, the outlets in the order in which they came in."""
    members = sorted(story.members, key=lambda one: (one.came_out, one.id))
    begin, end = members[0].came_out, members[-1].came_out
    by_outlet: dict[str, list[Member]] = {}
    for one in members:
        by_outlet.setdefault(one.source, []).append(one)
    shown = list(by_outlet.items())[:MOST_OUTLETS]
    return Spread(
        width=WIDTH,
        height=_HEAD + _ROW * len(shown) + 10,
        left=_LABEL,
        outlets=tuple(
            Outlet(
                y=_HEAD + _ROW * number + _ROW // 2,
                name=shorten(sources[id_].name if id_ in sources else id_, _NAME),
                country=sources[id_].country if id_ in sources else "",
                languages=tuple(dict.fromkeys(one.language for one in found)),
                dots=tuple(
                    Dot(x=_x(one.came_out, begin, end), member=one, is_first=one.id == members[0].id)
                    for one in found
                ),
            )
            for number, (id_, found) in enumerate(shown)
        ),
        marks=tuple((_x(at, begin, end), _words(at, end - begin)) for at in _marks(begin, end)),
        left_out=len(by_outlet) - len(shown),
    )


def _x(at: datetime, begin: datetime, end: datetime) -> float:
    share = (at - begin) / (end - begin) if end > begin else 0.0
    return round(_LABEL + share * (WIDTH - _LABEL - _RIGHT), 1)


def _marks(begin: datetime, end: datetime) -> Sequence[datetime]:
    if begin == end:
        return (begin,)
    step = next((step for step in _STEPS if (end - begin) / step <= _MOST_MARKS), end - begin)
    zero = begin.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    first = zero + step * -((zero - begin) // step)
    found: list[datetime] = []
    while first <= end and len(found) <= _MOST_MARKS:
        found.append(first)
        first += step
    return found or (begin,)


def _words(at: datetime, span: timedelta) -> str:
    if span < timedelta(hours=20):
        return at.astimezone(UTC).strftime("%H:%M")
    return at.astimezone(UTC).strftime("%d %b %H:%M" if span < timedelta(days=3) else "%Y-%m-%d")
