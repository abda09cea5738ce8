"""Which links are fetched. Pure."""

from datetime import UTC, datetime, timedelta
from typing import Any

from fakes_crawl import source

from core.article import Known, Link, Precision, Published
from crawler.sift import Sieve, newest_first

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LIST = "https://news.example/feed"


def at(days: float, precision: Precision = Precision.SECOND) -> Published:
    return Published(raw="x", at=NOW - timedelta(days=days), precision=precision)


def sieve(article_url: str | None = None) -> Sieve:
    return Sieve(source("s", "feed", LIST, article_url=article_url), now=NOW, max_age=timedelta(days=30))


def link(name: str, version: str = "1", **rest: Any) -> Link:
    return Link(url=f"https://news.example/{name}", version=version, **rest)


def names(links: list[Link]) -> list[str]:
    return [one.url.rsplit("/", 1)[1] for one in links]


def test_only_articles_pass_and_each_once() -> None:
    sift = sieve(r"https://news\.example/\d")
    found = sift.candidates([link("1"), link("feed"), link("about"), link("1"), link("2")])
    assert names(found) == ["1", "2"]
    assert sift.skipped == {"not an article": 2, "listed twice": 1}
    assert sift.matched == 3


def test_old_pages_stay_behind_unless_changed_lately() -> None:
    sift = sieve()
    links = [
        link("new", published=at(29)),
        link("old", published=at(31)),
        link("mended", published=at(400), modified=at(1)),
        link("month", published=at(50, Precision.MONTH)),
        link("undated"),
        link("unread", published=Published(raw="?")),
    ]
    assert names(sift.candidates(links)) == ["new", "mended", "month", "undated", "unread"]
    assert sift.skipped == {"old": 1}


def test_a_known_page_is_left_alone_until_its_version_changes() -> None:
    sift = sieve()
    known = {
        link("same").url: Known(version="1", fetched_at=NOW),
        link("edited").url: Known(version="0", fetched_at=NOW),
    }
    assert names(sift.unread([link("same"), link("edited"), link("new")], known)) == ["edited", "new"]
    assert sift.skipped == {"known": 1}


def test_a_failing_page_is_tried_three_times_and_then_daily() -> None:
    sift = sieve()
    hour, day = timedelta(hours=1), timedelta(days=1, seconds=1)
    known = {
        link("twice").url: Known(version="1", fetched_at=NOW - hour, failures=2),
        link("thrice").url: Known(version="1", fetched_at=NOW - hour, failures=3),
        link("yesterday").url: Known(version="1", fetched_at=NOW - day, failures=9),
        link("mended").url: Known(version="0", fetched_at=NOW - hour, failures=9),
    }
    links = [link("twice"), link("thrice"), link("yesterday"), link("mended")]
    assert names(sift.unread(links, known)) == ["twice", "yesterday", "mended"]
    assert sift.skipped == {"given up": 1}


def test_newest_first_and_the_undated_in_the_lists_order() -> None:
    links = [link("b", published=at(2)), link("x"), link("a", published=at(1)), link("y")]
    assert names(newest_first(links)) == ["x", "y", "a", "b"]
