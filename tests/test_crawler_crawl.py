"""The crawl stage end to end: real sites on loopback, the real reactor, real reading processes."""

import asyncio
import gzip
import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from fakes_crawl import XML, Memory, Plain, crawl, on_reactor, polls, put_articles, settings, source, titles
from fakes_reading import plain_read
from fakes_web import Answer, Asked, Site, page, rss

from core.article import Batch, Outcome
from core.errors import ConfigError, PolicywireError, StorageError
from core.settings import Settings
from core.source import Source
from crawler.crawl import CrawlStage


def test_a_feed_is_read_and_its_pages_fetched_newest_first() -> None:
    with Site() as site:
        put_articles(site, "a", "b")
        items = "".join(
            f"<item><title>{name}</title><link>{site.url('/' + name)}</link><pubDate>{when}</pubDate></item>"
            for name, when in (
                ("a", format_datetime(datetime.now(UTC) - timedelta(days=2))),
                ("b", format_datetime(datetime.now(UTC) - timedelta(days=1))),
                ("c", "Mon, 06 Sep 2004 00:01:00 +0000"),
            )
        )
        site.put("/feed", f"<rss version='2.0'><channel>{items}</channel></rss>", content_type=XML)
        memory = Memory()
        (report,) = crawl(memory, source("feed", "feed", site.url("/feed")))
        assert (report.outcome, report.error, report.warnings) == (Outcome.OK, None, ())
        assert (report.links, report.fetched, report.articles, report.failed) == (3, 2, 2, 0)
        assert (report.skipped, report.requests) == ({"old": 1}, 3)
        assert set(report.stages) == {"fetch", "read"}
        assert all(seconds > 0 for seconds in report.stages.values())
        assert site.paths() == ["/feed", "/b", "/a"]
        assert titles(memory, "feed") == ["b", "a"]
        assert memory.batches[-1].report == report
        agent = site.asked[-1].headers["User-Agent"]
        assert agent == "policywire/0.1 (+tests@example.org)"
        assert site.asked[-1].headers["Accept-Language"] == "en, ru;q=0.9"


def test_a_sitemap_index_is_followed_into_its_newest_parts() -> None:
    with Site() as site:
        put_articles(site, *"abcdefgh")
        names = list(enumerate("abcdefgh", start=1))
        for number, name in names:
            part = f"<urlset><url><loc>{site.url('/' + name)}</loc></url></urlset>"
            site.put(f"/{number}.xml.gz", gzip.compress(part.encode()), content_type="application/gzip")
        parts = "".join(
            f"<sitemap><loc>{site.url(f'/{number}.xml.gz')}</loc></sitemap>" for number, _ in names
        )
        site.put("/index.xml", f"<sitemapindex>{parts}</sitemapindex>", content_type=XML, etag='"always"')
        memory = Memory()
        index = source("map", "sitemap", site.url("/index.xml"))
        first, second = polls(memory, [[index], [index]])
        assert sorted(titles(memory, "map")) == ["D", "E", "F", "G", "H"]
        assert first[0].skipped == {"part of an index beyond the first": 3}
        # An index that says that it has not changed says nothing of its parts.
        assert (second[0].outcome, second[0].skipped["known"]) == (Outcome.OK, 5)


def listing_page(site: Site, number: int, *names: str) -> None:
    cards = "".join(f"<li><a href='/{name}'>{name}</a> 19.11.2026</li>" for name in names)
    site.put(f"/news?p={number}", f"<ul>{cards}</ul><a rel='next' href='/news?p={number + 1}'>next</a>")


def listing_source(site: Site, **rules: Any) -> Source:
    more = {"item": "li", "next": "a[rel=next]", "max_pages": 4, **rules}
    return source("list", "listing", site.url("/news?p=1"), listing=more)


def test_a_listing_is_followed_while_its_pages_bring_news() -> None:
    with Site() as site:
        put_articles(site, *"abcdefg")
        for number, names in enumerate(("ab", "cd", "ef"), start=1):
            listing_page(site, number, *names)
        memory, listing = Memory(), listing_source(site)
        (report,) = crawl(memory, listing)
        # The fourth page is not there: that is where the list ends.
        assert (report.outcome, report.warnings, report.articles) == (Outcome.OK, (), 6)
        listing_page(site, 1, "g", "a")
        listing_page(site, 2, "b", "c")
        site.asked.clear()
        (report,) = crawl(memory, listing)
        assert titles(memory, "list")[6:] == ["g"]
        assert [path for path in site.paths() if path.startswith("/news")] == ["/news?p=1", "/news?p=2"]


def test_a_listing_by_page_number_keeps_to_its_bound() -> None:
    with Site() as site:
        put_articles(site, *"abcdef")
        for number, names in enumerate(("ab", "cd", "ef"), start=1):
            listing_page(site, number, *names)
        rules = {"next": None, "page_url": site.url("/news?p={page}"), "max_pages": 2}
        memory = Memory()
        crawl(memory, listing_source(site, **rules))
        assert titles(memory, "list") == ["a", "b", "c", "d"]


def test_an_api_is_asked_as_told_and_its_texts_are_read_without_a_fetch() -> None:
    with Site() as site:

        def answer(asked: Asked) -> Answer:
            wanted = {"q": 1, "слово": "мир"}
            told = json.loads(asked.body) == wanted and asked.headers["X-Lang"] == "ru"
            items = [{"id": n, "t": f"T{n}", "b": f"<p>text {n}</p>"} for n in (1, 2)]
            body = json.dumps({"items": items if told else []}).encode()
            return Answer(body=body, content_type="application/json")

        site.put_made("/api?size=2", answer)
        api = source(
            "api",
            "api",
            site.url("/api"),
            api={
                "method": "POST",
                "headers": {"X-Lang": "ru"},
                "query": {"size": 2},
                "json_body": {"q": 1, "слово": "мир"},
                "items": "items",
                "link_template": site.url("/news/{id}"),
                "title": "t",
                "body": "b",
            },
        )
        memory = Memory()
        (report,) = crawl(memory, api)
        assert (report.outcome, report.fetched, report.articles) == (Outcome.OK, 0, 2)
        assert [article.text for article in memory.articles("api")] == ["<p>text 1</p>", "<p>text 2</p>"]
        assert site.paths() == ["/api?size=2"]


def test_a_host_that_hangs_up_on_a_kept_connection_is_asked_by_a_new_one() -> None:
    with Site(fickle=True) as site:
        put_articles(site, "a", "b")
        items = [{"link": site.url(path), "t": path} for path in ("/a", "/b")]
        site.put("/api", json.dumps({"items": items}), content_type="application/json")
        how = {"method": "POST", "json_body": {"q": 1}, "items": "items", "link": "link", "title": "t"}
        (report,) = crawl(memory := Memory(), source("api", "api", site.url("/api"), api=how))
        assert (report.outcome, report.error) == (Outcome.OK, None)
        assert titles(memory, "api") == ["/a", "/b"]
        assert [asked.method for asked in site.asked] == ["GET", "POST", "GET", "GET"], "robots.txt first"


def test_an_unchanged_list_is_asked_for_with_its_validators_and_not_read() -> None:
    with Site() as site:
        put_articles(site, "a", "b")
        site.put("/feed", rss((site.url("/a"), "a")), content_type=XML, etag='"1"')
        memory = Memory()
        conditional = source("same", "feed", site.url("/feed"))
        full = source("full", "feed", site.url("/feed"), conditional=False, access="its ETag never changes")
        crawl(memory, conditional, full)
        site.asked.clear()
        same, again = crawl(memory, conditional, full)
        assert (same.outcome, same.links, same.requests) == (Outcome.UNCHANGED, 0, 1)
        assert (again.outcome, again.skipped) == (Outcome.OK, {"known": 1})
        assert site.paths() == ["/feed", "/feed"]
        site.put("/feed", rss((site.url("/b"), "b"), (site.url("/a"), "a")), content_type=XML, etag='"2"')
        (changed,) = crawl(memory, conditional)
        assert (changed.outcome, changed.articles) == (Outcome.OK, 1)


def test_a_list_is_asked_for_in_full_until_all_that_it_names_was_dealt_with() -> None:
    with Site() as site:
        put_articles(site, "a", "b", "c")
        site.put("/feed", rss(*((site.url(f"/{n}"), n) for n in "abc")), content_type=XML, etag='"1"')
        memory = Memory()
        few = source("few", "feed", site.url("/feed"), max_articles=2)
        first, second, third = polls(memory, [[few]])[0] + crawl(memory, few) + crawl(memory, few)
        assert (first.articles, first.skipped) == (2, {"over the limit": 1})
        assert (second.articles, second.outcome) == (1, Outcome.OK)
        assert third.outcome == Outcome.UNCHANGED


def test_a_known_page_is_fetched_again_when_the_list_describes_it_otherwise() -> None:
    with Site() as site:
        put_articles(site, "a")
        feed = source("feed", "feed", site.url("/feed"))
        memory = Memory()
        for title in ("a", "a", "a, corrected"):
            site.put("/feed", rss((site.url("/a"), title)), content_type=XML)
            crawl(memory, feed)
        assert site.paths().count("/a") == 2
        assert titles(memory, "feed") == ["a", "a, corrected"]


def test_pages_that_are_no_article_are_counted_by_what_they_are() -> None:
    with Site() as site:
        put_articles(site, "a")
        for name, reason in (("b", "a paywall's teaser"), ("c", "a paywall's teaser"), ("d", "no text")):
            site.put(f"/{name}", f"<title>{name}</title>HELD: {reason}.")
        site.put("/feed", rss(*((site.url(f"/{n}"), n) for n in "abcd")), content_type=XML, etag='"1"')
        memory = Memory()
        one = source("one", "feed", site.url("/feed"))
        (report,) = crawl(memory, one)
        assert (report.outcome, report.articles, report.failed) == (Outcome.OK, 1, 0)
        assert report.incomplete == {"a paywall's teaser": 2, "no text": 1}
        assert report.warnings == ("3 of 4 pages are held back: 2 × a paywall's teaser, 1 × no text",)
        assert memory.assignment(one).validators == (), "the list is asked for again: they may be whole then"


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [
        ("a challenge page", Outcome.REFUSED),
        ("no text", Outcome.CHANGED),
        ("a paywall's teaser", Outcome.OK),
    ],
)
def test_a_site_that_gives_no_whole_article_has_failed_unless_it_sells_them(
    reason: str, outcome: Outcome
) -> None:
    with Site() as site:
        for name in "abc":
            site.put(f"/{name}", f"<title>{name}</title>HELD: {reason}.")
        site.put("/feed", rss(*((site.url(f"/{n}"), n) for n in "abc")), content_type=XML)
        (report,) = crawl(Memory(), source("one", "feed", site.url("/feed")))
        assert (report.outcome, report.articles, report.incomplete) == (outcome, 0, {reason: 3})
        assert f"3 × {reason}" in (report.error or report.warnings[0])


def test_robots_txt_is_obeyed_and_can_be_set_aside_with_a_reason() -> None:
    with Site() as site:
        put_articles(site, "a", "private")
        site.put("/robots.txt", "User-agent: *\nDisallow: /private\nDisallow: /closed")
        links = rss((site.url("/a"), "a"), (site.url("/private"), "p"))
        site.put("/feed", links, content_type=XML)
        site.put("/closed", links, content_type=XML)
        memory = Memory()
        leave = {"ignore": True, "reason": "leave given by mail"}
        obeyed, closed, ignored = crawl(
            memory,
            source("obeyed", "feed", site.url("/feed")),
            source("closed", "feed", site.url("/closed")),
            source("ignored", "feed", site.url("/closed"), robots=leave),
        )
        assert (obeyed.articles, obeyed.failed) == (1, 1)
        assert "robots.txt forbids it" in memory.errors("obeyed")[0]
        assert closed.outcome == Outcome.REFUSED
        assert "robots.txt forbids it to 'policywire'" in (closed.error or "")
        assert ignored.articles == 2
        assert [asked.path for asked in site.asked].count("/robots.txt") == 1


def test_a_site_whose_robots_txt_fails_is_not_asked_for_more() -> None:
    with Site() as site:
        site.put("/robots.txt", status=500)
        site.put("/feed", rss((site.url("/a"), "a")), content_type=XML)
        (report,) = crawl(Memory(), source("feed", "feed", site.url("/feed")))
        assert report.outcome == Outcome.UNREACHABLE
        assert "robots.txt answered 500" in (report.error or "")
        assert site.paths() == []


def test_redirects_are_followed_and_the_last_address_is_the_pages() -> None:
    with Site() as site, Site() as other:
        other.put("/robots.txt", "User-agent: *\nDisallow: /no")
        put_articles(other, "a", "no")
        site.put("/a", status=301, headers={"Location": other.url("/a")})
        site.put("/b", status=302, headers={"Location": other.url("/no")})
        site.put("/moved", status=301, headers={"Location": "/feed"})
        site.put("/feed", rss((site.url("/a"), "a"), (site.url("/b"), "b")), content_type=XML)
        memory = Memory()
        (report,) = crawl(memory, source("feed", "feed", site.url("/moved")))
        assert [article.url for article in memory.articles("feed")] == [other.url("/a")]
        assert "/no" in memory.errors("feed")[0]
        assert (report.fetched, report.requests) == (2, 5)


def test_two_sources_on_one_host_never_ask_at_the_same_time() -> None:
    with Site() as site:
        sources = []
        for number in range(3):
            links = [(site.url(f"/{number}/{n}"), str(n)) for n in range(3)]
            for url, _ in links:
                site.put(url.removeprefix(site.base), page("x"), takes=0.02)
            site.put(f"/{number}", rss(*links), content_type=XML, takes=0.02)
            kind = "custom" if number == 2 else "feed"
            sources.append(source(f"s{number}", kind, site.url(f"/{number}")))
        memory = Memory()
        reports = polls(memory, [[one] for one in sources], at_once=True, spiders=lambda _: Plain)
        assert [report.articles for (report,) in reports] == [3, 3, 3]
        assert site.most_at_once == 1


def test_thirty_sources_at_once() -> None:
    sites = [Site() for _ in range(30)]
    for site in sites:
        site.__enter__()
    try:
        sources = []
        for number, site in enumerate(sites):
            put_articles(site, "a", "b")
            site.put("/feed", rss((site.url("/a"), "a"), (site.url("/b"), "b")), content_type=XML)
            sources.append(source(f"s{number}", "feed", site.url("/feed")))
        memory = Memory()
        reports = crawl(memory, *sources)
        assert [report.source for report in reports] == [one.id for one in sources]
        assert {(report.outcome, report.articles) for report in reports} == {(Outcome.OK, 2)}
        assert max(site.most_at_once for site in sites) == 1
    finally:
        for site in sites:
            site.__exit__(None, None, None)


def test_a_sink_that_fails_is_the_callers_business_after_the_others_ended() -> None:
    with Site() as site:
        put_articles(site, "a")
        site.put("/feed", rss((site.url("/a"), "a")), content_type=XML)
        memory = Memory()

        def sink(batch: Batch) -> None:
            if batch.source == "unlucky":
                raise StorageError("the disk is full")
            memory.sink(batch)

        async def main() -> None:
            stage = CrawlStage(
                settings=settings(), languages={}, known=memory.known, sink=sink, read=plain_read
            )
            try:
                sources = [source(id_, "feed", site.url("/feed")) for id_ in ("unlucky", "lucky")]
                await stage.crawl([memory.assignment(one) for one in sources])
            finally:
                await stage.close()

        with pytest.raises(StorageError, match="the disk is full"):
            on_reactor(main)
        assert titles(memory, "lucky") == ["a"]


def test_one_address_can_be_fetched_with_all_manners() -> None:
    with Site() as site:
        put_articles(site, "a")
        site.put("/robots.txt", "User-agent: *\nDisallow: /no")

        async def main() -> list[Any]:
            memory = Memory()
            stage = CrawlStage(settings=settings(), languages={}, known=memory.known, sink=memory.sink)
            results: list[Any] = []
            for path in ("/a", "/missing", "/no"):
                try:
                    results.append(await stage.fetch(site.url(path)))
                except PolicywireError as error:
                    results.append(error)
            await stage.close()
            return results

        found, missing, forbidden = on_reactor(main)
        assert (found.status, found.url, b"A</title>" in found.body) == (200, site.url("/a"), True)
        assert missing.status == 404
        assert "robots.txt forbids" in str(forbidden)


def test_nobody_crawls_without_a_contact() -> None:
    with pytest.raises(ConfigError, match="contact"):
        CrawlStage(settings=Settings(), languages={}, known=Memory().known, sink=Memory().sink)


# How often the loop turns before: a crawler starts in several steps.
TURNS = (0, 1, 2, 3, 5, 8, 13, 21)


@pytest.mark.parametrize("turns", TURNS)
def test_closing_ends_polls_without_a_report_however_early_it_comes(turns: int) -> None:
    with Site() as site:
        site.put("/feed", rss((site.url("/a"), "a")), content_type=XML, takes=0.5)
        memory = Memory()

        async def main() -> int:
            stage = CrawlStage(
                settings=settings(), languages={}, known=memory.known, sink=memory.sink, read=plain_read
            )
            poll = asyncio.create_task(
                stage.crawl([memory.assignment(source("s", "feed", site.url("/feed")))])
            )
            for _ in range(turns):
                await asyncio.sleep(0)
            await stage.close()
            return len(await poll)

        assert on_reactor(main) == 0
        assert memory.batches == []


@pytest.mark.parametrize("turns", TURNS)
def test_a_cancelled_crawl_leaves_the_host_free(turns: int) -> None:
    with Site() as site:
        put_articles(site, "a")
        site.put("/slow", "", takes=0.5)
        site.put("/feed", rss((site.url("/a"), "a")), content_type=XML)
        memory = Memory()

        async def main() -> Outcome:
            stage = CrawlStage(
                settings=settings(), languages={}, known=memory.known, sink=memory.sink, read=plain_read
            )
            slow = source("slow", "feed", site.url("/slow"))
            first = asyncio.create_task(stage.crawl([memory.assignment(slow)]))
            for _ in range(turns):
                await asyncio.sleep(0)
            first.cancel()
            with pytest.raises(asyncio.CancelledError):
                await first
            (report,) = await stage.crawl([memory.assignment(source("s", "feed", site.url("/feed")))])
            await stage.close()
            return report.outcome

        assert on_reactor(main) == Outcome.OK
        assert [batch.source for batch in memory.batches] == ["s"]


def test_pages_are_read_by_the_real_reader_if_no_other_is_given() -> None:
    with Site() as site:
        words = "The foreign minister met his counterpart and signed a declaration on transit. " * 8
        site.put("/a", page("Ministers meet", words))
        site.put("/feed", rss((site.url("/a"), "Ministers meet")), content_type=XML)
        memory = Memory()

        async def main() -> None:
            stage = CrawlStage(settings=settings(), languages={}, known=memory.known, sink=memory.sink)
            await stage.crawl([memory.assignment(source("s", "feed", site.url("/feed")))])
            await stage.close()

        on_reactor(main)
        (article,) = memory.articles("s")
        assert (article.title, article.language, article.held) == ("Ministers meet", "en", None)
        assert "signed a declaration" in article.text


def test_a_page_that_kills_its_reader_is_set_aside_after_two_tries_and_kept() -> None:
    with Site() as site:
        put_articles(site, "a")
        site.put("/evil", page("Evil", "DIE"))
        site.put("/feed", rss((site.url("/evil"), "Evil"), (site.url("/a"), "A")), content_type=XML)
        memory = Memory()
        feed = source("feed", "feed", site.url("/feed"), conditional=False, access="its ETag never changes")
        reports = [one[0] for one in polls(memory, [[feed]] * 3)]
        assert [report.failed for report in reports] == [1, 1, 0]
        assert reports[2].skipped["set aside"] == 1
        assert site.paths().count("/evil") == 2
        assert titles(memory, "feed") == ["A"]
        kept = [sample for sample in memory.samples if sample.state == "poisoned"]
        assert [sample.url for sample in kept] == [site.url("/evil")] * 2
        assert b"DIE" in kept[0].body
