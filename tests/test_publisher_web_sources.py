"""The pages of sources: how each does and why it is polled when, and forms that only operators may send."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from fakes_publisher import NOW, make_source
from fakes_site import WebSite, make_snapshot, make_state, running_site
from fakes_storage import article, batch, report, text_of

from core.article import Article, Outcome, Precision, Published
from publisher.web.rhythm import delays, rhythm
from publisher.web.snapshot import SourceRow
from storage.records.health import HealthState
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
    old = seen(published="2020-01-01T00:00:00", after=timedelta(days=900))
    first, told = delays([*timely, old, seen(published=None, after=timedelta())])
    assert first is not None
    assert told is not None
    assert (first.articles, first.middle, first.most) == (5, timedelta(minutes=3), timedelta(minutes=100))
    assert (told.articles, told.middle) == (2, timedelta(minutes=2, seconds=30))
    assert delays([old]) == (None, None)
