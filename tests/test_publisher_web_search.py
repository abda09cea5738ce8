"""The search page as browsers get it: a real server over a real store."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from fakes_listing import enter, made_article, minutes
from fakes_publisher import make_source
from fakes_site import WebSite, running_site
from lxml import html

from core.article import Batch


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebSite]:
    with running_site(tmp_path_factory.mktemp("data"), sources={"kz-ministry": make_source()}) as web:
        enter(web.store, made_article(1), at=minutes(30))
        for number, text in (
            (2, "A boat on the river <b>treaty</b>."),
            (3, "Река и договор."),
            (4, "Nothing."),
        ):
            one = made_article(
                number, text=text, language="ru" if number == 3 else "en", title=f"Title {number}"
            )
            web.store.keep(Batch(source=one.source, articles=(one,)), now=minutes(30 - number))
        yield web


def shown(site: WebSite, query: str, status: int = 200) -> html.HtmlElement:
    reply = site.ask(f"/search{query}")
    assert reply.status == status, reply.text
    return html.fromstring(reply.body.decode())


def numbers(page: html.HtmlElement) -> list[str]:
    return [href.rpartition("/")[2] for href in page.xpath("//article//h2/a/@href")]


def test_without_words_the_archive_stands_newest_first(site: WebSite) -> None:
    assert numbers(shown(site, "")) == ["4", "3", "2", "1"]


def test_hits_are_marked_and_counted_and_say_what_they_matched(site: WebSite) -> None:
    page = shown(site, "?q=treaty")
    assert numbers(page) == ["2", "1"]
    assert "2 articles" in page.xpath("//p[@class='count']")[0].text_content()
    assert {mark.text for mark in page.xpath("//p[@class='snippet']/mark")} == {"treaty"}
    assert not page.xpath("//p[@class='snippet']/b")
    assert [one.xpath(".//a[@class='badge']/@href") for one in page.xpath("//article")] == [
        [],
        ["/?watchlist=central-asia"],
    ]


def test_filters_and_the_search_as_a_feed(site: WebSite) -> None:
    page = shown(site, f"?q={quote('договор OR treaty')}&language=ru")
    assert numbers(page) == ["3"]
    assert page.xpath("//article/h2")[0].get("lang") == "ru"
    feed = page.xpath("//p[@class='as-feed']/a/@href")[0]
    assert feed.startswith("/feeds/search.rss?q=")
    assert feed.endswith("&language=ru")
    assert page.xpath(f"//link[@rel='alternate'][@href='{feed}']")


@pytest.mark.parametrize("query", ['"open', "a AND", "(a", "()", "—", "OR"])
def test_bad_syntax_is_explained_over_the_form(site: WebSite, query: str) -> None:
    page = shown(site, f"?q={quote(query)}", 400)
    assert "search" in page.xpath("//p[@role='alert']")[0].text_content()
    assert page.xpath("//input[@name='q']/@value") == [query]
    assert page.xpath("//details[@class='help']")


@pytest.mark.parametrize(
    "query", ["(" * 200 + "a" + ")" * 200, " NOT ".join("ab" * 80), "x " * 240, "a* " * 160]
)
def test_deep_and_long_queries_are_answered(site: WebSite, query: str) -> None:
    assert site.ask(f"/search?q={quote(query)}").status in (200, 400)


def test_pages_lead_to_each_other(site: WebSite) -> None:
    first = shown(site, "?number=3")
    second = html.fromstring(site.ask(first.xpath("//a[@rel='next']/@href")[0]).text)
    assert numbers(first) + numbers(second) == ["4", "3", "2", "1"]
    assert numbers(html.fromstring(site.ask(second.xpath("//a[@rel='prev']/@href")[0]).text)) == [
        "4",
        "3",
        "2",
    ]


def test_head_and_other_methods(site: WebSite) -> None:
    assert site.ask("/search", method="HEAD").body == b""
    assert site.ask("/search", method="POST").status in (403, 405)
