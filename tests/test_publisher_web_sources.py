"""The pages of sources: how each does and why it is polled when, and forms that only operators may send."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from fakes_publisher import NOW, make_source
from fakes_site import WebSite, make_snapshot, make_state, running_site
from fakes_storage import article, batch, report, text_of

from core.article import Article, Outcome, Precision, Published
from publisher.web.pages import span
from publisher.web.rhythm import delays, rhythm
from publisher.web.snapshot import Machine, SourceRow
from storage.records.health import HealthState
from storage.records.keeping import Backup
from storage.records.polling import NextPoll
from storage.records.sources import SourceArticle

HOSTILE = "<script>alert(1)</script>\"'&"
ONE = make_source(id="kz-one", name="First & only", notes=HOSTILE, access=HOSTILE)
OFF = make_source(id="kz-off", name="Off", enabled=False, disabled_reason="gone <since> 2020")
BAD = make_source(id="kz-bad", name="Zeta")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[WebSite]:
    rows = (
        SourceRow(source=OFF, state=None),
        SourceRow(source=ONE, state=make_state(id="kz-one")),
        SourceRow(
            source=BAD,
            state=make_state(id="kz-bad"),
            health=HealthState(klass="broken", since=NOW, reason="no links", snoozed_until=None),
        ),
    )
    sources = {source.id: source for source in (ONE, OFF, BAD)}
    with running_site(tmp_path, snapshot=make_snapshot(sources=rows), sources=sources) as web:
        web.store.sync_sources(["kz-one", "kz-bad"], now=NOW)
        yield web


def fill(site: WebSite, *articles: Article, error: str | None = None) -> None:
    outcome = Outcome.OK if error is None else Outcome.UNREACHABLE
    told = replace(report(outcome=outcome, started=NOW), error=error)
    site.store.keep(
        replace(batch(*articles), report=told),
        now=NOW,
        decide=lambda _: NextPoll(at=NOW + timedelta(hours=3), reason="its rhythm <says>", memory="{}"),
    )


def test_failing_sources_stand_first_and_can_be_shown_alone(site: WebSite) -> None:
    text = site.ask("/sources").text
    assert text.index("Zeta") < text.index("First &amp; only") < text.index("gone &lt;since&gt; 2020")
    alone = site.ask("/sources?show=failing").text
    assert "Zeta" in alone
    assert "First &amp; only" not in alone
    assert site.ask("/sources?show=x").status == 400


def test_a_source_says_how_it_does_and_why_it_is_polled_then(site: WebSite) -> None:
    fill(
        site, article("a", title=HOSTILE), article("b", text=text_of("c"), held="no title"), error="broke off"
    )
    site.store.keep_health({"kz-one": ("broken", "the list is empty")}, now=NOW)
    text = site.ask("/sources/kz-one").text
    for shown in (
        "Broken",
        "the list is empty",
        "its rhythm &lt;says&gt;",
        "broke off",
        "held: <bdi>no title</bdi>",
        "well → broken: <bdi>the list is empty</bdi>",
        "&lt;script&gt;alert(1)",
        "/feeds/sources/kz-one.rss",
        "articles kept",
    ):
        assert shown in text, shown
    assert "<script>alert" not in text
    assert "Poll now" not in text


def test_sources_without_anything_have_pages(site: WebSite) -> None:
    assert "Never polled" not in site.ask("/sources/kz-bad").text
    off = site.ask("/sources/kz-off").text
    assert "Switched off" in off
    assert "None: the source is switched off" in off
    for name in ("none", "..", "%2e%2e%2fetc", "kz-one%00"):
        assert site.ask(f"/sources/{name}").status == 404


def test_only_operators_may_send_the_forms(site: WebSite) -> None:
    for action in ("poll", "snooze"):
        reply = site.ask(f"/sources/kz-one/{action}", method="POST", body=b"")
        assert reply.status == 401
    assert site.store.health() == {}


def seen(*, published: str | None, after: timedelta, entry: timedelta | None = None) -> SourceArticle:
    at = None
    if published is not None:
        found = Published(raw="x", at=NOW.fromisoformat(published + "+00:00"), precision=Precision.MINUTE)
        at = found.at
    first = (at or NOW) + after
    return SourceArticle(
        id=1,
        title="t",
        language="en",
        first_seen=first,
        published=at,
        entry=None if entry is None or at is None else at + entry,
        held=None,
        withheld=None,
    )


def test_rhythm_is_in_the_sources_own_time() -> None:
    minute = timedelta(minutes=1)
    found = rhythm(
        [
            seen(published="2026-11-20T20:30:00", after=minute),
            seen(published="2026-11-20T05:00:00", after=minute),
            seen(published=None, after=minute),
        ],
        "Asia/Almaty",
    )
    assert found.articles == 2
    assert [label for label, count in found.hours if count] == ["01:00", "10:00"]
    assert [label for label, count in found.days if count] == ["Friday", "Saturday"]


def test_delays_leave_out_what_was_there_before() -> None:
    minutes = [1, 2, 3, 4, 100]
    timely = [
        seen(
            published="2026-11-20T05:00:00",
            after=timedelta(minutes=count),
            entry=timedelta(minutes=count + 1) if count < 3 else None,
        )
        for count in minutes
    ]
    began = NOW.fromisoformat("2026-11-20T04:00:00+00:00")
    old = seen(published="2020-01-01T00:00:00", after=timedelta(days=900))
    backlog = seen(published="2026-11-19T01:00:00", after=timedelta(hours=27))
    first, told = delays([*timely, old, backlog, seen(published=None, after=timedelta())], began=began)
    assert first is not None
    assert told is not None
    assert (first.articles, first.middle, first.most) == (5, timedelta(minutes=3), timedelta(minutes=100))
    assert (told.articles, told.middle) == (2, timedelta(minutes=2, seconds=30))
    assert delays([old, backlog], began=began) == delays(timely, began=None) == (None, None)


@pytest.mark.parametrize(
    ("time", "words"),
    [
        (timedelta(days=1, hours=2, minutes=21, seconds=45, microseconds=132388), "1 d 2 h"),
        (timedelta(hours=23, minutes=59, seconds=50), "1 d"),
        (timedelta(minutes=59, seconds=59, milliseconds=900), "1 h"),
        (timedelta(minutes=2, seconds=30.4), "2 min 30 s"),
        (timedelta(seconds=0.4), "0 s"),
    ],
)
def test_durations_are_told_in_two_units(time: timedelta, words: str) -> None:
    assert span(time) == words


def test_the_page_tells_delays_in_words(site: WebSite) -> None:
    fill(site, article("a"))
    late = replace(
        article("b"),
        published=Published(raw="x", at=NOW + timedelta(hours=1), precision=Precision.MINUTE),
    )
    seen_at = NOW + timedelta(hours=3, seconds=1.132388)
    site.store.keep(batch(late), now=seen_at)
    text = site.ask("/sources/kz-one").text
    assert "half within 2 h, nine in ten within 2 h (1 articles)" in text


def test_an_operator_polls_and_snoozes_from_the_page(site: WebSite) -> None:
    browser = site.signed_in("operator")
    fill(site, article("a"))
    text = browser.ask("/sources/kz-one").text
    assert "Poll now" in text
    assert 'name="csrf"' in text
    reply = browser.post("/sources/kz-one/poll")
    assert (reply.status, reply.headers["location"]) == (303, "/sources/kz-one?done=poll")
    [state] = [one for one in site.store.source_states() if one.id == "kz-one"]
    assert state.due <= site.now
    assert "It is due now" in browser.ask("/sources/kz-one?done=poll").text
    assert browser.post("/sources/kz-one/snooze", {"days": "3"}).status == 303
    assert site.store.health()["kz-one"].snoozed_until == site.now + timedelta(days=3)
    assert "Tell of it again" in browser.ask("/sources/kz-one").text
    assert browser.post("/sources/kz-one/snooze", {"days": "0"}).status == 303
    assert site.store.health()["kz-one"].snoozed_until is None


def test_what_a_form_cannot_mean_is_refused(site: WebSite) -> None:
    browser = site.signed_in("operator")
    assert "enter for how many days" in browser.post("/sources/kz-one/snooze", {"days": ""}).text
    for days in ("", " ", "-1", "366", "x", "٣", "9999"):
        assert browser.post("/sources/kz-one/snooze", {"days": days}).status == 400
    assert browser.post("/sources/kz-off/poll").status == 409
    assert browser.post("/sources/none/poll").status == 404
    assert browser.ask("/sources/kz-one/poll", method="POST", body=b"").status == 403
    assert site.signed_in("analyst").post("/sources/kz-one/poll").status == 403
    assert site.store.health() == {}


def test_the_status_page_leads_to_sources_and_tells_of_the_machine(site: WebSite) -> None:
    backup = Backup(at=NOW, file="/backups/<a>.db", bytes=2_000_000, seq=9)
    machine = Machine(memory={"daemon": 90 * 2**20}, database=5 * 2**30, free=2**30, backup=backup)
    site.snapshot = replace(site.snapshot, machine=machine)
    text = site.ask("/status").text
    assert '<a href="/sources/kz-bad">' in text
    assert text.index("Zeta") < text.index("First &amp; only")
    for shown in ("90.0 MiB", "5.0 GiB", "1.0 GiB", "/backups/&lt;a&gt;.db", "1.9 MiB"):
        assert shown in text, shown
    told = json.loads(site.ask("/status.json").body)["machine"]
    assert told["free_bytes"] == 2**30
    site.snapshot = replace(site.snapshot, machine=replace(machine, backup=None))
    assert "none is remembered" in site.ask("/status").text
