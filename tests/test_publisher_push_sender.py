"""Sending for real, on loopback: signed webhooks, digests by SMTP, messages; what fails hurts no other."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fakes_push import SECRET, draft, follow, make_sender, open_store, push, send
from fakes_smtp import MailServer
from fakes_web import Answer, Asked, RawSite, Site
from waiting import until

from core.clock import utcnow
from core.settings import Settings
from publisher.push import sending
from publisher.push.backoff import NotSent
from publisher.push.calling import call
from publisher.push.digest import last_end
from publisher.push.sender import Sent
from publisher.push.targets import mail_target, mailboxes
from storage.store import Store

DAY = timedelta(days=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path) as opened:
        yield opened


def settings(**values: Any) -> Settings:
    return Settings.model_validate({"contact": "a@example.org", **values})


def hook(url: str, name: str = "desk", **more: object) -> dict[str, object]:
    return {"name": name, "url": url, "secret": SECRET, **more}


def publish(store: Store, given: Settings, *articles: int, at: datetime | None = None) -> None:
    """Publish entries of articles to all who follow."""
    moment = at or utcnow()
    to = follow(store, given, since=moment - timedelta(hours=1))
    push(store, *(draft(number, created=moment) for number in articles), to=to, now=moment)


def is_signed(asked: Asked) -> bool:
    """Check a signature as a receiver would."""
    names = {name.lower(): value for name, value in asked.headers.items()}
    signed = f"{names['webhook-id']}.{names['webhook-timestamp']}.".encode() + asked.body
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    code = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    fresh = abs(time.time() - int(names["webhook-timestamp"])) < 300
    return fresh and hmac.compare_digest(names["webhook-signature"], f"v1,{code}")


def test_a_webhook_gets_each_entry_signed_and_once(store: Store, tmp_path: Path) -> None:
    with Site() as site:
        site.put("/in?key=s3cret", "fine")
        given = settings(push={"webhooks": [hook(site.url("/in?key=s3cret"))]})
        publish(store, given, 1, 2)
        assert (send(store, given, tmp_path).sent, send(store, given, tmp_path).sent) == (2, 0)
        assert all(is_signed(asked) for asked in site.asked)
        told = [json.loads(asked.body) for asked in site.asked]
        assert [one["type"] for one in told] == ["entry", "entry"]
        assert [one["data"]["link"] for one in told] == [
            "https://kz-one.example/a",
            "https://kz-one.example/b",
        ]
        assert told[0]["data"]["why"] == "It names a minister."
        assert len({asked.headers["webhook-id"] for asked in site.asked}) == 2


def test_a_webhook_that_fails_is_tried_again_with_the_same_id(store: Store, tmp_path: Path) -> None:
    answers = [500, 429, 200]

    def reply(_: Asked) -> Answer:
        return Answer(status=answers.pop(0), headers={"Retry-After": "3600"})

    with Site() as site:
        site.put_made("/in", reply)
        given = settings(push={"webhooks": [hook(site.url("/in"))]})
        publish(store, given, 1)
        assert send(store, given, tmp_path).failed == 1
        (state,) = store.outbox().targets
        assert state.error == "it says 500 Internal Server Error"
        assert state.retry_at is not None and state.retry_at - utcnow() > timedelta(minutes=50)
        # It is left in peace, until somebody asks for it.
        assert send(store, given, tmp_path).failed == 0
        assert len(site.asked) == 1
        for _ in range(2):
            make_due(store)
            done = send(store, given, tmp_path)
        assert done.sent == 1
        assert len({asked.headers["webhook-id"] for asked in site.asked}) == 1
        assert store.outbox().counts == {("webhook", "failed"): 2, ("webhook", "sent"): 1}


def make_due(store: Store) -> None:
    """Let the pause after a failure be over."""
    with store._writing() as db:
        db.execute("UPDATE deliveries SET due = created")
        db.execute("UPDATE push_targets SET retry_at = NULL")


def test_a_webhook_that_says_gone_or_leads_away_is_told_so(store: Store, tmp_path: Path) -> None:
    with Site() as site:
        site.put("/gone", status=410)
        site.put("/away", status=301, headers={"Location": site.url("/in")})
        hooks = [hook(site.url("/gone"), "gone"), hook(site.url("/away"), "away")]
        given = settings(push={"webhooks": hooks})
        publish(store, given, 1)
        assert send(store, given, tmp_path).failed == 2
        (dead,) = store.deliveries(state="dead", limit=9)
        assert dead.target == "webhook:gone"
        (waiting,) = store.deliveries(state="waiting", limit=9)
        assert waiting.error is not None and "redirects are not followed" in waiting.error


def test_a_target_that_hangs_holds_up_no_other(store: Store, tmp_path: Path) -> None:
    arrived = threading.Event()
    order: list[str] = []

    def slow(_: Asked) -> Answer:
        # Until the others have theirs: they are not behind it.
        arrived.wait(20)
        order.append("slow")
        return Answer()

    def quick(_: Asked) -> Answer:
        order.append("quick")
        if order.count("quick") == 3:
            arrived.set()
        return Answer()

    with Site() as site:
        site.put_made("/slow", slow)
        site.put_made("/quick", quick)
        given = settings(
            push={"webhooks": [hook(site.url("/slow"), "a-slow"), hook(site.url("/quick"), "quick")]}
        )
        publish(store, given, 1, 2, 3)
        assert send(store, given, tmp_path).sent == 6
    assert order[:3] == ["quick"] * 3


def test_a_reply_that_never_ends_is_cut() -> None:
    def drip(connection: Any, _path: str) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            connection.sendall(b"X-More: 1\r\n")
            time.sleep(0.05)

    with RawSite(drip) as site:
        began = time.monotonic()
        with pytest.raises(NotSent):
            call("POST", site.url("/in"), headers={}, body=b"x", seconds=0.5)
        assert time.monotonic() - began < 15


def test_only_public_addresses_are_called_where_others_name_them() -> None:
    with Site() as site:
        site.put("/in", "fine")
        port = site.base.rpartition(":")[2]
        for host in ("127.0.0.1", "localhost", "[::1]", "169.254.169.254", "0x7f000001", "2130706433"):
            with pytest.raises(NotSent):
                call("GET", f"http://{host}:{port}/in", headers={}, internal=(), seconds=2)
        assert site.asked == []
        assert call("GET", site.url("/in"), headers={}, internal=("127.0.0.1",)).body == b"fine"


def test_passwords_in_an_address_are_sent_as_a_login() -> None:
    with Site() as site:
        site.put("/in", "fine")
        call("POST", site.url("/in").replace("://", "://me:p%40ss@"), headers={}, body=b"x")
        assert site.asked[0].headers["Authorization"] == "Basic " + base64.b64encode(b"me:p@ss").decode()
        assert "me" not in site.asked[0].headers["Host"]


# A library of Apprise's imports what Python 3.13 has no more, and says so.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_message_goes_through_apprise(store: Store, tmp_path: Path) -> None:
    with Site() as site:
        site.put("/chat", "fine")
        address = site.url("/chat").replace("http://", "json://")
        given = settings(push={"messages": [{"name": "chat", "address": address}]})
        publish(store, given, 1)
        assert send(store, given, tmp_path).sent == 1
        told = json.loads(site.asked[0].body)
        assert told["title"] == "A meeting took place"
        assert "Why: It names a minister." in told["message"]


def digest_settings(server: MailServer, *to: str, **mail: object) -> Settings:
    digest = {"name": "daily", "to": list(to), "at": "07:00"}
    smtp = {"host": "127.0.0.1", "port": server.port, "security": "none", "sender": "Wire <wire@example.org>"}
    return settings(push={"digests": [digest]}, mail={**smtp, **mail})


def close(store: Store, given: Settings, now: datetime) -> None:
    (digest,) = given.push.digests
    boxes = {address: mail_target(digest, address) for address in mailboxes(digest)}
    store.close_digest("digest:daily", boxes, end=last_end(digest, now), now=now)


def collected(store: Store, given: Settings) -> None:
    """Have a digest of two entries whose time has come."""
    publish(store, given, 1, 2, at=utcnow() - 3 * DAY)
    close(store, given, utcnow() - DAY)


def test_a_digest_is_mailed_to_each_once_and_can_be_left(store: Store, tmp_path: Path) -> None:
    with MailServer() as server:
        given = digest_settings(server, "Desk <desk@example.org>", "two@example.org")
        collected(store, given)
        assert (send(store, given, tmp_path).sent, send(store, given, tmp_path).sent) == (2, 0)
        assert {tuple(mail.recipients) for mail in server.mails} == {
            ("desk@example.org",),
            ("two@example.org",),
        }
        assert {mail.sender for mail in server.mails} == {"wire@example.org"}
        first = server.mails[0].message
        text = first.get_body(("plain",))
        assert text is not None and "Policy\r\n======" in text.get_content()
        assert "https://kz-one.example/a" in text.get_content()
        tokens = {
            str(mail.message["List-Unsubscribe"]).strip("<>").rpartition("/")[2] for mail in server.mails
        }
        assert len(tokens) == 2
        left = store.leave_digest(tokens.pop(), now=utcnow())
        assert left is not None and left.target == "digest:daily"
        ended = last_end(given.push.digests[0], utcnow() - DAY)
        publish(store, given, 3, at=ended + timedelta(minutes=1))
        close(store, given, utcnow())
        assert send(store, given, tmp_path).sent == 1
        assert len(server.mails) == 3


def test_a_refused_mailbox_is_dead_and_the_others_get_theirs(store: Store, tmp_path: Path) -> None:
    with MailServer(refuses={"lost@example.org": 550, "full@example.org": 452}) as server:
        given = digest_settings(server, "lost@example.org", "full@example.org", "well@example.org")
        collected(store, given)
        done = send(store, given, tmp_path)
        assert (done.sent, done.failed, done.dead) == (1, 2, 1)
        (dead,) = store.deliveries(state="dead", limit=9)
        assert dead.error == "the mail server says 550 not here"


def test_a_mail_whose_answer_is_lost_is_sent_again_under_the_same_id(store: Store, tmp_path: Path) -> None:
    with MailServer(hangs_up=True) as server:
        given = digest_settings(server, "desk@example.org")
        collected(store, given)
        assert send(store, given, tmp_path).failed == 1
        server.hangs_up = False
        make_due(store)
        assert send(store, given, tmp_path).sent == 1
        assert len({mail.message["Message-ID"] for mail in server.mails}) == 1
        assert len(server.mails) == 2


def test_a_login_is_never_sent_in_the_clear_and_a_wrong_one_is_tried_again(
    store: Store, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match="anyone can read"):
        settings(mail={"security": "none", "password": "x"})
    with MailServer() as server:
        # This server offers no STARTTLS: nothing goes over an open line.
        given = digest_settings(server, "desk@example.org", security="starttls", user="me", password="pa55")
        collected(store, given)
        assert send(store, given, tmp_path).failed == 1
        (waiting,) = store.deliveries(state="waiting", limit=9)
        assert waiting.error is not None and "STARTTLS" in waiting.error
        assert server.mails == []


def test_a_target_of_newer_settings_is_left_to_who_knows_them(store: Store, tmp_path: Path) -> None:
    with Site() as site:
        site.put("/in", "fine")
        given = settings(push={"webhooks": [hook(site.url("/in"))]})
        publish(store, given, 1)
        assert send(store, settings(), tmp_path) == Sent()
        assert send(store, given, tmp_path).sent == 1


def test_a_mailbox_that_a_digest_names_no_longer_gets_none(store: Store, tmp_path: Path) -> None:
    with MailServer() as server:
        collected(store, digest_settings(server, "old@example.org", "desk@example.org"))
        done = send(store, digest_settings(server, "desk@example.org"), tmp_path)
        assert (done.sent, done.dropped) == (1, 1)


def test_a_sender_waits_for_more_as_long_as_it_is_asked_to(store: Store, tmp_path: Path) -> None:
    with Site() as site:
        site.put("/in", "fine")
        given = settings(push={"webhooks": [hook(site.url("/in"))]})
        sender = make_sender(store, given, tmp_path)
        running = threading.Thread(target=sender.run, kwargs={"linger": 60})
        running.start()
        with Store.open(tmp_path / "policywire.db") as other:
            publish(other, given, 1)
        until(lambda: site.asked)
        sender.stop()
        running.join(30)
        assert not running.is_alive()


def test_a_webhook_may_be_long(store: Store, tmp_path: Path) -> None:
    with Site() as site:
        site.put("/in", "x" * 1_000_000)
        given = settings(push={"webhooks": [hook(site.url("/in"))]})
        (webhook,) = given.push.webhooks
        sending.post_webhook(webhook, {"data": "y" * 300_000}, "id", user_agent="test")
        assert len(site.asked[0].body) > 300_000
