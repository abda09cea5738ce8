"""When a source is polled next, and why. Pure: a report and what is known of the source in, a moment out.

After a good poll the source's rhythm decides (scheduler/rhythm.py), within the settings' bounds; after
failures the gap grows. What the site asks for (Retry-After, caching headers, the feed's own words) is a
floor.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from core.article import NO_WISH, Outcome, PollReport, Wish
from core.settings import PollSettings
from core.source import Source, format_duration
from scheduler import rhythm as rhythms
from scheduler.rhythm import Plan, Rhythm

GOOD = (Outcome.OK, Outcome.UNCHANGED)

# A site that asks for a year would silence its source: a day is the longest wait that we grant.
_LONGEST_RETRY_AFTER = timedelta(days=1)
# Servers err with validators (an unchanged ETag for changed content): so often lists are asked for in full.
_FULL_EVERY = timedelta(days=1)
# So many dated items tell a rhythm before the first gap has passed; older ones tell of another time.
_TELLING = 3
_HISTORY = timedelta(days=14)
_MINUTE = timedelta(minutes=1)
_MONDAY = datetime(1970, 1, 5, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class Memory:
    """What polls have taught of one source. `full` is the last poll that asked without conditions."""

    rhythm: Rhythm = field(default_factory=Rhythm)
    wish: Wish = NO_WISH
    full: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What a poll brought: `new` articles, and exact publication times, those of known articles included."""

    new: int = 0
    times: Sequence[datetime] = ()
    in_full: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """When to poll next, why then, and what to remember until then."""

    at: datetime
    reason: str
    memory: Memory


def next_due(
    report: PollReport,
    source: Source,
    settings: PollSettings,
    *,
    failures: int = 0,
    memory: Memory | None = None,
    found: Found | None = None,
    plan: Plan | None = None,
    weight: float = 1.0,
    jitter: float = 0.0,
) -> Due:
    """Return when to poll next. A source is never switched off, because sites do come back.

    `failures` counts the failed polls in a row before this one; `weight` is the source's rate of matches
    beside the average; `jitter` from 0 to 1 spreads sources that failed together.
    """
    memory, found, plan = memory or Memory(), found or Found(), plan or Plan()
    now = report.finished
    if report.outcome in GOOD:
        memory = _learn(memory, report, found, plan)
        gap, reason = _good_gap(source, settings, memory, plan, weight, now)
    else:
        gap, reason = _good_gap(source, settings, memory, plan, weight, now)
        gap = min(gap * (failures + 1), max(settings.backoff_limit, gap)) * (1 + jitter / 5)
        reason = f"failed {failures + 1} times in a row: the gap grows with each, up to `poll.backoff_limit`"
    due = now + gap
    for floor, why in _floors(report, source, settings, memory.wish, due):
        if floor > due:
            due, reason = floor, why
    return Due(at=due, reason=reason, memory=memory)


def wants_full(memory: Memory, now: datetime) -> bool:
    """Say whether lists should be asked for without conditions for once."""
    return memory.full is None or now - memory.full >= _FULL_EVERY


def minutes(moment: datetime) -> float:
    """Return a moment as `scheduler.rhythm` counts time."""
    return (moment - _MONDAY) / _MINUTE


def _learn(memory: Memory, report: PollReport, found: Found, plan: Plan) -> Memory:
    now = minutes(report.finished)
    times = sorted(minutes(time) for time in found.times if time <= report.finished)
    before = memory.rhythm
    if before.at is None:
        # The first poll shows the past as well; the oldest item only marks where that begins.
        oldest = now - _HISTORY / _MINUTE
        since = max(times[0], oldest) if len(times) >= _TELLING else now
        items = [time for time in times if time > since]
    else:
        since = before.at
        items = [time for time in times if time > since][: found.new]
        # Without a time, or listed long after it: some time since the last poll.
        items += [(since + now) / 2] * (found.new - len(items))
    rhythm = rhythms.observe(before, plan.pool, since=since, now=now, times=items)
    # A list that has not changed is not sent: what stood in it still holds.
    kept = report.outcome is Outcome.UNCHANGED and memory.wish != NO_WISH
    wish = memory.wish if kept else report.wish
    return Memory(rhythm=rhythm, wish=wish, full=report.finished if found.in_full else memory.full)


def _good_gap(
    source: Source, settings: PollSettings, memory: Memory, plan: Plan, weight: float, now: datetime
) -> tuple[timedelta, str]:
    if source.every is not None:
        return source.every, f"`every: {format_duration(source.every)}` in the source file"
    if settings.every is not None:
        return settings.every, f"`poll.every: {format_duration(settings.every)}` in the settings"
    longest, start = settings.longest / _MINUTE, minutes(now)
    theta = plan.theta / weight
    wait = rhythms.wait(memory.rhythm, plan.pool, theta, now=start, longest=longest)
    rate = 60 * rhythms.rate(memory.rhythm, plan.pool, start + wait / 2)
    expected = f"{rate:.2g} articles an hour are expected (weight {weight:.1f} by its matches)"
    if wait >= longest:
        return settings.longest, f"the longest gap (`poll.longest`): {expected}"
    if timedelta(minutes=wait) <= settings.shortest:
        return settings.shortest, f"the shortest gap (`poll.shortest`): {expected}"
    reason = f"its rhythm: {expected}; by then they will have waited {theta:.2g} article-minutes together"
    return timedelta(minutes=wait), reason


def _floors(
    report: PollReport, source: Source, settings: PollSettings, wish: Wish, due: datetime
) -> Iterator[tuple[datetime, str]]:
    """Yield moments before which the site does not want to be polled. `every:` beats all but Retry-After."""
    if report.retry_after is not None:
        latest = report.finished + _LONGEST_RETRY_AFTER
        yield min(report.retry_after, latest), "the site asked for this time (Retry-After)"
    if source.every is not None:
        return
    if wish.gap is not None:
        gap = min(wish.gap, settings.longest)
        yield report.finished + gap, f"the site asks for gaps of {format_duration(wish.gap)} ({wish.why})"
        due = max(due, report.finished + gap)
    if wish.hours or wish.days:
        yield _outside(due, wish), "the feed asks not to be polled at this time (skipHours, skipDays)"


def _outside(due: datetime, wish: Wish) -> datetime:
    """Return the first moment from `due` on that is in no skipped hour or day; `due` if all are skipped."""
    moment = due
    for _ in range(7 * 24):
        if moment.hour not in wish.hours and moment.weekday() not in wish.days:
            return moment
        moment = moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return due


def dump(memory: Memory) -> str:
    """Write what is remembered as JSON."""
    wish = asdict(memory.wish)
    if memory.wish.gap is not None:
        wish["gap"] = memory.wish.gap.total_seconds()
    full = None if memory.full is None else memory.full.isoformat(timespec="seconds")
    parts = {"rhythm": rhythms.dump(memory.rhythm), "full": full}
    return json.dumps(parts | ({"wish": wish} if memory.wish != NO_WISH else {}))


def load(text: str | None) -> Memory:
    """Read what `dump` wrote; nothing known for None."""
    if text is None:
        return Memory()
    found: dict[str, Any] = json.loads(text)
    memory = Memory(
        rhythm=rhythms.load(found["rhythm"]),
        full=None if found["full"] is None else datetime.fromisoformat(found["full"]),
    )
    if "wish" not in found:
        return memory
    wish = found["wish"]
    gap = None if wish["gap"] is None else timedelta(seconds=wish["gap"])
    kept = Wish(gap=gap, why=wish["why"], hours=tuple(wish["hours"]), days=tuple(wish["days"]))
    return replace(memory, wish=kept)
