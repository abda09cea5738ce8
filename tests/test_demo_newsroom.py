"""The bundled newsroom: it runs, its lists parse, it has its oddities, and edition 2 brings what it says."""

import gzip
import json
import re
import urllib.request
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.message import Message
from pathlib import Path
from urllib.error import HTTPError

import feedparser
import pytest
from lxml import etree
from selectolax.lexbor import LexborHTMLParser, LexborNode

from core.config import load_settings, load_sources
from core.language import LANGUAGE_CODES
from demo.article import DemoArticle, load_articles
from demo.expected import expected
from demo.newsroom import Newsroom
from demo.site import SITES

NOW = datetime(2026, 11, 22, 9, 30, 15, 250, tzinfo=UTC)
NAMESPACES = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "n": "http://www.google.com/schemas/sitemap-news/0.9",
}


@pytest.fixture(scope="module")
def newsroom() -> Iterator[Newsroom]:
    """Edition 1, for tests that only read."""
    with Newsroom(NOW) as running:
        yield running


@pytest.fixture(scope="module")
def latest() -> Iterator[Newsroom]:
    """Edition 2, for tests that only read."""
    with Newsroom(NOW) as running:
        running.advance()
        yield running


@pytest.fixture
def fresh() -> Iterator[Newsroom]:
    """A newsroom of the test's own, to count on or to advance."""
    with Newsroom(NOW) as running:
        yield running


@pytest.fixture(scope="module")
def articles() -> dict[str, DemoArticle]:
    return load_articles()


def fetch(
    url: str, headers: Mapping[str, str] | None = None, data: bytes | None = None
) -> tuple[int, Message, bytes]:
    request = urllib.request.Request(url, data=data, headers=dict(headers or {}))
    try:
        with urllib.request.urlopen(request, timeout=60) as reply:
            return reply.status, reply.headers, reply.read()
    except HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


def page(newsroom: Newsroom, article_id: str) -> LexborHTMLParser:
    status, headers, body = fetch(newsroom.url(article_id))
    assert status == 200
    return LexborHTMLParser(body.decode(headers.get_content_charset() or "utf-8"))


def text_at(tree: LexborHTMLParser | LexborNode, selector: str) -> str:
    found = tree.css_first(selector)
    assert found is not None, selector
    return found.text(strip=True)


def whole(newsroom: Newsroom, article_id: str) -> list[LexborHTMLParser]:
    """Return an article's page with the further ones that it is cut into."""
    trees = [page(newsroom, article_id)]
    while (link := trees[-1].css_first(".pages a[rel=next]")) is not None:
        address = newsroom.sites[article_id.split("/")[0]] + (link.attributes["href"] or "")
        trees.append(LexborHTMLParser(fetch(address)[2].decode()))
    return trees


def text_of(tree: LexborHTMLParser, selector: str) -> str:
    node = tree.css_first(selector)
    assert node is not None
    return "\n\n".join(paragraph.text(strip=True) for paragraph in node.css("p"))


def lines_of(text: str) -> list[str]:
    """Return a demo article's lines without the marks of headings, quotations and lists."""
    return [re.sub("^(?:## |> |- )", "", line) for line in text.split("\n") if line]


# --- the articles -------------------------------------------------------------------------------------------


def test_there_are_about_forty_articles_and_a_third_of_them_or_more_are_no_foreign_policy(
    articles: dict[str, DemoArticle],
) -> None:
    wrong = [article for article in articles.values() if not article.relevant]
    assert 40 <= len(articles) <= 50
    assert len(wrong) / len(articles) >= 1 / 3


@pytest.mark.parametrize(
    "subject",
    [
        "football in Almaty",
        "boxer",
        "weather in Astana",
        "погода в Бишкеке",
        "Turkmen of Iraq",
        "shepherd dogs",
        "a film",
        "cycling team",
        "школьная реформа",
        "дорожное происшествие",
        "EU and Africa only",
    ],
)
def test_the_hard_negatives_are_there(articles: dict[str, DemoArticle], subject: str) -> None:
    assert [article.relevant for article in articles.values() if article.subject == subject] == [False]


def test_eight_of_our_languages_are_spoken(articles: dict[str, DemoArticle]) -> None:
    spoken = {article.language for article in articles.values()}
    assert spoken == LANGUAGE_CODES - {"tr"}


def test_site_and_title_tell_articles_apart(articles: dict[str, DemoArticle]) -> None:
    assert len({(article.site, article.title) for article in articles.values()}) == len(articles)


def test_statements_are_recent_enough_for_the_default_feed_settings(articles: dict[str, DemoArticle]) -> None:
    assert all(article.published_ago < timedelta(days=7) for article in articles.values())


def test_every_edit_and_reprint_is_what_it_says(articles: dict[str, DemoArticle]) -> None:
    second = expected(2)
    assert len(second.duplicates) >= 3
    assert second.substantive
    assert second.cosmetic
    for reprint, original in second.duplicates.items():
        assert articles[reprint].text == articles[original].text
        assert articles[reprint].site != articles[original].site

    def words(text: str) -> list[str]:
        return re.findall(r"\w+", text)

    for article_id in second.cosmetic:
        assert articles[article_id].text_in(1) != articles[article_id].text_in(2)
        assert words(articles[article_id].text_in(1)) == words(articles[article_id].text_in(2))
    for article_id in second.substantive:
        assert words(articles[article_id].text_in(1)) != words(articles[article_id].text_in(2))


# --- serving ------------------------------------------------------------------------------------------------


def test_every_article_page_answers_with_its_title_and_every_paragraph(latest: Newsroom) -> None:
    for article in load_articles().values():
        if article.withdrawn:
            assert fetch(latest.url(article.id))[0] == 410
            continue
        shown = " ".join(tree.body.text() for tree in whole(latest, article.id) if tree.body is not None)
        assert article.title in shown
        for line in lines_of(article.text_in(2)):
            assert line in shown, article.id


def test_every_site_answers_at_home_and_its_links_do_not_break(newsroom: Newsroom) -> None:
    for site in SITES:
        base = newsroom.sites[site.id]
        paths = {"/", "/about", "/robots.txt"}
        paths |= {path for path, document in site.documents.items() if document.method == "GET"}
        for path in paths:
            status, headers, body = fetch(base + path)
            assert status == 200, path
            if headers.get_content_type() != "text/html":
                continue
            for link in LexborHTMLParser(body).css("a[href]"):
                href = link.attributes["href"] or ""
                if href.startswith("/"):
                    assert fetch(base + href)[0] == 200, href


def test_an_unknown_page_and_a_page_of_the_next_edition_are_not_found(fresh: Newsroom) -> None:
    assert fetch(fresh.sites["steppe-courier"] + "/2026/01/nothing")[0] == 404
    coming = fresh.url("tulpar-digest/reprint-shos")
    assert fetch(coming)[0] == 404
    fresh.advance()
    assert fetch(coming)[0] == 200


def test_a_conditional_request_gets_304_until_something_changes(fresh: Newsroom) -> None:
    url = fresh.sites["steppe-courier"] + "/rss.xml"
    status, headers, _ = fetch(url)
    assert status == 200
    by_tag = {"If-None-Match": headers["ETag"]}
    by_date = {"If-Modified-Since": headers["Last-Modified"]}
    assert headers["Last-Modified"].endswith(" GMT")
    assert fetch(url, by_tag)[::2] == (304, b"")
    assert fetch(url, by_date)[::2] == (304, b"")
    fresh.advance()
    assert fetch(url, by_tag)[0] == 200
    assert fetch(url, by_date)[0] == 200
    assert fetch(url, {"If-Modified-Since": "yesterday"})[0] == 200


def test_requests_are_counted(fresh: Newsroom) -> None:
    fetch(fresh.sites["three-rivers"] + "/list.php?page=2")
    assert fresh.requests["three-rivers", "/list.php?page=2"] == 1


def test_one_site_closes_a_part_of_itself_to_robots(newsroom: Newsroom) -> None:
    robots = fetch(newsroom.sites["tyanshan-telegraph"] + "/robots.txt")[2].decode()
    assert "Disallow: /search\n" in robots
    assert "Crawl-delay: 0\n" in robots
    assert "Disallow:\n" in fetch(newsroom.sites["steppe-courier"] + "/robots.txt")[2].decode()


def test_it_stops_and_starts_again() -> None:
    newsroom = Newsroom(NOW)
    newsroom.stop()
    newsroom.start()
    newsroom.stop()
    with newsroom:
        assert fetch(newsroom.sites["presidency-press"] + "/")[0] == 200


# --- lists --------------------------------------------------------------------------------------------------


def ids_out(edition: int, site: str) -> set[str]:
    out = expected(edition)
    return {article_id for article_id in out.matched | out.unmatched if article_id.startswith(f"{site}/")}


@pytest.mark.parametrize("edition", [1, 2])
@pytest.mark.parametrize(
    ("site", "path", "version"),
    [
        ("steppe-courier", "/rss.xml", "rss20"),
        ("tulpar-digest", "/feed/", "rss20"),
        ("presidency-press", "/en/atom.xml", "atom10"),
    ],
)
def test_feeds_are_well_formed_and_list_each_article(
    newsroom: Newsroom, latest: Newsroom, site: str, path: str, version: str, edition: int
) -> None:
    running = {1: newsroom, 2: latest}[edition]
    feed = feedparser.parse(fetch(running.sites[site] + path)[2])
    assert not feed.bozo
    assert feed.version == version
    listed = {entry.link.split("?utm_")[0] for entry in feed.entries}
    assert listed == {running.url(article_id) for article_id in ids_out(edition, site)}
    dates = [entry.published_parsed for entry in feed.entries]
    assert dates == sorted(dates, reverse=True)
    assert max(dates) <= NOW.timetuple()


def test_the_json_feed_lists_each_article(newsroom: Newsroom) -> None:
    feed = json.loads(fetch(newsroom.sites["jaxartes-review"] + "/feed.json")[2])
    assert feed["version"].startswith("https://jsonfeed.org/version/1")
    urls = {item["url"] for item in feed["items"]}
    assert urls == {newsroom.url(article_id) for article_id in ids_out(1, "jaxartes-review")}


def test_the_gzip_index_leads_to_a_news_sitemap(newsroom: Newsroom) -> None:
    base = newsroom.sites["tyanshan-telegraph"]
    _, headers, packed = fetch(base + "/sitemap.xml.gz")
    assert headers.get_content_type() == "application/gzip"
    children = etree.fromstring(gzip.decompress(packed)).findall("s:sitemap/s:loc", NAMESPACES)
    assert [child.text for child in children] == [
        f"{base}/sitemap-news.xml.gz",
        f"{base}/sitemap-sections.xml",
    ]
    news = etree.fromstring(gzip.decompress(fetch(f"{base}/sitemap-news.xml.gz")[2]))
    listed = {loc.text for loc in news.findall("s:url/s:loc", NAMESPACES)}
    assert listed == {newsroom.url(article_id) for article_id in ids_out(1, "tyanshan-telegraph")}
    assert len(news.findall(".//n:publication_date", NAMESPACES)) == len(listed)


def test_the_api_wants_a_post_with_its_header_and_carries_whole_articles(newsroom: Newsroom) -> None:
    url = newsroom.sites["tashqi-aloqalar"] + "/api/v1/news/list"
    assert fetch(url)[0] == 405
    assert fetch(url, data=b"{}")[0] == 403
    status, _, body = fetch(url, {"X-Channel": "press"}, b'{"page":1}')
    assert status == 200
    items = json.loads(body)["result"]["items"]
    articles = load_articles()
    assert {f"tashqi-aloqalar/{item['slug']}" for item in items} == ids_out(1, "tashqi-aloqalar")
    assert {item["lang"] for item in items} == {"uz-Latn", "uz-Cyrl"}
    for item in items:
        tree = LexborHTMLParser(f"<div>{item['content']}</div>")
        lines = lines_of(articles[f"tashqi-aloqalar/{item['slug']}"].text)
        assert [part.text(strip=True) for part in tree.css("p, h2, li")] == lines


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_the_ministry_dates_its_cards_only_and_parts_its_list_into_pages(
    newsroom: Newsroom, language: str
) -> None:
    base = newsroom.sites["syrtqy-ister"]
    first = LexborHTMLParser(fetch(f"{base}/{language}/press/news")[2])
    onward = [link.attributes["href"] for link in first.css("a[rel=next]")]
    assert onward == ["?page=2"]
    second = LexborHTMLParser(fetch(f"{base}/{language}/press/news?page=2")[2])
    assert not second.css("a[rel=next]")
    cards = first.css(".card") + second.css(".card")
    assert all(re.match(r"\d+ \w+ 2026", text_at(card, "h5")) for card in cards)
    links = {base + (card.css("h3 a")[0].attributes["href"] or "") for card in cards}
    articles = load_articles()
    own = {id_ for id_ in ids_out(1, "syrtqy-ister") if articles[id_].language == language}
    assert links == {newsroom.url(article_id) for article_id in own}


def test_the_old_bulletin_has_a_second_page(newsroom: Newsroom) -> None:
    base = newsroom.sites["three-rivers"]
    rows = [LexborHTMLParser(fetch(f"{base}/list.php?page={n}")[2]).css("tr.row") for n in (1, 2, 3)]
    assert [len(found) for found in rows] == [3, 1, 0]


# --- oddities of pages --------------------------------------------------------------------------------------


def test_ministry_pages_have_no_date_but_their_sidebar_has(newsroom: Newsroom) -> None:
    for article_id in ids_out(1, "syrtqy-ister"):
        tree = page(newsroom, article_id)
        assert not tree.css("time, meta[property], script")
        assert "2026" not in text_at(tree, "article")
        assert "2026" in text_at(tree, "aside")
        assert text_at(tree, "h1") in ("Жаңалықтар", "Новости")


def test_press_pages_carry_json_ld(newsroom: Newsroom) -> None:
    article = load_articles()["steppe-courier/astana-tashkent-water-consultations"]
    tree = page(newsroom, article.id)
    data = json.loads(text_at(tree, "script[type='application/ld+json']"))
    assert data["@type"] == "NewsArticle"
    assert data["headline"] == article.title
    assert datetime.fromisoformat(data["datePublished"]) == NOW.replace(microsecond=0) - article.published_ago
    assert [author["name"] for author in data["author"]] == list(article.authors)


def test_agency_pages_are_in_an_old_charset(newsroom: Newsroom) -> None:
    article_id = "tyanshan-telegraph/shos-koordinatory-bishkek"
    _, headers, body = fetch(newsroom.url(article_id))
    assert headers.get_content_charset() == "windows-1251"
    assert "координаторы".encode("windows-1251") in body


def test_analysis_pages_end_in_teasers_that_are_no_part_of_them(newsroom: Newsroom) -> None:
    for article_id in ids_out(1, "jaxartes-review"):
        parts: list[str] = []
        for tree in whole(newsroom, article_id):
            headings = [heading.text() for heading in tree.css("h3")]
            assert headings == ["Related articles", "Editor's choice", "Popular"]
            teaser = "foreign minister of Uzbekistan sign a border treaty"
            assert tree.body is not None
            assert tree.body.text().count(teaser) == 2
            for furniture in tree.css(".related, .promo"):
                furniture.decompose()
            content = tree.css_first(".article-content")
            assert content is not None
            parts += [part.text(strip=True) for part in content.css("p, h2, li")]
        assert parts == lines_of(load_articles()[article_id].text)


def test_reprints_have_the_original_s_words_in_other_furniture(latest: Newsroom) -> None:
    selectors = {"steppe-courier": ".story__text", "tyanshan-telegraph": ".article-text"}
    digest = {copy: own for copy, own in expected(2).duplicates.items() if copy.startswith("tulpar-digest/")}
    assert len(digest) >= 3
    for reprint, original in digest.items():
        copy = page(latest, reprint)
        assert "You are reading Tulpar Digest" in text_at(copy, ".entry-content")
        for furniture in copy.css(".source-line, .tags"):
            furniture.decompose()
        source = page(latest, original)
        for link in source.css("a[href='#lines']"):
            assert link.parent is not None
            link.parent.decompose()
        assert text_of(copy, ".entry-content") == text_of(source, selectors[original.split("/")[0]])


# --- edition 2 ----------------------------------------------------------------------------------------------


def test_edits_move_the_feed_s_updated_and_nothing_else(fresh: Newsroom) -> None:
    url = fresh.sites["presidency-press"] + "/en/atom.xml"
    before = {entry.link: entry for entry in feedparser.parse(fetch(url)[2]).entries}
    fresh.advance()
    feed = feedparser.parse(fetch(url)[2])
    after = {entry.link: entry for entry in feed.entries}
    moved = {link for link in before if before[link].updated != after[link].updated}
    changed = expected(2).substantive | expected(2).cosmetic
    assert moved == {fresh.url(article_id) for article_id in changed}
    assert all(before[link].published == after[link].published for link in before)
    assert feed.feed.updated == max(entry.updated for entry in feed.entries)


def test_the_edited_statement_says_another_number(fresh: Newsroom) -> None:
    article_id = "presidency-press/joint-statement-state-visit"
    assert "signed four documents" in text_of(page(fresh, article_id), "article")
    fresh.advance()
    edited = text_of(page(fresh, article_id), "article")
    assert "signed six documents" in edited
    assert "four documents" not in edited


def test_advancing_twice_is_advancing_once(fresh: Newsroom) -> None:
    url = fresh.sites["steppe-courier"] + "/rss.xml"
    fresh.advance()
    once = fetch(url)[2]
    fresh.advance()
    assert fetch(url)[2] == once


def test_the_second_edition_only_adds(newsroom: Newsroom) -> None:
    first, second = expected(1), expected(2)
    assert not first.duplicates
    assert not first.substantive
    assert first.matched < second.matched
    assert first.unmatched == second.unmatched
    assert set(second.duplicates) <= second.matched - first.matched


# --- config -------------------------------------------------------------------------------------------------


def test_the_config_folder_is_an_ordinary_one(newsroom: Newsroom, tmp_path: Path) -> None:
    default = tmp_path / "default"
    for name in ("sources/kz-akorda.yml", "watchlists/central-asia.yml", "languages/en.yml", "settings.yml"):
        (default / name).parent.mkdir(parents=True, exist_ok=True)
        (default / name).write_text("kept: as it is\n", encoding="utf-8")
    config = tmp_path / "config"
    newsroom.write_config(config, default)
    newsroom.write_config(config, default)
    sources, problems = load_sources(config)
    assert problems == []
    assert set(sources) == {site.id for site in SITES}
    assert {source.kind for source in sources.values()} == {"feed", "sitemap", "listing", "api"}
    settings, problems = load_settings(config, {})
    assert problems == []
    assert settings.user_agent.endswith("(+demo@example.org)")
    assert (config / "watchlists" / "central-asia.yml").read_text(encoding="utf-8") == "kept: as it is\n"
    assert (config / "languages" / "en.yml").exists()


def test_source_files_name_the_running_sites_and_their_articles(newsroom: Newsroom, tmp_path: Path) -> None:
    (tmp_path / "default").mkdir()
    newsroom.write_config(tmp_path / "config", tmp_path / "default")
    sources, _ = load_sources(tmp_path / "config")
    for site_id, source in sources.items():
        base = newsroom.sites[site_id]
        assert all(url.startswith(base + "/") for url in source.urls)
        headers = source.api.headers if source.api else {}
        for url in source.urls:
            assert fetch(url, headers, b"{}" if source.api else None)[0] == 200
        if source.article_url is not None:
            pattern = re.compile(source.article_url)
            assert all(pattern.match(newsroom.url(article_id)) for article_id in ids_out(2, site_id))
            assert not pattern.match(base + "/")
