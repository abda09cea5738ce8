"""When a source publishes: learned from its polls, and how long to wait by it. Pure.

In: what a poll found, in minutes since some Monday 00:00 UTC. Out: a `Rhythm`, and the wait until the items
that are expected at the source have waited so many item-minutes together. Knows no clock, store or source.

    rate(t) = items / minutes * shape[hour of the week] * surprise(t)

`items / minutes` is a Gamma-Poisson rate that forgets; the shape (24 hours, workdays and weekends) is
shrunk to the one of all sources; the surprise is above 1 in a burst and below 1 on a holiday, and fades in
hours. Constants: tuned on weeks 0-6 of `benchmarks/polling.py`; halving or doubling one moves the result by
3 % or less.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

HOUR, DAY, WEEK = 60.0, 1440.0, 10080.0
BINS = 48
FLAT = (1.0,) * BINS

# What is remembered fades by half in three weeks; before anything is known, four items a day.
_HALF_LIFE = 21 * DAY
_PRIOR_ITEMS = 1.0
_PRIOR_RATE = 4 / DAY
# How many items' worth the shape of all sources counts beside a source's own.
SHRINK = 1.0
_SURPRISE_HALF_LIFE = 180.0
_SURPRISE_PRIOR = 3.0
# A source that was away for longer tells nothing more of its hours.
# Counts of news vary twice as much as a Poisson process; benchmarks/silence.py.
_DISPERSION = 2.0
_LEAST_BEFORE = 0.1
_LONGEST_LOOK_BACK = 14 * DAY
# Theta before anything is known: a source with four items a day is polled about every half hour.
FIRST_THETA = 1.5
_ZEROS = (0.0,) * BINS


@dataclass(frozen=True, kw_only=True, slots=True)
class Rhythm:
    """What is known of a source: `items` in `minutes` of average hours, and both by hour of the week.

    `recent` and `expected` are the items of the last hours, seen and foreseen. `at` is the last poll's
    moment.
    """

    items: float = _PRIOR_ITEMS
    minutes: float = _PRIOR_ITEMS / _PRIOR_RATE
    counts: tuple[float, ...] = _ZEROS
    exposure: tuple[float, ...] = _ZEROS
    recent: float = 0.0
    expected: float = 0.0
    at: float | None = None

    @property
    def per_minute(self) -> float:
        """Items a minute over all hours of the week."""
        return self.items / self.minutes


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What all sources share. `per_hour` are the polls that `theta` should lead to."""

    theta: float = FIRST_THETA
    pool: tuple[float, ...] = FLAT
    per_hour: float = 0.0


def bin_of(minute: float) -> int:
    """Return the hour of the week that a moment lies in: 0..23 on workdays, 24..47 at weekends."""
    return int(minute % DAY // HOUR) + (24 if minute % WEEK >= 5 * DAY else 0)


def observe(
    before: Rhythm, pool: Sequence[float], *, since: float, now: float, times: Sequence[float]
) -> Rhythm:
    """Return the rhythm after a poll at `now` that found items published at `times`, all after `since`."""
    # The clock may have been set back meanwhile.
    since = min(max(since, now - _LONGEST_LOOK_BACK), now)
    shape = [_shape(before, pool, number) for number in range(BINS)]
    fade = 0.5 ** ((now - since) / _HALF_LIFE)
    counts = [value * fade for value in before.counts]
    exposure = [value * fade for value in before.exposure]
    average, moment = 0.0, since
    while moment < now - 1e-9:
        end = min(now, moment - moment % HOUR + HOUR)
        number = bin_of(moment)
        exposure[number] += end - moment
        average += (end - moment) * shape[number]
        moment = end
    for time in times:
        counts[bin_of(time)] += 1
    fade_recent = 0.5 ** ((now - since) / _SURPRISE_HALF_LIFE)
    return Rhythm(
        items=before.items * fade + len(times),
        minutes=before.minutes * fade + average,
        counts=tuple(counts),
        exposure=tuple(exposure),
        recent=before.recent * fade_recent + len(times),
        expected=before.expected * fade_recent + before.per_minute * average,
        at=now,
    )


def rate(rhythm: Rhythm, pool: Sequence[float], moment: float) -> float:
    """Return the items a minute that are expected at a moment."""
    surprise = (_SURPRISE_PRIOR + rhythm.recent) / (_SURPRISE_PRIOR + rhythm.expected)
    passed = moment - (moment if rhythm.at is None else rhythm.at)
    surprise = 1 + (surprise - 1) * math.exp2(-passed / _SURPRISE_HALF_LIFE)
    return rhythm.per_minute * _shape(rhythm, pool, bin_of(moment)) * surprise


def silence(rhythm: Rhythm, pool: Sequence[float], *, since: float, now: float) -> float:
    """Return how likely it is that nothing comes from `since` to `now`, by what was known at `since`.

    Gamma-Poisson, with the variance of counts twice their mean: news comes in bursts.
    """
    expected, moment = 0.0, since
    observed = now if rhythm.at is None else rhythm.at
    seen = 0.0
    while moment < now - 1e-9:
        end = min(now, moment - moment % HOUR + HOUR)
        here = (end - moment) * _shape(rhythm, pool, bin_of(moment))
        expected += here
        seen += here if moment < observed else 0.0
        moment = end
    # The silence itself has already lowered the rate: it is taken out again.
    before = max(rhythm.minutes - seen, rhythm.minutes * _LEAST_BEFORE)
    return float((1 + expected / before) ** (-rhythm.items / _DISPERSION))


def wait(rhythm: Rhythm, pool: Sequence[float], theta: float, *, now: float, longest: float) -> float:
    """Return after how many minutes the expected items have waited `theta` item-minutes, or `longest`."""
    waited = items = passed = 0.0
    while passed < longest:
        step = min(HOUR - (now + passed) % HOUR, longest - passed)
        here = rate(rhythm, pool, now + passed + step / 2)
        after = waited + items * step + here * step * step / 2
        if after >= theta:
            missing = theta - waited
            if here < 1e-12:
                return passed + missing / items
            return passed + (math.sqrt(items * items + 2 * here * missing) - items) / here
        waited, items, passed = after, items + here * step, passed + step
    return longest


def _shape(rhythm: Rhythm, pool: Sequence[float], number: int) -> float:
    """Return how much more than on average is published in one hour; its neighbours count half."""
    day, hour = number // 24 * 24, number % 24
    left, right = day + (hour - 1) % 24, day + (hour + 1) % 24
    counts, exposure = rhythm.counts, rhythm.exposure
    seen = counts[number] / 2 + (counts[left] + counts[right]) / 4
    foreseen = exposure[number] / 2 + (exposure[left] + exposure[right]) / 4
    return (SHRINK * pool[number] + seen) / (SHRINK + rhythm.per_minute * foreseen)


def dump(rhythm: Rhythm) -> str:
    """Write a rhythm as JSON, about 1 KB at most."""
    numbers = [rhythm.items, rhythm.minutes, rhythm.recent, rhythm.expected]
    return json.dumps(
        [
            [round(number, 4) for number in numbers],
            None if rhythm.at is None else round(rhythm.at, 2),
            [round(number, 2) for number in rhythm.counts],
            [round(number) for number in rhythm.exposure],
        ],
        separators=(",", ":"),
    )


def load(text: str | None) -> Rhythm:
    """Read what `dump` wrote; nothing known for None."""
    if text is None:
        return Rhythm()
    (items, minutes, recent, expected), at, counts, exposure = json.loads(text)
    return replace(
        Rhythm(items=items, minutes=minutes, recent=recent, expected=expected, at=at),
        counts=tuple(counts),
        exposure=tuple(exposure),
    )


def dump_plan(plan: Plan) -> str:
    """Write a plan as JSON."""
    return json.dumps({"theta": plan.theta, "pool": plan.pool, "per_hour": plan.per_hour})


def load_plan(text: str | None) -> Plan:
    """Read what `dump_plan` wrote; the first plan for None."""
    if text is None:
        return Plan()
    found = json.loads(text)
    return Plan(theta=found["theta"], pool=tuple(found["pool"]), per_hour=found["per_hour"])
