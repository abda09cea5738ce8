"""Page to article: which layer wins, what is held, and pages that are none."""

import pickle
from datetime import UTC, datetime
from typing import Any

import pytest
from fakes_pages import NOW, PARAGRAPHS, URL, article_html, languages, page, read_page, source

from core.article import Link, Precision, Published
from core.errors import PageError
from crawler.kinds.base import absolute, versioned
from crawler.reading.read import read

TEXT = "\n\n".join(PARAGRAPHS)
JSON_LD = """<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Title of JSON-LD",
  "datePublished": "2026-05-04T09:00:00+05:00", "author": {"name": "Aida Example"},
  "publisher": {"name": "Wire of JSON-LD"}}</script>"""
META = """<meta property="og:title" content="Title of meta"><meta name="author" content="Bolat Sample">
  <meta property="article:published_time" content="2026-05-05T09:00:00+05:00">
  <meta property="og:site_name" content="Wire of meta">"""
VISIBLE = (
    """<div class="byline">By Chingiz Third</div><time datetime="2026-05-06T09:00:00+05:00">6 May</time>"""
)


def day(number: int) -> datetime:
    return datetime(2026, 5, number, 4, 0, tzinfo=UTC)


def test_json_ld_comes_before_meta_tags_and_the_visible_page() -> None:
    article = read_page(article_html(head=JSON_LD + META, before=VISIBLE))
    assert article.title == "Title of JSON-LD"
    assert article.published == Published(
        raw="2026-05-04T09:00:00+05:00", at=day(4), precision=Precision.SECOND
    )
    assert (article.authors, article.site_name) == (("Aida Example",), "Wire of JSON-LD")
    assert (article.text, article.language, article.held) == (TEXT, "en", None)


def test_meta_tags_come_before_the_visible_page() -> None:
    article = read_page(article_html(head=META, before=VISIBLE))
    assert article.title == "Title of meta"
    assert article.published is not None
    assert article.published.at == day(5)
    assert (article.authors, article.site_name) == (("Bolat Sample",), "Wire of meta")


def test_the_visible_page_comes_before_the_list_for_title_and_author() -> None:
    link = Link(url=URL, title="Title of list", authors=("Dana Fourth",))
    article = read_page(article_html(before=VISIBLE), link=link)
    assert article.title == "Road talks in Astana"
    assert article.authors == ("Chingiz Third",)
    assert article.published is not None
    assert article.published.at == day(6)


def test_selectors_win() -> None:
    before = """<h2 class="t">Title of selector</h2><b class="d">7 мая 2026, 09:00</b>
      <i class="a">Erlan Fifth</i>"""
    rules = {"title": "h2.t", "date": ".d", "authors": ".a", "text": ".words"}
    article = read_page(article_html(head=JSON_LD, before=before), rules=rules)
    assert article.title == "Title of selector"
    assert article.published == Published(raw="7 мая 2026, 09:00", at=day(7), precision=Precision.MINUTE)
    assert article.authors == ("Erlan Fifth",)
    assert article.text == TEXT


def test_text_selectors_with_several_elements_and_removals() -> None:
    html = """<h1>Talks</h1><div class="lead">The lead of it.</div>
      <div class="b"><div class="b">Inner text.</div><p>One.<br>Two.</p><ul><li>a</li><li>b</li></ul>
      <div class="ad">Buy this.</div></div><p class="x">Out.</p>"""
    article = read_page(html, rules={"text": ".lead, .b", "remove": [".ad"]})
    assert article.text == "The lead of it.\n\nInner text.\n\nOne.\nTwo.\n\na\nb"


def test_a_text_selector_that_finds_nothing_leaves_the_text_to_extraction() -> None:
    assert read_page(article_html(), rules={"text": ".gone"}).text == TEXT


def test_an_unusable_selector_is_named() -> None:
    with pytest.raises(PageError, match=r"h1:contains.*change it in the source file"):
        read_page(article_html(), rules={"title": "h1:contains('x')"})


def test_date_from_list_never_looks_at_the_page() -> None:
    listed = Published(raw="1 May", at=day(1), precision=Precision.DAY)
    rules = {"date_from": "list"}
    html = article_html(head=JSON_LD)
    assert read_page(html, rules=rules, link=Link(url=URL, published=listed)).published == listed
    assert read_page(html, rules=rules).published is None


def test_dates_of_sidebars_are_not_the_articles() -> None:
    after = """<aside class="latest"><time datetime="2026-01-01">1 January</time></aside>
      <div class="sidebar"><span class="date">2 января 2026</span></div><footer>3 января 2026</footer>"""
    assert read_page(article_html(after=after)).published is None


@pytest.mark.parametrize(
    "before",
    [
        "<span class='post-date'>4 мая 2026</span>",
        "<div>4 мая 2026</div>",
        "<p class='meta'>Аида Пример | 04.05.2026</p>",
        "<time>2026 жылғы 4 мамыр</time>",
    ],
)
def test_a_visible_date_beside_the_headline_is_found_and_not_part_of_the_text(before: str) -> None:
    article = read_page(article_html(before=before))
    assert article.published is not None
    assert article.published.at == datetime(2026, 5, 4, tzinfo=UTC)
    assert article.published.precision is Precision.DAY
    assert article.text == TEXT


def test_the_address_may_name_the_day() -> None:
    article = read_page(article_html(), url="https://news.example.org/2026/05/04/road-talks.html")
    assert article.published == Published(
        raw="2026-05-04", at=datetime(2026, 5, 4, tzinfo=UTC), precision=Precision.DAY
    )


def test_no_date_is_no_date() -> None:
    assert read_page(article_html()).published is None


@pytest.mark.parametrize("raw", ["2031-01-01T00:00:00Z", "at some time"])
def test_a_future_or_odd_date_keeps_its_text_only(raw: str) -> None:
    head = f'<meta property="article:published_time" content="{raw}">'
    assert read_page(article_html(head=head)).published == Published(raw=raw)


def test_a_date_that_is_not_understood_leaves_it_to_the_next_layer() -> None:
    listed = Published(raw="x", at=day(1), precision=Precision.DAY)
    head = '<meta property="article:published_time" content="at some time">'
    assert read_page(article_html(head=head), link=Link(url=URL, published=listed)).published == listed


def test_signed_in_the_text() -> None:
    html = article_html().replace("<div class='words'>", "<div class='words'><p>Text by Aida Example</p>")
    assert read_page(html).authors == ("Aida Example",)


def test_a_section_name_in_h1_is_not_the_title() -> None:
    html = article_html("Road talks in Astana ended with a memorandum | Example Wire")
    html = html.replace(
        "<h1>Road talks in Astana ended with a memorandum | Example Wire</h1>", "<h1>News</h1>"
    )
    assert read_page(html).title == "Road talks in Astana ended with a memorandum"


@pytest.mark.parametrize(
    ("canonical", "expected"),
    [
        ("/world/2041?utm_source=x", "https://news.example.org/world/2041"),
        (
            "https://www.news.example.org/world/2041-road-talks",
            "https://news.example.org/world/2041-road-talks",
        ),
        ("https://elsewhere.example.com/world/2041", "https://news.example.org/world/2041"),
        ("/", "https://news.example.org/world/2041"),
        ("http://[", "https://news.example.org/world/2041"),
        ("/world", "https://news.example.org/world/2041"),
    ],
)
def test_the_canonical_address_is_believed_if_it_can_be_the_pages_own(canonical: str, expected: str) -> None:
    head = f'<link rel="canonical" href="{canonical}">'
    assert read_page(article_html(head=head)).canonical_url == expected


def test_a_canonical_address_without_the_articles_number_is_refused() -> None:
    head = '<link rel="canonical" href="https://news.example.org/view">'
    url = "https://news.example.org/view?id=7"
    assert read_page(article_html(head=head), url=url).canonical_url == url


def test_an_article_that_the_list_carried() -> None:
    link = Link(
        url=URL,
        title="Road  talks",
        text="x",
        published=Published(raw="y", at=day(1)),
        authors=("Dana Fourth",),
    )
    body = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    article = read_page(body, link=link, content_type="application/json")
    assert (article.title, article.text, article.published) == ("Road talks", TEXT, link.published)
    assert (article.authors, article.language, article.held) == (("Dana Fourth",), "en", None)
    assert read_page(TEXT.replace("\n\n", "\r\n\r\n"), link=link).text == TEXT, "plain text"


@pytest.mark.parametrize(
    ("body", "held"),
    [
        ("", "no title"),
        ("<html><body></body></html>", "no title"),
        ("<html><head><title>Road talks</title></head><body></body></html>", "no text"),
        ("<html><head><title>Road talks</title></head></html>", "no text"),
        (f"<html><body><p>{TEXT}</p></body></html>", "no title"),
    ],
)
def test_incomplete_articles_are_held(body: str, held: str) -> None:
    assert read_page(body).held == held


def test_a_page_cut_off_in_the_middle_is_read_as_far_as_it_goes() -> None:
    html = article_html()
    article = read_page(html[: html.index("The two countries") + 40])
    assert article.title == "Road talks in Astana"
    assert article.text.startswith("\n\n".join(PARAGRAPHS[:3]))


def test_nul_bytes() -> None:
    article = read_page(article_html().encode().replace(b"a", b"a\x00"))
    assert (article.title, article.text) == ("Road talks in Astana", TEXT)


@pytest.mark.parametrize("meta", ["", "<meta charset='utf-8'>"])
def test_windows_1251_without_or_with_a_wrong_declaration(meta: str) -> None:
    words = (
        "Министр иностранных дел принял посла соседнего государства, стороны обсудили транзит грузов. " * 3
    )
    title = "Переговоры о дороге"
    html = f"<html><head>{meta}<title>{title}</title></head><body><h1>{title}</h1><p>{words}</p>"
    article = read_page(html.encode("cp1251"), content_type="text/html")
    assert (article.title, article.text, article.language) == (title, words.strip(), "ru")


@pytest.mark.parametrize(
    ("body", "content_type", "found"),
    [
        (b"\x89PNG\r\n", None, "an image"),
        (b"{}", "application/json", "application/json"),
        (b"x", "image/jpeg", "image/jpeg"),
    ],
)
def test_what_is_no_page_is_an_error_that_says_what(
    body: bytes, content_type: str | None, found: str
) -> None:
    with pytest.raises(PageError, match=f"{URL}: the reply is {found}, not a web page"):
        read_page(body, content_type=content_type)


@pytest.mark.parametrize("html", ["<div>" * 100_000, "<ul><li>" * 100_000, "x" * 9_000_000])
def test_hostile_pages_do_not_take_the_process_with_them(html: str) -> None:
    with pytest.raises(PageError, match=URL):
        read_page(f"<html><body><h1>Talks</h1>{html}")


@pytest.mark.parametrize(
    "html",
    [
        "<font>" * 7_000,
        "<li>" * 20_000,
        "<svg>" * 5_000,
        "<",
        "<div " + "a " * 100_000 + ">",
        "<!--" * 999,
        "<p>Popular</p>" * 9_000,
    ],
)
def test_odd_markup_is_read_or_held(html: str) -> None:
    read_page(f"<html><body><h1>Talks</h1>{html}")


def test_loose_text_between_breaks_is_not_lost() -> None:
    loose = "<br><br>".join(PARAGRAPHS)
    head = "<html><head><title>Road talks</title></head>"
    html = f"{head}<body><h1>Road talks</h1><div class='c'>{loose}</div></body></html>"
    assert read_page(html).text == TEXT


def test_a_short_article_beside_a_large_sidebar() -> None:
    card = f"<div><h4><a href='/x'>Another subject of the day</a></h4><p>{PARAGRAPHS[3] * 3}</p></div>"
    after = f"<div class='col'><h3>Популярное</h3>{card * 8}</div>"
    html = article_html(after=after)
    for paragraph in PARAGRAPHS[1:]:
        html = html.replace(f"<p>{paragraph}</p>", "", 1)
    assert read_page(html).text == PARAGRAPHS[0]


def test_arguments_and_result_can_cross_to_a_reading_process() -> None:
    arguments: tuple[Any, ...] = (page(article_html()), source(), languages())
    article = read(*pickle.loads(pickle.dumps(arguments)))
    assert pickle.loads(pickle.dumps(article)) == article
    assert article.fetched_at == NOW


def test_a_quotation_in_another_language_says_so() -> None:
    quoted = (
        "Мы исходим из того, что сотрудничество наших государств в области водных ресурсов должно опираться "
        "на взаимное уважение и на те договоренности, которые были достигнуты в прошлом году"
    )
    home = "We shall continue the talks next week"
    body = article_html(after="").replace(
        "</div></div>", f"<p>“{quoted},” President Testov said.</p><p>“{home},” he said.</p></div></div>", 1
    )
    article = read_page(body)
    assert article.language == "en"
    spoken = {one.words[:20]: one.language for one in article.statements}
    assert (spoken[quoted[:20]], spoken[home[:20]]) == ("ru", "en")


@pytest.mark.parametrize("long", ["a treaty of peace " * 30_000, "x" * 500_000])
def test_no_short_field_is_endless(long: str) -> None:
    head = "".join(
        f'<meta property="{name}" content="{long}">'
        for name in ("og:title", "article:section", "article:tag", "og:description")
    )
    head += (
        f'<meta property="og:image" content="https://x.example/{long}"><meta name="author" content="{long}">'
    )
    found = read_page(article_html(head=head))
    assert found.title.endswith("…")
    assert 250 < len(found.title) <= 500
    assert found.section is not None
    assert max(map(len, (found.section, *found.tags, *found.authors))) <= 200
    assert found.image is None


def test_what_a_list_says_is_bounded_too() -> None:
    (link,) = versioned([Link(url=URL, title="long " * 1000, authors=("Name " * 100,) * 100)])
    assert (link.title or "").endswith("long…")
    assert len(link.title or "") <= 500
    assert max(map(len, link.authors)) <= 200
    assert len(link.authors) == 50
    assert absolute(URL, "/news/" + "x" * 5000) is None
