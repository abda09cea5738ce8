"""robots.txt rules, with replies from a table in place of the network."""

import asyncio
import gzip
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.exceptions import CannotResolveHostError, IgnoreRequest
from scrapy.http import Response

from core.errors import Refused, Unreachable
from crawler.middlewares.robots import RobotsCache

SHARED = Path(os.environ.get("TEST_POLICYWIRE_SHARED", Path(__file__).parents[2] / "shared"))
SITE = "https://site.example"


class Host:
    """Answers for robots.txt."""

    def __init__(self, body: str | bytes = "", status: int = 200, error: Exception | None = None) -> None:
        self.body = body.encode() if isinstance(body, str) else body
        self.status = status
        self.error = error
        self.asked: list[str] = []

    async def fetch(self, request: Request) -> Response:
        self.asked.append(request.url)
        await asyncio.sleep(0)
        if self.error is not None:
            raise self.error
        return Response(request.url, status=self.status, body=self.body)


def check(host: Host, *paths: str) -> list[float]:
    async def main() -> list[float]:
        cache = RobotsCache("policywire")
        return [await cache.check(SITE + path, host.fetch) for path in paths]

    return asyncio.run(main())


def test_rules_are_obeyed_and_asked_for_once() -> None:
    host = Host("User-agent: *\nDisallow: /private\nCrawl-delay: 2.5")
    assert check(host, "/a", "/b") == [2.5, 2.5]
    assert host.asked == [f"{SITE}/robots.txt"]
    with pytest.raises(Refused, match=r"https://site.example/private/x: .*robots.txt forbids it"):
        check(host, "/private/x")


def test_rules_for_us_by_name_come_first() -> None:
    host = Host("User-agent: *\nDisallow: /\n\nUser-agent: PolicyWire\nDisallow: /x")
    assert check(host, "/a") == [0.0]
    with pytest.raises(Refused):
        check(host, "/x")


def test_a_long_delay_is_bounded() -> None:
    assert check(Host("User-agent: *\nCrawl-delay: 86400"), "/") == [60.0]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_no_file_means_no_rules(status: int) -> None:
    assert check(Host("Disallow: /", status=status), "/") == [0.0]


def test_a_file_beyond_reach_of_redirects_means_no_rules() -> None:
    assert check(Host(error=IgnoreRequest("max redirections reached")), "/") == [0.0]


@pytest.mark.parametrize(
    ("host", "reason"),
    [
        (Host(status=503), "answered 503"),
        (Host(status=429), "answered 429"),
        (Host(error=CannotResolveHostError("x")), "cannot be resolved"),
        (Host(error=OSError("Not a gzipped file")), "Not a gzipped file"),
    ],
)
def test_a_site_in_trouble_is_closed_for_a_while(host: Host, reason: str) -> None:
    for _ in range(2):
        with pytest.raises(Unreachable, match=rf"{reason}.*asked again after 10 minutes"):
            check(host, "/")


def test_the_closed_state_is_remembered_and_ends() -> None:
    async def main() -> None:
        cache, host = RobotsCache("policywire"), Host(status=500)
        for _ in range(3):
            with pytest.raises(Unreachable):
                await cache.check(SITE, host.fetch)
        assert len(host.asked) == 1

    asyncio.run(main())


def test_many_ask_at_once_and_one_request_is_made_although_the_first_gives_up() -> None:
    async def main() -> None:
        cache, host = RobotsCache("policywire"), Host("User-agent: *\nDisallow:")
        first = asyncio.create_task(cache.check(f"{SITE}/0", host.fetch))
        await asyncio.sleep(0)
        others = [asyncio.create_task(cache.check(f"{SITE}/{n}", host.fetch)) for n in range(1, 6)]
        await asyncio.sleep(0)
        first.cancel()
        assert await asyncio.gather(*others) == [0.0] * 5
        assert len(host.asked) == 1

    asyncio.run(main())


def test_schemes_and_ports_have_rules_of_their_own() -> None:
    async def main() -> None:
        cache, host = RobotsCache("policywire"), Host()
        for url in (
            "http://a.example/1",
            "http://a.example:80/2",
            "https://a.example/",
            "http://a.example:81/",
        ):
            await cache.check(url, host.fetch)
        assert len(host.asked) == 3

    asyncio.run(main())


def test_the_cache_is_bounded() -> None:
    async def main() -> None:
        cache, host = RobotsCache("policywire"), Host()
        for number in range(2100):
            await cache.check(f"http://host{number}.example/", host.fetch)
        assert len(cache._rules) == 2000

    asyncio.run(main())


@pytest.mark.parametrize("body", [b"\xff\xfe\x00", b"\xef\xbb\xbfUser-agent: *\nDisallow: /x", b"<html>"])
def test_odd_bytes_do_no_harm(body: bytes) -> None:
    assert check(Host(body), "/") == [0.0]


def test_real_files_are_read() -> None:
    path = SHARED / "data" / "robots" / "records.jsonl.gz"
    if not path.is_file():
        pytest.skip("needs ../shared/data/robots")
    closed = 0
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    for text in texts[::5]:
        try:
            check_one: Callable[..., list[float]] = check
            check_one(Host(text), "/news/1")
        except Refused:
            closed += 1
    assert len(texts) > 2000
    assert closed < len(texts) / 20
