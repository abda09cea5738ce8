"""Behind a proxy and under a prefix: what is believed of it, and where all links lead."""

from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import pytest
from fakes_publisher import make_source
from fakes_site import Browser, WebSite, running_site
from lxml import html

from core.settings import Settings
from publisher.web.access.proxies import Asked, asked, network_of


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


def settings(**sections: dict[str, object]) -> Settings:
    return Settings.model_validate(sections)


# Proxies


def headers(**values: str) -> list[tuple[bytes, bytes]]:
    return [(f"x-forwarded-{name}".encode(), value.encode("latin-1")) for name, value in values.items()]


ALL = headers(**{"for": "203.0.113.9", "proto": "https", "host": "wire.example", "prefix": "/wire"})


@pytest.mark.parametrize(("peer", "trusted"), [("127.0.0.1", ()), ("192.0.2.1", ("127.0.0.1", "10.0.0.0/8"))])
def test_nothing_is_believed_of_whom_nobody_trusts(peer: str, trusted: tuple[str, ...]) -> None:
    assert asked(ALL, peer=peer, scheme="http", trusted=trusted) == Asked(address=peer, scheme="http")


def test_a_trusted_proxy_says_who_asked_for_what() -> None:
    found = asked(ALL, peer="10.1.2.3", scheme="http", trusted=("10.0.0.0/8",))
    assert found == Asked(address="203.0.113.9", scheme="https", host="wire.example", prefix="/wire")
    mapped = asked(ALL, peer="::ffff:10.1.2.3", scheme="http", trusted=("10.0.0.0/8",))
    assert mapped.address == "203.0.113.9"


@pytest.mark.parametrize(
    ("chain", "address"),
    [
        ("6.6.6.6, 203.0.113.9, 10.0.0.7", "203.0.113.9"),
        ("203.0.113.9:4711, 10.0.0.7", "203.0.113.9"),
        ("[2001:db8::1]:80", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("6.6.6.6, unknown", "10.1.2.3"),
        ("6.6.6.6, <script>, 10.0.0.7", "10.0.0.7"),
        ("10.0.0.7, 10.0.0.8", "10.0.0.7"),
        ("", "10.1.2.3"),
    ],
)
def test_the_last_stranger_in_the_chain_counts(chain: str, address: str) -> None:
    found = asked(headers(**{"for": chain}), peer="10.1.2.3", scheme="http", trusted=("10.0.0.0/8",))
    assert found.address == address


@pytest.mark.parametrize(
    "prefix", ["//evil.example", "/a//b", "/wire\r\nx", "wire", "/..", "/a?b", "javascript:"]
)
def test_odd_prefixes_are_passed_over(prefix: str) -> None:
    found = asked(headers(prefix=prefix, proto="gopher"), peer="::1", scheme="http", trusted=("::1",))
    assert (found.prefix, found.scheme) == (None, "http")


def test_one_household_is_one_address() -> None:
    assert network_of("2001:db8::1:2:3:4") == network_of("2001:db8::9") == "2001:db8::/64"
    assert network_of("::ffff:192.0.2.1") == network_of("192.0.2.1") == "192.0.2.1"
    assert network_of("") == ""


# Prefixes


def links(site: WebSite, browser: Browser, start: str, prefix: str) -> set[str]:
    """Follow every link of every page; return those that lead nowhere or out of the prefix."""
    wrong: set[str] = set()
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        address = waiting.pop()
        if address in seen or len(seen) > 400:
            continue
        seen.add(address)
        reply = browser.ask(address)
        if reply.status not in (200, 303, 307) and not address.startswith(f"{prefix}/feeds/"):
            wrong.add(f"{reply.status} {address}")
        if "location" in reply.headers:
            waiting.append(reply.headers["location"])
        if not reply.headers.get("content-type", "").startswith("text/html"):
            continue
        page = html.fromstring(reply.text)
        for found in page.xpath("//@href | //@src | //form[not(@method='post')]/@action"):
            whole = urlsplit(urljoin(f"http://here{address}", str(found)))
            if whole.netloc != "here":
                continue
            if not whole.path.startswith(f"{prefix}/"):
                wrong.add(f"{found} on {address}")
            waiting.append(whole.path + (f"?{whole.query}" if whole.query else ""))
        wrong |= {str(one) for one in page.xpath("//form/@action") if not str(one).startswith(f"{prefix}/")}
    return wrong


@pytest.mark.parametrize("passed_on", [True, False])
def test_all_links_of_all_pages_stay_under_the_prefix(site: WebSite, passed_on: bool) -> None:
    site.settings = settings(serve={"prefix": "/wire"})
    browser = site.signed_in()
    assert links(site, browser, "/wire/", "/wire") == set()
    if not passed_on:
        # The proxy takes it off: the same pages, the same links.
        for path in ("/status", "/feeds", "/account"):
            found = {str(one) for one in html.fromstring(browser.ask(path).text).xpath("//a/@href")}
            assert found
            assert all(one.startswith("/wire/") for one in found if one.startswith("/"))


def test_a_proxy_may_say_the_prefix_and_the_rest(site: WebSite) -> None:
    site.settings = settings(serve={"proxies": ["127.0.0.1"], "hosts": ["wire.example"]})
    said = {
        "X-Forwarded-Prefix": "/news",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "wire.example",
        "X-Forwarded-For": "203.0.113.9",
        "Accept": "text/html",
    }
    page = site.ask("/login?next=/status", headers=said)
    assert html.fromstring(page.text).xpath("//form/@action")[0] == "/news/login"
    assert page.headers["strict-transport-security"] == "max-age=31536000"
    assert page.cookies[0].startswith("__Secure-policywire-form=")
    assert "Path=/news" in page.cookies[0]
    assert site.ask("/feeds/", headers=said).headers["location"] == "/news/feeds"
    # Without trust, not a word of it.
    site.settings = Settings()
    page = site.ask("/login", headers=said)
    assert html.fromstring(page.text).xpath("//form/@action")[0] == "/login"
    assert "strict-transport-security" not in page.headers


@pytest.mark.parametrize(
    "path", ["/wirefeeds", "/wire../status", "/wir/status", "//wire/status", "/wire//evil.example/"]
)
def test_what_looks_like_the_prefix_is_not(site: WebSite, path: str) -> None:
    site.settings = settings(serve={"prefix": "/wire"})
    reply = site.ask(path)
    assert reply.status in (404, 308)
    assert reply.headers.get("location", "/wire/").startswith("/wire/")
