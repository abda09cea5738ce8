"""WebSub from end to end on loopback: our own hub with a real subscriber, and other hubs that are told."""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from fakes_publisher import NOW as SITE_NOW
from fakes_push import follow, send
from fakes_site import WebSite, make_snapshot, running_site
from fakes_storage import subscriptions_of
from fakes_web import Answer, Asked, Site

from core.clock import utcnow
from core.settings import Settings
from publisher.push.outbox import Pushes
from storage.records.delivery import SubscriptionRequest, TargetState

FEED = b"<rss version='2.0'><channel><title>One</title></channel></rss>"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Subscriber(Site):
    """A subscriber that confirms what is asked in its name, and keeps what it is sent."""

    def __init__(self) -> None:
        super().__init__()
        self.confirms = True
        self.status = 200

    def _maker(self, path: str) -> Callable[[Asked], Answer]:
        """Answer all alike: the hub adds its words to the callback's own."""
        return self._reply

    def _reply(self, asked: Asked) -> Answer:
        if asked.method != "GET":
            return Answer(status=self.status)
        fields = parse_qs(urlsplit(asked.path).query)
        return Answer(body=fields["hub.challenge"][0].encode() if self.confirms else b"no", status=200)

    @property
    def updates(self) -> list[Asked]:
        return [asked for asked in self.asked if asked.method == "POST"]


def settings(**push: object) -> Settings:
    given = {"hub": True, "internal_hosts": ["127.0.0.1"], **push}
    return Settings.model_validate({"contact": "a@example.org", "push": given})


@pytest.fixture
def site(tmp_path: Path) -> Iterator[WebSite]:
    with running_site(tmp_path, settings=settings()) as running:
        (running.feeds / "central-asia.rss").write_bytes(FEED)
        yield running


@pytest.fixture
def subscriber() -> Iterator[Subscriber]:
    with Subscriber() as running:
        yield running


def topic(site: WebSite) -> str:
    return f"http://127.0.0.1:{site.port}/feeds/central-asia.rss"


def ask(site: WebSite, callback: str, mode: str = "subscribe", **more: str) -> int:
    fields = {"hub.mode": mode, "hub.topic": topic(site), "hub.callback": callback}
    fields |= {f"hub.{name}": value for name, value in more.items()}
    return site.ask("/hub", method="POST", headers=FORM, body=urlencode(fields).encode()).status


def deliver(site: WebSite) -> None:
    """Send what is due, as the sending process does."""
    send(site.store, site.settings, site.path, base_url=f"http://127.0.0.1:{site.port}")


def change(site: WebSite, content: bytes) -> None:
    """Change the feed, as the publisher does, and have that told."""
    (site.feeds / "central-asia.rss").write_bytes(content)
    pushes = Pushes(site.store, site.settings, feeds_dir=site.feeds, base_url=f"http://127.0.0.1:{site.port}")
    pushes.announce(["central-asia.rss"], now=utcnow())
    deliver(site)


def test_a_subscriber_finds_the_hub_and_is_sent_what_changes(site: WebSite, subscriber: Subscriber) -> None:
    found = site.ask("/feeds/central-asia.rss").headers["link"]
    assert found == f'<http://127.0.0.1:{site.port}/hub>; rel="hub", <{topic(site)}>; rel="self"'
    callback = subscriber.url("/cb?mine=1")
    assert ask(site, callback, secret="s3cret", lease_seconds="86400") == 202
    change(site, FEED)
    (verification,) = subscriber.asked
    fields = parse_qs(urlsplit(verification.path).query)
    assert fields["mine"] == ["1"]
    assert (fields["hub.mode"], fields["hub.topic"]) == (["subscribe"], [topic(site)])
    assert fields["hub.lease_seconds"] == ["86400"]
    # It begins with the feed as it was: nothing is sent before that changes.
    assert subscriber.updates == []
    for content in (b"<rss>two</rss>", b"<rss>two</rss>", b"<rss>three</rss>"):
        change(site, content)
    assert [asked.body for asked in subscriber.updates] == [b"<rss>two</rss>", b"<rss>three</rss>"]
    headers = subscriber.updates[0].headers
    assert headers["Content-Type"] == "application/rss+xml; charset=utf-8"
    assert headers["Link"] == found
    code = hmac.new(b"s3cret", b"<rss>two</rss>", hashlib.sha256).hexdigest()
    assert headers["X-Hub-Signature"] == f"sha256={code}"
    assert ask(site, callback, "unsubscribe") == 202
    deliver(site)
    change(site, b"<rss>four</rss>")
    assert len(subscriber.updates) == 2
    assert subscriptions_of(site.store) == []


def test_a_callback_that_did_not_ask_is_not_subscribed(site: WebSite, subscriber: Subscriber) -> None:
    subscriber.confirms = False
    assert ask(site, subscriber.url("/cb")) == 202
    deliver(site)
    assert subscriptions_of(site.store) == []
    assert site.store.deliveries(limit=9) == []
    # And nobody can end the subscription of another in his name.
    subscriber.confirms = True
    ask(site, subscriber.url("/cb"))
    deliver(site)
    subscriber.confirms = False
    ask(site, subscriber.url("/cb"), "unsubscribe")
    deliver(site)
    assert len(subscriptions_of(site.store)) == 1


def test_a_callback_inside_is_never_called(site: WebSite, subscriber: Subscriber) -> None:
    site.settings = settings(internal_hosts=[])
    assert ask(site, subscriber.url("/cb")) == 202
    deliver(site)
    assert subscriber.asked == []
    assert subscriptions_of(site.store) == []


def test_a_lost_subscriber_is_sent_no_more(site: WebSite, subscriber: Subscriber) -> None:
    ask(site, subscriber.url("/cb"))
    deliver(site)
    subscriber.status = 500
    change(site, b"<rss>two</rss>")
    assert len(subscriptions_of(site.store)) == 1
    with site.store._writing() as db:
        long_ago = (utcnow() - timedelta(days=2)).isoformat()
        db.execute("UPDATE deliveries SET created = ?, due = ?, tries = 9", [long_ago, long_ago])
        db.execute("UPDATE push_targets SET retry_at = NULL")
    deliver(site)
    assert subscriptions_of(site.store) == []
    assert [one for one in site.store.outbox().targets if one.kind == "update"] == []


def test_a_subscriber_that_says_gone_is_believed(site: WebSite, subscriber: Subscriber) -> None:
    ask(site, subscriber.url("/cb"))
    deliver(site)
    subscriber.status = 410
    change(site, b"<rss>two</rss>")
    assert subscriptions_of(site.store) == []


def test_requests_that_are_none_and_too_many_are_refused(site: WebSite) -> None:
    assert ask(site, "ftp://s.example/") == 400
    assert ask(site, "http://s.example/", topic="http://other.example/feeds/central-asia.rss") == 400
    assert site.ask("/hub", method="POST", headers=FORM, body=b"a=" + b"x" * 20_000).status == 413
    for number in range(100):
        request = SubscriptionRequest(
            id=0,
            mode="subscribe",
            topic="central-asia.rss",
            secret=None,
            callback=f"http://s.example/{number}",
            lease=timedelta(days=1),
        )
        assert site.store.ask_subscription(request, most=500, now=SITE_NOW)
    assert ask(site, "http://s.example/more") == 503
    site.settings = Settings()
    assert ask(site, "http://s.example/") == 404
    assert "link" not in site.ask("/feeds/central-asia.rss").headers


def test_other_hubs_are_told_that_a_feed_changed(site: WebSite, subscriber: Subscriber) -> None:
    hub = subscriber.url("/")
    site.settings = settings(hub=False, hubs=[hub])
    follow(site.store, site.settings)
    change(site, b"<rss>two</rss>")
    change(site, b"<rss>two</rss>")
    change(site, b"<rss>three</rss>")
    assert len(subscriber.updates) == 2
    fields = parse_qs(subscriber.updates[0].body.decode())
    assert fields["hub.mode"] == ["publish"]
    assert fields["hub.url"] == [topic(site)]
    assert hub in site.ask("/feeds/central-asia.rss").headers["link"]


def test_a_digest_is_left_by_a_click_and_not_by_a_look(site: WebSite) -> None:
    person = site.store.recipient("digest:daily", "abc", token="t0ken")
    page = site.ask("/unsubscribe/t0ken", headers={"Accept": "text/html"})
    assert page.status == 200
    assert '<form method="post">' in page.text
    assert site.store.recipients()[0].left is None
    for _ in range(2):
        done = site.ask("/unsubscribe/t0ken", method="POST", headers=FORM, body=b"List-Unsubscribe=One-Click")
        assert done.status == 200
    assert site.store.recipients()[0].left is not None
    assert "no longer" in site.ask("/unsubscribe/t0ken").text
    assert site.ask("/unsubscribe/nobody", method="POST").status == 404
    assert site.ask("/unsubscribe/nobody").status == 404
    assert person.token == "t0ken"


def test_the_status_page_tells_who_is_not_reached(site: WebSite) -> None:
    values: dict[str, Any] = {"since": SITE_NOW, "last_failed": SITE_NOW}
    values |= dict.fromkeys(("told", "retry_at", "last_sent"))
    hook = TargetState(
        target="webhook:desk",
        kind="webhook",
        failures=3,
        waiting=7,
        dead=2,
        error="no reply from pa55word.example",
        **values,
    )
    lost = TargetState(target="update:5", kind="update", failures=1, error="x", **values)
    site.snapshot = make_snapshot(push=(hook, lost))
    page = site.ask("/status").text
    assert "webhook:desk" in page
    assert "update:5" not in page and "pa55word" not in page
    (told,) = json.loads(site.ask("/status.json").text)["push"]
    assert (told["target"], told["waiting"], told["dead"], told["failures"]) == ("webhook:desk", 7, 2, 3)
