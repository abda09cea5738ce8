"""Politeness as a site sees it, on loopback: who asks, how often, for what, and what is left alone."""

import gzip
from itertools import count, pairwise
from typing import Any

import brotli
import pytest
from fakes_crawl import Memory, crawl, polls, source
from fakes_web import Answer, Asked, Site, page, rss
from pydantic import ValidationError

from core.article import Outcome
from core.urls import without_session

XML = "application/rss+xml"


def test_every_request_says_who_asks_and_how_to_reach_them() -> None:
    with Site() as site:
        site.put("/robots.txt", "User-agent: *\nDisallow:")
        site.put("/a", page("a"))
        site.put("/feed", rss((site.url("/a"), "a")), content_type=XML)
        crawl(Memory(), source("feed", "feed", site.url("/feed")))
        assert [asked.path for asked in site.asked] == ["/robots.txt", "/feed", "/a"]
        agents = {asked.headers["User-Agent"] for asked in site.asked}
        assert agents == {"policywire/0.1 (+tests@example.org)"}


def test_compressed_replies_are_asked_for_and_read() -> None:
    def answer(asked: Asked) -> Answer:
        assert {"gzip", "br"} <= {name.strip() for name in asked.headers["Accept-Encoding"].split(",")}
        squeeze, name = (gzip.compress, "gzip") if asked.path == "/a" else (brotli.compress, "br")
        body = squeeze(page(f"Page {asked.path}").encode())
        return Answer(body=body, headers={"Content-Encoding": name})

    with Site() as site:
        for path in ("/a", "/b"):
            site.put_made(path, answer)
        site.put("/feed", rss((site.url("/a"), "a"), (site.url("/b"), "b")), content_type=XML)
        memory = Memory()
        crawl(memory, source("feed", "feed", site.url("/feed")))
        texts = sorted(article.text for article in memory.articles("feed"))
        assert "Page /a" in texts[0]
        assert "Page /b" in texts[1]


def test_a_page_is_fetched_once_however_often_it_is_listed() -> None:
    with Site() as site:
        site.put("/a", page("a"))
        link = (site.url("/a"), "a")
        site.put("/one", rss(link, link, (site.url("/a#part"), "a")), content_type=XML)
        site.put("/two", rss(link), content_type=XML)
        feed = source("feed", "feed", site.url("/one"), site.url("/two"))
        polls(Memory(), [[feed]])
        memory = Memory()
        polls(memory, [[feed], [feed]])
        assert site.paths().count("/a") == 2, "once for each memory"


def test_a_site_that_says_it_does_without_conditions_is_asked_in_full() -> None:
    with Site() as site:
        site.put("/a", page("a"))
        site.put("/feed", rss((site.url("/a"), "a")), content_type=XML, etag='"1"')
        feed = source("feed", "feed", site.url("/feed"), conditional=False, access="its ETag never changes")
        polls(Memory(), [[feed], [feed]])
        assert not any("If-None-Match" in asked.headers for asked in site.asked)


def test_the_pause_that_robots_txt_asks_for_is_kept_to_its_fraction() -> None:
    with Site() as site:
        site.put("/robots.txt", "User-agent: *\nCrawl-delay: 0.3")
        for name in "ab":
            site.put(f"/{name}", page(name))
        site.put("/feed", rss(*((site.url(f"/{name}"), name) for name in "ab")), content_type=XML)
        crawl(Memory(), source("feed", "feed", site.url("/feed")))
        began = [asked.began for asked in site.asked if asked.path != "/robots.txt"]
        assert len(began) == 3
        assert all(later - earlier >= 0.29 for earlier, later in pairwise(began))


def hops(site: Site, number: int) -> None:
    site.put("/robots.txt", status=301, headers={"Location": "/hop/1"})
    for hop in range(1, number):
        site.put(f"/hop/{hop}", status=302, headers={"Location": f"/hop/{hop + 1}"})
    site.put(f"/hop/{number}", "User-agent: *\nDisallow: /", content_type="text/plain")


@pytest.mark.parametrize(("number", "outcome"), [(5, Outcome.REFUSED), (6, Outcome.OK)])
def test_five_redirects_of_robots_txt_are_followed(number: int, outcome: Outcome) -> None:
    with Site() as site:
        hops(site, number)
        site.put("/a", page("a"))
        site.put("/feed", rss((site.url("/a"), "a")), content_type=XML)
        (report,) = crawl(Memory(), source("feed", "feed", site.url("/feed")))
        assert report.outcome == outcome, report.error


def test_of_robots_txt_500_kib_are_read() -> None:
    filler = "# " + "x" * 78 + "\n"
    rules = "User-agent: *\n" + filler * 6400 + "Disallow: /feed"
    with Site() as site:
        site.put("/robots.txt", rules, content_type="text/plain")
        site.put("/a", page("a"))
        site.put("/feed", rss((site.url("/a"), "a")), content_type=XML)
        (report,) = crawl(Memory(), source("feed", "feed", site.url("/feed")))
        assert report.outcome == Outcome.OK, report.error


def test_leave_to_ignore_robots_txt_needs_its_reason() -> None:
    rest: dict[str, Any] = {"robots": {"ignore": True}}
    with pytest.raises(ValidationError, match="reason"):
        source("feed", "feed", "https://site.example/feed", **rest)


def test_an_endless_calendar_ends() -> None:
    with Site() as site:
        for number in range(1, 40):
            days = "".join(f'<li><a href="/{number}-{day}">Day {day}</a></li>' for day in range(5))
            following = f'<a class="next" href="/calendar/{number + 1}">next</a>'
            site.put(f"/calendar/{number}", f"<html><body><ul>{days}</ul>{following}</body></html>")
            for day in range(5):
                site.put(f"/{number}-{day}", page(f"{number}-{day}"))
        rules = {"item": "li", "link": "a", "next": "a.next", "max_pages": 4}
        calendar = source("calendar", "listing", site.url("/calendar/1"), listing=rules, max_articles=7)
        (report,) = crawl(Memory(), calendar)
        assert (report.links, report.fetched, report.skipped) == (20, 7, {"over the limit": 13})
        assert len(site.paths()) == 4 + 7


def test_a_new_session_at_each_visit_makes_no_page_new() -> None:
    visits = count(10**23)

    with Site() as site:
        site.put("/a?id=7", page("a"))

        def feed(_: Asked) -> Answer:
            visit = next(visits)
            links = [f"/a?PHPSESSID={visit}&amp;id=7", f"/a;jsessionid={visit}?id=7&amp;sid={visit}"]
            return Answer(body=rss(*((site.url(link), "a") for link in links)).encode(), content_type=XML)

        site.put_made("/feed", feed)
        one = source("feed", "feed", site.url("/feed"))
        polls(Memory(), [[one], [one], [one]])
        assert site.paths().count("/a?id=7") == 1
        assert len(site.paths()) == 4


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        ("http://a.kz/b?PHPSESSID=x1&id=2", "http://a.kz/b?id=2"),
        ("http://a.kz/b;jsessionid=0A1?q=%D0%B0+b", "http://a.kz/b?q=%D0%B0+b"),
        ("http://a.kz/b?sid=0123456789abcdef0123456789abcdef", "http://a.kz/b"),
        ("http://a.kz/news.php?sid=1234", "http://a.kz/news.php?sid=1234"),
        ("http://a.kz/(S(abcdefghijklmnopqrstuvwx))/b.aspx", "http://a.kz/b.aspx"),
        ("http://a.kz/b?", "http://a.kz/b?"),
        ("http://a.kz/b?x&y=", "http://a.kz/b?x&y="),
    ],
)
def test_addresses_without_a_session(url: str, clean: str) -> None:
    assert without_session(url) == clean
