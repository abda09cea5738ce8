"""Logging in and out, on a real server and store."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from fakes_site import CHEAP, Browser, Reply, WebSite, running_site
from lxml import html

from core.settings import Settings
from publisher.web.access import passwords
from publisher.web.access.tokens import digest

PASSWORD = "correct horse battery"
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}
HOURS = timedelta(hours=1)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebSite]:
    with running_site(tmp_path_factory.mktemp("data")) as site:
        yield site


@pytest.fixture
def site(server: WebSite) -> WebSite:
    """Return the site with the operator `ada`, and nothing that a test before left."""
    for user in server.store.users():
        server.store.remove_user(user.name)
    server.settings, server.base_url = Settings(), None
    server.now += timedelta(days=30)
    server.store.end_expired(now=server.now, idle=timedelta(), lifetime=timedelta())
    server.store.add_user("ada", "operator", passwords.hashed(PASSWORD, CHEAP), now=server.now)
    return server


def cookies_of(reply: Reply) -> dict[str, str]:
    """Return the cookies that a reply sets; those that it takes away are left out."""
    pairs = (cookie.partition(";")[0].partition("=") for cookie in reply.cookies)
    return {name: value for name, _, value in pairs if value}


def log_in(
    site: WebSite,
    name: str = "ada",
    password: str = PASSWORD,
    *,
    cookies: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
    **fields: str,
) -> Reply:
    """Open the form and send it, with the cookies that the browser has already."""
    more = headers or {}
    opened = site.ask("/login", headers={"Accept": "text/html", **more})
    token = html.fromstring(opened.text).xpath("//input[@name='csrf']/@value")[0]
    held = {**(cookies or {}), **cookies_of(opened)}
    body = urlencode({"csrf": token, "name": name, "password": password, **fields}).encode()
    header = "; ".join(f"{key}={value}" for key, value in held.items())
    return site.ask("/login", method="POST", headers={**FORM, "Cookie": header, **more}, body=body)


def test_a_login_gives_a_session_and_leads_where_one_was(site: WebSite) -> None:
    reply = log_in(site, next="/feeds?x=1")
    assert (reply.status, reply.headers["location"]) == (303, "/feeds?x=1")
    session = cookies_of(reply)["policywire-session"]
    page = Browser(site=site, session=session).ask("/status")
    assert "ada" in page.text
    assert "Log out" in page.text
    assert session not in page.text
    assert page.headers["cache-control"] == "private, no-store"
    assert page.headers["vary"] == "Cookie"


def test_only_a_digest_of_the_session_is_kept(site: WebSite) -> None:
    session = cookies_of(log_in(site))["policywire-session"]
    assert session.encode() not in b"".join(path.read_bytes() for path in site.path.glob("policywire.db*"))
    assert site.store.session(digest(session)) is not None


def test_a_new_login_ends_the_session_before_it(site: WebSite) -> None:
    first = cookies_of(log_in(site))
    second = cookies_of(log_in(site, cookies=first))
    assert first["policywire-session"] != second["policywire-session"]
    assert len(site.store.sessions("ada")) == 1
    assert "Log out" not in Browser(site=site, session=first["policywire-session"]).ask("/status").text
    # A browser that is known stays the same one.
    assert first["policywire-browser"] == second["policywire-browser"]


def test_a_session_given_to_the_browser_by_somebody_else_is_not_taken_over(site: WebSite) -> None:
    planted = "A" * 43
    reply = log_in(site, cookies={"policywire-session": planted})
    assert cookies_of(reply)["policywire-session"] != planted


def test_logging_out_ends_the_session(site: WebSite) -> None:
    browser = Browser(site=site, session=cookies_of(log_in(site))["policywire-session"])
    reply = browser.post("/logout")
    assert (reply.status, reply.headers["location"]) == (303, "/")
    assert "Max-Age=0" in reply.cookies[0]
    assert site.store.sessions("ada") == []
    assert "Log out" not in browser.ask("/status").text


def test_a_login_ends_when_it_is_not_used_and_in_any_case(site: WebSite) -> None:
    browser = Browser(site=site, session=cookies_of(log_in(site))["policywire-session"])
    for _ in range(13 * 2):
        site.now += 12 * HOURS
        assert "Log out" in browser.ask("/status").text
        site.store.session_seen(site.store.sessions("ada")[0].id, now=site.now)
    site.now += 24 * HOURS + timedelta(minutes=1)
    assert "Log out" not in browser.ask("/status").text
    again = Browser(site=site, session=cookies_of(log_in(site))["policywire-session"])
    for _ in range(14):
        site.now += 23 * HOURS
        site.store.session_seen(site.store.sessions("ada")[0].id, now=site.now)
    assert "Log out" in again.ask("/status").text
    site.now += 14 * HOURS
    site.store.session_seen(site.store.sessions("ada")[0].id, now=site.now)
    site.now += HOURS
    assert "Log out" not in again.ask("/status").text
    assert site.store.end_expired(now=site.now, idle=24 * HOURS, lifetime=14 * 24 * HOURS) == 2


@pytest.mark.parametrize(
    ("name", "password"),
    [("ada", "wrong horse battery"), ("nobody", PASSWORD), ("", ""), ("a\0da", "x" * 5000)],
)
def test_what_is_wrong_is_not_said(site: WebSite, name: str, password: str) -> None:
    reply = log_in(site, name, password)
    assert reply.status == 401
    assert "The name or the password is wrong." in reply.text
    assert "policywire-session" not in cookies_of(reply)


def test_names_are_told_in_any_case_and_passwords_are_not(site: WebSite) -> None:
    assert log_in(site, " Ada ").status == 303
    assert log_in(site, "ada", PASSWORD.upper()).status == 401


@pytest.mark.parametrize(
    "target",
    [
        *(
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https://evil.example/",
            "javascript:alert(1)",
        ),
        *(
            "/\t/evil.example",
            "/%0d%0aSet-Cookie:x\r\nx: y",
            "evil.example",
            "",
            "/" + "a" * 3000,
            "/login",
            "/логин",
        ),
    ],
)
def test_a_login_leads_nowhere_else(site: WebSite, target: str) -> None:
    location = log_in(site, next=target).headers["location"]
    assert location in ("/", "/%0d%0aSet-Cookie:x") or location == "/"


def test_the_form_must_be_one_of_ours(site: WebSite) -> None:
    body = urlencode({"name": "ada", "password": PASSWORD}).encode()
    assert site.ask("/login", method="POST", headers=FORM, body=body).status == 403
    opened = site.ask("/login")
    cookie = "; ".join(f"{name}={value}" for name, value in cookies_of(opened).items())
    assert site.ask("/login", method="POST", headers={**FORM, "Cookie": cookie}, body=body).status == 403


def test_cookies_are_closed_to_scripts_and_over_https_to_all_else(site: WebSite) -> None:
    plain = next(one for one in log_in(site).cookies if one.startswith("policywire-session="))
    assert "; Path=/; " in plain
    assert plain.endswith("HttpOnly; SameSite=Lax")
    site.base_url = "https://wire.example"
    reply = log_in(site, headers={"Host": "wire.example"})
    secure = next(one for one in reply.cookies if "policywire-session" in one)
    assert secure.startswith("__Host-policywire-session=")
    assert secure.endswith("; Path=/; Max-Age=1209600; HttpOnly; SameSite=Lax; Secure")
    site.base_url = "https://wire.example/wire"
    site.settings = Settings.model_validate({"serve": {"prefix": "/wire"}})
    reply = log_in(site, headers={"Host": "wire.example"})
    secure = next(one for one in reply.cookies if "policywire-session" in one)
    assert secure.startswith("__Secure-policywire-session=")
    assert "; Path=/wire; " in secure


def test_a_cookie_that_comes_twice_is_not_believed(site: WebSite) -> None:
    session = cookies_of(log_in(site))["policywire-session"]
    other = "B" * 43
    for pair in ((session, other), (other, session)):
        header = "; ".join(f"policywire-session={value}" for value in pair)
        assert "Log out" not in site.ask("/status", headers={"Cookie": header}).text


def test_failures_make_the_next_tries_wait_longer_and_longer(site: WebSite) -> None:
    assert [log_in(site, password="wrong horse battery").status for _ in range(5)] == [401] * 5
    waits = []
    for _ in range(4):
        reply = log_in(site)
        assert reply.status == 429
        waits.append(int(reply.headers["retry-after"]))
        # Asking meanwhile makes it no longer.
        assert int(log_in(site).headers["retry-after"]) == waits[-1]
        site.now += timedelta(seconds=waits[-1])
        assert log_in(site, password="wrong horse battery").status == 401
    assert waits == [16, 31, 61, 121]
    site.now += timedelta(minutes=15)
    assert log_in(site).status == 303
    assert log_in(site, password="wrong horse battery").status == 401
    assert log_in(site).status == 303


def test_strangers_who_fail_do_not_lock_out_a_browser_that_is_known(site: WebSite) -> None:
    known = cookies_of(log_in(site))
    for _ in range(6):
        log_in(site, password="wrong horse battery")
    assert log_in(site).status == 429
    assert log_in(site, cookies={"policywire-browser": known["policywire-browser"]}).status == 303
    # A known browser has its own count, and knows no other user.
    site.store.add_user("eve", "analyst", "no password", now=site.now)
    assert log_in(site, "eve", cookies={"policywire-browser": known["policywire-browser"]}).status == 401


def test_strangers_elsewhere_do_not_lock_out_a_new_browser(site: WebSite) -> None:
    site.settings = Settings.model_validate({"serve": {"proxies": ["127.0.0.1"]}})
    for _ in range(6):
        log_in(site, password="wrong horse battery", headers={"X-Forwarded-For": "203.0.113.9"})
    assert log_in(site, headers={"X-Forwarded-For": "203.0.113.9"}).status == 429
    assert log_in(site, headers={"X-Forwarded-For": "198.51.100.7"}).status == 303


def test_many_names_from_one_address_are_slowed_down_too(site: WebSite) -> None:
    site.settings = Settings.model_validate({"access": {"tries": 1}})
    found = [log_in(site, f"user{number}", "wrong horse battery").status for number in range(5)]
    assert found == [401, 401, 401, 401, 429]
    # A good login takes back its own try only: it buys no further guesses.
    site.now += timedelta(seconds=16)
    assert log_in(site).status == 303
    assert log_in(site, "user7", "wrong horse battery").status == 401
    assert log_in(site, "user8", "wrong horse battery").status == 429


def test_a_password_hashed_with_other_costs_is_hashed_anew(site: WebSite) -> None:
    cheaper = passwords.hashed(PASSWORD, passwords.Cost(log_n=3, r=8, p=1))
    site.store.add_user("old", "analyst", cheaper, now=site.now)
    assert log_in(site, "old").status == 303
    found = site.store.credentials("old")
    assert found is not None
    assert not passwords.is_outdated(found.password, CHEAP)
    assert log_in(site, "old").status == 303
