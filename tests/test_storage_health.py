"""Alerts in the store: one for each change of class, grouped, snoozed, told once."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.health import CUT_OFF, GROUPS_KEPT, MOST_TRIES
from storage.store import Store

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
WAIT = 5 * MINUTE


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "policywire.db") as opened:
        yield opened


def close(store: Store, now: datetime, *targets: str) -> int | None:
    return store.close_group(now=now, wait=WAIT, targets=targets)


def test_only_a_change_of_class_is_an_alert(store: Store) -> None:
    assert store.keep_health({"a": ("well", ""), "b": ("not due", "new")}, now=NOW) == 0
    assert store.keep_health({"a": ("refused", "403"), "b": ("well", "")}, now=NOW) == 1
    assert store.keep_health({"a": ("refused", "403 again")}, now=NOW + MINUTE) == 0
    state = store.health()["a"]
    assert (state.klass, state.since, state.reason) == ("refused", NOW, "403 again")


def test_changes_are_told_together_and_what_changed_back_is_not_told(store: Store) -> None:
    store.keep_health({"a": ("refused", "403"), "b": ("quiet", "long"), "c": ("changed", "x")}, now=NOW)
    assert close(store, NOW + MINUTE) is None
    store.keep_health({"b": ("well", ""), "c": ("unreachable", "gone")}, now=NOW + MINUTE)
    number = close(store, NOW + WAIT)
    (group,) = store.alert_groups(limit=5)
    assert group.number == number
    told = {(one.source, one.was, one.became, one.reason) for one in group.alerts}
    assert told == {("a", "well", "refused", "403"), ("c", "well", "unreachable", "gone")}
    assert close(store, NOW + 2 * WAIT) is None


def test_a_snoozed_source_is_told_of_afterwards_if_it_is_still_unwell(store: Store) -> None:
    store.snooze("a", NOW + timedelta(days=3), now=NOW)
    assert store.keep_health({"a": ("refused", "403")}, now=NOW + MINUTE) == 0
    assert store.keep_health({"a": ("refused", "403")}, now=NOW + timedelta(days=4)) == 1
    store.snooze("a", NOW + timedelta(days=9), now=NOW)
    store.snooze("a", None, now=NOW)
    assert store.keep_health({"a": ("well", "")}, now=NOW + timedelta(days=5)) == 1


def test_each_target_is_told_once_whatever_is_cut_off(store: Store) -> None:
    store.keep_health({"a": ("refused", "403")}, now=NOW)
    close(store, NOW + WAIT, "one", "two")
    now = NOW + 2 * WAIT
    assert store.sends_due(now=now)
    first = store.take_send(["one", "two"], now=now)
    second = store.take_send(["one", "two"], now=now)
    assert first is not None and second is not None
    assert {first.target, second.target} == {"one", "two"}
    assert store.take_send(["one", "two"], now=now) is None
    store.end_send(first, None, now=now)
    # The second was cut off: it may have been sent, so it is not sent again.
    assert store.take_send(["one", "two"], now=now + CUT_OFF + MINUTE) is None
    states = {target: (state, error) for _, target, state, _, error in store.sends(limit=9)}
    assert states["one"] == ("sent", None)
    assert states["two"] == ("given up", "cut off: it may have been sent")


def test_a_target_that_fails_is_tried_later_and_not_for_ever(store: Store) -> None:
    store.keep_health({"a": ("refused", "403")}, now=NOW)
    close(store, NOW + WAIT, "one")
    now = NOW + WAIT
    for _ in range(MOST_TRIES):
        send = store.take_send(["one"], now=now)
        assert send is not None
        store.end_send(send, "it said no", now=now)
        assert store.take_send(["one"], now=now) is None
        now += timedelta(hours=2)
    assert store.take_send(["one"], now=now) is None
    assert store.sends(limit=1)[0][2:] == ("given up", MOST_TRIES, "it said no")


def test_a_target_that_was_removed_is_given_up(store: Store) -> None:
    store.keep_health({"a": ("refused", "403")}, now=NOW)
    close(store, NOW + WAIT, "old")
    assert store.take_send(["new"], now=NOW + WAIT) is None
    assert store.sends(limit=1)[0][2] == "given up"


def test_old_groups_go(store: Store) -> None:
    now = NOW
    for number in range(GROUPS_KEPT + 5):
        store.keep_health({"a": ("refused" if number % 2 == 0 else "well", "")}, now=now)
        now += WAIT
        assert close(store, now, "one") == number + 1
    groups = store.alert_groups(limit=1000)
    assert len(groups) == GROUPS_KEPT
    assert len(store.sends(limit=1000)) == GROUPS_KEPT
    store.forget_health(["b"])
    assert store.health() == {}
