"""Users, sessions, tokens and failed logins in the store: what ends, and what is bounded."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage import logins
from storage.records.accounts import Tally
from storage.store import Store

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "policywire.db") as opened:
        opened.add_user("ada", "operator", "hash", now=NOW)
        yield opened


def begin(store: Store, digest: str, *, password: str = "hash", now: datetime = NOW) -> int | None:
    return store.begin_session("ada", digest, password=password, now=now, address="::1", browser="\ud800B")


def test_a_user_goes_with_all_that_was_hers(store: Store) -> None:
    begin(store, "s")
    store.know_browser("b", "ada", now=NOW)
    store.add_token("t", user="ada", name="x", now=NOW, expires=None)
    store.add_token("nobodys", user=None, name="x", now=NOW, expires=None)
    assert store.add_user("ada", "analyst", "other", now=NOW) is False
    assert store.remove_user("ada")
    assert store.session("s") is None
    assert [token.user for token in store.tokens()] == [None]
    store.add_user("ada", "analyst", "other", now=NOW)
    assert not store.knows_browser("b", "ada", now=NOW)
    assert store.sessions("ada") == []


def test_a_session_does_not_begin_with_a_password_that_was_changed_meanwhile(store: Store) -> None:
    store.set_password("ada", "new")
    assert begin(store, "s") is None
    assert store.session("s") is None
    store.rehash("ada", before="hash", after="stale")
    found = store.credentials("ada")
    assert found is not None
    assert found.password == "new"


def test_a_changed_password_ends_all_but_the_session_at_hand(store: Store) -> None:
    first, second = begin(store, "one"), begin(store, "two")
    assert first != second
    store.know_browser("b", "ada", now=NOW)
    store.set_password("ada", "new", keep=second)
    assert [session.id for session in store.sessions("ada")] == [second]
    assert not store.knows_browser("b", "ada", now=NOW)


def test_what_has_expired_is_removed(store: Store) -> None:
    begin(store, "idle")
    begin(store, "used")
    used = store.session("used")
    assert used is not None
    store.session_seen(used.id, now=NOW + DAY)
    store.add_token("t", user=None, name="x", now=NOW, expires=NOW + DAY)
    store.begin_login([Tally(key="k", free=1)], now=NOW, longest=DAY)
    assert store.end_expired(now=NOW + DAY, idle=DAY / 2, lifetime=30 * DAY) == 1
    assert [session.id for session in store.sessions("ada")] == [used.id]
    assert store.tokens() == []
    assert store.end_expired(now=NOW + 31 * DAY, idle=40 * DAY, lifetime=30 * DAY) == 1
    assert store.begin_login([Tally(key="k", free=2)], now=NOW + 31 * DAY, longest=DAY) == timedelta()


def test_many_tries_at_once_are_all_counted(store: Store) -> None:
    tally = [Tally(key="k", free=3)]
    waits = [store.begin_login(tally, now=NOW, longest=DAY) for _ in range(5)]
    assert [bool(wait) for wait in waits] == [False, False, False, True, True]
    store.end_login(forget=(), take_back=tally)
    assert store.begin_login(tally, now=NOW, longest=DAY) == timedelta()
    assert store.begin_login(tally, now=NOW, longest=DAY) == logins.SHORTEST_WAIT


def test_the_longest_wait_is_one(store: Store) -> None:
    tally, now, longest = [Tally(key="k", free=1)], NOW, timedelta(minutes=15)
    for _ in range(40):
        now += store.begin_login(tally, now=now, longest=longest)
    assert store.begin_login(tally, now=now, longest=longest) == timedelta()
    assert store.begin_login(tally, now=now, longest=longest) == longest
    # After a day without a failure the count begins anew.
    now += longest + logins.FORGOTTEN
    assert store.begin_login(tally, now=now, longest=longest) == timedelta()
    assert store.begin_login(tally, now=now, longest=longest) == logins.SHORTEST_WAIT


def test_failures_and_browsers_have_a_bound(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logins, "MOST_FAILURES_KEPT", 5)
    for number in range(9):
        at = NOW + timedelta(seconds=number)
        store.begin_login([Tally(key=str(number), free=1)], now=at, longest=DAY)
        store.know_browser(str(number), "ada", now=at)
    later = NOW + timedelta(seconds=9)
    waiting = [
        bool(store.begin_login([Tally(key=str(one), free=9)], now=later, longest=DAY)) for one in range(4, 9)
    ]
    assert waiting == [True] * 5
    assert not store.begin_login([Tally(key="0", free=9)], now=later, longest=DAY)
    for number in range(9, 9 + logins.MOST_BROWSERS):
        store.know_browser(str(number), "ada", now=NOW + timedelta(seconds=number))
    assert not store.knows_browser("8", "ada", now=NOW)
    assert store.knows_browser("9", "ada", now=NOW)
    assert not store.knows_browser("9", "ada", now=NOW + timedelta(days=181))
