"""What sites do wrong, and how a poll tells it: outcomes, messages, and what goes on regardless."""

import gzip
import os
import signal
import socket
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fakes_crawl import Memory, crawl, source
from fakes_tls import certify
from fakes_web import Answer, Site, page, rss
from scrapy.http import Response

from core.article import Outcome, PollReport
from crawler.failures import retry_after

XML = "application/xml"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)

CUT_OFF = gzip.compress(b"<rss><channel>" + os.urandom(5000).hex().encode())[:-500]


def poll_feed(site: Site, memory: Memory | None = None, **rest: object) -> PollReport:
    (report,) = crawl(memory or Memory(), source("feed", "feed", site.url("/feed"), **rest))
    return report


@pytest.mark.parametrize(
    ("answer", "outcome", "message"),
    [
        (Answer(status=404), Outcome.UNREACHABLE, "answered 404; the list has moved or gone; correct `urls`"),
        (Answer(status=500), Outcome.UNREACHABLE, "answered 500; the next poll asks again"),
        (Answer(status=301), Outcome.UNREACHABLE, "answered 301 and does not say where it leads; correct"),
        (
            Answer(status=302, headers={"Location": "file:///etc/passwd"}),
            Outcome.UNREACHABLE,
            "answered 302 and leads to 'file:///etc/passwd', which cannot be fetched",
        ),
        (Answer(status=304), Outcome.UNREACHABLE, "answered 304 although"),
        (Answer(status=401), Outcome.REFUSED, "answered 401"),
        (Answer(status=403), Outcome.REFUSED, "answered 403. Open it in a browser"),
        (Answer(status=429), Outcome.REFUSED, "answered 429, too many requests"),
        (
            Answer(body=b"<html>We are back soon</html>"),
            Outcome.CHANGED,
            "expected an RSS, Atom or JSON feed",
        ),
        (Answer(body=b""), Outcome.CHANGED, "the reply is empty"),
        (Answer(body=rss().encode(), content_type=XML), Outcome.CHANGED, "the list is empty"),
        (Answer(body=b"short", breaks_off=True), Outcome.UNREACHABLE, "the reply broke off"),
        (Answer(body=b"x" * 20_000), Outcome.UNREACHABLE, "larger than `crawl.max_bytes`"),
        (
            Answer(body=gzip.compress(b"x" * 2_000_000), headers={"Content-Encoding": "gzip"}),
            Outcome.UNREACHABLE,
            "larger than `crawl.max_bytes` when decompressed",
        ),
        (
            Answer(body=CUT_OFF, content_type="application/rss+xml", headers={"Content-Encoding": "gzip"}),
            Outcome.UNREACHABLE,
            "the reply broke off",
        ),
        (Answer(body=b"plain", headers={"Content-Encoding": "gzip"}), Outcome.UNREACHABLE, "Not a gzipped"),
        (Answer(takes=8), Outcome.UNREACHABLE, "no whole reply within `crawl.timeout`"),
        (Answer(status=302, headers={"Location": "/feed"}), Outcome.UNREACHABLE, "redirect"),
    ],
)
def test_a_list_that_does_not_come_as_expected(answer: Answer, outcome: Outcome, message: str) -> None:
    with Site() as site:
        site.put_made("/feed", lambda _: answer)
        memory = Memory()
        (report,) = crawl(
            memory,
            source("feed", "feed", site.url("/feed")),
            timeout=timedelta(seconds=3 if answer.takes else 60),
            max_bytes=10_000,
        )
        assert report.outcome == outcome, report.error
        assert message in (report.error or "")
        assert site.url("/feed") in (report.error or "")
        assert memory.batches[-1].validators == ()


def test_a_host_that_is_not_there() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/feed"
        (report,) = crawl(Memory(), source("feed", "feed", url))
    assert report.outcome == Outcome.UNREACHABLE
    assert "robots.txt cannot be had: the host refuses the connection" in (report.error or "")


def test_an_empty_list_is_fine_where_the_source_file_says_so() -> None:
    with Site() as site:
        site.put("/feed", rss(), content_type=XML)
        assert poll_feed(site, may_be_empty=True).outcome == Outcome.OK


def test_a_truncated_sitemap_is_named() -> None:
    with Site() as site:
        body = gzip.compress(b"<urlset>" + os.urandom(5000).hex().encode())
        site.put("/map.gz", body[:-100], content_type="application/gzip")
        (report,) = crawl(Memory(), source("map", "sitemap", site.url("/map.gz")))
        assert report.outcome == Outcome.CHANGED
        assert "the gzip file is cut off" in (report.error or "")


def test_a_list_in_another_encoding_than_declared_is_read() -> None:
    with Site() as site:
        site.put("/a", page("a"))
        body = rss((site.url("/a"), "Заявление министерства иностранных дел")).encode("cp1251")
        site.put("/feed", body, content_type="application/xml; charset=utf-8")
        memory = Memory()
        poll_feed(site, memory)
        assert memory.articles("feed")[0].title == "Заявление министерства иностранных дел"


def test_fewer_articles_than_expected_are_read_and_told() -> None:
    with Site() as site:
        site.put("/a", page("a"))
        site.put("/feed", rss((site.url("/a"), "a"), (site.url("/tag/x"), "x")), content_type=XML, etag='"1"')
        memory = Memory()
        rest = {"expect": {"min_links": 2}, "article_url": r"http://[^/]+/[a-z]$"}
        report = poll_feed(site, memory, **rest)
        assert (report.outcome, report.articles) == (Outcome.CHANGED, 1)
        assert "name 1 articles, fewer than `expect.min_links: 2`" in (report.error or "")
        assert report.skipped == {"not an article": 1}
        assert not memory.validators


def test_a_list_of_which_nothing_is_an_article_is_named() -> None:
    with Site() as site:
        site.put("/feed", rss((site.url("/a"), "a")), content_type=XML)
        report = poll_feed(site, article_url="https://elsewhere/")
        assert report.outcome == Outcome.CHANGED
        assert "names 1 pages, but none is an article by `article_url: https://elsewhere/`" in (
            report.error or ""
        )


def test_of_several_lists_those_that_came_count() -> None:
    with Site() as site:
        site.put("/a", page("a"))
        site.put("/good", rss((site.url("/a"), "a")), content_type=XML)
        site.put("/html", "<html>gone</html>")
        urls = [site.url(path) for path in ("/missing", "/good", "/html")]
        mixed, lost = crawl(
            Memory(), source("mixed", "feed", *urls), source("lost", "feed", urls[2], urls[0])
        )
        assert (mixed.outcome, mixed.articles, len(mixed.warnings)) == (Outcome.OK, 1, 2)
        assert "answered 404" in mixed.warnings[0]
        assert lost.outcome == Outcome.CHANGED
        assert "expected an RSS" in (lost.error or "")
        assert "answered 404" in lost.warnings[0]


def test_pages_that_fail_are_noted_and_the_others_are_read() -> None:
    with Site() as site:
        site.put("/good", page("good"))
        site.put("/error", status=500)
        site.put("/gone", status=410)
        site.put("/broken", "x", breaks_off=True)
        site.put("/crash", page("BUG"))
        site.put("/death", page("DIE"))
        site.put("/unreadable", page("UNREADABLE"))
        site.put("/stuck", page("HANG"))
        names = ["error", "gone", "broken", "crash", "death", "unreadable", "stuck", "good"]
        site.put(
            "/feed", rss(*((site.url(f"/{name}"), name) for name in names)), content_type=XML, etag='"1"'
        )
        memory = Memory()
        (report,) = crawl(
            memory, source("feed", "feed", site.url("/feed")), read_time=timedelta(seconds=3), readers=2
        )
        assert (report.outcome, report.articles, report.failed) == (Outcome.OK, 1, 7)
        errors = " ".join(memory.errors("feed"))
        for message in (
            "answered 500",
            "answered 410",
            "broke off",
            "KeyError",
            "died",
            "not a page",
            "longer",
        ):
            assert message in errors
        # What failed is tried again, so the list is asked for in full.
        assert not memory.validators


def test_a_poll_in_which_every_page_fails_is_a_failure() -> None:
    with Site() as site:
        for number in range(4):
            site.put(f"/{number}", status=403)
        site.put("/feed", rss(*((site.url(f"/{n}"), "t") for n in range(4))), content_type=XML)
        report = poll_feed(site)
        assert (report.outcome, report.failed) == (Outcome.REFUSED, 4)
        assert "none of 4 pages gave an article; the first:" in (report.error or "")


def test_a_failing_page_is_given_up_after_three_polls() -> None:
    with Site() as site:
        site.put("/good", page("good"))
        site.put("/feed", rss((site.url("/bad"), "bad"), (site.url("/good"), "good")), content_type=XML)
        memory = Memory()
        reports = [poll_feed(site, memory) for _ in range(4)]
        assert [report.failed for report in reports] == [1, 1, 1, 0]
        assert reports[3].skipped == {"known": 1, "given up": 1}


def test_a_host_that_falls_silent_is_left_alone() -> None:
    with Site() as site:
        for number in range(12):
            site.put(f"/{number}", status=503)
        site.put("/feed", rss(*((site.url(f"/{n}"), "t") for n in range(12))), content_type=XML)
        report = poll_feed(site)
        assert report.fetched in (5, 6)
        assert report.outcome == Outcome.UNREACHABLE
        assert report.skipped == {"5 pages in a row had no answer": 12 - report.failed}


def test_a_site_that_asks_for_time_gets_it() -> None:
    with Site() as site:
        site.put("/a", page("a"))
        site.put("/b", status=429, headers={"Retry-After": "600"})
        site.put("/c", page("c"))
        site.put("/feed", rss(*((site.url(f"/{n}"), n) for n in "abc")), content_type=XML, etag='"1"')
        site.put("/busy", status=503, headers={"Retry-After": "600"})
        memory = Memory()
        pages, lists = crawl(
            memory,
            source("pages", "feed", site.url("/feed")),
            source("lists", "feed", site.url("/busy"), site.url("/feed")),
        )
        assert pages.outcome == Outcome.OK
        assert pages.skipped.get("the site asked for time", 0) >= 1
        assert not memory.errors("pages")
        assert not memory.validators
        assert (lists.outcome, lists.links) == (Outcome.UNREACHABLE, 0)
        for report in (pages, lists):
            assert report.retry_after is not None
            assert timedelta(minutes=9) < report.retry_after - report.finished < timedelta(minutes=11)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("Fri, 20 Nov 2026 12:01:00 GMT", 60),
        ("Fri, 20 Nov 2020 12:01:00 GMT", None),
        ("99999999999999999999", 7 * 86400),
        ("Mon, 20 Nov 2099 12:01:00 GMT", 7 * 86400),
        ("soon", None),
        ("-5", None),
    ],
)
def test_retry_after(value: str, seconds: int | None) -> None:
    response = Response("http://x.example", status=503, headers={"Retry-After": value})
    assert retry_after(response, NOW) == (None if seconds is None else NOW + timedelta(seconds=seconds))


def test_a_poll_ends_in_time_and_keeps_what_it_has() -> None:
    with Site() as site:
        site.put("/a", page("a"))
        for number in range(4):
            site.put(f"/{number}", page("slow"), takes=9)
        links = [(site.url("/a"), "a"), *((site.url(f"/{n}"), "slow") for n in range(4))]
        site.put("/feed", rss(*links), content_type=XML, etag='"1"')
        site.put("/never", "", takes=9)
        memory = Memory()
        slow, never = crawl(
            memory,
            source("slow", "feed", site.url("/feed")),
            source("never", "feed", site.url("/never"), robots={"ignore": True, "reason": "not the matter"}),
            poll_time=timedelta(seconds=4),
            per_host=4,
        )
        assert (slow.outcome, slow.articles) == (Outcome.OK, 1)
        assert slow.skipped == {"out of time": 4}
        assert not slow.warnings
        assert never.outcome == Outcome.UNREACHABLE
        assert "nothing was read within `crawl.poll_time` (4 s)" in (never.error or "")
        assert not memory.validators


def test_certificates_are_verified_and_a_source_may_bring_its_own(tmp_path: Path) -> None:
    certified = certify(tmp_path, "localhost")
    with Site(tls=certified.context) as site:
        base, chain = site.base, certified.file
        site.put("/feed", rss((f"{base}/a", "a")), content_type=XML)
        site.put("/a", page("a"))
        missing = tmp_path / "missing.pem"
        here: Any = {"internal_hosts": ("localhost",)}
        why = "it leaves out its intermediate certificate"
        (plain,) = crawl(Memory(), source("plain", "feed", f"{base}/feed"), **here)
        (own,) = crawl(
            Memory(), source("own", "feed", f"{base}/feed", ca_file=str(chain), access=why), **here
        )
        (wrong,) = crawl(
            Memory(), source("wrong", "feed", f"{base}/feed", ca_file=str(missing), access=why), **here
        )
        assert plain.outcome == Outcome.UNREACHABLE
        assert "certificate cannot be verified; if it leaves out its intermediate" in (plain.error or "")
        assert (own.outcome, own.articles) == (Outcome.OK, 1), own.error
        assert "cannot be read as PEM certificates" in (wrong.error or "")


PROGRAM = """
import asyncio, sys
from crawler.crawl import run_on_reactor

async def main():
    print("running", flush=True)
    try:
        await asyncio.sleep(0.01 if sys.argv[1] == "end" else 30)
    finally:
        print("closed", flush=True)
    return 7

try:
    print(run_on_reactor(main))
except KeyboardInterrupt:
    print("interrupted")
"""


@pytest.mark.parametrize("number", [None, signal.SIGINT, signal.SIGTERM])
def test_the_reactor_runs_main_to_its_end_or_a_signal(number: signal.Signals | None) -> None:
    root = Path(__file__).parents[1]
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "end" if number is None else "wait"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=root,
    ) as process:
        killer = threading.Timer(20, process.kill)
        killer.start()
        assert process.stdout is not None
        assert process.stdout.readline() == "running\n"
        if number is not None:
            process.send_signal(number)
        assert process.stdout.read() == f"closed\n{'7' if number is None else 'interrupted'}\n"
        killer.cancel()
