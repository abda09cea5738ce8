"""When a source is polled next."""

from datetime import UTC, datetime, timedelta

import pytest

from core.article import Outcome, PollReport
from core.settings import PollSettings
from core.source import Source
from scheduler.polling import next_due

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SETTINGS = PollSettings(every="30m", backoff_limit="2h")


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


def report(outcome: Outcome, retry_after: datetime | None = None) -> PollReport:
    return PollReport(source="a", started=NOW, finished=NOW, outcome=outcome, retry_after=retry_after)


@pytest.mark.parametrize("outcome", [Outcome.OK, Outcome.UNCHANGED])
def test_good_poll_waits_the_default_gap(outcome: Outcome) -> None:
    assert next_due(report(outcome), source(), SETTINGS, failures=7) == NOW + timedelta(minutes=30)


def test_source_has_its_own_gap() -> None:
    assert next_due(report(Outcome.OK), source("5m"), SETTINGS, failures=0) == NOW + timedelta(minutes=5)


def test_failures_wait_longer_step_by_step_up_to_the_limit() -> None:
    gaps = [
        next_due(report(Outcome.UNREACHABLE), source(), SETTINGS, failures=n) - NOW for n in (0, 1, 2, 50)
    ]
    assert gaps == [timedelta(minutes=m) for m in (30, 60, 90, 120)]


def test_a_gap_above_the_limit_is_not_shortened_by_failing() -> None:
    assert next_due(report(Outcome.CRASHED), source("1d"), SETTINGS, failures=3) == NOW + timedelta(days=1)


def test_retry_after_is_a_floor_but_not_for_ever() -> None:
    later, never = NOW + timedelta(hours=5), NOW + timedelta(days=400)
    assert next_due(report(Outcome.REFUSED, later), source(), SETTINGS, failures=0) == later
    assert next_due(report(Outcome.REFUSED, never), source(), SETTINGS, failures=0) == NOW + timedelta(days=1)
    assert next_due(report(Outcome.OK, NOW), source(), SETTINGS, failures=0) == NOW + timedelta(minutes=30)
