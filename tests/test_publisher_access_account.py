"""A user's own account: password, sessions, tokens."""

from collections.abc import Iterator

import pytest
from fakes_site import CHEAP, Browser, WebSite, running_site
from lxml import html

from publisher.web.access import passwords
from publisher.web.access.tokens import digest, is_token
from storage.accounts import MOST_SESSIONS, MOST_TOKENS

OLD, NEW = "correct horse battery", "staple the battery horse"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebSite]:
    with running_site(tmp_path_factory.mktemp("data")) as site:
        yield site


@pytest.fixture
def site(server: WebSite) -> WebSite:
    for user in server.store.users():
        server.store.remove_user(user.name)
    server.store.forget_failures()
    return server


@pytest.fixture
def ada(site: WebSite) -> Browser:
    return site.signed_in("operator", name="ada")


def set_password(site: WebSite, browser: Browser) -> None:
    session = site.store.session(digest(browser.session))
    assert session is not None
    site.store.set_password("ada", passwords.hashed(OLD, CHEAP), keep=session.id)


def test_a_token_is_shown_once_and_its_digest_kept(site: WebSite, ada: Browser) -> None:
    reply = ada.post("/account/tokens", {"name": "<b>my reader</b>", "days": "30"})
    assert reply.status == 200
    page = html.fromstring(reply.text)
    (token,) = page.xpath("//input[@readonly]/@value")
    assert is_token(token)
    assert f"/private/{token}/feeds/central-asia.rss" in page.text_content()
    assert not page.xpath("//td//b")
    (kept,) = site.store.tokens("ada")
    assert (kept.name, kept.used) == ("<b>my reader</b>", None)
    assert kept.expires is not None
    assert (kept.expires - kept.created).days == 30
    assert token not in ada.ask("/account").text
    assert token.encode() not in b"".join(path.read_bytes() for path in site.path.glob("policywire.db*"))
    assert site.ask("/status", headers={"Authorization": f"Bearer {token}"}).status == 200
    assert ada.post(f"/account/tokens/{kept.id}/revoke").status == 303
    assert site.ask("/status", headers={"Authorization": f"Bearer {token}"}).status == 401


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"name": " "},
        {"name": "x" * 81},
        {"name": "x", "days": "0"},
        {"name": "x", "days": "-1"},
        {"name": "x", "days": "²"},
        {"name": "x", "days": "99999999999"},
    ],
)
def test_what_is_no_token_is_not_made(site: WebSite, ada: Browser, fields: dict[str, str]) -> None:
    assert ada.post("/account/tokens", fields).status == 400
    assert site.store.tokens() == []


def test_tokens_and_sessions_of_one_user_have_a_bound(site: WebSite, ada: Browser) -> None:
    for number in range(MOST_TOKENS - 1):
        site.store.add_token(str(number), user="ada", name="x", now=site.now, expires=None)
    assert ada.post("/account/tokens", {"name": "the last"}).status == 200
    assert ada.post("/account/tokens", {"name": "one more"}).status == 400
    for _ in range(MOST_SESSIONS):
        last = site.signed_in("operator", name="ada")
    assert len(site.store.sessions("ada")) == MOST_SESSIONS
    assert ada.ask("/account").status == 401
    assert last.ask("/account").status == 200


def test_users_end_their_own_sessions_and_revoke_their_own_tokens_alone(site: WebSite, ada: Browser) -> None:
    eve = site.signed_in("analyst", name="eve")
    other = site.signed_in("operator", name="ada")
    site.store.add_token("t", user="ada", name="x", now=site.now, expires=None)
    (token,) = site.store.tokens("ada")
    for session in site.store.sessions("ada"):
        assert eve.post(f"/account/sessions/{session.id}/end").status == 404
    assert eve.post(f"/account/tokens/{token.id}/revoke").status == 404
    assert ada.ask("/account").status == other.ask("/account").status == 200
    assert site.store.tokens("ada") == [token]
    found = site.store.session(digest(other.session))
    assert found is not None
    assert ada.post(f"/account/sessions/{found.id}/end").status == 303
    assert other.ask("/account").status == 401
    for number in ("0", "-1", "x", "9" * 30, "1e3", "%00"):
        assert ada.post(f"/account/sessions/{number}/end").status in (404, 422)


def test_a_password_is_changed_by_who_knows_it(site: WebSite, ada: Browser) -> None:
    other = site.signed_in("operator", name="ada")
    set_password(site, ada)
    assert other.ask("/account").status == 401
    changed = ada.post("/account/password", {"old": OLD, "new": NEW, "again": NEW})
    assert (changed.status, changed.headers["location"]) == (303, "/account")
    found = site.store.credentials("ada")
    assert found is not None
    assert passwords.verify(NEW, found.password)
    # The session goes on under another id.
    assert ada.ask("/account").status == 401
    (cookie,) = (one for one in changed.cookies if one.startswith("policywire-session="))
    fresh = Browser(site=site, session=cookie.partition(";")[0].partition("=")[2])
    assert fresh.ask("/account").status == 200


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"old": NEW, "new": NEW, "again": NEW}, "The present password is wrong."),
        ({"old": OLD, "new": "short", "again": "short"}, "too short"),
        ({"old": OLD, "new": NEW, "again": OLD}, "not the same both times"),
        ({}, "The present password is wrong."),
    ],
)
def test_a_password_that_cannot_be_taken_is_not(
    site: WebSite, ada: Browser, fields: dict[str, str], told: str
) -> None:
    set_password(site, ada)
    reply = ada.post("/account/password", fields)
    assert reply.status == 400
    assert told in reply.text
    found = site.store.credentials("ada")
    assert found is not None
    assert passwords.verify(OLD, found.password)


def test_who_holds_a_session_cannot_guess_its_password_for_ever(site: WebSite, ada: Browser) -> None:
    set_password(site, ada)
    wrong = {"old": NEW, "new": NEW, "again": NEW}
    assert [ada.post("/account/password", wrong).status for _ in range(6)] == [400] * 5 + [429]
