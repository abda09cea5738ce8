"""Requests as no client library would send them, written to the socket byte by byte."""

import socket
from collections.abc import Iterator
from contextlib import suppress

import pytest
from fakes_site import WebSite, running_site

HOST = b"Host: 127.0.0.1\r\nConnection: close\r\n"
LOGIN = b"POST /login HTTP/1.1\r\n" + HOST + b"Origin: http://127.0.0.1\r\n"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebSite]:
    with running_site(tmp_path_factory.mktemp("data")) as site:
        yield site


def got(target: bytes, headers: bytes = b"") -> bytes:
    return b"GET " + target + b" HTTP/1.1\r\n" + HOST + headers + b"\r\n"


def reply_to(site: WebSite, request: bytes) -> tuple[int, bytes]:
    """Return status and head of the first reply."""
    with socket.create_connection(("127.0.0.1", site.port), timeout=10) as sock:
        # It may be refused before it is whole.
        with suppress(OSError):
            sock.sendall(request)
        head = b""
        while b"\r\n\r\n" not in head and (part := sock.recv(4096)):
            head += part
    return int(head.split()[1]), head


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (got(b"/search?q=" + b"a" * 10_000_000), 400),
        (got(b"/search?q=" + b"a" * 60_000), 414),
        (got(b"/?" + b"&".join(b"source=%d" % number for number in range(3000))), 414),
        (got(b"/search?q=" + b"(" * 490), 400),
        (got(b"/", b"".join(b"X-%d: y\r\n" % number for number in range(3000))), 200),
        (got(b"/", b"X-Large: " + b"y" * 120_000 + b"\r\n"), 431),
        (got(b"/", b"".join(b"X-%d: y\r\n" % number for number in range(4000))), 431),
        (got(b"/search?q=%ff%fe%00%c3"), 400),
        (got(b"/static/../../etc/passwd"), 404),
        (got(b"/static/%2e%2e%2f%2e%2e%2fetc%2fpasswd"), 404),
        (got(b"/?since=9999-12-31T23:59:59-14:00"), 400),
        (got(b"/?before=AAAA&after=%00"), 400),
        (got(b"/api/articles/9223372036854775808"), 422),
        (got(b"/feeds/entries.rss", b"Accept-Encoding: gzip;q=0,br;q=x,*;q=0\r\n"), 200),
        (got(b"/feeds/entries.rss", b"Accept: " + b"text/html;q=" * 500 + b"\r\n"), 200),
        (got(b"/", b"Host: evil.example\r\n"), 400),
        (b"TRACE / HTTP/1.1\r\n" + HOST + b"\r\n", 405),
        (LOGIN + b"Content-Length: 99999999999\r\n\r\na=b", 413),
        (LOGIN + b"Content-Length: -5\r\n\r\n", 400),
        (LOGIN + b"Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}", 415),
        (LOGIN + b"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 5\r\n\r\n--x\r\n", 415),
    ],
)
def test_odd_requests_are_refused_by_name_or_answered(site: WebSite, request_: bytes, status: int) -> None:
    assert reply_to(site, request_)[0] == status


@pytest.mark.parametrize(
    "target",
    [
        b"//evil.example/",
        b"///evil.example/",
        b"/\\evil.example/",
        b"/%5cevil.example/",
        b"/%2f/evil.example/",
    ],
)
def test_no_redirect_leads_to_another_host(site: WebSite, target: bytes) -> None:
    status, head = reply_to(site, got(target))
    assert status == 308
    assert b"location: /evil.example\r\n" in head
