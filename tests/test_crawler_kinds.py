"""The kinds of lists: bytes in, links out. Pure, so no server is needed."""

import gzip
import json
import os
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fakes_crawl import source

from core.article import Precision
from core.errors import SourceChanged
from core.source import Source
from crawler.kinds import api, feed, listing, sitemap
from crawler.kinds.base import DateReader, absolute, versioned
from crawler.kinds.registry import parse_list

SHARED = Path(os.environ.get("TEST_POLICYWIRE_SHARED", Path(__file__).parents[2] / "shared"))
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
URL = "https://news.example/list"


def dates(of: Source) -> DateReader:
    return DateReader.of(of, {}, NOW)


def feed_source(**rest: Any) -> Source:
    return source("feed", "feed", URL, **rest)


def parse_feed(body: str | bytes, **rest: Any) -> Any:
    of = feed_source(**rest)
    return feed.parse(body.encode() if isinstance(body, str) else body, URL, None, of, dates(of))


RSS = """<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
<title>News</title><language>ru-RU</language>
<item><title>One &amp;amp; &lt;b&gt;two&lt;/b&gt;</title><link>/a?x=1#top</link>
 <pubDate>Thu, 19 Nov 2026 10:00:00 +0500</pubDate><dc:creator>A. Writer</dc:creator></item>
<item><title>No link</title></item>
<item><title>By guid</title><guid isPermaLink="true">https://news.example/b</guid></item>
</channel></rss>"""


def test_rss_gives_links_titles_dates_authors_and_language() -> None:
    found = parse_feed(RSS)
    first, second = found.links
    assert first.url == "https://news.example/a?x=1"
    assert first.title == "One & two"
    assert first.published.at == datetime(2026, 11, 19, 5, tzinfo=UTC)
    assert (first.authors, first.language) == (("A. Writer",), "ru")
    assert second.url == "https://news.example/b"
    assert "1 of 3 entries have no web address" in found.warnings[0]


def test_a_feeds_language_counts_only_if_the_source_has_it() -> None:
    assert parse_feed(RSS, languages=["kk"]).links[0].language is None


def test_atom_takes_the_page_and_not_the_other_links() -> None:
    body = """<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><entry><title>A</title><id>tag:x</id>
      <link rel="self" href="/self"/><link rel="enclosure" href="/a.mp3"/>
      <link rel="alternate" type="application/json" href="/a.json"/>
      <link rel="alternate" type="text/html" href="/a"/>
      <published>2026-11-18T00:00:00Z</published><updated>2026-11-19T00:00:00Z</updated></entry></feed>"""
    (link,) = parse_feed(body).links
    assert link.url == "https://news.example/a"
    assert (link.published.at.day, link.modified.at.day) == (18, 19)


def test_a_feed_in_windows_1251_is_read_whatever_it_declares() -> None:
    for declared in ("windows-1251", "utf-8"):
        body = (
            f'<?xml version="1.0" encoding="{declared}"?><rss version="2.0"><channel><title>Новости</title>'
        )
        body += "<item><title>Заявление министра иностранных дел</title><link>https://news.example/a</link></item>"
        (link,) = parse_feed((body + "</channel></rss>").encode("cp1251")).links
        assert link.title == "Заявление министра иностранных дел"


def test_json_feed() -> None:
    body = json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "language": "en",
            "items": [
                {
                    "id": "1",
                    "url": "/a",
                    "title": "A",
                    "date_published": "2026-11-18T10:00:00Z",
                    "authors": [{"name": "N"}],
                },
                {"id": "https://news.example/b", "author": {"name": "Old style"}},
                "odd",
            ],
        }
    )
    found = parse_feed(body)
    assert [link.url for link in found.links] == ["https://news.example/a", "https://news.example/b"]
    assert [link.authors for link in found.links] == [("N",), ("Old style",)]
    assert len(found.warnings) == 1


@pytest.mark.parametrize(
    "body",
    [
        "<!DOCTYPE html><html><head><title>Blocked</title></head><body>Please wait</body></html>",
        '{"error": "no such list"}',
        "nothing of the kind",
        '<?xml version="1.0"?><urlset/>',
    ],
)
def test_what_is_no_feed_is_named(body: str) -> None:
    with pytest.raises(SourceChanged, match=r"news\.example/list.*expected an RSS, Atom or JSON feed, got"):
        parse_feed(body)


def test_an_empty_reply_is_named() -> None:
    of = feed_source()
    with pytest.raises(SourceChanged, match="the reply is empty"):
        parse_list(b" \n", URL, None, of, dates(of))


def test_a_title_or_date_changed_by_the_list_changes_the_version() -> None:
    def version(title: str, updated: str) -> str:
        body = f"""<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>{title}</title><link href="/a"/>
          <summary>{title} 12 comments</summary><updated>{updated}</updated></entry></feed>"""
        found: str = parse_feed(body).links[0].version
        return found

    same = version("A", "2026-11-18T00:00:00Z")
    assert same == version("A", "2026-11-18T00:00:00Z")
    assert same != version("B", "2026-11-18T00:00:00Z")
    assert same != version("A", "2026-11-19T00:00:00Z")


def test_the_time_at_which_a_list_was_made_is_no_modification() -> None:
    body = "".join(
        f"<url><loc>https://news.example/{n}</loc><lastmod>2026-11-19T1{{}}:00:00Z</lastmod></url>"
        for n in range(6)
    )
    made = [parse_sitemap(f"<urlset>{body.replace('{}', hour)}</urlset>") for hour in "12"]
    assert made[0].links == made[1].links
    assert made[0].links[0].modified is None


def test_odd_feeds_are_read_or_named_and_never_crash() -> None:
    folder = SHARED / "data" / "odd_feeds"
    if not folder.is_dir():
        pytest.skip("needs ../shared/data/odd_feeds")
    counts: Counter[str] = Counter()
    of = feed_source()
    for path in (path for path in folder.rglob("*") if path.is_file()):
        try:
            found = feed.parse(path.read_bytes(), URL, None, of, dates(of))
            counts["with links" if found.links else "without links"] += 1
        except SourceChanged:
            counts["no feed"] += 1
    assert counts.total() > 1000
    # CDF, a format of 1997, in its smallest forms.
    assert counts["no feed"] <= 5


def parse_sitemap(body: str | bytes) -> Any:
    of = source("map", "sitemap", URL)
    return sitemap.parse(body.encode() if isinstance(body, str) else body, URL, None, of, dates(of))


NEWS = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<!-- made by hand --><url><loc> https://news.example/a </loc><lastmod>2026-11-19</lastmod>
<news:news><news:publication><news:name>N</news:name><news:language>ru</news:language></news:publication>
<news:publication_date>2026-11-18T08:00:00+05:00</news:publication_date><news:title>Title</news:title></news:news>
</url><url><loc>https://news.example/b</loc></url></urlset>"""


def test_a_news_sitemap_gives_title_date_and_language() -> None:
    first, second = parse_sitemap(NEWS).links
    assert (first.url, first.title, first.language) == ("https://news.example/a", "Title", "ru")
    assert first.published.at == datetime(2026, 11, 18, 3, tzinfo=UTC)
    assert (first.modified.at.day, first.modified.precision) == (19, Precision.DAY)
    assert (second.title, second.version) == (None, "")


def test_a_gzip_sitemap_is_known_by_its_bytes() -> None:
    assert parse_sitemap(gzip.compress(NEWS.encode())).links == parse_sitemap(NEWS).links


def test_a_truncated_gzip_is_named() -> None:
    with pytest.raises(SourceChanged, match="gzip file is cut off"):
        parse_sitemap(gzip.compress(NEWS.encode() * 50)[:-30])


def test_a_decompression_bomb_is_named() -> None:
    with pytest.raises(SourceChanged, match="more than 52,428,800 bytes"):
        parse_sitemap(gzip.compress(b" " * 53_000_000, 1))


def test_an_index_names_its_parts_newest_first() -> None:
    dated = parse_sitemap(
        "<sitemapindex>"
        "<sitemap><loc>https://news.example/1.xml</loc><lastmod>2026-01-01</lastmod></sitemap>"
        "<sitemap><loc>https://news.example/2.xml</loc><lastmod>2026-11-01</lastmod></sitemap>"
        "</sitemapindex>"
    )
    assert dated.more == ("https://news.example/2.xml", "https://news.example/1.xml")
    undated = parse_sitemap(
        "<sitemapindex><sitemap><loc>https://news.example/1.xml</loc></sitemap>"
        "<sitemap><loc>https://news.example/2.xml</loc></sitemap></sitemapindex>"
    )
    assert undated.more == ("https://news.example/2.xml", "https://news.example/1.xml")
    assert not undated.links


def test_of_a_long_sitemap_the_newest_are_taken_and_the_rest_is_counted() -> None:
    entries = "".join(
        f"<url><loc>https://news.example/{n}</loc><lastmod>20{n % 27:02}-01-01</lastmod></url>"
        for n in range(2700)
    )
    found = parse_sitemap(f"<urlset>{entries}</urlset>")
    assert (len(found.links), found.left_out) == (2000, 700)
    assert min(link.modified.at.year for link in found.links) > 2005


def test_entities_are_not_resolved(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("https://news.example/secret", encoding="utf-8")
    body = f'<!DOCTYPE u [<!ENTITY e SYSTEM "{secret.as_uri()}">]><urlset><url><loc>&e;</loc></url></urlset>'
    assert "secret" not in str(parse_sitemap(body))


def test_a_broken_sitemap_gives_what_stands_before_the_break_and_a_warning() -> None:
    found = parse_sitemap("<urlset><url><loc>https://news.example/a</loc></url><url><loc>https://ne")
    assert [link.url for link in found.links][:1] == ["https://news.example/a"]
    assert "the XML is broken" in found.warnings[0]


def test_html_for_a_sitemap_is_named() -> None:
    with pytest.raises(SourceChanged, match="expected a sitemap"):
        parse_sitemap("<html><body>404</body></html>")


LISTING = """<html><head><base href="https://news.example/en/"></head><body>
<div class="card"><a href="a"><img></a><h3><a href="a">First &lt;one&gt;</a></h3>
 <time datetime="2026-11-19T09:00:00+05:00">now</time></div>
<div class="card"><h3><a href="/b"> Second
 one </a></h3><i>18.11.2026</i></div>
<div class="card"><h3>an advertisement</h3><a href="javascript:void(0)">x</a></div>
<a class="next" href="?page=2">2</a></body></html>"""


def parse_listing(body: str, may_be_empty: bool = False, **rules: Any) -> Any:
    of = source(
        "list",
        "listing",
        URL,
        may_be_empty=may_be_empty,
        listing={"item": ".card", "title": "h3", "date": "time, i", **rules},
    )
    return listing.parse(body.encode(), URL, None, of, dates(of))


def test_a_listing_gives_its_cards() -> None:
    found = parse_listing(LISTING, next="a.next", max_pages=3)
    first, second = found.links
    assert (first.url, first.title) == ("https://news.example/en/a", "First <one>")
    assert first.published.at == datetime(2026, 11, 19, 4, tzinfo=UTC)
    assert (second.url, second.title) == ("https://news.example/b", "Second one")
    assert second.published.at == datetime(2026, 11, 18, tzinfo=UTC)
    assert found.more == ("https://news.example/en/?page=2",)
    assert "1 of 3 entries have no web address; narrow `item`" in found.warnings[0]


def test_a_card_may_be_the_link_itself() -> None:
    found = parse_listing('<a class="card" href="/a"><h3>T</h3></a>', title=None)
    assert [(link.url, link.title) for link in found.links] == [("https://news.example/a", "T")]


def test_pages_by_number() -> None:
    found = parse_listing(LISTING, page_url="https://news.example/p/{page}", max_pages=3)
    assert found.more == ("https://news.example/p/2", "https://news.example/p/3")


def test_selectors_that_find_nothing_are_named() -> None:
    with pytest.raises(SourceChanged, match=r"no element matches `item: \.card` in an HTML page"):
        parse_listing("<html><body>Sorry</body></html>")
    with pytest.raises(SourceChanged, match=r"none holds an address at `link: h4 a`"):
        parse_listing(LISTING, link="h4 a")
    assert parse_listing("<html><body>Sorry</body></html>", may_be_empty=True).links == ()


API = {
    "data": {
        "items": [
            {
                "id": 7,
                "slug": "a b",
                "title": {"ru": "Один"},
                "at": 1763539200,
                "body": "<p>x</p>",
                "l": "ru",
            },
            {"slug": "no-id"},
        ]
    }
}


def parse_api(reply: Any, **rules: Any) -> Any:
    basic = {"items": "data.items", "link_template": "https://news.example/{id}/{slug}", "title": "title.ru"}
    of = source("api", "api", URL, api={**basic, "date": "at", "body": "body", "language": "l", **rules})
    body = reply if isinstance(reply, bytes) else json.dumps(reply).encode()
    return api.parse(body, URL, "application/json", of, dates(of))


def test_an_api_reply_gives_what_its_paths_name() -> None:
    found = parse_api(API)
    (link,) = found.links
    assert (link.url, link.title, link.text) == ("https://news.example/7/a%20b", "Один", "<p>x</p>")
    assert (link.published.at, link.language) == (datetime(2025, 11, 19, 8, tzinfo=UTC), "ru")
    assert len(found.warnings) == 1


def test_a_number_in_a_path_picks_from_an_array() -> None:
    reply = [{"links": [{"href": "/x"}], "title": {"ru": "T"}}]
    (link,) = parse_api(reply, items=None, link_template=None, link="links.0.href").links
    assert link.url == "https://news.example/x"


def test_the_version_of_a_listed_text_follows_the_text() -> None:
    changed = json.loads(json.dumps(API).replace("<p>x</p>", "<p>y</p>"))
    assert parse_api(API).links[0].version != parse_api(changed).links[0].version


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (b"<html>login</html>", "expected JSON, got an HTML page"),
        ({"data": {"entries": []}}, r"expected an array at `items: data\.items`, found nothing.*'data'"),
        ({"data": {"items": [{"name": 1}]}}, "none of 1 items has an address.*'name'"),
        (b"[" * 100_000, "expected JSON"),
    ],
)
def test_paths_that_lead_nowhere_are_named(reply: Any, message: str) -> None:
    with pytest.raises(SourceChanged, match=message):
        parse_api(reply)


def test_an_api_list_may_come_without_items() -> None:
    assert parse_api({"data": {"items": []}}).links == ()


@pytest.mark.parametrize(
    "address", ["mailto:a@b", "javascript:void(0)", "http://", "//", "http://[::1", None]
)
def test_what_is_no_web_address(address: str | None) -> None:
    assert absolute("about:blank", address) is None


def test_a_list_that_gives_only_addresses_has_a_constant_version() -> None:
    of = source("map", "sitemap", URL)
    body = b"<urlset><url><loc>https://news.example/a</loc></url></urlset>"
    assert versioned(sitemap.parse(body, URL, None, of, dates(of)).links)[0].version == ""
