"""The web server as clients see it: a real uvicorn on a loopback port, asked with http.client."""

import json
import os
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
from publisher.web.conditional import etag_of, is_current
from publisher.web.snapshot import SourceRow

WRITTEN = datetime(2026, 11, 20, 11, 0, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebSite]:
    with running_site(tmp_path_factory.mktemp("data")) as site:
        yield site


@pytest.fixture
def site(server: WebSite) -> WebSite:
    server.snapshot, server.fault = make_snapshot(), None
    for path in server.feeds.iterdir():
        path.unlink()
    for name in ("central-asia.rss", "central-asia.atom"):
        path = server.feeds / name
        path.write_bytes(b"<feed>" + name.encode() + b"</feed>")
        os.utime(path, (WRITTEN.timestamp(),) * 2)
    return server


@pytest.mark.parametrize(
    ("name", "media_type"),
    [("central-asia.rss", "application/rss+xml"), ("central-asia.atom", "application/atom+xml")],
)
def test_a_feed_is_served_with_its_validators(site: WebSite, name: str, media_type: str) -> None:
    reply = site.ask(f"/feeds/{name}")
    assert reply.status == 200
    assert reply.body == b"<feed>" + name.encode() + b"</feed>"
    assert reply.headers["content-type"] == f"{media_type}; charset=utf-8"
    assert reply.headers["etag"] == etag_of(reply.body)
    assert reply.headers["last-modified"] == "Fri, 20 Nov 2026 11:00:30 GMT"
    assert reply.headers["cache-control"] == "max-age=60"
    assert reply.headers["x-content-type-options"] == "nosniff"


def test_head_gives_the_headers_alone(site: WebSite) -> None:
    whole, head = site.ask("/feeds/central-asia.rss"), site.ask("/feeds/central-asia.rss", method="HEAD")
    assert head.status == 200
    assert head.body == b""
    for name in ("etag", "last-modified", "content-type", "content-length"):
        assert head.headers[name] == whole.headers[name]


def test_a_reader_that_has_the_feed_is_told_so(site: WebSite) -> None:
    first = site.ask("/feeds/central-asia.rss")
    again = site.ask("/feeds/central-asia.rss", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status, again.body) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["last-modified"] == first.headers["last-modified"]
    by_date = {"If-Modified-Since": first.headers["last-modified"]}
    assert site.ask("/feeds/central-asia.rss", headers=by_date).status == 304


def test_a_changed_feed_is_sent_in_full(site: WebSite) -> None:
    first = site.ask("/feeds/central-asia.rss")
    (site.feeds / "central-asia.rss").write_bytes(b"<feed>new</feed>")
    # The same second by the clock: the ETag tells what the date cannot.
    os.utime(site.feeds / "central-asia.rss", (WRITTEN.timestamp(),) * 2)
    headers = {
        "If-None-Match": first.headers["etag"],
        "If-Modified-Since": first.headers["last-modified"],
    }
    again = site.ask("/feeds/central-asia.rss", headers=headers)
    assert (again.status, again.body) == (200, b"<feed>new</feed>")
    assert again.headers["etag"] != first.headers["etag"]


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


@pytest.mark.parametrize(
    "name",
    [
        "absent.rss",
        "central-asia",
        "central-asia.xml",
        ".versions",
        ".central-asia.rss.12.tmp",
        "../secret.rss",
        "..%2fsecret.rss",
        "%2e%2e/secret.rss",
        "..%5csecret.rss",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "central-asia.rss%00",
        "central-asia.rss%0a",
        "CENTRAL-ASIA.RSS",
        "central-asia.rss/",
        "a" * 5000 + ".rss",
    ],
)
def test_only_feeds_are_served(site: WebSite, name: str) -> None:
    (site.feeds.parent / "secret.rss").write_text("secret")
    (site.feeds / ".versions").write_text("{}")
    (site.feeds / ".central-asia.rss.12.tmp").write_text("half")
    reply = site.ask(f"/feeds/{name}")
    # A closing slash that people add is taken off.
    assert reply.status == (308 if name.endswith("/") else 404)
    assert b"secret" not in reply.body


def test_a_feed_that_cannot_be_read_says_try_again(site: WebSite) -> None:
    (site.feeds / "folder.rss").mkdir()
    try:
        assert site.ask("/feeds/folder.rss").status == 503
    finally:
        (site.feeds / "folder.rss").rmdir()


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


def test_the_feeds_page_lists_them(site: WebSite) -> None:
    hrefs = set(html.fromstring(site.ask("/feeds").body.decode()).xpath("//main//a/@href"))
    assert {"/feeds/central-asia.rss", "/feeds/central-asia.atom", "/feeds/central-asia-kz.rss"} <= hrefs


def test_readers_find_the_feeds_from_the_status_page(site: WebSite) -> None:
    page = html.fromstring(site.ask("/status").body.decode())
    found = {(link.get("type"), link.get("href")) for link in page.xpath("//link[@rel='alternate']")}
    assert ("application/rss+xml", "/feeds/central-asia.rss") in found
    assert ("application/atom+xml", "/feeds/central-asia-kz.atom") in found


def test_the_status_page_needs_no_script_and_allows_none(site: WebSite) -> None:
    reply = site.ask("/status")
    assert reply.headers["content-security-policy"].startswith("default-src 'none'; style-src 'self';")
    assert b"<script" not in reply.body
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
    assert not page.xpath("//script")
    assert not page.xpath("//@onmouseover")
    assert "<script>alert(1)</script>" in page.xpath("//tbody/tr")[0].text_content()
    assert site.ask("/status.json").status == 200


def test_an_empty_service_has_a_page(site: WebSite) -> None:
    site.snapshot = make_snapshot(sources=(), feeds=(), counts={})
    assert "there is no source" in site.ask("/status").text
    assert "there is no watchlist" in site.ask("/feeds").text


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
