"""Alerts in the store: one for each change of class, grouped, snoozed, put into the outbox once."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.health import GROUPS_KEPT
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


def test_each_target_is_to_be_told_once(store: Store) -> None:
    store.keep_health({"a": ("refused", "403")}, now=NOW)
    number = close(store, NOW + WAIT, "alert:one", "alert:two")
    assert sorted(store.due_targets(now=NOW + WAIT)) == ["alert:one", "alert:two"]
    told = store.deliveries(kind="alert", limit=9)
    assert {(one.target, one.subject) for one in told} == {
        ("alert:one", str(number)),
        ("alert:two", str(number)),
    }


def test_old_groups_go(store: Store) -> None:
    now = NOW
    for number in range(GROUPS_KEPT + 5):
        store.keep_health({"a": ("refused" if number % 2 == 0 else "well", "")}, now=now)
        now += WAIT
        assert close(store, now, "alert:one") == number + 1
    groups = store.alert_groups(limit=1000)
    assert len(groups) == GROUPS_KEPT
    assert len(store.deliveries(kind="alert", limit=1000)) == GROUPS_KEPT
    store.forget_health(["b"])
    assert store.health() == {}
