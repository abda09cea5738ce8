"""Addresses that are never connected to, and what a hostile site can send: each ends as one error."""

import gzip
import re
import resource
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from fakes_crawl import Memory, crawl, on_reactor, settings, source
from fakes_web import RawSite, Site, page, rss
from twisted.internet.address import IPv4Address
from twisted.internet.endpoints import HostnameEndpoint
from twisted.internet.interfaces import IHostnameResolver, IReactorPluggableNameResolver
from twisted.internet.protocol import Factory
from zope.interface import implementer

from core.addresses import is_public
from core.article import Outcome, PollReport
from core.errors import Unreachable
from crawler.crawl import CrawlStage
from crawler.middlewares.guard import GuardedReactor, InternalAddress

XML = "application/rss+xml"


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.9.9.9", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "192.168.1.1"),
        *("169.254.169.254", "100.64.0.1", "100.100.100.200", "192.0.0.192", "168.63.129.16"),
        *("224.0.0.1", "240.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.2.1"),
        *("::", "::1", "fe80::1", "fe80::1%eth0", "fd00:ec2::254", "fc00::1", "fec0::1", "ff02::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:a9fe:a9fe", "::127.0.0.1", "2002:7f00:1::"),
        *("64:ff9b::7f00:1", "64:ff9b::169.254.169.254", "64:ff9b:1::1", "2001:db8::1", "2001::1"),
        *("localhost", "0177.0.0.1", "2130706433", ""),
    ],
)
def test_internal_addresses(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    ["1.1.1.1", "185.10.0.1", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::1.1.1.1", "2002:101:101::"],
)
def test_public_addresses(address: str) -> None:
    assert is_public(address)


@implementer(IHostnameResolver)
class Answers:
    """A name server whose answers change with each question."""

    def __init__(self, *answers: str) -> None:
        self._answers = iter(answers)

    def resolveHostName(self, receiver: Any, host: str, port: int = 0, *_: Any, **named: Any) -> Any:  # noqa: N802 - Twisted's
        receiver.resolutionBegan(None)
        receiver.addressResolved(IPv4Address("TCP", next(self._answers), named.get("portNumber", port)))
        receiver.resolutionComplete()
        return receiver


@implementer(IReactorPluggableNameResolver)
class Wires:
    """A reactor that notes where it is to connect to, and never does."""

    def __init__(self, resolver: Answers) -> None:
        self.nameResolver = resolver
        self.connected: list[str] = []

    def connectTCP(self, host: str, *_: Any, **__: Any) -> None:  # noqa: N802 - Twisted's name
        self.connected.append(host)

    def callLater(self, *_: Any, **__: Any) -> Any:  # noqa: N802 - Twisted's name
        return self

    def seconds(self) -> float:
        return 0.0


def test_the_address_that_is_connected_to_is_the_one_that_was_checked() -> None:
    # zope's interfaces are checked when it runs: no type of ours is one.
    factory: Any = Factory()

    async def main() -> list[str]:
        wires = Wires(Answers("185.10.0.1", "169.254.169.254", "185.10.0.2", "127.0.0.1"))
        guarded: Any = GuardedReactor(wires)
        for _ in range(4):
            HostnameEndpoint(guarded, "rebound.example", 80).connect(factory)
        return wires.connected

    assert on_reactor(main) == ["185.10.0.1", "185.10.0.2"]


def test_an_internal_address_is_an_error_of_its_own() -> None:
    guarded = GuardedReactor(Wires(Answers()))
    with pytest.raises(InternalAddress):
        guarded.connectTCP("::ffff:10.0.0.1", 80, Factory())


@pytest.mark.parametrize("host", ["localhost", "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "0", "[::1]"])
def test_no_form_of_an_internal_host_is_asked(host: str) -> None:
    with Site() as site:
        port = site.base.rpartition(":")[2]
        (report,) = crawl(Memory(), source("inside", "feed", f"http://{host}:{port}/feed"))
        assert report.outcome == Outcome.UNREACHABLE
        assert "is of this machine, its network or its cloud" in (report.error or ""), report.error
        assert not site.asked


def test_without_the_setting_loopback_is_not_asked() -> None:
    with Site() as site:
        (report,) = crawl(Memory(), source("inside", "feed", site.url("/feed")), internal_hosts=())
        assert "`crawl.internal_hosts`" in (report.error or "")
        assert not site.asked


def test_a_redirect_is_checked_again() -> None:
    with Site() as site, Site() as inside:
        port = inside.base.rpartition(":")[2]
        for path in ("/feed", "/a"):
            site.put(path, status=302, headers={"Location": f"http://localhost:{port}/secret"})
        site.put("/list", rss((site.url("/a"), "a")), content_type=XML)
        lists, pages = crawl(
            Memory(),
            source("lists", "feed", site.url("/feed")),
            source("pages", "feed", site.url("/list")),
        )
        assert lists.outcome == Outcome.UNREACHABLE
        assert "its network or its cloud" in (lists.error or "")
        assert pages.failed == 1
        assert "its network or its cloud" in " ".join(pages.warnings)
        assert not inside.asked


OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n"
BOMB = gzip.compress(bytes(4_000_000))
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {n} "{f"&{p};" * 20}">' for p, n in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)


def with_length(body: bytes, *headers: bytes, length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    return OK + b"".join(header + b"\r\n" for header in headers) + b"Content-Length: %d\r\n\r\n" % size + body


def endless(first: bytes, then: bytes, pause: float = 0.0) -> Callable[[socket.socket, str], None]:
    def say(connection: socket.socket, _: str) -> None:
        connection.sendall(first)
        while True:
            connection.sendall(then)
            time.sleep(pause)

    return say


def once(reply: bytes) -> Callable[[socket.socket, str], None]:
    def say(connection: socket.socket, _: str) -> None:
        connection.sendall(reply)

    return say


def silent(connection: socket.socket, _: str) -> None:
    connection.recv(1)


HOSTILE = {
    "silence": (silent, "no whole reply within"),
    "hangs up": (once(b""), "closed the connection|connection was lost"),
    "no HTTP": (once(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), "BadResponse|ParseError|BadHeaders|connection"),
    "endless headers": (endless(OK, b"X-More: and more of it\r\n" * 500), "headers have no end"),
    "one endless header": (endless(OK + b"X-Long: ", b"x" * 65536), "connection"),
    "endless interim replies": (endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 500), "headers have no end"),
    "endless body": (endless(OK + b"\r\n", b"<x>" * 20000), "larger than"),
    "endless chunks": (
        endless(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"ffff\r\n" + b"x" * 65535 + b"\r\n"),
        "larger than",
    ),
    "drip": (endless(OK + b"\r\n", b"x", 0.05), "no whole reply within"),
    "promised too much": (once(with_length(b"<rss/>", length=900_000_000)), "larger than"),
    "length too long": (once(with_length(b"<rss/>", length=1000)), "broke off"),
    "length too short": (once(with_length(rss().encode(), length=3)), "expected an RSS"),
    "length no number": (once(OK + b"Content-Length: many\r\n\r\n<rss/>"), "."),
    "length negative": (once(OK + b"Content-Length: -1\r\n\r\n<rss/>"), "."),
    "two lengths": (once(OK + b"Content-Length: 3\r\nContent-Length: 6\r\n\r\n<rss/>"), "."),
    "broken chunks": (once(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n"), "."),
    "gzip bomb": (once(with_length(BOMB, b"Content-Encoding: gzip")), "larger than `crawl.max_bytes`"),
    "bomb in a bomb": (
        once(with_length(gzip.compress(BOMB * 20), b"Content-Encoding: gzip, gzip")),
        "larger than `crawl.max_bytes`",
    ),
    "no gzip at all": (once(with_length(b"<rss/>", b"Content-Encoding: gzip")), "."),
    "NUL bytes": (once(with_length(bytes(5000))), "expected an RSS"),
    "unknown charset": (
        once(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml; charset=utf-99\xff\r\n\r\n\xff\xfe\x00<"),
        "expected an RSS",
    ),
    "laughs": (once(with_length((LAUGHS + "<rss><channel>&i;</channel></rss>").encode())), "."),
    "outside entity": (
        once(
            with_length(
                b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel>'
                b"<title>&x;</title></channel></rss>"
            )
        ),
        "the list is empty",
    ),
}


@contextmanager
def neighbour() -> Iterator[Site]:
    with Site() as site:
        site.put("/a", page("a"))
        site.put("/feed", rss((site.url("/a"), "a")), content_type=XML)
        yield site


def poll_beside(site: RawSite | Site, **rest: Any) -> PollReport:
    """Poll a hostile feed beside an honest one, which must not notice."""
    with neighbour() as honest:
        memory = Memory()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        hostile, well = crawl(
            memory,
            source("hostile", "feed", site.url("/feed")),
            source("well", "feed", honest.url("/feed")),
            timeout=timedelta(seconds=3),
            max_bytes=1_000_000,
            **rest,
        )
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert (well.outcome, well.articles) == (Outcome.OK, 1), well.error
    assert grown < 40_000, f"memory grew by {grown} KB"
    assert len([batch for batch in memory.batches if batch.source == "hostile"]) == 1
    return hostile


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_reply_is_one_error_of_its_source(name: str) -> None:
    say, message = HOSTILE[name]
    with RawSite(say) as site:
        report = poll_beside(site)
    assert report.outcome in (Outcome.UNREACHABLE, Outcome.CHANGED)
    assert report.error is not None
    assert re.search(message, report.error), report.error
    assert "; see the log" not in report.error


def test_a_redirect_loop_is_one_error() -> None:
    with Site() as site:
        site.put("/feed", status=302, headers={"Location": "/other"})
        site.put("/other", status=302, headers={"Location": "/feed"})
        report = poll_beside(site)
    assert "redirected again and again" in (report.error or "")
    assert len(site.paths()) <= 10


def test_what_the_command_line_fetches_is_guarded_as_well() -> None:
    """`sources new`, `sources record` and `extract URL` all fetch through `CrawlStage.fetch`."""
    with Site() as site:
        inside = site.base.replace("127.0.0.1", "localhost")

        async def main() -> str:
            memory = Memory()
            stage = CrawlStage(settings=settings(), languages={}, known=memory.known, sink=memory.sink)
            with pytest.raises(Unreachable) as caught:
                await stage.fetch(f"{inside}/secret")
            await stage.close()
            return str(caught.value)

        assert "its network or its cloud" in on_reactor(main)
        assert not site.asked


def test_only_http_and_https_are_fetched() -> None:
    with Site() as site:
        site.put("/a", page("a"))
        odd = [("file:///etc/passwd", "f"), ("ftp://a.example/x", "g"), ("javascript:alert(1)", "j")]
        site.put("/feed", rss((site.url("/a"), "a"), *odd), content_type=XML)
        site.put("/away", status=302, headers={"Location": "file:///etc/passwd"})
        feed, away = crawl(
            Memory(), source("feed", "feed", site.url("/feed")), source("away", "feed", site.url("/away"))
        )
        assert (feed.outcome, feed.articles, feed.fetched) == (Outcome.OK, 1, 1)
        assert "3 of 4 entries have no web address" in feed.warnings[0]
        assert away.outcome == Outcome.UNREACHABLE
