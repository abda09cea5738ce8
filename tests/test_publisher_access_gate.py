"""What every request passes: names of the server, forms' origin, who may read, bounds."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from fakes_publisher import make_source
from fakes_site import WebSite, running_site
from lxml import html
from starlette.routing import BaseRoute, Mount, Route

from core.serving import OWN_PATHS
from core.settings import Settings
from publisher.web.access import rights
from publisher.web.access.hosts import is_allowed_host, is_own_origin
from publisher.web.access.redirects import safe_next


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebSite]:
    source = make_source()
    with running_site(tmp_path_factory.mktemp("data"), sources={source.id: source}) as site:
        site.store.sync_sources([source.id], now=site.now)
        yield site


@pytest.fixture
def site(server: WebSite) -> WebSite:
    server.settings, server.base_url = Settings(), None
    (server.feeds / "central-asia.rss").write_bytes(b"as the publisher leaves one")
    return server


def settings(**sections: Mapping[str, object]) -> Settings:
    return Settings.model_validate(sections)


# Names of the server


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        *(
            ("wire.example", True),
            ("WIRE.example:8443", True),
            ("wire.example.", True),
            ("other.example", True),
        ),
        *(("localhost:8600", True), ("demo.localhost", True), ("127.0.0.1:8600", True), ("[::1]:8600", True)),
        *(("192.168.1.5", True), ("evil.example", False), ("wire.example.evil.example", False), ("", False)),
        *(("wire.example@evil.example", False), ("wire.example/x", False), ("127.0.0.1.evil.example", False)),
        *(("x\r\ny", False), ("wire.example:99999999", False), ("wire.example, evil.example", False)),
    ],
)
def test_only_names_of_this_server_are_answered(host: str, allowed: bool) -> None:
    found = is_allowed_host(host, base_url="https://wire.example/x", names=("other.example",))
    assert found is allowed


def test_a_name_that_somebody_else_led_here_is_refused(site: WebSite) -> None:
    for path in ("/feeds/central-asia.rss", "/status", "/healthz", "/static/style.css"):
        reply = site.ask(path, headers={"Host": "rebound.example"})
        assert reply.status == 421
        assert reply.headers["x-content-type-options"] == "nosniff"
    site.settings = settings(serve={"hosts": ["rebound.example"]})
    assert site.ask("/status", headers={"Host": "rebound.example:81"}).status == 200


@pytest.mark.parametrize(
    ("origin", "site_says", "own"),
    [
        *((None, None, True), (None, "same-origin", True), (None, "none", True), (None, "cross-site", False)),
        *(
            (None, "same-site", False),
            ("http://h.example:81", None, True),
            ("https://wire.example", None, True),
        ),
        *(("http://h.example", None, False), ("https://evil.example", None, False), ("null", None, False)),
        *(("https://wire.example.evil.example", None, False), ("https://evil.example", "cross-site", False)),
        ("http://h.example:x", None, False),
    ],
)
def test_forms_come_from_our_own_pages(origin: str | None, site_says: str | None, own: bool) -> None:
    found = is_own_origin(
        origin=origin,
        fetch_site=site_says,
        scheme="http",
        host="h.example:81",
        base_url="https://wire.example",
    )
    assert found is own


def test_another_site_cannot_send_a_form(site: WebSite) -> None:
    browser = site.signed_in()
    headers = (("Origin", "https://evil.example"), ("Sec-Fetch-Site", "cross-site"), ("Origin", "null"))
    for name, value in headers:
        assert browser.post("/logout", None, **{name: value}).status == 403
    assert browser.ask("/logout", method="POST").status == 403
    assert browser.post("/logout", {"csrf": "A" * 88}).status == 403
    assert browser.post("/logout", Origin=f"http://127.0.0.1:{site.port}").status == 303


# Rights


def flat(routes: list[BaseRoute], folder: str = "") -> Iterator[tuple[str, Route]]:
    """Return all routes with their paths, those of routers and mounted applications too."""
    for route in routes:
        if isinstance(route, Mount):
            yield from flat(list(route.routes or ()), folder + route.path)
        elif isinstance(route, Route):
            yield folder + route.path, route
        else:
            inner = getattr(getattr(route, "original_router", None), "routes", None)
            assert inner is not None, f"{route!r} cannot be looked into"
            yield from flat(inner, folder)


def dependencies(route: Route) -> set[object]:
    dependant = getattr(route, "dependant", None)
    found, waiting = set(), [dependant] if dependant is not None else []
    while waiting:
        one = waiting.pop()
        found.add(one.call)
        waiting += one.dependencies
    return found


# What others may send us without a session, and why that is right.
FREE = {
    "/login": "the way in; it has a form token of its own",
    "/hub": "WebSub: servers subscribe; off unless a setting says otherwise",
    "/unsubscribe/{token}": "RFC 8058: mail programs post to it; its token is the right",
}


def test_whatever_changes_something_needs_a_session(site: WebSite) -> None:
    changing = [
        (path, route)
        for path, route in flat(list(site.routes))
        if set(route.methods or ()) - {"GET", "HEAD", "OPTIONS"}
    ]
    assert {"/login", "/logout", "/account/tokens"} <= {path for path, _ in changing}
    for path, route in changing:
        assert path in FREE or rights.signed_in in dependencies(route), f"{path} is open to all"


def test_no_page_of_ours_can_be_taken_for_a_prefix(site: WebSite) -> None:
    first = {path.split("/")[1] for path, _ in flat(list(site.routes))} - {""}
    assert first <= OWN_PATHS


@pytest.mark.parametrize("path", ["/account", "/account/tokens", "/logout"])
def test_without_a_session_one_is_asked_to_log_in(site: WebSite, path: str) -> None:
    for method in ("GET",) if path == "/account" else ("POST",):
        page = site.ask(path, method=method, headers={"Accept": "text/html"})
        assert page.status == 401
        assert page.headers["www-authenticate"].startswith("Bearer")
        (target,) = html.fromstring(page.text).xpath("//input[@name='next']/@value")
        assert target == ("/account" if method == "GET" else "/")
        reply = site.ask(path, method=method)
        assert (reply.status, json.loads(reply.body)) == (401, {"error": "Log in first."})


def test_a_token_changes_nothing(site: WebSite) -> None:
    site.store.add_user("reader", "operator", "no password", now=site.now)
    bearer = {"Authorization": f"Bearer {site.new_token('reader')}"}
    assert site.ask("/account", headers=bearer).status == 401
    assert site.ask("/account/tokens", method="POST", headers=bearer, body=b"name=x").status in (401, 415)
    assert site.ask("/logout", method="POST", headers=bearer).status == 401


@pytest.mark.parametrize("name", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_a_method_is_what_it_is(site: WebSite, name: str) -> None:
    browser = site.signed_in()
    assert browser.ask("/logout", headers={name: "POST"}).status == 405
    assert browser.ask("/logout?_method=POST").status == 405
    assert browser.ask("/account").status == 200


# Reading


def test_where_reading_is_closed_strangers_see_the_way_in_and_nothing_else(site: WebSite) -> None:
    site.settings = settings(access={"read": "token"})
    for path, _ in flat(list(site.routes)):
        address = re.sub(r"\{[^}]*\}", "1", path)
        reply = site.ask(address, headers={"Accept": "application/json"})
        if address.startswith(("/static/", "/unsubscribe/")) or address in (
            "/healthz",
            "/login",
            "/robots.txt",
        ):
            assert reply.status != 401
            continue
        assert reply.status == 401, address
        assert reply.headers["www-authenticate"] == 'Bearer realm="policywire"'
        assert json.loads(reply.body) == {"error": "Reading needs a login or a token here."}
    page = site.ask("/search?q=gas&x=%3Cb%3E", headers={"Accept": "text/html"})
    assert page.status == 401
    assert html.fromstring(page.text).xpath("//input[@name='next']/@value") == ["/search?q=gas&x=%3Cb%3E"]
    assert page.headers["cache-control"] == "private, no-store"
    assert json.loads(site.ask("/healthz").body) == {"alive": True}
    assert site.ask("/robots.txt").text == "User-agent: *\nDisallow: /\n"


def test_users_and_tokens_may_read_where_it_is_closed(site: WebSite) -> None:
    site.settings = settings(access={"read": "token"})
    bearer = {"Authorization": f"Bearer {site.new_token()}"}
    for path in ("/feeds/central-asia.rss", "/status", "/status.json", "/readyz"):
        assert site.ask(path, headers=bearer).status == 200
        assert site.signed_in("analyst").ask(path).status == 200
    feed = site.ask("/feeds/central-asia.rss", headers=bearer)
    assert feed.headers["cache-control"] == "private, max-age=60"
    assert "Authorization" in feed.headers["vary"]
    again = {**bearer, "If-None-Match": feed.headers["etag"]}
    assert site.ask("/feeds/central-asia.rss", headers=again).status == 304


def test_a_token_that_is_not_ours_is_told_even_where_reading_is_open(site: WebSite) -> None:
    for token in ("pwt_" + "A" * 43, "x", "", "\xe9", "pwt_' OR 1=1 --"):
        reply = site.ask("/status", headers={"Authorization": f"Bearer {token}"})
        assert reply.status == 401
        assert 'error="invalid_token"' in reply.headers["www-authenticate"]
    # Of another scheme, as a proxy asks for: none of our business.
    assert site.ask("/status", headers={"Authorization": "Basic eDp5"}).status == 200


def test_tokens_end_when_they_are_revoked_or_expire(site: WebSite) -> None:
    token = site.new_token()
    asked_with = {"Authorization": f"Bearer {token}"}
    assert site.ask("/status", headers=asked_with).status == 200
    site.store.remove_token(site.store.tokens()[0].id)
    assert site.ask("/status", headers=asked_with).status == 401


# Private addresses


def test_a_feed_under_a_private_address_names_it_and_no_hub(site: WebSite) -> None:
    hubs = {"hubs": ["https://hub.example/"]}
    site.settings = settings(push=hubs)
    assert "hub.example" in site.ask("/feeds/central-asia.rss").headers["link"]
    site.settings = settings(access={"read": "token"}, push=hubs)
    token = site.new_token()
    reply = site.ask(f"/private/{token}/feeds/central-asia.rss")
    assert reply.status == 200
    base = f"http://127.0.0.1:{site.port}"
    assert f'href="{base}/private/{token}/feeds/central-asia.rss"' in reply.text
    assert "hub.example" not in reply.text
    assert "link" not in reply.headers
    assert int(reply.headers["content-length"]) == len(reply.body)
    assert reply.headers["referrer-policy"] == "no-referrer"
    assert reply.headers["x-robots-tag"] == "noindex, nofollow"
    assert reply.headers["cache-control"] == "private, max-age=60"
    path = f"/private/{token}/feeds/central-asia.rss"
    head = site.ask(path, method="HEAD")
    assert (head.status, head.body, head.headers["content-length"]) == (
        200,
        b"",
        reply.headers["content-length"],
    )
    assert site.ask(path, headers={"If-None-Match": reply.headers["etag"]}).status == 304


def test_private_addresses_lead_to_feeds_alone(site: WebSite) -> None:
    token = site.new_token()
    assert site.ask(f"/private/{token}/static/style.css").status == 200
    assert site.ask(f"/private/{token}/feeds/central-asia.rss", method="POST").status == 404
    for rest in ("/status?x=1", "/account", "//evil.example/", "/\\evil.example", ""):
        reply = site.ask(f"/private/{token}{rest}")
        assert reply.status == 303
        assert re.fullmatch(r"/(?![/\\]).*", reply.headers["location"]) or reply.headers["location"] == "/"
        assert token not in reply.headers["location"]
    for other in ("pwt_" + "A" * 43, "x", "%00", "..", "%2e%2e%2f"):
        for rest in ("/feeds/central-asia.rss", "/status", ""):
            assert site.ask(f"/private/{other}{rest}").status == 404


# Bounds


def test_addresses_and_bodies_have_bounds(site: WebSite) -> None:
    assert site.ask("/search?q=" + "a" * 17_000).status == 414
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert site.ask("/login", method="POST", headers=form, body=b"a" * 64_001).status == 413
    chunked = {**form, "Transfer-Encoding": "chunked"}
    part = b"3e8\r\n" + b"a" * 1000 + b"\r\n"
    assert site.ask("/login", method="POST", headers=chunked, body=part * 70 + b"0\r\n\r\n").status == 413
    many = urlencode([(f"f{number}", "x") for number in range(101)]).encode()
    assert site.ask("/login", method="POST", headers=form, body=many).status == 400
    assert (
        site.ask("/login", method="POST", headers={"Content-Type": "text/plain"}, body=b"name=x").status
        == 415
    )


def test_every_page_answers_head(site: WebSite) -> None:
    for path in ("/status", "/feeds", "/login", "/robots.txt", "/healthz"):
        head = site.ask(path, method="HEAD", headers={"Accept": "text/html"})
        assert (head.status, head.body) == (200, b"")


def test_what_leads_elsewhere_leads_to_the_front() -> None:
    assert safe_next("/search?q=a%20b&next=//x") == "/search?q=a%20b&next=//x"
    for text in (None, "", "//x", "/\\x", "http://x", "x", "/a b", "/a\r\nb", "/\x00", "/é", "/login?next=/"):
        assert safe_next(text) == "/"


def test_a_session_is_looked_up_anew_for_each_request(site: WebSite) -> None:
    browser = site.signed_in("operator", name="gone")
    assert browser.ask("/account").status == 200
    site.store.set_role("gone", "analyst")
    assert "analyst" in browser.ask("/account").text
    site.now += timedelta(hours=1)
    assert browser.ask("/account").status == 200
    site.store.remove_user("gone")
    assert browser.ask("/account").status == 401
