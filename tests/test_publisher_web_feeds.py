"""Feeds over HTTP: made when asked for, given again while nothing changed, compressed, conditional."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import brotli
import feedparser
import listparser
import pytest
from fakes_publisher import NOW, SOURCES, make_article
from fakes_site import Reply, WebSite, make_snapshot, make_watchlists, running_site
from lxml import html

from core.article import Article, Batch
from core.settings import Settings
from publisher.feeds.channels import FORMS, channels
from publisher.publish import Publisher

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def article(
    number: int, *, source: str = "kz-ministry", state: str = "Kazakhstan", **changes: Any
) -> Article:
    words = " ".join(f"word{number}x{place}" for place in range(60))
    text = f"{state} signed the treaty on Friday after a year of talks. They say: {words}"
    return make_article(
        **{
            "source": source,
            "url": f"https://ministry.example/news/{number}",
            "title": f"Statement {number}",
            "text": text,
            **changes,
        }
    )


class Newsroom:
    """A site whose feeds come out of a real store, and the publisher that fills it."""

    def __init__(self, web: WebSite) -> None:
        self.web = web
        self.now = NOW - timedelta(days=2)
        self.publisher = Publisher(
            store=web.store,
            watchlists=web.watchlists,
            sources=SOURCES,
            settings=web.settings,
            feeds_dir=web.feeds,
            base_url=web.in_force().base_url,
        )

    def keep(self, *articles: Article, hours: float = 1) -> None:
        self.now += timedelta(hours=hours)
        for source in dict.fromkeys(one.source for one in articles):
            own = tuple(one for one in articles if one.source == source)
            self.web.store.keep(Batch(source=source, articles=own), now=self.now)
        self.publisher.publish(now=self.now)

    def ask(self, path: str, **headers: Any) -> Reply:
        return self.web.ask(path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    def titles(self, path: str) -> list[str]:
        reply = self.ask(path)
        assert reply.status == 200, reply.text
        feed = feedparser.parse(reply.body)
        assert not feed.bozo
        return [entry.title for entry in feed.entries]


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    watchlists = make_watchlists(tmp_path, "region")
    with running_site(tmp_path, watchlists=watchlists, sources=SOURCES) as web:
        web.snapshot = make_snapshot(feeds=channels(watchlists.values()))
        room = Newsroom(web)
        room.publisher.publish(now=room.now)
        yield room


@pytest.mark.parametrize("form", FORMS)
def test_a_new_match_stands_in_the_feed_at_once_and_the_file_says_the_same(room: Newsroom, form: str) -> None:
    empty = room.ask(f"/feeds/region.{form}")
    room.keep(article(1))
    reply = room.ask(f"/feeds/region.{form}")
    room.publisher.publish(now=NOW)
    assert b"Statement 1" not in empty.body
    assert b"Statement 1" in reply.body
    assert reply.body == (room.web.feeds / f"region.{form}").read_bytes()
    assert reply.headers["etag"] != empty.headers["etag"]
    assert reply.headers["content-type"].startswith(
        {"rss": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json"}[form]
    )
    assert reply.headers["cache-control"] == "max-age=60"
    assert reply.headers["vary"] == "Accept, Accept-Encoding"
    assert reply.headers["x-content-type-options"] == "nosniff"


def test_who_has_the_feed_already_is_told_so(room: Newsroom) -> None:
    room.keep(article(1))
    for _ in range(2):  # made at first, ready then
        first = room.ask("/feeds/region.rss")
        again = room.ask("/feeds/region.rss", If_None_Match=first.headers["etag"])
        assert (again.status, again.body) == (304, b"")
        for name in ("etag", "last-modified", "cache-control", "vary"):
            assert again.headers[name] == first.headers[name]
        by_date = room.ask("/feeds/region.rss", If_Modified_Since=first.headers["last-modified"])
        assert by_date.status == 304
        assert room.ask("/feeds/region.rss", If_None_Match='"another"').status == 200
    room.keep(article(2))
    changed = room.ask(
        "/feeds/region.rss",
        If_None_Match=first.headers["etag"],
        If_Modified_Since=first.headers["last-modified"],
    )
    assert changed.status == 200
    # Although the clock of the site stands still: who asks by date alone must see it too.
    assert changed.headers["last-modified"] != first.headers["last-modified"]


def test_a_change_elsewhere_gives_the_same_document(room: Newsroom) -> None:
    room.keep(article(1))
    first = room.ask("/feeds/region-uz.rss")
    room.keep(article(2, text="The mayor opened a swimming pool in the north of the town with six lanes."))
    again = room.ask("/feeds/region-uz.rss")
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["last-modified"] == first.headers["last-modified"]


def test_head_gives_the_headers_alone(room: Newsroom) -> None:
    whole = room.ask("/feeds/region.rss")
    for _ in range(2):
        head = room.web.ask("/feeds/region.rss", method="HEAD")
        assert (head.status, head.body) == (200, b"")
        for name in ("etag", "last-modified", "content-type", "content-length"):
            assert head.headers[name] == whole.headers[name]


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("gzip", "gzip"),
        ("br", "br"),
        ("gzip, deflate, br;q=0.9", "gzip"),
        ("gzip, deflate, br", "br"),
        ("*", "br"),
        ("gzip;q=0", None),
        ("identity", None),
        ("br;q=0.5, identity", None),
        ("gzip;q=zero, zstd", None),
    ],
)
def test_a_feed_is_compressed_as_the_asker_takes_it(room: Newsroom, asked: str, given: str | None) -> None:
    room.keep(*(article(number) for number in range(5)))
    plain = room.ask("/feeds/region.atom")
    for _ in range(2):
        reply = room.ask("/feeds/region.atom", Accept_Encoding=asked)
        assert reply.headers.get("content-encoding") == given
        unpack = {"gzip": gzip.decompress, "br": brotli.decompress}.get(given or "", bytes)
        assert unpack(reply.body) == plain.body
        assert (reply.headers["etag"] == plain.headers["etag"]) is (given is None)
        assert (
            room.ask("/feeds/region.atom", Accept_Encoding=asked, If_None_Match=reply.headers["etag"]).status
            == 304
        )


def test_entries_can_be_selected(room: Newsroom) -> None:
    room.keep(article(1), article(2, source="kz-paper", url="https://paper.example/2"))
    room.keep(article(3, state="Uzbekistan", language="ru"))
    assert room.titles("/feeds/entries.rss") == ["Statement 3", "Statement 2", "Statement 1"]
    assert room.titles("/feeds/entries.rss?state=uz") == ["Statement 3"]
    assert room.titles("/feeds/entries.rss?language=en&publisher=press") == ["Statement 2"]
    assert room.titles("/feeds/official.rss") == ["Statement 3", "Statement 1"]
    assert room.titles("/feeds/region.rss?language=ru") == ["Statement 3"]
    assert room.titles("/feeds/region-kz.rss?source=kz-paper") == ["Statement 2"]
    assert room.titles("/feeds/region.rss?number=1") == ["Statement 3"]


def test_the_archive_can_be_asked(room: Newsroom) -> None:
    room.keep(article(1), article(2, text="The mayor opened a swimming pool in the north of the town."))
    room.keep(article(3, source="kz-paper", url="https://paper.example/3"))
    assert room.titles("/feeds/sources/kz-ministry.rss") == ["Statement 2", "Statement 1"]
    for name in ("search.xml", "search.rss", "search.atom"):
        assert room.titles(f"/feeds/{name}?q=swimming+pool") == ["Statement 2"]
    assert json.loads(room.ask("/feeds/search.json?q=swimming").body)["title"] == "Search: swimming"


def test_a_feed_that_goes_on_names_where(room: Newsroom) -> None:
    room.keep(*(article(number) for number in range(5)))
    seen: list[str] = []
    path = "/feeds/search.atom?number=2"
    for _ in range(3):
        feed = feedparser.parse(room.ask(path).body)
        seen += [entry.title for entry in feed.entries]
        onward = [link.href for link in feed.feed.links if link.rel == "next"]
        path = onward[0].removeprefix(room.web.in_force().base_url) if onward else ""
    assert sorted(seen) == [f"Statement {number}" for number in range(5)]
    assert path == ""


def test_full_text_and_revisions_are_options(room: Newsroom) -> None:
    room.keep(article(1))
    assert "word1x59" not in room.ask("/feeds/region.rss").text
    assert "word1x59" in room.ask("/feeds/region.rss?text=full").text
    longer = article(1)
    room.keep(
        replace(longer, text=longer.text.replace("on Friday", "on Monday with great ceremony in Paris"))
    )
    shown = room.titles("/feeds/region.rss")
    assert shown[0] == "Revised: Statement 1"
    assert room.titles("/feeds/region.rss?revisions=no") == shown[1:]
    ids = {
        asked: feedparser.parse(room.ask(f"/feeds/search.rss?revisions={asked}").body).entries[0].id
        for asked in ("yes", "no")
    }
    assert ids["yes"] != ids["no"]


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("entries.rss?watchlist=absent", 400, "there is no 'absent'"),
        ("entries.rss?state=XX", 400, "no watchlist has 'XX'"),
        ("region.rss?source=absent", 400, "there is no 'absent'"),
        ("region.rss?publisher=absent", 400, "no source is 'absent'"),
        ("region.rss?number=many", 400, "number"),
        ("region.rss?watchlist=other", 400, "address says that already"),
        ("sources/kz-paper.rss?source=kz-ministry", 400, "address says that already"),
        ("search.rss?q=%22open", 400, "quotation mark"),
        ("search.rss?langauge=ru", 400, "langauge: there is no such parameter here; perhaps language"),
        ("region.rss?q=gas&amp;text=full", 400, "perhaps text is meant"),
        ("search.rss?about=SCO", 400, "about: there is no such parameter here"),
        ("operators.rss?days=2", 400, "this address takes no parameters"),
        ("feeds.opml?state=KZ", 400, "this address takes no parameters"),
        ("sources/absent.rss", 404, "/feeds lists them all"),
        ("absent.rss", 404, "/feeds lists them all"),
        ("region", 404, "/feeds lists them all"),
        (".versions", 404, "/feeds lists them all"),
        ("../policywire.db", 404, "/feeds lists them all"),
        ("..%2fpolicywire.db", 404, "/feeds lists them all"),
        ("REGION.RSS", 404, "/feeds lists them all"),
        ("region.rss%00", 404, "/feeds lists them all"),
        ("a" * 5000 + ".rss", 404, "/feeds lists them all"),
        ("operators.rss", 404, "no alert yet"),
        ("archive/region/soon.rss", 404, "/feeds lists them all"),
        ("archive/region/2026-11-20.rss", 404, "not over yet"),
        ("archive/region/2026-11-01.rss?number=3", 400, "leave the options out"),
    ],
)
def test_what_cannot_be_is_said(room: Newsroom, path: str, status: int, words: str) -> None:
    reply = room.ask(f"/feeds/{path}")
    assert reply.status == status
    assert words in json.loads(reply.body)["error"]


@pytest.mark.parametrize("added", ["_=1700000000123", "cacheBust=1678824834628", "utm_source=mail"])
def test_what_readers_add_changes_nothing(room: Newsroom, added: str) -> None:
    room.keep(article(1), article(2))
    for path in ("/feeds/region.rss", "/feeds/search.rss?q=treaty&number=1"):
        mark = "&" if "?" in path else "?"
        assert room.ask(f"{path}{mark}{added}").body == room.ask(path).body


def test_a_feed_whose_archive_is_not_matched_yet_is_not_there(room: Newsroom) -> None:
    (room.web.feeds / "region.rss").unlink()
    assert "still being made" in room.ask("/feeds/region.rss").text


def related(reply: Reply) -> dict[str, str]:
    feed = feedparser.parse(reply.body)
    return {link.rel: link.href for link in feed.feed.links}


@pytest.mark.parametrize("form", ["rss", "atom"])
def test_days_that_are_over_have_documents_of_their_own(room: Newsroom, form: str) -> None:
    for number in range(6):
        room.keep(article(number), hours=9)
    base = room.web.in_force().base_url
    titles: list[str] = []
    reply = room.ask(f"/feeds/region.{form}?")
    address = related(reply)["prev-archive"]
    newest, later = address, None
    while address:
        reply = room.ask(address.removeprefix(base))
        found = related(reply)
        assert b"fh:archive" in reply.body
        assert found["self"] == address
        assert found["current"] == f"{base}/feeds/region.{form}"
        assert found.get("next-archive") == later
        assert reply.headers["cache-control"] == "max-age=86400"
        titles += [entry.title for entry in feedparser.parse(reply.body).entries]
        later, address = address, found.get("prev-archive", "")
    assert newest.endswith(f"/feeds/archive/region/2026-11-19.{form}")
    # With what is of today, nothing is missing.
    today = [entry.title for entry in feedparser.parse(room.ask(f"/feeds/region.{form}").body).entries]
    assert set(titles) | set(today) == {f"Statement {number}" for number in range(6)}
    assert titles == [f"Statement {number}" for number in (2, 1, 0)]


def test_all_feeds_come_as_opml(room: Newsroom) -> None:
    reply = room.ask("/feeds/feeds.opml")
    found = listparser.parse(reply.text)
    addresses = [feed.url for feed in found.feeds]
    base = room.web.in_force().base_url
    assert f"{base}/feeds/region-kz.rss" in addresses
    assert f"{base}/feeds/sources/kz-paper.rss" in addresses
    assert f"{base}/feeds/official.rss" in addresses
    for address in addresses:
        assert room.ask(address.removeprefix(base)).status == 200


def test_a_browser_is_shown_a_page_and_a_reader_the_feed(room: Newsroom) -> None:
    room.keep(article(1, title="A <script>alert(1)</script> & more"))
    reply = room.ask("/feeds/region.rss", Accept=BROWSER)
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert "Accept" in reply.headers["vary"]
    page = html.fromstring(reply.body.decode())
    assert not page.xpath("//main//script")
    assert "A <script>alert(1)</script> & more" in page.xpath("//main")[0].text_content()
    assert "Why: " in page.text_content()
    assert page.xpath("//main//a[contains(@href, '/feeds/region.atom')]")
    for accept in (
        "*/*",
        "application/rss+xml, application/xml;q=0.8, text/html;q=0.7",
        "application/xml,application/atom+xml,application/rss+xml,text/html,*/*;q=0.9",
    ):
        assert room.ask("/feeds/region.rss", Accept=accept).body.startswith(b"<?xml")


def test_the_page_of_feeds_lists_them_and_makes_addresses(room: Newsroom) -> None:
    page = html.fromstring(room.ask("/feeds").text)
    hrefs = set(page.xpath("//main//a/@href"))
    assert {"/feeds/region-kz.json", "/feeds/sources/kz-paper.atom", "/feeds/feeds.opml"} <= hrefs
    made = html.fromstring(room.ask("/feeds?of=search&q=treaty&language=ru,kk&days=&text=full").text)
    address = "/feeds/search.rss?q=treaty&language=ru%2Ckk&text=full"
    assert address in made.xpath("//main//a/@href")
    assert room.ask(address).status == 200
    faulty = room.ask("/feeds?of=entries&state=XX", Accept=BROWSER)
    assert faulty.status == 400
    assert "no watchlist has" in faulty.text
    misspelt = room.ask("/feeds?of=search&langauge=ru", Accept=BROWSER)
    assert misspelt.status == 400
    assert "perhaps language is meant" in misspelt.text


def test_pages_name_their_feeds_for_readers(room: Newsroom) -> None:
    page = html.fromstring(room.ask("/status").text)
    found = {(link.get("type"), link.get("href")) for link in page.xpath("//link[@rel='alternate']")}
    assert ("application/rss+xml", "/feeds/region.rss") in found
    # Those of the states stand on the page of feeds.
    assert ("application/rss+xml", "/feeds/region-kz.rss") not in found


def test_another_config_is_another_feed(room: Newsroom) -> None:
    room.keep(article(1), article(2))
    assert len(room.titles("/feeds/entries.rss")) == 2
    room.web.settings = Settings.model_validate({"feeds": {"entries": 1}})
    assert len(room.titles("/feeds/entries.rss")) == 1


def test_who_names_himself_goes_the_whole_way(room: Newsroom) -> None:
    first = room.ask("/feeds/region.rss")
    for name in ("Cookie", "Authorization"):
        assert room.ask("/feeds/region.rss", **{name: "x=y"}).body == first.body
