"""Articles cut into pages, fetched from a site on loopback and put together: one article or none."""

from fakes_crawl import Memory, crawl, source
from fakes_pages import PARAGRAPHS, article_html
from fakes_web import Answer, Site, rss

from core.article import Article, Outcome, PollReport
from core.source import Source

MORE = (
    "Officials of both sides walked along the border on Wednesday and looked at the place of part {number}."
)


def part(number: int, of: int) -> str:
    links = "".join(f"<a href='/road/{n}'>{n}</a> " for n in range(1, of + 1) if n != number)
    words = " ".join([MORE.format(number=number)] * 3)
    return article_html(after=links).replace(PARAGRAPHS[1], words).replace(PARAGRAPHS[3], f"End of {number}.")


def listed(site: Site, *paths: str) -> Source:
    site.put("/feed", rss(*((site.url(f"/{path}"), path) for path in paths)), content_type="application/xml")
    return source("parts", "feed", site.url("/feed"))


def put_parts(site: Site, of: int, *, missing: int | None = None) -> Source:
    site.put("/road", part(1, of))
    for number in range(2, of + 1):
        if number != missing:
            site.put(f"/road/{number}", part(number, of))
    return listed(site, "road")


def one_article(site: Site, source_: Source, **settings: int) -> tuple[PollReport, Article]:
    memory = Memory()
    (report,) = crawl(memory, source_, read=None, **settings)
    (article,) = memory.articles("parts")
    return report, article


def test_all_pages_become_one_article() -> None:
    with Site() as site:
        report, article = one_article(site, put_parts(site, 3))
        assert (report.outcome, report.articles, report.failed, report.fetched) == (Outcome.OK, 1, 0, 3)
        assert site.paths() == ["/feed", "/road", "/road/2", "/road/3"]
        assert site.most_at_once == 1
        assert article.held is None
        assert [article.text.count(MORE.format(number=number)) for number in (1, 2, 3)] == [3, 3, 3]
        assert article.text.count(PARAGRAPHS[0]) == 1
        assert article.url == site.url("/road")


def test_an_article_without_one_of_its_pages_is_held_and_says_so() -> None:
    with Site() as site:
        _, article = one_article(site, put_parts(site, 3, missing=3))
        assert article.held is not None
        assert article.held.startswith("page 3 of it is missing: ")
        assert "404" in article.held
        assert MORE.format(number=2) in article.text


def test_an_article_with_more_pages_than_are_followed_is_held_and_says_so() -> None:
    with Site() as site:
        _, article = one_article(site, put_parts(site, 4), max_pages=2)
        assert site.paths() == ["/feed", "/road", "/road/2"]
        assert article.held == "it goes on behind page 2 (`crawl.max_pages`)"


def test_a_further_page_that_leads_to_another_article_is_missing() -> None:
    with Site() as site:
        feed = put_parts(site, 2)
        site.put_made("/road/2", lambda _: Answer(status=302, headers={"Location": "/other"}))
        site.put("/other", article_html("Another story"))
        _, article = one_article(site, feed)
        assert article.held is not None
        assert "it leads to" in article.held


def test_a_site_that_asks_for_time_is_asked_again_for_the_whole() -> None:
    with Site() as site:
        feed = put_parts(site, 2)
        site.put_made("/road/2", lambda _: Answer(status=429, headers={"Retry-After": "600"}))
        memory = Memory()
        (report,) = crawl(memory, feed, read=None)
        assert report.retry_after is not None
        assert memory.articles("parts") == []
        assert memory.pages == {}


def test_further_pages_count_against_the_limit_of_the_source() -> None:
    with Site() as site:
        put_parts(site, 3)
        for name in "abcd":
            site.put(f"/{name}", article_html(name))
        feed = listed(site, "road", *"abcd").model_copy(update={"max_articles": 3})
        memory = Memory()
        (report,) = crawl(memory, feed, read=None)
        # The two that were under way came to their end, no other was begun.
        assert {article.url for article in memory.articles("parts")} == {site.url("/road"), site.url("/a")}
        assert (report.fetched, report.skipped) == (4, {"over the limit": 3})
