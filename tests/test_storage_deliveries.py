"""The outbox: each entry to each target once, whatever is joined, tried again or cut off; dead letters."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fakes_push import DAY, DIGEST, HOOK, draft, open_store, push
from fakes_storage import LATER, NOW, article, batch, match, subscriptions_of, text_of
from sqlite_utils import Database

from storage import outbox
from storage.records.delivery import Announcement, Failure, SubscriptionRequest, Target
from storage.records.publication import Cursor
from storage.schema import migrations
from storage.sending import CUT_OFF
from storage.store import Store, restore

MINUTE = timedelta(minutes=1)
CHAT = Target(id="message:chat", kind="message")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path) as opened:
        opened.keep_targets([HOOK, CHAT, DIGEST], now=NOW)
        yield opened


def waiting(store: Store, target: Target = HOOK) -> list[str]:
    return [one.subject for one in reversed(store.deliveries(state="waiting", target=target.id, limit=99))]


def fail(store: Store, *, retry: timedelta | None = MINUTE, give_up: timedelta = DAY) -> bool:
    delivery = store.take_delivery(HOOK.id, now=LATER)
    assert delivery is not None
    at = None if retry is None else LATER + retry
    failure = Failure(error="it says 500", retry_at=at, target_retry_at=at)
    return store.not_delivered(delivery, failure, give_up=give_up, now=LATER)


def test_an_entry_goes_to_each_target_once(store: Store) -> None:
    for _ in range(2):
        push(store, draft(1), draft(2), to=[HOOK, CHAT])
    assert waiting(store) == waiting(store, CHAT) == ["urn:policy:1:0", "urn:policy:2:0"]
    taken = store.take_delivery(HOOK.id, now=NOW)
    assert taken is not None and taken.subject == "urn:policy:1:0"
    store.delivered(taken, now=NOW)
    push(store, draft(1))
    assert waiting(store) == ["urn:policy:2:0"]


def test_a_new_target_gets_nothing_of_before(store: Store) -> None:
    push(store, draft(1))
    late = Target(id="webhook:late", kind="webhook")
    store.keep_targets([HOOK, CHAT, DIGEST, late], now=LATER)
    push(store, draft(2, created=NOW), draft(3, created=LATER), to=[HOOK, late], now=LATER)
    assert waiting(store) == ["urn:policy:1:0", "urn:policy:2:0", "urn:policy:3:0"]
    assert waiting(store, late) == ["urn:policy:3:0"]


def test_what_is_old_when_it_is_found_goes_to_nobody(store: Store) -> None:
    push(store, draft(1), now=NOW + 2 * DAY)
    assert waiting(store) == []


def test_a_target_that_leaves_the_config_keeps_its_letters_for_a_week(store: Store) -> None:
    push(store, draft(1), to=[HOOK, CHAT])
    assert store.keep_targets([CHAT, DIGEST], now=LATER) == {HOOK.id: 1}
    assert store.keep_targets([CHAT, DIGEST], now=LATER) == {}
    assert waiting(store) == ["urn:policy:1:0"]
    assert store.due_targets(now=LATER) == [CHAT.id]
    assert store.take_delivery(HOOK.id, now=LATER) is None
    assert store.upkeep_deliveries(now=LATER + 6 * DAY) == {}
    assert store.keep_targets([CHAT, DIGEST, HOOK], now=LATER) == {}
    assert set(store.due_targets(now=LATER)) == {CHAT.id, HOOK.id}

    store.keep_targets([CHAT, DIGEST], now=LATER)
    assert store.upkeep_deliveries(now=LATER + 8 * DAY) == {HOOK.id: 1}
    assert waiting(store) == []
    store.keep_targets([CHAT, DIGEST, HOOK], now=LATER)
    push(store, draft(2, created=NOW), to=[HOOK, CHAT], now=LATER)
    assert waiting(store) == []
    assert len(waiting(store, CHAT)) == 2


def test_the_mails_of_a_digest_that_leaves_the_config_wait_with_it(store: Store) -> None:
    push(store, draft(1), to=[DIGEST])
    (collecting,) = (one for one in store.outbox().targets if one.target == DIGEST.id)
    assert (collecting.waiting, collecting.collected) == (0, 1)
    end = NOW + timedelta(hours=1)
    store.close_digest(DIGEST.id, {"a": "mail:daily:a", "b": "mail:daily:b"}, end=end, now=end)
    assert len(store.due_targets(now=LATER + DAY)) == 2
    assert store.keep_targets([HOOK, CHAT], now=LATER) == {DIGEST.id: 2}
    assert store.due_targets(now=LATER + DAY) == []
    store.keep_targets([HOOK, CHAT, DIGEST], now=LATER)
    assert len(store.due_targets(now=LATER + DAY)) == 2
    store.keep_targets([HOOK, CHAT], now=LATER)
    assert store.upkeep_deliveries(now=LATER + 8 * DAY) == {DIGEST.id: 2}
    assert store.deliveries(kind="mail", limit=9) == []


def test_one_story_in_two_watchlists_is_one_message(store: Store) -> None:
    push(store, draft(1), draft(1, watchlist="rivers"))
    assert waiting(store) == ["urn:policy:1:0"]
    assert store.watchlists_of(1) == ("policy", "rivers")


def test_a_story_that_grows_gives_no_second_message(store: Store) -> None:
    push(store, draft(1))
    taken = store.take_delivery(HOOK.id, now=NOW)
    assert taken is not None
    store.delivered(taken, now=NOW)
    store.keep(batch(article("x", source="kz-official", text=text_of("a"))), now=LATER)
    # The publisher itself would give no second entry; a watchlist that matches only now does.
    push(store, draft(1, watchlist="rivers", created=LATER), now=LATER)
    assert waiting(store) == []


@pytest.mark.parametrize("told", [True, False])
def test_stories_that_are_joined_are_told_once(store: Store, told: bool) -> None:
    push(store, draft(1, created=LATER), draft(2, watchlist="rivers"))
    sent = []
    if told:
        first = store.take_delivery(HOOK.id, now=LATER)
        assert first is not None
        store.delivered(first, now=LATER)
        sent.append(first.subject)
    store.join_stories(1, 2, now=LATER)
    while (taken := store.take_delivery(HOOK.id, now=LATER)) is not None:
        store.delivered(taken, now=LATER)
        sent.append(taken.subject)
    assert sent == ["urn:policy:1:0"]
    (dropped,) = store.deliveries(state="dropped", limit=9)
    assert dropped.error == "its story was told already"


def test_what_is_joined_or_taken_back_meanwhile_is_not_sent(store: Store) -> None:
    push(store, draft(1), draft(2), draft(3))
    store.join_stories(1, 2, now=LATER)
    store.publish("policy", Cursor(seq=9, digest="d"), matches=[(3, match(matched=False))], drafts=[])
    taken = store.take_delivery(HOOK.id, now=LATER)
    assert taken is not None and taken.subject == "urn:policy:1:0"
    assert store.take_delivery(HOOK.id, now=LATER) is None
    reasons = {one.error for one in store.deliveries(state="dropped", limit=9)}
    assert reasons == {"its feed does not show it any more"}


def test_revisions_go_only_to_those_who_want_them(store: Store) -> None:
    push(store, draft(1))
    store.keep(batch(article("a", text=text_of("edited"))), now=LATER)
    edited = draft(1, revision=1, created=LATER)
    push(store, edited, now=LATER)
    assert waiting(store) == ["urn:policy:1:0"]
    store.keep(batch(article("b", text=text_of("edited too"))), now=LATER)
    push(store, draft(2, revision=1, created=LATER), now=LATER, revisions=True)
    assert waiting(store) == ["urn:policy:1:0", "urn:policy:2:1"]


def test_a_failure_waits_and_lets_others_go_first(store: Store) -> None:
    push(store, draft(1), draft(2))
    assert not fail(store)
    # The target is left in peace, with all that waits for it.
    assert store.due_targets(now=LATER) == []
    assert store.take_delivery(HOOK.id, now=LATER) is None
    taken = store.take_delivery(HOOK.id, now=LATER + MINUTE)
    assert taken is not None and (taken.subject, taken.failures) == ("urn:policy:2:0", 1)
    store.delivered(taken, now=LATER + MINUTE)
    again = store.take_delivery(HOOK.id, now=LATER + MINUTE)
    assert again is not None and (again.subject, again.tries, again.failures) == ("urn:policy:1:0", 1, 0)


def test_what_fails_for_too_long_is_dead_and_can_be_retried_or_dropped(store: Store) -> None:
    push(store, draft(1), draft(2))
    assert [fail(store, retry=timedelta(0), give_up=MINUTE) for _ in range(3)] == [False, False, False]
    # Three failures in a row: what has waited longer than that is not tried any more.
    dead = store.deliveries(state="dead", limit=9)
    assert {one.subject for one in dead} == {"urn:policy:1:0", "urn:policy:2:0"}
    outbox_now = store.outbox()
    (state,) = [one for one in outbox_now.targets if one.target == HOOK.id]
    assert (state.failures, state.dead, state.waiting, state.error) == (3, 2, 0, "it says 500")
    assert outbox_now.counts == {("webhook", "failed"): 3, ("webhook", "dead"): 2}
    first, second = (one.id for one in dead)
    assert store.retry_dead([first], now=LATER) == 1
    assert store.due_targets(now=LATER) == [HOOK.id]
    assert store.drop_dead(target=HOOK.id) == 1
    assert store.drop_dead([second]) == 0
    assert [one.id for one in store.deliveries(state="waiting", limit=9)] == [first]


def test_what_waited_while_nothing_ran_is_tried(store: Store) -> None:
    push(store, draft(1))
    delivery = store.take_delivery(HOOK.id, now=NOW + 9 * DAY)
    assert delivery is not None
    failure = Failure(error="no reply", retry_at=NOW + 9 * DAY + MINUTE)
    assert not store.not_delivered(delivery, failure, give_up=DAY, now=NOW + 9 * DAY)


def test_what_is_refused_for_good_is_dead_at_once(store: Store) -> None:
    push(store, draft(1))
    assert fail(store, retry=None)
    assert waiting(store) == []


def test_what_a_crash_cuts_off_is_not_sent_again_by_itself(store: Store) -> None:
    push(store, draft(1))
    assert store.take_delivery(HOOK.id, now=NOW) is not None
    assert store.settle_cut_off(now=LATER) == 1
    assert store.due_targets(now=LATER + DAY) == []
    (dead,) = store.deliveries(state="dead", limit=9)
    assert dead.error == CUT_OFF
    assert store.settle_cut_off(now=LATER) == 0


def test_hubs_are_told_of_each_content_once(store: Store) -> None:
    hub = Target(id="hub:one", kind="hub")
    store.keep_targets([hub], now=NOW)

    def announce(version: str) -> None:
        store.announce(Announcement(files={"policy.rss": version}, hubs=("hub:one",)), now=NOW)

    announce("1")
    announce("1")
    taken = store.take_delivery(hub.id, now=NOW)
    assert taken is not None and (taken.subject, taken.version) == ("policy.rss", "1")
    # It changes while its hub is told: that must be told once more.
    announce("2")
    store.delivered(taken, now=NOW)
    again = store.take_delivery(hub.id, now=NOW)
    assert again is not None and again.version == "2"
    store.delivered(again, now=NOW)
    announce("2")
    assert store.take_delivery(hub.id, now=NOW) is None
    # Saying it twice does no harm: after a crash it is said again.
    announce("3")
    assert store.take_delivery(hub.id, now=NOW) is not None
    assert store.settle_cut_off(now=NOW) == 1
    assert store.take_delivery(hub.id, now=NOW) is not None


def request(
    topic: str = "policy.rss", callback: str = "http://s.example/", **changes: Any
) -> SubscriptionRequest:
    values: dict[str, Any] = {"mode": "subscribe", "secret": None, "lease": DAY}
    return SubscriptionRequest(id=0, topic=topic, callback=callback, **(values | changes))


def confirm(store: Store, *, version: str = "1") -> None:
    (target,) = store.due_targets(now=NOW)
    taken = store.take_delivery(target, now=NOW)
    assert taken is not None and taken.kind == "verify"
    asked = store.subscription_request(int(taken.subject))
    assert asked is not None
    store.confirm_subscription(asked, version=version, now=NOW)
    store.delivered(taken, now=NOW)


def test_a_subscription_begins_when_it_is_confirmed_and_ends_with_its_lease(store: Store) -> None:
    assert store.ask_subscription(request(secret="s"), most=9, now=NOW)
    assert subscriptions_of(store) == []
    confirm(store)
    (one,) = subscriptions_of(store)
    assert (one.secret, one.until) == ("s", NOW + DAY)
    store.announce(Announcement(files={"policy.rss": "1", "other.rss": "7"}, hubs=()), now=NOW)
    assert store.due_targets(now=NOW) == []
    store.announce(Announcement(files={"policy.rss": "2"}, hubs=()), now=NOW)
    assert store.due_targets(now=NOW) == [f"update:{one.id}"]
    # Asked for again before the end, it lasts longer, and is no second one.
    assert store.ask_subscription(request(lease=2 * DAY), most=1, now=NOW)
    taken = store.take_delivery(f"update:{one.id}", now=NOW)
    assert taken is not None
    store.delivered(taken, now=NOW)
    confirm(store)
    (same,) = subscriptions_of(store)
    assert (same.id, same.secret, same.until) == (one.id, None, NOW + 2 * DAY)
    store.expire_subscriptions(now=NOW + 3 * DAY)
    assert subscriptions_of(store) == []
    assert store.deliveries(target=f"update:{one.id}", limit=9) == []


def test_unsubscribing_ends_a_subscription_once_it_is_confirmed(store: Store) -> None:
    store.ask_subscription(request(), most=9, now=NOW)
    confirm(store)
    assert store.ask_subscription(request(mode="unsubscribe"), most=9, now=NOW)
    assert len(subscriptions_of(store)) == 1
    confirm(store)
    assert subscriptions_of(store) == []


def test_subscriptions_and_requests_are_bounded(store: Store) -> None:
    store.ask_subscription(request(), most=1, now=NOW)
    confirm(store)
    assert not store.ask_subscription(request(callback="http://t.example/"), most=1, now=NOW)
    answers = [
        store.ask_subscription(request(callback=f"http://t.example/{number}"), most=999, now=NOW)
        for number in range(105)
    ]
    assert answers.count(True) == 100
    store.expire_subscriptions(now=NOW + timedelta(hours=2))
    assert store.ask_subscription(request(callback="http://t.example/new"), most=999, now=NOW)


def test_a_digest_takes_in_what_came_until_its_end_and_mails_it_to_who_is_left(store: Store) -> None:
    boxes = {"aaa": "mail:daily:aaa", "bbb": "mail:daily:bbb"}
    token = store.recipient(DIGEST.id, "bbb", token="secret-token").token
    assert store.leave_digest("nobody's", now=NOW) is None
    assert store.leave_digest(token, now=NOW) is not None
    push(store, draft(1), draft(2), to=[DIGEST], now=NOW)
    push(store, draft(3), to=[DIGEST], now=NOW + DAY)
    assert store.due_targets(now=NOW + DAY) == []
    assert store.close_digest(DIGEST.id, boxes, end=NOW, now=LATER) is None
    end = NOW + timedelta(hours=6)
    assert store.close_digest(DIGEST.id, boxes, end=end, now=LATER) == 2
    assert store.close_digest(DIGEST.id, boxes, end=end, now=LATER) is None
    assert store.due_targets(now=LATER) == ["mail:daily:aaa"]
    taken = store.take_delivery("mail:daily:aaa", now=LATER)
    assert taken is not None
    told = [entry.id for entry in store.digest_entries(DIGEST.id, taken.subject)]
    assert told == ["urn:policy:2:0", "urn:policy:1:0"]
    assert store.close_digest(DIGEST.id, boxes, end=end + DAY, now=LATER) == 1
    assert store.close_digest(DIGEST.id, boxes, end=end + 2 * DAY, now=LATER) == 0
    assert store.rejoin_digest(DIGEST.id, "bbb")
    assert not store.rejoin_digest(DIGEST.id, "bbb")


def test_a_story_told_by_one_digest_is_not_told_by_the_next(store: Store) -> None:
    push(store, draft(1), to=[DIGEST])
    assert store.close_digest(DIGEST.id, {"a": "mail:daily:a"}, end=LATER, now=LATER) == 1
    push(store, draft(2, watchlist="rivers", created=LATER), to=[DIGEST], now=LATER + MINUTE)
    store.join_stories(1, 2, now=LATER)
    assert store.close_digest(DIGEST.id, {"a": "mail:daily:a"}, end=LATER + DAY, now=LATER + DAY) == 0


def test_nothing_grows_without_bound(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "MOST_WAITING", 1)
    monkeypatch.setattr(outbox, "MOST_DEAD", 1)
    push(store, draft(1), draft(2), draft(3))
    store.upkeep_deliveries(now=NOW)
    assert waiting(store) == ["urn:policy:3:0"]
    (dead,) = store.deliveries(state="dead", limit=9)
    assert (dead.subject, dead.error) == ("urn:policy:2:0", "too many wait for its target")
    taken = store.take_delivery(HOOK.id, now=NOW)
    assert taken is not None
    store.delivered(taken, now=NOW)
    store.upkeep_deliveries(now=NOW + 40 * DAY)
    assert [one.state for one in store.deliveries(limit=9)] == ["dead"]
    store.upkeep_deliveries(now=NOW + 99 * DAY)
    assert store.deliveries(limit=9) == []


def test_what_waits_in_a_backup_is_not_sent_after_it_is_restored(store: Store, tmp_path: Path) -> None:
    push(store, draft(1), to=[HOOK, DIGEST])
    store.announce(Announcement(files={"policy.rss": "1"}, hubs=("hub:one",)), now=NOW)
    store.backup(tmp_path / "backup.db")
    store.close()
    restore(tmp_path / "backup.db", tmp_path / "policywire.db", force=True)
    with Store.open(tmp_path / "policywire.db") as restored:
        assert restored.due_targets(now=LATER) == ["hub:one"]
        states = {one.target: one.state for one in restored.deliveries(limit=9)}
        assert states == {HOOK.id: "dead", DIGEST.id: "dropped", "hub:one": "waiting"}


def test_alerts_that_waited_before_there_was_one_outbox_still_wait(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    db = Database(str(path))
    migrations.apply(db, stop_before="m023_deliveries")
    rows = [(1, "one", "sent"), (2, "one", "waiting"), (2, "two", "given up")]
    for group, target, state in rows:
        db.execute(
            "INSERT INTO alert_sends (batch, target, state, tries, due) VALUES (?, ?, ?, 2, ?)",
            [group, target, state, "2026-03-02T08:30:00.000000+00:00"],
        )
    db.conn.commit()
    db.close()
    with Store.open(path) as opened:
        assert opened.due_targets(now=LATER) == ["alert:one"]
        told = {(one.target, one.subject, one.state, one.tries) for one in opened.deliveries(limit=9)}
    assert told == {
        ("alert:one", "1", "sent", 2),
        ("alert:one", "2", "waiting", 2),
        ("alert:two", "2", "dead", 2),
    }
