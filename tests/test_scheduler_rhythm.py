"""The learned rhythm and the budget that it is fitted to, on made-up weeks."""

import random
from itertools import pairwise

import pytest

from scheduler.budget import Member, make_plan, weight
from scheduler.rhythm import (
    DAY,
    FLAT,
    HOUR,
    WEEK,
    Plan,
    Rhythm,
    bin_of,
    dump,
    dump_plan,
    load,
    load_plan,
    observe,
    rate,
    wait,
)

BUDGET = {"shortest": 5.0, "longest": 180.0}


def learned(
    per_day: float, *, days: int = 28, hours: tuple[int, int] = (0, 24), workdays: bool = False
) -> Rhythm:
    """Return what hourly polls teach of a source that publishes evenly in some hours of the day."""
    chance, rhythm = random.Random(1), Rhythm()
    items = []
    for day in range(days):
        if not (workdays and day % 7 >= 5):
            share = per_day / (hours[1] - hours[0])
            spots = (day * DAY + (hour + chance.random()) * HOUR for hour in range(*hours) for _ in range(9))
            items += [spot for spot in spots if chance.random() < share / 9]
    for before, now in pairwise(range(0, int(days * DAY) + 1, 60)):
        found = [item for item in items if before < item <= now]
        rhythm = observe(rhythm, FLAT, since=before, now=now, times=found)
    return rhythm


def test_hours_of_the_week() -> None:
    assert [bin_of(day * DAY + 90) for day in range(8)] == [1, 1, 1, 1, 1, 25, 25, 1]
    assert bin_of(WEEK - 1) == 47


def test_the_rate_is_learned() -> None:
    assert learned(48).per_minute * DAY == pytest.approx(48, rel=0.15)
    assert learned(2).per_minute * DAY == pytest.approx(2, rel=0.4)


def test_the_hours_of_publishing_are_learned() -> None:
    rhythm = learned(24, hours=(8, 18), workdays=True)
    morning = 28 * DAY + 10 * HOUR
    assert rate(rhythm, FLAT, morning) > 10 * rate(rhythm, FLAT, 28 * DAY + 2 * HOUR)
    assert rate(rhythm, FLAT, morning) > 10 * rate(rhythm, FLAT, morning + 5 * DAY)


def test_a_busy_source_is_polled_more_often_by_the_root_of_its_rate() -> None:
    slow, fast = (wait(learned(n), FLAT, 1.5, now=29 * DAY, longest=DAY) for n in (4, 64))
    assert slow / fast == pytest.approx(4, rel=0.3)


def test_waiting_reaches_theta_at_the_end_of_the_wait() -> None:
    rhythm, start = learned(24, hours=(8, 18)), 29 * DAY + 7 * HOUR + 20
    gap = wait(rhythm, FLAT, 2.0, now=start, longest=DAY)
    steps = [start + gap * (n + 0.5) / 10_000 for n in range(10_000)]
    waited = sum(rate(rhythm, FLAT, step) * (start + gap - step) * gap / 10_000 for step in steps)
    assert waited == pytest.approx(2.0, rel=0.02)


def test_the_wait_is_bounded() -> None:
    assert wait(Rhythm(items=0.0001), FLAT, 1e9, now=0.0, longest=180) == 180
    assert wait(Rhythm(items=0.0), FLAT, 1.0, now=0.0, longest=180) == 180


def test_a_burst_shortens_the_wait_and_fades() -> None:
    calm, now = learned(24), 28 * DAY + 30.0
    burst = observe(calm, FLAT, since=now - 30, now=now, times=[now - n for n in range(12)])
    assert rate(burst, FLAT, now) > 2 * rate(calm, FLAT, now)
    assert rate(burst, FLAT, now + DAY) < rate(burst, FLAT, now) / 2


def test_a_long_silence_is_looked_back_on_for_two_weeks_only() -> None:
    rhythm = observe(Rhythm(), FLAT, since=-1e6, now=100.0, times=[])
    assert sum(rhythm.exposure) == pytest.approx(14 * DAY)


def test_a_rhythm_is_kept_as_text() -> None:
    rhythm = learned(20)
    text = dump(rhythm)
    assert len(text) < 1200
    assert load(text).per_minute == pytest.approx(rhythm.per_minute, rel=1e-3)
    again = load(dump(load(text)))
    assert again == load(text)
    assert load(None) == Rhythm()


def test_the_plan_keeps_the_budget() -> None:
    rhythms = [learned(n, hours=(6, 20)) for n in (1, 4, 16, 64)] * 5
    plan = make_plan([Member(rhythm=one) for one in rhythms], budget=40, **BUDGET)
    assert plan.per_hour == pytest.approx(40, rel=0.01)
    polls = 0
    for one in rhythms:
        now = 28 * DAY
        while now < 35 * DAY:
            now += max(wait(one, plan.pool, plan.theta, now=now, longest=180), 5)
            polls += 1
    assert polls / (7 * 24) == pytest.approx(40, rel=0.15)


def test_fixed_gaps_are_paid_first_and_bounds_may_overdraw() -> None:
    free = [Member(rhythm=learned(8))] * 4
    plan = make_plan([*free, Member(rhythm=Rhythm(), fixed=5.0)], budget=20, **BUDGET)
    assert plan.theta == pytest.approx(make_plan(free, budget=8, **BUDGET).theta, rel=0.01)
    assert make_plan(free, budget=0.1, **BUDGET).per_hour == pytest.approx(4 / 3)
    assert make_plan([], budget=10, **BUDGET) == Plan()


def test_sources_that_match_are_polled_more() -> None:
    assert weight(0, 0, all_matched=10, all_articles=100) == pytest.approx(1.0)
    assert weight(50, 100, all_matched=100, all_articles=1000) > 3
    assert 0.1 <= weight(0, 5000, all_matched=100, all_articles=10_000) < 0.2
    assert weight(5, 5, all_matched=0, all_articles=0) == 1.0


def test_a_plan_is_kept_as_text() -> None:
    plan = make_plan([Member(rhythm=learned(8))], budget=1, **BUDGET)
    assert load_plan(dump_plan(plan)) == plan
    assert load_plan(None) == Plan()
