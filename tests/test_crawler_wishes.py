"""What a list's headers and elements ask for."""

from datetime import UTC, datetime, timedelta

import pytest
from fakes_crawl import Memory, crawl, source
from fakes_web import Site, page, rss

from core.article import NO_WISH, Wish
from crawler.wishes import cache_wish, feed_wish, merged

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("headers", "minutes", "why"),
    [
        ({"Cache-Control": "max-age=600"}, 10, "Cache-Control"),
        ({"Cache-Control": 'public, Max-Age="600", s-maxage=9'}, 10, "Cache-Control"),
        ({"Cache-Control": "max-age=600", "Age": "300"}, 5, "Cache-Control"),
        ({"Cache-Control": "max-age=600", "Expires": "Fri, 20 Nov 2026 18:00:00 GMT"}, 10, "Cache-Control"),
        ({"Cache-Control": "max-age=999999999"}, 7 * 24 * 60, "Cache-Control"),
        ({"Cache-Control": "max-age=0"}, None, ""),
        ({"Cache-Control": "max-age=600", "Age": "900"}, None, ""),
        ({"Cache-Control": "no-cache, max-age=600"}, None, ""),
        ({"Cache-Control": "s-maxage=600"}, None, ""),
        ({"Cache-Control": "max-age=-5"}, None, ""),
        ({"Cache-Control": "max-age=" + "9" * 40}, None, ""),
        ({"Expires": "Fri, 20 Nov 2026 12:20:00 GMT"}, 20, "Expires"),
        (
            {"Expires": "Fri, 20 Nov 2026 12:20:00 GMT", "Date": "Fri, 20 Nov 2026 12:15:00 GMT"},
            5,
            "Expires",
        ),
        ({"Expires": "0"}, None, ""),
        ({"Expires": "Thu, 01 Jan 1970 00:00:00 GMT"}, None, ""),
        ({}, None, ""),
    ],
)
def test_caching_headers(headers: dict[str, str], minutes: int | None, why: str) -> None:
    gap = None if minutes is None else minutes * MINUTE
    assert cache_wish(headers.get, NOW) == Wish(gap=gap, why=why)


@pytest.mark.parametrize(
    ("elements", "wish"),
    [
        ("<ttl>45</ttl>", Wish(gap=45 * MINUTE, why="ttl")),
        ("<ttl> 60 </ttl>", Wish(gap=60 * MINUTE, why="ttl")),
        ("<ttl>0</ttl>", NO_WISH),
        ("<ttl>soon</ttl>", NO_WISH),
        ("<ttl>-5</ttl>", NO_WISH),
        (
            "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>",
            Wish(gap=30 * MINUTE, why="sy:updatePeriod"),
        ),
        (
            "<sy:updatePeriod>\n daily\t</sy:updatePeriod>",
            Wish(gap=timedelta(days=1), why="sy:updatePeriod"),
        ),
        (
            "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>",
            NO_WISH,
        ),
        ("<sy:updatePeriod>often</sy:updatePeriod>", NO_WISH),
        (
            "<skipHours><hour>0</hour> <hour>24</hour><hour>5</hour><hour>x</hour></skipHours>",
            Wish(hours=(0, 5)),
        ),
        ("<skipDays><day>Saturday</day><day>Sunday</day><day>Caturday</day></skipDays>", Wish(days=(5, 6))),
    ],
)
def test_elements_of_a_feed(elements: str, wish: Wish) -> None:
    feed = f"<rss><channel><title>t</title>{elements}<item><ttl>999</ttl></item></channel></rss>"
    assert feed_wish(feed.encode()) == wish


def test_elements_of_an_item_ask_for_nothing() -> None:
    assert feed_wish(b"<rss><channel><item><ttl>999</ttl></item></channel></rss>") == NO_WISH
    assert feed_wish(b"\xff\xfe\x00<") == NO_WISH


def test_all_wishes_are_granted() -> None:
    one, two = Wish(gap=5 * MINUTE, why="ttl", hours=(1,)), Wish(gap=9 * MINUTE, why="Expires", days=(2,))
    assert merged([one, two]) == Wish(gap=9 * MINUTE, why="Expires", hours=(1,), days=(2,))
    assert merged([]) == NO_WISH


def test_a_poll_reports_what_its_lists_ask_for() -> None:
    with Site() as site:
        site.put("/a", page("a"), headers={"Cache-Control": "max-age=9000"})
        feed = rss((site.url("/a"), "a")).replace("<title>News", "<ttl>15</ttl><title>News")
        site.put("/feed", feed, content_type="application/rss+xml", headers={"Cache-Control": "max-age=60"})
        (report,) = crawl(Memory(), source("feed", "feed", site.url("/feed")))
    assert report.wish == Wish(gap=15 * MINUTE, why="ttl")
