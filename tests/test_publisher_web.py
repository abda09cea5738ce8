"""The web server as clients see it: a real uvicorn on a loopback port, asked with http.client."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from fakes_publisher import NOW, make_source, random_texts
from fakes_site import WebSite, make_snapshot, make_state, running_site
from lxml import html

from core.article import Outcome
from core.errors import StorageError
from publisher.feeds.channels import Channel
from publisher.web.conditional import is_current
from publisher.web.snapshot import SourceRow

WRITTEN = datetime(2026, 11, 20, 11, 0, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebSite]:
    with running_site(tmp_path_factory.mktemp("data")) as site:
        yield site


@pytest.fixture
def site(server: WebSite) -> WebSite:
    server.snapshot, server.fault = make_snapshot(), None
    return server


@pytest.mark.parametrize(
    ("headers", "current"),
    [
        ({}, False),
        ({"if-none-match": '"abc"'}, True),
        ({"if-none-match": 'W/"abc"'}, True),
        ({"if-none-match": '"x", W/"abc" , "y"'}, True),
        ({"if-none-match": "*"}, True),
        ({"if-none-match": '"x"'}, False),
        ({"if-none-match": ""}, False),
        ({"if-none-match": '"x"', "if-modified-since": "Fri, 20 Nov 2026 11:00:30 GMT"}, False),
        ({"if-modified-since": "Fri, 20 Nov 2026 11:00:30 GMT"}, True),
        ({"if-modified-since": "Fri, 20 Nov 2026 16:00:30 +0500"}, True),
        ({"if-modified-since": "Fri, 20 Nov 2026 11:00:30 -0000"}, True),
        ({"if-modified-since": "Friday, 20-Nov-26 11:00:31 GMT"}, True),
        ({"if-modified-since": "Fri, 20 Nov 2026 11:00:29 GMT"}, False),
        ({"if-modified-since": "yesterday"}, False),
        ({"if-modified-since": "Fri, 99 Nov 2026 11:00:30 GMT"}, False),
        ({"if-modified-since": "Mon, 01 Jan 0001 00:00:00 +2300"}, False),
        ({"if-modified-since": "Fri, 31 Dec 9999 23:59:59 -2300"}, False),
        ({"if-modified-since": "Fri, 20 Nov 2026 11:00:30 +99999999999"}, False),
        ({"if-modified-since": "\x00"}, False),
    ],
)
def test_conditions_are_read_as_the_standard_says(headers: dict[str, str], current: bool) -> None:
    modified = WRITTEN + timedelta(microseconds=700_000)
    assert is_current(headers, etag='"abc"', modified=modified) is current


def test_no_date_header_breaks_a_request() -> None:
    for text in random_texts(200):
        is_current({"if-modified-since": text, "x": format_datetime(NOW)}, etag='"a"', modified=WRITTEN)


def test_nothing_can_be_written(site: WebSite) -> None:
    for method in ("POST", "PUT", "DELETE"):
        assert site.ask("/feeds/central-asia.rss", method=method).status == 405
        assert site.ask("/", method=method).status == 405


def test_the_status_page_shows_sources_feeds_and_counts(site: WebSite) -> None:
    reply = site.ask("/status")
    assert reply.status == 200
    page = html.fromstring(reply.body.decode())
    row = page.xpath("//tbody/tr")[0].text_content()
    for part in (
        "Ministry of Examples",
        "official",
        "2026-11-20 11:55",
        "5 min ago",
        "ok",
        "3 h ago",
        "in 25 min",
    ):
        assert part in row
    assert "Healthy" in page.text_content()
    assert "articles" in page.text_content()


def test_the_status_page_allows_no_script_but_our_own_files(site: WebSite) -> None:
    reply = site.ask("/status")
    assert reply.headers["content-security-policy"].startswith("default-src 'none'; style-src 'self';")
    scripts = html.fromstring(reply.body.decode()).xpath("//script")
    assert all(script.get("src", "").startswith("/static/") and not script.text for script in scripts)
    assert b"style=" not in reply.body
    style = site.ask("/static/style.css")
    assert (style.status, style.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert b"prefers-color-scheme: dark" in style.body


def test_errors_carry_the_security_headers_too(site: WebSite) -> None:
    for path in ("/absent", "/feeds/absent.rss"):
        reply = site.ask(path)
        assert reply.status == 404
        assert reply.headers["x-content-type-options"] == "nosniff"


def test_failing_sources_come_first_with_their_error(site: WebSite) -> None:
    broken = make_state(
        last_outcome=Outcome.UNREACHABLE, failures=4, last_error="no reply from ministry.example"
    )
    site.snapshot = make_snapshot(
        sources=(
            SourceRow(source=make_source(id="a", name="A"), state=make_state()),
            SourceRow(source=make_source(id="b", name="B"), state=broken),
            SourceRow(source=make_source(id="c", name="C"), state=None),
            SourceRow(
                source=make_source(id="d", name="D", enabled=False, disabled_reason="gone"), state=None
            ),
        )
    )
    rows = [
        row.text_content() for row in html.fromstring(site.ask("/status").body.decode()).xpath("//tbody/tr")
    ]
    assert [row[:3].strip() for row in rows] == ["Bb", "Aa", "Cc", "Dd"]
    assert "unreachable" in rows[0]
    assert "no reply from ministry.example" in rows[0]
    assert "Not polled yet" in rows[2]
    assert "Off: gone" in rows[3]


def test_hostile_words_stay_words_on_the_status_page(site: WebSite) -> None:
    evil = "<script>alert(1)</script>\x00\ud800\" onmouseover='x'"
    site.snapshot = make_snapshot(
        title=evil,
        reasons=(evil,),
        healthy=False,
        sources=(
            SourceRow(
                source=make_source(name=evil.replace("\ud800", "")),
                state=make_state(last_error=evil, failures=1),
            ),
        ),
        feeds=(Channel(name="x", title=evil, watchlist="x"),),
        counts={evil: 1},
    )
    reply = site.ask("/status")
    assert reply.status == 200
    page = html.fromstring(reply.body.decode())
    assert not page.xpath("//script[not(starts-with(@src, '/static/'))]")
    assert not page.xpath("//@onmouseover")
    assert "<script>alert(1)</script>" in page.xpath("//tbody/tr")[0].text_content()
    assert site.ask("/status.json").status == 200


def test_an_empty_service_has_a_page(site: WebSite) -> None:
    site.snapshot = make_snapshot(sources=(), feeds=(), counts={})
    assert "there is no source" in site.ask("/status").text
    assert "Entries of all watchlists" in site.ask("/feeds").text


def test_the_health_checks_tell_whether_it_works_and_whether_a_restart_would_help(site: WebSite) -> None:
    for path in ("/healthz", "/readyz"):
        reply = site.ask(path)
        assert reply.status == 200
        assert json.loads(reply.body)["healthy"] is True
        assert reply.headers["cache-control"] == "no-store"
    site.snapshot = make_snapshot(healthy=False, reasons=("the worker has been silent for 2 min",))
    assert site.ask("/healthz").status == 200
    reply = site.ask("/readyz")
    assert reply.status == 503
    assert json.loads(reply.body)["reasons"] == ["the worker has been silent for 2 min"]
    site.snapshot = make_snapshot(healthy=False, alive=False, reasons=("no tick for 300 s",))
    assert site.ask("/healthz").status == 503


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/status.json"])
def test_a_snapshot_that_cannot_be_taken_is_unhealthy(site: WebSite, path: str) -> None:
    site.fault = StorageError("the database is locked")
    reply = site.ask(path)
    assert reply.status == 503
    assert json.loads(reply.body) == {"healthy": False, "reasons": ["the database is locked"]}


def test_status_json_holds_what_the_page_shows(site: WebSite) -> None:
    site.snapshot = make_snapshot(behind=7)
    data = json.loads(site.ask("/status.json").body)
    assert data["behind"] == 7
    assert data["counts"] == {"articles": 12, "entries": 3}
    assert data["feeds"][1]["atom"] == "feeds/central-asia-kz.atom"
    source = data["sources"][0]
    assert source["outcome"] == "ok"
    assert source["due"] == "2026-11-20T12:25:00.000000+00:00"
    assert source["failures"] == 0


def test_any_words_can_stand_on_the_status_page(site: WebSite) -> None:
    for text in random_texts(40):
        row = SourceRow(source=make_source(), state=make_state(last_error=text, failures=1))
        site.snapshot = make_snapshot(sources=(row,), reasons=(text,))
        assert site.ask("/status").status == 200


def test_a_fault_of_our_own_is_answered_and_says_nothing_of_itself(site: WebSite) -> None:
    site.fault = RuntimeError("a secret of the code")
    for accept in ("text/html", "*/*"):
        reply = site.ask("/status", headers={"Accept": accept})
        assert reply.status == 500
        assert "secret" not in reply.text
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert "script-src 'self'" in reply.headers["content-security-policy"]
    site.fault = None
    assert site.ask("/status").status == 200
