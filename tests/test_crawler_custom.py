"""Custom spiders in the crawl stage: odd ones, failing ones, one that ends the process."""

import sys
from typing import Any

from fakes_crawl import XML, Memory, crawl, polls, put_articles, source, titles
from fakes_web import Site, rss
from scrapy import Request

from core.article import Article, Link, Outcome
from core.source import Source
from crawler.fetch import Fetch
from crawler.kinds.base import Listing, versioned
from crawler.spider import SourceSpider


class Odd(SourceSpider):
    """Asks for a token first, reads a list of its own form, corrects the title."""

    async def list_requests(self, fetch: Fetch) -> list[Request]:
        token = (await fetch(Request(self.source.home + "token"))).text
        return [Request(f"{url}?token={token}") for url in self.source.urls]

    def parse_list(self, body: bytes, url: str, content_type: str | None) -> Listing:
        return Listing(links=versioned(Link(url=line) for line in body.decode().split()))

    def finish(self, article: Article, link: Link) -> Article:
        return Article(**{name: getattr(article, name) for name in article.__slots__} | {"title": "Mended"})


class FailsToStart(SourceSpider):
    def __init__(self, **rest: Any) -> None:
        super().__init__(**rest)
        raise ValueError("no such region")


class FailsInTheList(SourceSpider):
    def parse_list(self, body: bytes, url: str, content_type: str | None) -> Listing:
        raise ZeroDivisionError("a bug")


class FailsAtTheEnd(SourceSpider):
    def finish(self, article: Article, link: Link) -> Article:
        raise LookupError("a bug at the end")


class StartsItsOwnWay(SourceSpider):
    async def start(self) -> Any:
        raise RuntimeError("not so")
        yield


CUSTOM: dict[str, type[SourceSpider]] = {
    "odd": Odd,
    "start": FailsToStart,
    "list": FailsInTheList,
    "end": FailsAtTheEnd,
    "own-start": StartsItsOwnWay,
}


def custom(source: Source) -> type[SourceSpider]:
    if source.id == "import":
        raise SyntaxError("a bug in the module")
    return CUSTOM[source.id]


def test_a_custom_spider_overrides_only_what_is_odd() -> None:
    with Site() as site:
        put_articles(site, "a")
        site.put("/token", "secret")
        site.put("/list?token=secret", site.url("/a"), content_type="text/plain")
        odd = source("odd", "custom", site.url("/list"), home=site.url("/"))
        memory = Memory()
        ((report,),) = polls(memory, [[odd]], spiders=custom)
        assert (report.outcome, report.requests, titles(memory, "odd")) == (Outcome.OK, 3, ["Mended"])


def test_a_crashing_custom_spider_hurts_itself_only() -> None:
    with Site() as site:
        put_articles(site, "a", "b")
        site.put("/feed", rss((site.url("/a"), "a"), (site.url("/b"), "b")), content_type=XML)
        good = source("good", "feed", site.url("/feed"))
        bad = [
            source(id_, "custom", site.url("/feed"))
            for id_ in ("start", "list", "end", "own-start", "import")
        ]
        memory = Memory()
        (reports,) = polls(memory, [[*bad, good]], spiders=custom)
        by_source = {report.source: report for report in reports}
        assert by_source.pop("good").articles == 2
        assert {report.outcome for report in by_source.values()} == {Outcome.CRASHED}
        errors = {id_: report.error or "" for id_, report in by_source.items()}
        assert errors["start"].startswith("ValueError: no such region")
        assert errors["list"].startswith("ZeroDivisionError: a bug")
        assert errors["end"].startswith("LookupError: a bug at the end")
        assert "without polling, after 1 exceptions" in errors["own-start"]
        assert errors["import"].startswith("SyntaxError: a bug in the module")
        # Each crash reaches the sink, so that the source's state is kept.
        assert {batch.source for batch in memory.batches if batch.report} == {"good", *errors}


def test_a_source_without_its_class_is_named() -> None:
    (report,) = crawl(Memory(), source("no-such", "custom", "http://127.0.0.1:1/"))
    assert report.outcome == Outcome.CRASHED
    assert "crawler/sources/no_such.py" in (report.error or "")


class Leaver(SourceSpider):
    def parse_list(self, body: bytes, url: str, content_type: str | None) -> Listing:
        sys.exit(7)


def test_a_class_that_calls_exit_ends_its_own_poll_only() -> None:
    with Site() as site:
        put_articles(site, "a")
        site.put("/feed", rss((site.url("/a"), "A")), content_type=XML)
        memory = Memory()
        leaver = source("leaver", "custom", site.url("/feed"))
        (reports,) = polls(
            memory, [[leaver, source("feed", "feed", site.url("/feed"))]], spiders=lambda _: Leaver
        )
        assert [report.outcome for report in reports] == [Outcome.CRASHED, Outcome.OK]
        assert "the class of leaver called sys.exit(7)" in (reports[0].error or "")
