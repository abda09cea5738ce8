"""When a source is polled next, and why."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.article import NO_WISH, Outcome, PollReport, Wish
from core.settings import PollSettings
from core.source import Source
from scheduler.polling import Due, Found, Memory, dump, load, minutes, next_due, wants_full
from scheduler.rhythm import DAY, Plan, Rhythm

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)  # a Monday
SETTINGS = PollSettings(every="30m", backoff_limit="2h")
FREE = PollSettings()
MINUTE = timedelta(minutes=1)


def source(every: str | None = None) -> Source:
    return Source(
        id="a",
        name="A",
        country="KZ",
        publisher="press",
        languages=("en",),
        home="https://example.org/",
        kind="feed",
        urls=("https://example.org/rss",),
        every=every,
    )


def report(
    outcome: Outcome = Outcome.OK,
    retry_after: datetime | None = None,
    wish: Wish = NO_WISH,
    at: datetime = NOW,
) -> PollReport:
    return PollReport(
        source="a", started=at, finished=at, outcome=outcome, retry_after=retry_after, wish=wish
    )


def gap(due: Due) -> timedelta:
    return due.at - NOW


def known(per_day: float, *, polled: datetime = NOW, **rest: Any) -> Memory:
    rhythm = Rhythm(items=per_day * 100, minutes=DAY * 100, at=minutes(polled))
    return Memory(rhythm=rhythm, **rest)


@pytest.mark.parametrize("outcome", [Outcome.OK, Outcome.UNCHANGED])
def test_one_gap_for_all_by_the_settings(outcome: Outcome) -> None:
    due = next_due(report(outcome), source(), SETTINGS, failures=7)
    assert (gap(due), due.reason) == (30 * MINUTE, "`poll.every: 30m` in the settings")


def test_a_source_has_its_own_gap() -> None:
    due = next_due(report(), source("7m"), SETTINGS)
    assert (gap(due), due.reason) == (7 * MINUTE, "`every: 7m` in the source file")


def test_the_rhythm_decides_within_bounds() -> None:
    gaps = [gap(next_due(report(), source(), FREE, memory=known(n))) / MINUTE for n in (0.01, 8, 100, 5000)]
    assert gaps[0] == 180
    assert gaps[3] == 5
    assert 180 > gaps[1] > 3 * gaps[2] > 15


def test_the_reason_names_the_rule_and_its_figures() -> None:
    rare, some, often = (next_due(report(), source(), FREE, memory=known(n)) for n in (0.01, 24, 5000))
    assert rare.reason.startswith("the longest gap (`poll.longest`): 0.0")
    assert some.reason.startswith("its rhythm: 1 articles an hour are expected (weight 1.0")
    assert "1.5 article-minutes together" in some.reason
    assert often.reason.startswith("the shortest gap (`poll.shortest`)")


def test_sources_that_match_are_polled_sooner() -> None:
    heavy, light = (next_due(report(), source(), FREE, memory=known(24), weight=n) for n in (4.0, 0.25))
    assert gap(light) > 3 * gap(heavy)


def test_a_larger_theta_waits_longer() -> None:
    small, large = (
        next_due(report(), source(), FREE, memory=known(48), plan=Plan(theta=theta)) for theta in (1, 16)
    )
    assert gap(large) > 3 * gap(small)


def test_the_first_poll_learns_from_what_is_listed() -> None:
    times = [NOW - timedelta(minutes=n * 15) for n in range(1, 50)]
    busy = next_due(report(), source(), FREE, found=Found(new=49, times=times))
    assert busy.memory.rhythm.per_minute * DAY == pytest.approx(80, rel=0.2)
    old = [NOW - timedelta(days=n) for n in range(20, 40)]
    quiet = next_due(report(), source(), FREE, found=Found(new=20, times=old))
    assert quiet.memory.rhythm.per_minute * DAY < 0.5
    assert next_due(report(), source(), FREE, found=Found(new=5)).memory.rhythm.items == 1


def test_items_without_a_time_count_too() -> None:
    memory = known(10, polled=NOW - timedelta(hours=1))
    before = memory.rhythm.items
    found = Found(new=3, times=[NOW - 10 * MINUTE, NOW - timedelta(days=9)])
    due = next_due(report(), source(), FREE, memory=memory, found=found)
    assert due.memory.rhythm.items == pytest.approx(before + 3, abs=3)
    assert sum(due.memory.rhythm.counts) == pytest.approx(3)


def test_failures_teach_nothing_and_wait_longer_step_by_step_up_to_the_limit() -> None:
    memory = known(10)
    dues = [
        next_due(report(Outcome.UNREACHABLE), source(), SETTINGS, failures=n, memory=memory)
        for n in (0, 1, 2, 50)
    ]
    assert [gap(due) for due in dues] == [minute * MINUTE for minute in (30, 60, 90, 120)]
    assert all(due.memory == memory for due in dues)
    assert "failed 51 times in a row" in dues[3].reason


def test_sources_that_fail_together_are_spread() -> None:
    first, last = (next_due(report(Outcome.REFUSED), source(), SETTINGS, jitter=n) for n in (0.0, 1.0))
    assert gap(last) - gap(first) == 6 * MINUTE


def test_a_gap_above_the_limit_is_not_shortened_by_failing() -> None:
    assert gap(next_due(report(Outcome.CRASHED), source("1d"), SETTINGS, failures=3)) == timedelta(days=1)


def test_retry_after_is_a_floor_but_not_for_ever() -> None:
    later, never = NOW + timedelta(hours=5), NOW + timedelta(days=400)
    due = next_due(report(Outcome.REFUSED, later), source(), SETTINGS)
    assert (due.at, due.reason) == (later, "the site asked for this time (Retry-After)")
    assert gap(next_due(report(Outcome.REFUSED, never), source("5m"), SETTINGS)) == timedelta(days=1)
    assert gap(next_due(report(Outcome.OK, NOW), source(), SETTINGS)) == 30 * MINUTE


def test_what_a_feed_asks_for_is_a_floor_up_to_the_longest_gap() -> None:
    hour, year = (Wish(gap=timedelta(hours=n), why="ttl") for n in (1, 8000))
    due = next_due(report(wish=hour), source(), FREE, memory=known(5000))
    assert (gap(due), due.reason) == (timedelta(hours=1), "the site asks for gaps of 1h (ttl)")
    assert gap(next_due(report(wish=year), source(), FREE, memory=known(5000))) == timedelta(hours=3)
    assert gap(next_due(report(wish=hour), source("5m"), FREE)) == 5 * MINUTE


def test_an_unchanged_list_still_asks_for_what_it_did() -> None:
    memory = known(5000, wish=Wish(gap=timedelta(hours=1), why="ttl"))
    cached = Wish(gap=timedelta(minutes=1), why="Cache-Control")
    due = next_due(report(Outcome.UNCHANGED, wish=cached), source(), FREE, memory=memory)
    assert gap(due) == timedelta(hours=1)
    assert gap(next_due(report(wish=cached), source(), FREE, memory=memory)) == 5 * MINUTE


def test_skipped_hours_and_days_are_waited_out() -> None:
    hours = Wish(hours=(12, 13))
    due = next_due(report(wish=hours), source(), FREE, memory=known(5000))
    assert (due.at, due.reason.split(" at")[0]) == (NOW.replace(hour=14), "the feed asks not to be polled")
    monday = next_due(report(wish=Wish(days=(0,))), source(), FREE, memory=known(5000))
    assert monday.at == datetime(2026, 11, 24, tzinfo=UTC)
    every_day = next_due(report(wish=Wish(days=tuple(range(7)))), source(), FREE, memory=known(5000))
    assert gap(every_day) == 5 * MINUTE


def test_once_a_day_lists_are_asked_for_in_full() -> None:
    first = next_due(report(), source(), FREE, found=Found(in_full=True))
    assert first.memory.full == NOW
    assert not wants_full(first.memory, NOW + timedelta(hours=23))
    second = next_due(report(at=NOW + timedelta(hours=1)), source(), FREE, memory=first.memory)
    assert wants_full(second.memory, NOW + timedelta(hours=24))
    assert wants_full(Memory(), NOW)


def test_what_is_remembered_is_kept_as_text() -> None:
    wish = Wish(gap=timedelta(minutes=90), why="ttl", hours=(1, 2), days=(6,))
    for memory in (Memory(), known(10, wish=wish, full=NOW)):
        assert load(dump(memory)) == memory
    assert load(None) == Memory()
