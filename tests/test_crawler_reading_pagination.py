"""Articles cut into pages: which link goes on with one, and how two readings are put together."""

from dataclasses import replace
from typing import Any

import pytest
from fakes_pages import PARAGRAPHS, URL, article_html, languages, page, read_page, source

from core.article import Article
from crawler.reading.read import read

MORE = (
    "Officials of both sides walked along the border on Wednesday, and looked at the two places where posts "
    "are to be built before the end of the next year, if the money comes in time.",
    "“Without this road the goods of our farmers lie in the sun for three days,” said Aman Testov, head of "
    "the district, who had waited for the visit since the morning with his deputies.",
)


def goes_on(link: str, url: str = URL) -> str | None:
    return read_page(article_html(after=link), url=url).next_page


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("<a href='/world/2041/2'>2</a>", "/world/2041/2"),
        ("<a href='/world/2041/page/2/'>Next page</a>", "/world/2041/page/2/"),
        ("<a href='?page=2'>Далее</a>", "/world/2041?page=2"),
        ("<a rel='next' href='/world/2041?page=2'>Turn over</a>", "/world/2041?page=2"),
        (
            "<div class='pager'><b>1</b> <a href='?page=1'>2</a> <a href='?page=2'>3</a></div>",
            "/world/2041?page=1",
        ),
        ("<a href='/world/2041_2.html'>→</a>", "/world/2041_2.html"),
        ("<a href='https://www.news.example.org/world/2041-2'>Next »</a>", "/world/2041-2"),
    ],
)
def test_links_that_go_on(link: str, address: str) -> None:
    found = goes_on(link)
    assert found is not None
    assert found.replace("www.", "") == f"https://news.example.org{address}"


@pytest.mark.parametrize(
    "link",
    [
        "<a rel='next' href='/world/2042'>Next article</a>",
        "<a rel='next' href='/world?page=2'>Next</a>",
        "<a href='/world/2041/2'>A photo of the road</a>",
        "<a href='/world/2041/3'>3</a>",
        "<a href='https://other.example.org/world/2041/2'>2</a>",
        "<a href='/world/2041?id=2'>2</a>",
        "<a href='/world/2041/photos/2'>2</a>",
        "<section id='comments'><p><a href='?page=2'>2</a></p></section>",
        "<a href='#2'>2</a>",
        "<a href='http://[broken/2'>2</a>",
    ],
)
def test_links_that_do_not(link: str) -> None:
    assert goes_on(link) is None


def test_the_ending_of_a_file_stands_before_or_behind_the_number() -> None:
    url = "https://news.example.org/world/road.html"
    for there in ("/world/road_2.html", "/world/road.html/2", "/world/road.html?p=2", "/world/road/2.html"):
        assert goes_on(f"<a href='{there}'>2</a>", url) == f"https://news.example.org{there}"


def continued(first: Article, html: str, number: int = 2, **changes: Any) -> Article:
    """Read a further page of an article."""
    further = page(html, url=f"{URL}/{number}", number=number, before=first, **changes)
    return read(further, source(), languages())


def second_page(*paragraphs: str, after: str = "", head: str = "") -> str:
    words = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f"<html><head><title>Road talks in Astana</title>{head}</head><body><nav><a href='/'>Home</a></nav>"
        f"<div class='page'><div class='story'><h1>Road talks in Astana</h1>"
        f"<div class='words'>{words}</div></div>{after}</div></body></html>"
    )


LINK = "<a href='/world/2041/2'>2</a>"
CLOSING = "The author has written about the roads and the rivers of the region for more than twenty years."


def first_page() -> Article:
    return read_page(article_html(after=LINK))


def test_the_text_is_joined_and_what_both_pages_have_comes_once() -> None:
    html = article_html(after=LINK).replace("</div></div>", f"<p>{CLOSING}</p></div></div>", 1)
    first = read_page(html)
    assert first.text.endswith(CLOSING)
    whole = continued(first, second_page(PARAGRAPHS[0], *MORE, CLOSING))
    assert whole.text.split("\n\n") == [*PARAGRAPHS, *MORE, CLOSING]
    assert (whole.url, whole.title, whole.held, whole.next_page) == (URL, "Road talks in Astana", None, None)
    spoken = [one for one in whole.statements if one.speaker == "Aman Testov"]
    assert [whole.text[one.start : one.end] for one in spoken] == [one.words for one in spoken] != []


def test_the_third_page_follows_the_second() -> None:
    pager = "<a href='/world/2041'>1</a> <a href='/world/2041/2'>2</a> <a href='/world/2041/3'>3</a>"
    second = continued(first_page(), second_page(MORE[0], after=pager))
    assert second.next_page == "https://news.example.org/world/2041/3"
    third = continued(second, second_page(MORE[1], after=pager), 3)
    assert third.next_page is None
    assert third.text.split("\n\n") == [*PARAGRAPHS, *MORE]


def test_a_site_that_answers_with_the_same_page_has_no_further_one() -> None:
    assert continued(first_page(), article_html(after=LINK)) == replace(first_page(), next_page=None)


def test_a_page_of_another_day_is_another_article() -> None:
    def dated(day: int) -> str:
        return f"<meta property='article:published_time' content='2026-11-{day}T10:00:00+05:00'>"

    first = read_page(article_html(head=dated(12), after=LINK))
    assert continued(first, second_page(*MORE, head=dated(19))).text == first.text
    assert MORE[1] in continued(first, second_page(*MORE, head=dated(12))).text


def test_a_further_page_that_is_none_leaves_the_article_held() -> None:
    whole = continued(first_page(), "<html><title>Just a moment...</title><body></body></html>")
    assert whole.held is not None
    assert whole.held.startswith("page 2 of it is ")
    assert whole.text == first_page().text


def test_a_page_whose_text_stands_only_in_its_amp_form() -> None:
    link = "<link rel='amphtml' href='/amp/world/2041'>"
    first = read_page(f"<html><head><title>Road talks</title>{link}</head><body></body></html>")
    assert (first.held, first.next_page) == ("no text", "https://news.example.org/amp/world/2041")
    whole = continued(first, article_html())
    assert (whole.held, whole.url, whole.canonical_url) == (None, URL, first.canonical_url)
    assert PARAGRAPHS[3] in whole.text
