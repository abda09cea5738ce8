"""Which of the dates that a page shows is its article's: near the headline or labelled."""

from datetime import UTC, date, datetime

import pytest
from fakes_pages import PARAGRAPHS, article_html, languages, page, read_page, source

from core.article import Article, Precision, Published
from crawler.reading.published import PageDates
from crawler.reading.read import read


def day_of(article: Article) -> str | None:
    at = article.published.at if article.published is not None else None
    return at.date().isoformat() if at is not None else None


@pytest.mark.parametrize(
    "before",
    [
        "<time datetime='2026-05-04'>Monday</time>",
        "<span itemprop='datePublished' content='2026-05-04'></span>",
        "<div itemprop='dateCreated datePublished'>4 May 2026</div>",
        "<abbr class='date' title='2026-05-04'>Monday</abbr>",
        "<span class='when' data-date='2026-05-04'>Monday</span>",
        "<span data-timestamp='1777852800'></span>",
        "<div class='byline'>By A. Writer, 4 May 2026</div>",
        "<p>4 мая 2026</p>",
        "<p>04.05.26</p>",
        "<p>(Astana, 4 May 26)</p>",
        "<div class='meta'>4 May 2026 | Updated: 6 May 2026</div>",
        "<p>Опубликовано: 4 мая 2026. Обновлено: 6 мая 2026</p>",
        "<p>Updated: <time datetime='2026-05-06'>6 May</time></p><time datetime='2026-05-04'>4 May</time>",
        "<time class='updated' datetime='2026-05-06'></time><time datetime='2026-05-04'></time>",
    ],
)
def test_the_date_near_the_headline(before: str) -> None:
    assert day_of(read_page(article_html(before=before))) == "2026-05-04"


@pytest.mark.parametrize(
    "before",
    [
        "<p>Updated: 6 May 2026</p>",
        "<div class='date'>Обновлено 6 мая 2026</div>",
        "<div class='meta'>Last edited: <span class='when'>17 Jun 2018 15:15</span></div>",
        "<p class='date'>Yangilangan: 6 may 2026</p>",
        "<p class='date'>2020</p>",
        "<p>© 2020 Example Wire</p>",
    ],
)
def test_a_change_and_a_year_are_no_date_of_publication(before: str) -> None:
    assert day_of(read_page(article_html(before=before))) is None


@pytest.mark.parametrize(
    "after",
    [
        "<section id='comments'><article><time datetime='2026-05-04'>4 May</time></article></section>",
        "<aside><div class='card'><time datetime='2026-05-04'>4 May</time></div></aside>",
        "<div class='popular-news'><span class='date'>4 May 2026</span> Another story</div>",
        "<a href='/2'><h3>Another story of today, with more words than a date has</h3>"
        "<time datetime='2026-05-04'></time></a>",
        "<footer><p class='date'>4 May 2026</p></footer>",
        "<div class='calendar'><span data-date='2026-05-04'>4</span></div>",
        "<ul class='archive'><li><time datetime='2026-04-01'>April 2026</time></li></ul>",
    ],
)
def test_dates_of_other_stories_and_of_furniture_are_refused(after: str) -> None:
    assert day_of(read_page(article_html(after=after))) is None


@pytest.mark.parametrize(
    "top",
    [
        "<header><div class='date'>Sunday, 22 November 2026</div></header>",
        "<div class='top-bar'><span class='date'>22 November 2026</span></div>",
        "<div class='current-date'>22.11.2026</div>",
        "<p>22 November 2026</p>",
        "<div id='clock' data-time='2026-11-22T10:00:00'></div>",
    ],
)
def test_todays_date_at_the_top_of_the_page_is_refused(top: str) -> None:
    html = article_html().replace("<nav>", f"{top}<nav>")
    assert day_of(read_page(html)) is None


def test_a_date_in_the_articles_own_header_is_its_date() -> None:
    html = article_html().replace("<h1>", "<header><span class='date'>4 May 2026</span></header><h1>", 1)
    assert day_of(read_page(html)) == "2026-05-04"


def test_scripts_date_a_page_only_where_they_name_one_day() -> None:
    one = '<script>var page = {"publishedAt": "2026-05-04T09:00:00Z", "created_at":"2026-05-04"}</script>'
    two = one + '<script>var list = [{"publishedAt": "2026-05-06"}]</script>'
    assert day_of(read_page(article_html(head=one))) == "2026-05-04"
    assert day_of(read_page(article_html(head=two))) is None


def test_the_date_of_a_video_comes_after_that_of_the_article() -> None:
    video = '<script type="application/ld+json">{"@type": "VideoObject", "uploadDate": "2015-01-16"}</script>'
    meta = '<meta property="article:published_time" content="2026-05-04">'
    assert day_of(read_page(article_html(head=video + meta))) == "2026-05-04"


def test_a_date_before_the_sites_first_day_is_not_believed() -> None:
    html = article_html(head='<meta property="article:published_time" content="1999-05-04">')
    old = read(page(html), source(since=date(2004, 1, 1)), languages())
    assert old.published == Published(raw="1999-05-04")
    assert day_of(read(page(html), source(since=date(1998, 1, 1)), languages())) == "1999-05-04"


def test_the_day_of_an_address_has_the_precision_of_a_day() -> None:
    url = "https://news.example.org/2026/05/04/road-talks"
    assert read_page(article_html(), url=url).published == Published(
        raw="2026-05-04", at=datetime(2026, 5, 4, tzinfo=UTC), precision=Precision.DAY
    )


def test_a_text_without_a_page_is_dated_by_its_first_lines() -> None:
    dates = PageDates(page(""), source(), {})
    text = "PRESS RELEASE\n\n4.05.2026\n\n" + "\n\n".join(PARAGRAPHS)
    found = dates.of_text(text)
    assert found is not None
    assert found.at == datetime(2026, 5, 4, tzinfo=UTC)
