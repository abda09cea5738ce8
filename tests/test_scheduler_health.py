"""How a source is judged, class by class."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fakes_crawl import source

from core.article import Outcome, PollReport
from scheduler.health import Facts, Health, HealthClass, judge
from scheduler.rhythm import DAY, FLAT, Rhythm, observe, silence

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def poll(outcome: Outcome = Outcome.OK, **rest: Any) -> PollReport:
    values: dict[str, Any] = {"source": "s", "started": NOW, "finished": NOW, "links": 30, "error": None}
    if outcome not in (Outcome.OK, Outcome.UNCHANGED):
        values["error"] = f"it was {outcome}"
    return PollReport(outcome=outcome, **{**values, **rest})


def health(*polls: PollReport, expect: dict[str, Any] | None = None, **facts: Any) -> Health:
    values: dict[str, Any] = {
        "due": NOW + HOUR,
        "last_new": NOW - HOUR,
        "silence": 0.5,
        "awake": NOW - 24 * HOUR,
        **facts,
    }
    site = source("s", "feed", "https://news.example/feed", expect=expect or {})
    return judge(site, Facts(polls=polls, **values), now=NOW)


def test_a_source_that_is_polled_well_is_well() -> None:
    assert health(poll(), poll(Outcome.UNCHANGED)) == Health(klass=HealthClass.WELL)


def test_a_source_without_polls_is_not_due_and_one_long_overdue_is_late() -> None:
    assert health().klass is HealthClass.NOT_DUE
    late = health(poll(), due=NOW - HOUR)
    assert late.klass is HealthClass.LATE
    assert "overdue by 60 minutes" in late.reason


def test_nobody_is_late_just_after_a_start_or_a_sleep() -> None:
    assert health(poll(), due=NOW - 8 * HOUR, awake=NOW - timedelta(minutes=5)).klass is HealthClass.WELL


@pytest.mark.parametrize(
    ("outcome", "enough", "klass"),
    [
        (Outcome.UNREACHABLE, 4, HealthClass.UNREACHABLE),
        (Outcome.REFUSED, 2, HealthClass.REFUSED),
        (Outcome.CHANGED, 2, HealthClass.CHANGED),
        (Outcome.CRASHED, 2, HealthClass.LATE),
    ],
)
def test_failures_are_graded(outcome: Outcome, enough: int, klass: HealthClass) -> None:
    good = [poll(), poll()]
    assert health(*[poll(outcome)] * (enough - 1), *good).klass is HealthClass.WELL
    found = health(*[poll(outcome)] * enough, *good)
    assert found.klass is klass
    assert found.reason == f"{enough} polls in a row failed: it was {outcome}"


def test_one_good_poll_ends_it() -> None:
    assert health(poll(), *[poll(Outcome.REFUSED)] * 9).klass is HealthClass.WELL


def test_lists_that_shrink_have_changed() -> None:
    usual = [poll(links=30)] * 6
    assert health(poll(links=4), poll(links=30), *usual).klass is HealthClass.WELL
    found = health(poll(links=4), poll(links=3), *usual)
    assert found.klass is HealthClass.CHANGED
    assert "its lists name 4 pages, usually 30" in found.reason
    # Where lists always vary, that is no sign; nor is one that was always short.
    assert health(*[poll(links=count) for count in (2, 3, 2, 4, 3, 2, 3)]).klass is HealthClass.WELL


def test_pages_without_title_or_date_are_told_by_what_the_file_expects() -> None:
    dateless = [poll(articles=3, titled=3, dated=0)] * 3
    found = health(*dateless)
    assert found.klass is HealthClass.FIELDS_MISSING
    assert "0 of the last 9 pages have a date, expected are 50%" in found.reason
    assert health(*dateless, expect={"dates": 0}).klass is HealthClass.WELL
    assert health(*dateless[:2]).klass is HealthClass.WELL
    assert "have a title" in health(poll(articles=5, incomplete={"no title": 5}, titled=5, dated=5)).reason


def test_silence_beyond_its_rhythm_is_told() -> None:
    found = health(poll(Outcome.UNCHANGED), silence=1e-5, last_new=NOW - 72 * HOUR)
    assert found.klass is HealthClass.QUIET
    assert "nothing new for 3.0 days" in found.reason
    assert health(poll(), silence=None).klass is HealthClass.WELL


def test_a_busy_source_is_missed_within_days_and_a_rare_one_is_given_weeks() -> None:
    def chance(every: float, days: float) -> float:
        rhythm, last = Rhythm(), 0.0
        for hour in range(24 * 28):
            now = (hour + 1) * 60.0
            came = [last + every] if last + every <= now else []
            last = came[-1] if came else last
            rhythm = observe(rhythm, FLAT, since=now - 60, now=now, times=came)
        for hour in range(int(days * 24)):
            now = (24 * 28 + hour + 1) * 60.0
            rhythm = observe(rhythm, FLAT, since=now - 60, now=now, times=[])
        return silence(rhythm, FLAT, since=last, now=(28 + days) * DAY)

    assert chance(every=120, days=2) < 1e-3
    assert chance(every=120, days=0.2) > 1e-2
    assert chance(every=4 * DAY, days=8) > 1e-2
    # The longer, the less likely, although the rate itself is learned from the silence too.
    assert chance(every=120, days=4) < chance(every=120, days=2)
