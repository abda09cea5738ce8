"""The entries page as browsers get it: a real server over a real store."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest
from fakes_listing import enter, made_article, made_match, minutes
from fakes_matching import one
from fakes_publisher import NOW, make_source, random_texts
from fakes_site import Reply, WebSite, running_site
from lxml import html

from publisher.matching import Watchlist
from storage.records.publication import Cursor

TERMS = """
lists:
  kazakhstan: {country: KZ, terms: {en: [{term: Kazakhstan, class: name}]}}
  organisations: {short: {SCO: [SCO]}, terms: {en: [SCO]}}
"""
RULES = """
name: Central <Asia>
states: {KZ: Kazakhstan, UZ: Uzbekistan}
rules: [{name: r, all: [kazakhstan, organisations], weight: 0.8}]
"""
HOSTILE = "<script>alert(1)</script>\"'&amp;\u202e\u0600"


@pytest.fixture(scope="module")
def watchlist(tmp_path_factory: pytest.TempPathFactory) -> Watchlist:
    return one(tmp_path_factory.mktemp("config"), RULES, TERMS)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, watchlist: Watchlist) -> Iterator[WebSite]:
    sources = {
        "kz-ministry": make_source(),
        "kz-paper": make_source(id="kz-paper", name="The <b>Paper</b>", publisher="press", languages=("ru",)),
    }
    watchlists = {"central-asia": watchlist, "water": watchlist}
    with running_site(tmp_path_factory.mktemp("data"), watchlists=watchlists, sources=sources) as web:
        first = made_article(1, at=minutes(60 * 26))
        enter(web.store, first, made_match(first), made_match(first, "water"), at=minutes(60 * 26))
        enter(
            web.store,
            made_article(2, source="kz-paper", language="ru", title="Договор подпишут"),
            at=minutes(9),
        )
        text = f"He said {HOSTILE} of the treaty."
        hostile = made_article(3, title=HOSTILE, text=text)
        enter(web.store, hostile, made_match(hostile, sentence=text), at=minutes(5))
        enter(web.store, made_article(1, at=minutes(60 * 26)), made_match(first), at=minutes(2), kind="gone")
        yield web


def page(reply: Reply) -> html.HtmlElement:
    return html.fromstring(reply.body.decode())


def titles(site: WebSite, query: str = "") -> list[str]:
    reply = site.ask(f"/{query}")
    assert reply.status == 200, reply.text
    return [one.text_content() for one in page(reply).xpath("//article//h3")]


def test_entries_stand_by_day_with_why_they_matched(site: WebSite) -> None:
    shown = page(site.ask("/"))
    assert [day.text_content().strip() for day in shown.xpath("//section[@class='day']/h2")] == [
        "Friday, 20 November 2026",
        "Thursday, 19 November 2026",
    ]
    item = shown.xpath("//article")[-1]
    words = item.text_content()
    assert item.xpath(".//h3/a/@href") == ["/articles/1"]
    for part in ("Ministry of Examples", "official", "en", "Kazakhstan", "Aman Testov", "foreign minister"):
        assert part in words
    assert [mark.text for mark in item.xpath(".//mark")] == ["treaty"]
    # Once, with both its watchlists.
    assert set(item.xpath(".//a[contains(@href, 'watchlist=')]/@href")) == {
        "/?watchlist=central-asia",
        "/?watchlist=water",
    }
    assert shown.xpath("//article")[0].xpath(".//span[contains(@class, 'mark')]")[0].text == "Withdrawn"


def test_text_says_its_language_and_keeps_its_direction(site: WebSite) -> None:
    for heading in page(site.ask("/")).xpath("//article/h3"):
        assert heading.get("dir") == "auto"
        assert heading.get("lang") in ("en", "ru")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?state=kz", 4),
        ("?state=UZ", 0),
        ("?watchlist=water", 1),
        ("?source=kz-paper", 1),
        ("?publisher=official&publisher=press", 4),
        ("?publisher=official", 3),
        ("?language=ru", 1),
        ("?speaker=test", 4),
        ("?office=minister&speaker=other", 0),
        ("?q=treaty", 4),
        ("?q=absent", 0),
        ("?since=2026-11-20", 3),
        ("?until=2026-11-20", 1),
        ("?revisions=no", 3),
        ("?days=1", 4),
        ("?number=2", 2),
    ],
)
def test_filters(site: WebSite, query: str, found: int) -> None:
    assert len(titles(site, query)) == found


def test_each_filter_can_be_taken_away_and_the_selection_is_a_feed(site: WebSite) -> None:
    asked = "?q=treaty&state=KZ&language=en&language=ru&number=2&about=SCO"
    shown = page(site.ask(f"/{asked}"))
    links = {
        one.xpath("./bdi")[0].text: parse_qs(urlsplit(one.xpath("./a/@href")[0]).query)
        for one in shown.xpath("//ul[@class='chosen']/li[bdi]")
    }
    assert links["Kazakhstan"] == {"q": ["treaty"], "language": ["en,ru"]}
    assert links["ru"] == {"q": ["treaty"], "state": ["KZ"], "language": ["en"]}
    feeds = shown.xpath("//p[@class='as-feed']/a/@href")
    assert feeds[0] == "/feeds/entries.rss?q=treaty&state=KZ&language=en%2Cru"
    assert [one.partition("?")[0] for one in feeds[1:]] == ["/feeds/entries.atom", "/feeds/entries.json"]
    assert [site.ask(one).status for one in feeds] == [200, 200, 200]
    # Asked again, the form keeps what was chosen.
    assert shown.xpath("//input[@name='language']/@value") == ["en", "ru"]
    assert shown.xpath("//select[@name='state']/option[@selected]/@value") == ["KZ"]


def test_pages_lead_to_each_other(site: WebSite) -> None:
    first = page(site.ask("/?number=2&state=KZ"))
    older = first.xpath("//a[@rel='next']/@href")[0]
    second = page(site.ask(older))
    assert not first.xpath("//a[@rel='prev']")
    assert not second.xpath("//a[@rel='next']")
    back = page(site.ask(second.xpath("//a[@rel='prev']/@href")[0]))
    hrefs = "//article//h3/a/@href"
    assert back.xpath(hrefs) == first.xpath(hrefs)
    assert len({*first.xpath(hrefs), *second.xpath(hrefs)}) == 3  # one of them twice: withdrawn


def test_hostile_words_are_only_words(site: WebSite) -> None:
    reply = site.ask("/")
    assert b"<script>alert" not in reply.body
    assert "\u202e" not in reply.text
    assert "<script>alert(1)</script>" in page(reply).xpath("//article")[1].text_content()


@pytest.mark.parametrize(
    "query",
    [
        "?state=XX",
        "?watchlist=absent",
        "?source=absent",
        "?q=%22open",
        "?q=" + quote("(" * 300 + "a" + ")" * 300),
        "?before=yesterday",
        "?since=soon",
        "?days=0",
        "?number=x",
        "?q=" + "a" * 600,
        "?speaker=-",
    ],
)
def test_what_is_not_understood_is_said_over_the_filled_form(site: WebSite, query: str) -> None:
    reply = site.ask(f"/{query}&office=kept+as+it+was")
    shown = page(reply)
    assert reply.status == 400
    assert shown.xpath("//p[@role='alert']")[0].text_content()
    assert shown.xpath("//input[@name='office']/@value") == ["kept as it was"]
    assert not shown.xpath("//article")


def test_new_entries_are_told(site: WebSite) -> None:
    address = page(site.ask("/?state=KZ")).xpath("//p[@class='news']/@data-news")[0]
    assert site.ask(address).body == b'{"new":0,"most":20}'
    older = page(site.ask("/?number=2")).xpath("//a[@rel='next']/@href")[0]
    token = parse_qs(urlsplit(older).query)["before"][0]
    assert site.ask(f"/news.json?{urlencode({'after': token})}").body == b'{"new":1,"most":20}'
    assert not page(site.ask(older)).xpath("//p[@class='news']")
    assert site.ask("/news.json").status == 400


def test_odd_strings_in_any_parameter_are_no_fault_of_ours(site: WebSite) -> None:
    names = (
        *("q", "watchlist", "state", "source", "publisher", "country", "language", "speaker", "office"),
        *("since", "until", "days", "number", "revisions", "before", "after", "text", "about"),
    )
    odd = [
        *random_texts(12),
        "NEAR(a b)",
        "a" * 3000,
        "((((",
        "title:*",
        "' OR 1=1 --",
        "9" * 40,
        "-1",
        "\x00",
    ]
    for number, text in enumerate(odd):
        query = urlencode(
            {names[(number * 5 + step) % len(names)]: text[:3000] for step in range(2)}, errors="replace"
        )
        for path in ("/", "/search", "/news.json"):
            assert site.ask(f"{path}?{query}").status in (200, 400), (path, query)
    for name in names:
        for text in ("", "\u202e\ud800<b>", "1", "a,b", "2026-11-20T00:00:00Z"):
            query = urlencode({name: text}, errors="replace")
            assert site.ask(f"/?{query}").status in (200, 400), query
            assert site.ask(f"/search?{query}").status in (200, 400), query


def test_the_page_is_light_and_asks_nobody_else(site: WebSite) -> None:
    for number in range(10, 50):
        text = f"Переговоры о договоре {'и ещё слово ' * 40}."
        many = made_article(
            number, source="kz-paper", language="ru", title="Очень длинный заголовок " * 6, text=text
        )
        enter(site.store, many, made_match(many, sentence=text, form="договоре"), at=minutes(1))
    reply = site.ask("/")
    shown = page(reply)
    assert len(shown.xpath("//article")) == 30
    loaded = shown.xpath("//link[@rel='stylesheet' or @rel='icon']/@href | //script/@src | //img/@src")
    assert all(one.startswith("/static/") for one in loaded)
    weight = len(reply.body) + sum(len(site.ask(one).body) for one in set(loaded))
    assert weight < 150_000
    assert not shown.xpath("//*[@style]") and not shown.xpath("//script[not(@src)]")


def test_no_entry_yet(tmp_path: Path, watchlist: Watchlist) -> None:
    with running_site(tmp_path, watchlists={"central-asia": watchlist}, sources={}) as web:
        assert "There is no entry yet" in web.ask("/").text
        web.store.publish("central-asia", Cursor(), matches=[], drafts=[])
        assert "No entry matches" in web.ask("/?state=KZ").text
        assert NOW.tzinfo is not None
