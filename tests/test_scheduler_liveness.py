"""What the daemon says of its own health."""

from datetime import timedelta

from scheduler.liveness import alive, reasons

SECOND = timedelta(seconds=1)


def test_all_is_well() -> None:
    assert reasons(since_tick=2 * SECOND, worker_down=None, troubles={}) == ()
    assert alive(2 * SECOND)


def test_each_fault_has_its_sentence() -> None:
    found = reasons(since_tick=300 * SECOND, worker_down=120 * SECOND, troubles={"publishing": "disk full"})
    assert len(found) == 3
    assert "no tick for 300 s" in found[0]
    assert "no crawl worker for 120 s" in found[1]
    assert found[2] == "publishing fails: disk full"
    assert not alive(300 * SECOND)


def test_a_worker_that_starts_is_no_fault() -> None:
    assert reasons(since_tick=SECOND, worker_down=10 * SECOND, troubles={}) == ()
