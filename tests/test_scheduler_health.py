"""What the daemon says of its own health."""

from datetime import UTC, datetime, timedelta

from scheduler.health import reasons

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_all_is_well() -> None:
    assert reasons(NOW, last_tick=NOW - timedelta(seconds=2), worker_down_since=None, troubles={}) == ()


def test_each_fault_has_its_sentence() -> None:
    found = reasons(
        NOW,
        last_tick=NOW - timedelta(minutes=5),
        worker_down_since=NOW - timedelta(minutes=2),
        troubles={"publishing": "disk full"},
    )
    assert len(found) == 3
    assert "no tick since 2026-11-22 11:55:00" in found[0]
    assert "no crawl worker since 2026-11-22 11:58:00" in found[1]
    assert found[2] == "publishing fails: disk full"


def test_a_worker_that_starts_is_no_fault() -> None:
    down = NOW - timedelta(seconds=10)
    assert reasons(NOW, last_tick=NOW, worker_down_since=down, troubles={}) == ()
