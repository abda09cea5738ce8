"""Pushing, the pure parts: signatures, backoff, when digests are due, what entries look like to others."""

import base64
import hashlib
import hmac
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
from fakes_publisher import NOW, SOURCES, make_article, make_entry, make_match
from pydantic import ValidationError

from core.push import Digest, PushSettings
from core.settings import Settings
from publisher.push.backoff import FIRST, LONGEST, NotSent, failure, gap
from publisher.push.digest import Letter, compose, last_end
from publisher.push.hub import SHORTEST_LEASE, BadRequest, parse_request
from publisher.push.payload import as_json, as_message, delivery_id
from publisher.push.signing import hub_signature, webhook_headers
from publisher.push.targets import audience, hub_links, hubs, targets
from storage.records.delivery import Delivery

HOSTILE = '<script>alert(1)</script> & "quotes"\r\nBcc: victim@example.org\x00'


def test_a_webhook_is_signed_as_the_specification_says() -> None:
    # The specification's own example.
    headers = webhook_headers(
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        b'{"test": 2432232314}',
        secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        now=datetime.fromtimestamp(1614265330, UTC),
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert headers["webhook-timestamp"] == "1614265330"


def test_any_text_may_be_a_key() -> None:
    headers = webhook_headers("id", b"body", secret="a plain long secret", now=NOW)
    signed = b"id." + headers["webhook-timestamp"].encode() + b".body"
    code = base64.b64encode(hmac.new(b"a plain long secret", signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{code}"
    assert hub_signature(b"body", "s") == "sha256=" + hmac.new(b"s", b"body", hashlib.sha256).hexdigest()


def test_an_id_is_of_the_target_and_what_it_is_sent() -> None:
    assert delivery_id("webhook:a", "urn:1") == delivery_id("webhook:a", "urn:1")
    assert len({delivery_id(t, s) for t in ("webhook:a", "webhook:b") for s in ("urn:1", "urn:2")}) == 4


def test_gaps_double_up_to_a_bound_and_half_of_them_is_chance() -> None:
    assert [gap(n, 1.0) for n in range(3)] == [FIRST, 2 * FIRST, 4 * FIRST]
    assert gap(0, 0.0) == FIRST / 2
    assert gap(10**6, 1.0) == LONGEST


def test_a_failure_waits_as_asked_but_not_for_ever() -> None:
    delivery = Delivery(
        id=1,
        kind="webhook",
        target="webhook:a",
        subject="s",
        version="",
        batch=None,
        state="sending",
        tries=2,
        created=NOW,
        due=NOW,
        error=None,
        failures=5,
    )
    told = failure(NotSent("no"), delivery, draw=1.0, now=NOW)
    assert (told.retry_at, told.target_retry_at) == (NOW + 4 * FIRST, NOW + 32 * FIRST)
    told = failure(NotSent("no", after=timedelta(hours=2)), delivery, draw=1.0, now=NOW)
    assert told.retry_at == told.target_retry_at == NOW + timedelta(hours=2)
    told = failure(NotSent("no", after=timedelta(days=99)), delivery, draw=1.0, now=NOW)
    assert told.retry_at == NOW + timedelta(hours=6)
    told = failure(NotSent("gone", final=True), delivery, draw=1.0, now=NOW)
    assert told.retry_at is None


def a_digest(**changes: Any) -> Digest:
    values = {"name": "daily", "to": ["desk@example.org"], "at": "07:30", "time_zone": "Asia/Almaty"}
    return Digest.model_validate(values | changes)


def test_a_digest_ends_at_its_time_in_its_zone() -> None:
    # Almaty is five hours ahead of UTC.
    before = datetime(2026, 11, 20, 2, 29, tzinfo=UTC)
    assert last_end(a_digest(), before) == datetime(2026, 11, 19, 2, 30, tzinfo=UTC)
    assert last_end(a_digest(), before + timedelta(minutes=1)) == datetime(2026, 11, 20, 2, 30, tzinfo=UTC)
    # 20 November 2026 is a Friday.
    weekly = a_digest(every="week", day="friday")
    assert last_end(weekly, before) == datetime(2026, 11, 13, 2, 30, tzinfo=UTC)
    assert last_end(weekly, before + timedelta(days=3)) == datetime(2026, 11, 20, 2, 30, tzinfo=UTC)


def test_a_digest_keeps_its_hour_over_summer_time() -> None:
    digest = a_digest(time_zone="Europe/Berlin", at="07:00")
    assert last_end(digest, datetime(2026, 10, 24, 12, tzinfo=UTC)).hour == 5
    assert last_end(digest, datetime(2026, 10, 26, 12, tzinfo=UTC)).hour == 6
    # The night in which 02:30 does not exist has one end all the same, and after it comes the next.
    digest = a_digest(time_zone="Europe/Berlin", at="02:30")
    ends = {last_end(digest, datetime(2026, 3, 28, tzinfo=UTC) + timedelta(hours=n)) for n in range(72)}
    assert len(ends) == 4


def letter(**changes: Any) -> Letter:
    values: dict[str, Any] = {
        "sender": "Wire <wire@example.org>",
        "mailbox": "desk@example.org",
        "token": "t0ken",
        "base_url": "https://feeds.example",
        "end": NOW,
    }
    return Letter(**(values | changes))


def test_a_digest_is_text_and_html_with_a_way_out() -> None:
    entry = make_entry(make_article(title=HOSTILE), match=make_match(why=HOSTILE))
    built = compose(a_digest(), [entry, entry], letter(), sources=SOURCES, watchlists={}, now=NOW)
    mail = message_from_bytes(built.as_bytes(), policy=policy.default)
    assert mail["List-Unsubscribe"] == "<https://feeds.example/unsubscribe/t0ken>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Policy statements, 20 November 2026: 2 entries"
    text = mail.get_body(("plain",))
    html = mail.get_body(("html",))
    assert text is not None and html is not None
    assert "https://ministry.example/news/1" in text.get_content()
    assert "https://feeds.example/unsubscribe/t0ken" in text.get_content()
    assert "<script>" not in html.get_content()
    assert "&lt;script&gt;" in html.get_content()
    assert "\x00" not in html.get_content() + text.get_content()


def test_the_same_digest_to_the_same_mailbox_has_one_message_id() -> None:
    def id_of(**changes: Any) -> str:
        entries = [make_entry()]
        mail = compose(
            a_digest(), entries, letter(**changes), sources=SOURCES, watchlists={}, now=datetime.now(UTC)
        )
        return str(mail["Message-ID"])

    assert id_of() == id_of(token="another", base_url="https://elsewhere.example")
    assert id_of() != id_of(end=NOW + timedelta(days=1))
    assert id_of() != id_of(mailbox="other@example.org")
    assert id_of().endswith("@example.org>")


def test_a_long_digest_counts_what_it_leaves_out() -> None:
    entries = [make_entry(id=f"urn:{number}") for number in range(5)]
    mail = compose(a_digest(entries=2), entries, letter(), sources=SOURCES, watchlists={}, now=NOW)
    text = mail.get_body(("plain",))
    assert text is not None
    assert "And 3 more" in text.get_content()
    assert text.get_content().count("* Treaty") == 2


def test_an_entry_as_json_says_what_matched_and_why() -> None:
    entry = make_entry(make_article(title=f"A title {HOSTILE}"))
    told = as_json(entry, SOURCES, ["central-asia", "kazakhstan"])
    assert told["id"] == entry.id
    assert (told["kind"], told["watchlist"], told["watchlists"]) == (
        *("statement", "central-asia"),
        ["central-asia", "kazakhstan"],
    )
    assert told["source"] == {
        "id": "kz-ministry",
        "name": "Ministry of Examples",
        "country": "KZ",
        "publisher": "official",
    }
    assert (told["published"], told["created"]) == ("2026-11-20T05:30:00Z", "2026-11-20T12:00:00Z")
    assert told["states"] == ["KZ"]
    assert told["evidence"][0]["term"] == "treaty"
    assert "\x00" not in told["title"] and "\n" not in told["title"]
    undated = as_json(
        replace(entry, stored=replace(entry.stored, article=make_article(published=None))), {}, []
    )
    assert undated["published"] is None


def test_a_message_names_source_reason_and_link() -> None:
    title, body = as_message(make_entry(), SOURCES)
    assert title == "Treaty to be signed in Astana"
    assert "Ministry of Examples" in body
    assert "Why: a treaty that involves Kazakhstan" in body
    assert body.endswith("https://ministry.example/news/1")


def settings(**push: Any) -> Settings:
    return Settings.model_validate({"push": push})


def test_targets_follow_all_watchlists_or_those_they_name() -> None:
    hooks = [
        {"name": "all", "url": "https://a.example/s3cret", "secret": "s" * 16},
        {"name": "one", "url": "https://b.example/", "secret": "s" * 16, "watchlists": "policy"},
    ]
    given = settings(webhooks=hooks, hubs="https://hub.example/ https://other.example/")
    assert [one.target.id for one in audience(given, "policy")] == ["webhook:all", "webhook:one"]
    assert [one.target.id for one in audience(given, "rivers")] == ["webhook:all"]
    assert len(targets(given)) == 4
    assert "s3cret" not in "".join(targets(given))
    assert set(given.secrets) >= {"https://a.example/s3cret", "s" * 16}
    assert "s3cret" not in repr(given) and "s3cret" not in given.model_dump_json()


def test_feeds_name_the_hubs_of_the_settings_and_our_own() -> None:
    assert hubs(settings(), "https://f.example") == ()
    assert hub_links(settings(), "https://f.example", "a.rss") is None
    given = settings(hubs=["https://hub.example/"], hub=True)
    assert hubs(given, "https://f.example") == ("https://hub.example/", "https://f.example/hub")
    assert hub_links(given, "https://f.example", "a.rss") == (
        '<https://hub.example/>; rel="hub", <https://f.example/hub>; rel="hub", '
        '<https://f.example/feeds/a.rss>; rel="self"'
    )


@pytest.mark.parametrize(
    "push",
    [
        {"webhooks": [{"name": "a", "url": "ftp://a.example/", "secret": "s" * 16}]},
        {"webhooks": [{"name": "a", "url": "https://a.example/", "secret": "short"}]},
        {"webhooks": [{"name": "a", "url": "https://a.example/", "secret": "whsec_this is no base64"}]},
        {"webhooks": [{"name": "A b", "url": "https://a.example/", "secret": "s" * 16}]},
        {"messages": [{"name": "a", "address": "json://x"}], "digests": [{"name": "a", "to": ["a@b.c"]}]},
        {"digests": [{"name": "a", "to": []}]},
        {"digests": [{"name": "a", "to": ["a@b.c\nBcc: d@e.f"]}]},
        {"digests": [{"name": "a", "to": ["nobody"]}]},
        {"digests": [{"name": "a", "to": ["a@b.c"], "at": "25:00"}]},
        {"digests": [{"name": "a", "to": ["a@b.c"], "time_zone": "Mars/Olympus"}]},
        {"webhooks": "not json"},
        {"unknown": 1},
    ],
)
def test_what_cannot_work_is_refused(push: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        settings(**push)


def test_the_environment_gives_lists_as_json_and_yaml_a_time_as_a_number() -> None:
    given = settings(digests='[{"name": "a", "to": ["a@b.c"], "at": 1050}]')
    assert given.push.digests[0].at == "17:30"


def ask(form: str, **push: Any) -> tuple[str, str, str, str | None, timedelta]:
    asked = parse_request(
        form.encode(),
        base_url="https://f.example",
        files={"policy.rss"},
        push=PushSettings.model_validate(push),
    )
    return asked.mode, asked.topic, asked.callback, asked.secret, asked.lease


TOPIC = "hub.topic=https%3A%2F%2Ff.example%2Ffeeds%2Fpolicy.rss"
CALLBACK = "hub.callback=https%3A%2F%2Fs.example%2Fcb%3Fa%3D1"


def test_a_subscription_is_asked_for_in_a_form_within_bounds() -> None:
    form = f"hub.mode=subscribe&{TOPIC}&{CALLBACK}"
    day = timedelta(days=1)
    assert ask(form) == ("subscribe", "policy.rss", "https://s.example/cb?a=1", None, 10 * day)
    assert ask(f"{form}&hub.lease_seconds=86400&hub.secret=s3")[3:] == ("s3", day)
    assert ask(f"{form}&hub.lease_seconds=1")[4] == SHORTEST_LEASE
    assert ask(f"{form}&hub.lease_seconds=99999999999")[4] == 30 * day
    assert ask(f"{form}&hub.lease_seconds=soon")[4] == 10 * day
    assert ask(form.replace("subscribe", "unsubscribe"))[0] == "unsubscribe"


@pytest.mark.parametrize(
    "form",
    [
        "",
        f"hub.mode=publish&{TOPIC}&{CALLBACK}",
        f"hub.mode=subscribe&{CALLBACK}",
        f"hub.mode=subscribe&hub.topic=https%3A%2F%2Fother.example%2Ffeeds%2Fpolicy.rss&{CALLBACK}",
        f"hub.mode=subscribe&{TOPIC}2&{CALLBACK}",
        f"hub.mode=subscribe&{TOPIC}",
        f"hub.mode=subscribe&{TOPIC}&hub.callback=file%3A%2F%2F%2Fetc%2Fpasswd",
        f"hub.mode=subscribe&{TOPIC}&hub.callback=http%3A%2F%2Fa.example%3A99999%2F",
        f"hub.mode=subscribe&{TOPIC}&hub.callback=http%3A%2F%2Fa.example%2F%0d%0aX%3A+1",
        f"hub.mode=subscribe&{TOPIC}&hub.callback=http%3A%2F%2Fa.example%2F%23part",
        f"hub.mode=subscribe&{TOPIC}&{CALLBACK}&hub.secret={'s' * 200}",
        "&".join(f"a{number}=1" for number in range(99)),
        "hub.mode=%ff",
    ],
)
def test_what_is_no_request_to_a_hub_is_refused(form: str) -> None:
    with pytest.raises(BadRequest):
        ask(form)
