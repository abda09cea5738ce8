"""`policywire sources new` on small sites written for these tests; replies come from a table."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from core.config import load_languages
from core.errors import SourceChanged, SourceError, Unreachable
from core.source import Source
from crawler.discovery import FEED_PATHS, propose
from crawler.finding.address_pattern import address_pattern
from crawler.finding.date_order import date_order
from crawler.finding.draft import Proposal
from crawler.finding.sample import READ, Reply
from scheduler.cli import cli

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
CONFIG = Path(__file__).parents[1] / "config"
SITE = "https://news.example.kz"

PROSE = (
    "Министерство иностранных дел сообщило, что стороны обсудили расписание встреч на весну и договорились "
    "продолжить работу над соглашением о транзите. Представители обеих стран подчеркнули, что решение будет "
    "принято после консультаций с предпринимателями и жителями приграничных районов. "
)
FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>
<item><title>Talks on transit</title><link>https://news.example.kz/2026/11/talks/</link>
<pubDate>Wed, 18 Nov 2026 09:30:00 +0000</pubDate></item>
<item><title>Second item</title><link>https://news.example.kz/2026/11/second/</link></item>
</channel></rss>"""


class Site:
    """Answers from a table of pages; anything else is 404. Counts what it was asked."""

    def __init__(self, pages: Mapping[str, str], *, broken: frozenset[str] = frozenset()) -> None:
        self.pages = pages
        self.broken = broken
        self.asked: list[str] = []

    async def __call__(self, url: str) -> Reply:
        self.asked.append(url)
        if url in self.broken:
            raise Unreachable(f"{url}: no answer")
        body = self.pages.get(url)
        if body is None:
            return 404, "text/html", b"<html>not here</html>", url
        kind = "text/html; charset=utf-8" if "<html" in body else "application/xml"
        return 200, kind, body.encode(), url


def find(site: Site, url: str = SITE + "/news") -> tuple[Proposal, Source]:
    """Propose, and load the proposed file by the real model."""
    languages, problems = load_languages(CONFIG)
    assert not problems
    proposal = asyncio.run(propose(url, site, languages=languages, now=NOW))
    return proposal, Source.model_validate({**yaml.safe_load(proposal.yaml), "id": proposal.id})


def page(body: str, head: str = "", lang: str = "ru") -> str:
    head = f"<head><title>Example News</title>{head}</head>"
    return f'<!DOCTYPE html><html lang="{lang}">{head}<body>{body}</body></html>'


def cards(card: str, count: int = 6) -> str:
    return "".join(
        card.format(
            id=1000 + number, day=10 + number, title=f"Заголовок о переговорах министров номер {number}"
        )
        for number in range(count)
    )


CARD = """<div class="card"><a class="pic" href="/ru/news/{id}"><img src="{id}.jpg"></a>
<h3><a href="/ru/news/{id}">{title}</a></h3><span class="when">{day} ноября 2026</span></div>"""
MENU = '<nav><a href="/ru/section/economy">Экономика и внешняя торговля страны</a></nav>'


def test_a_declared_feed_is_proposed_and_comments_are_not() -> None:
    head = """<meta property="og:site_name" content="Example News">
    <link rel="alternate" type="application/rss+xml" title="Comments Feed" href="/comments/feed/">
    <link rel="alternate" type="application/rss+xml" title="Example" href="/en/feed/">
    <link rel="alternate" type="application/atom+xml" title="Atom" href="/en/atom/">"""
    site = Site(
        {
            SITE + "/news": page(PROSE, head),
            SITE + "/en/feed/": FEED,
            SITE + "/comments/feed/": FEED,
        }
    )
    proposal, source = find(site)
    assert source.kind == "feed"
    assert source.urls == (SITE + "/en/feed/",)
    assert (source.name, source.country, source.time_zone) == ("Example News", "KZ", "Asia/Almaty")
    assert source.languages == ("ru",)
    assert [link.title for link in proposal.preview] == ["Talks on transit", "Second item"]
    assert f"also found: feed {SITE}/en/atom/" in proposal.yaml
    assert site.asked[:2] == [SITE + "/news", SITE + "/en/feed/"]
    assert len(site.asked) == 4, "and the two articles"


@pytest.mark.parametrize("path", FEED_PATHS)
def test_an_undeclared_feed_is_found_at_the_usual_places(path: str) -> None:
    body = FEED
    if path.endswith(".json"):
        body = (
            '{"version": "https://jsonfeed.org/version/1.1", "title": "News", "items": '
            '[{"id": "1", "url": "https://news.example.kz/a/1", "title": "Talks"}]}'
        )
    _, source = find(Site({SITE + "/news": page(PROSE), SITE + path: body}))
    assert (source.kind, source.urls) == ("feed", (SITE + path,))


def test_a_language_s_own_feed_comes_before_the_whole_site_s() -> None:
    pages = {SITE + "/ru/news": page(PROSE), SITE + "/ru/rss": FEED, SITE + "/rss": FEED}
    assert find(Site(pages), SITE + "/ru/news")[1].urls == (SITE + "/ru/rss",)
    del pages[SITE + "/ru/rss"]
    assert find(Site(pages), SITE + "/ru/news")[1].urls == (SITE + "/rss",)


def test_html_under_a_feed_address_is_no_feed_and_a_dead_path_ends_nothing() -> None:
    pages = {SITE + "/news": page(MENU + cards(CARD)), SITE + "/feed/": page("Лента"), SITE + "/rss": FEED}
    _, source = find(Site(pages, broken=frozenset({SITE + "/feed/"})))
    assert source.urls == (SITE + "/rss",)
    _, source = find(Site({name: body for name, body in pages.items() if not name.endswith("/rss")}))
    assert source.kind == "listing"


def test_the_feed_itself_may_be_given() -> None:
    _, source = find(Site({SITE + "/feed/": FEED, SITE + "/": page(PROSE)}), SITE + "/feed/")
    assert (source.kind, source.languages) == ("feed", ("ru",))


def test_a_dated_sitemap_from_robots_is_preferred_to_the_page() -> None:
    entries = "".join(
        f"<url><loc>{SITE}/ru/2026/11/{day}/talks-{day}.html</loc><lastmod>2026-11-{day}</lastmod></url>"
        for day in range(11, 16)
    )
    child = f"<sitemap><loc>{SITE}/maps/new.xml</loc></sitemap>"
    site = Site(
        {
            SITE + "/news": page(MENU + cards(CARD)),
            SITE + "/robots.txt": f"User-agent: *\nDisallow: /x\nSitemap: {SITE}/maps/index.xml\n",
            SITE + "/maps/index.xml": f"<sitemapindex>{child}</sitemapindex>",
            SITE + "/maps/new.xml": f"<urlset>{entries}</urlset>",
        }
    )
    proposal, source = find(site)
    assert (source.kind, source.urls) == ("sitemap", (SITE + "/maps/index.xml",))
    assert source.article_url == r"https://news\.example\.kz/ru/\d{4}/\d{2}/\d{2}/[^/?#]+\.html"
    assert len(proposal.preview) == 5
    assert any(doubt.startswith("article_url: ") for doubt in proposal.doubts)


def test_a_listing_is_made_from_repeated_structure() -> None:
    sitemap = f"<urlset><url><loc>{SITE}/about</loc></url></urlset>"
    proposal, source = find(Site({SITE + "/news": page(MENU + cards(CARD)), SITE + "/sitemap.xml": sitemap}))
    assert source.listing is not None
    assert source.listing.item == "div.card"
    assert source.listing.title == "h3"
    assert source.listing.date == "span.when"
    assert source.article_url == r"https://news\.example\.kz/ru/news/\d+"
    first = proposal.preview[0]
    assert first.url == SITE + "/ru/news/1000"
    assert first.title == "Заголовок о переговорах министров номер 0"
    assert first.published is not None
    assert first.published.at == datetime(2026, 11, 10, tzinfo=UTC)
    assert "also found: sitemap" in proposal.yaml


@pytest.mark.parametrize(
    ("card", "item", "date"),
    [
        (
            '<li><time datetime="2026-11-{day}">x</time><a href="/n/{id}/">{title}</a></li>',
            "li",
            "time",
        ),
        ('<tr><td>{day}.11.2026</td><td><a href="/n/{id}/">{title}</a></td></tr>', "tr", "td"),
        ('<a class="row" href="/n/{id}/">{title}</a>', "a.row", None),
        (
            '<article class="post post-{id}"><h2><a href="/n/{id}/">{title}</a></h2>'
            '<a href="/n/{id}/">Подробнее</a></article>',
            "article.post",
            None,
        ),
    ],
)
def test_usual_forms_of_lists(card: str, item: str, date: str | None) -> None:
    table = card.startswith("<tr")
    body = f"<table>{cards(card)}</table>" if table else f"<main>{cards(card)}</main>"
    proposal, source = find(Site({SITE + "/news": page(MENU + body)}))
    assert source.listing is not None
    assert source.listing.item == item
    assert source.listing.date == date
    assert [link.url for link in proposal.preview] == [f"{SITE}/n/{1000 + number}/" for number in range(6)]
    assert all(link.title and link.title.startswith("Заголовок") for link in proposal.preview)
    if date is None:
        assert any("no dates beside the links" in doubt for doubt in proposal.doubts)


def test_menus_and_other_sites_are_no_articles() -> None:
    away = "".join(
        f'<p class="ad"><a href="https://other.example/{n}">Большая распродажа мебели и техники {n}</a></p>'
        for n in range(9)
    )
    menu = "<nav>" + "".join(
        f'<a href="/section/{n}">Раздел с длинным названием номер {n}</a>' for n in range(9)
    )
    proposal, _ = find(Site({SITE + "/news": page(menu + "</nav>" + away + cards(CARD, 4))}))
    assert [link.url for link in proposal.preview] == [f"{SITE}/ru/news/{1000 + n}" for n in range(4)]


def test_a_page_s_most_linked_language_has_a_feed_of_its_own_behind_the_site_s() -> None:
    links = "".join(f'<a href="/{one}/x">x</a>' for one in ("ru", "en", "en"))
    pages = {SITE + "/": page(PROSE + links), SITE + "/en/atom.xml": FEED, SITE + "/ru/atom.xml": FEED}
    assert find(Site(pages), SITE + "/")[1].urls == (SITE + "/en/atom.xml",)
    pages[SITE + "/rss"] = FEED
    assert find(Site(pages), SITE + "/")[1].urls == (SITE + "/rss",)


def listed(body: str, head: str = "") -> list[str]:
    return [link.url for link in find(Site({SITE + "/news": page(body, head)}))[0].links]


def test_a_lead_story_in_another_dress_is_listed_with_the_others() -> None:
    link = '<a class="x" href="/ru/slug-of-the-lead-4175"><b>Главный рассказ этого дня</b></a>'
    lead = f'<article class="card big">{link}'
    rest = "".join(
        f'<article class="card small"><h3><a href="/ru/slug-of-it-{n}175">Рассказ о переговорах, {n}</a></h3>'
        "</article>"
        for n in range(41, 46)
    )
    more = '<article class="card"><a href="/ru/all/">Все рассказы этого раздела сайта</a></article>'
    assert len(listed(f"<main>{lead}</article>{rest}</main>")) == 6
    assert SITE + "/ru/all/" not in listed(f"<main>{lead}</article>{rest}{more}</main>")


def test_a_list_in_an_aside_is_better_than_none_and_worse_than_another() -> None:
    aside = "".join(
        f'<p class="pop"><a href="/p/{n}175">Популярный рассказ номер {n}</a></p>' for n in range(41, 47)
    )
    main = "".join(
        f'<p class="new"><a href="/p/{n}175">Свежий рассказ под номером {n}</a></p>' for n in range(51, 56)
    )
    assert len(listed(f"<aside>{aside}</aside>")) == 6
    assert listed(f"<aside>{aside}</aside><main>{main}</main>")[-1].endswith("/55175")


def test_a_bare_list_is_named_by_its_box_and_sections_are_no_articles() -> None:
    sections = "".join(
        f'<li><a href="/s{n}/">Раздел сайта с очень длинным именем {n}</a></li>' for n in range(9)
    )
    news = "".join(f'<li><a href="/p/{n}175">Рассказ о переговорах номер {n}</a></li>' for n in range(41, 45))
    body = f'<div class="all"><ul>{sections}</ul></div><div class="latest"><ol>{news}</ol></div>'
    proposal, source = find(Site({SITE + "/news": page(body)}))
    assert source.listing is not None
    assert source.listing.item == ".latest > ol > li"
    assert [link.url for link in proposal.links] == [f"{SITE}/p/{n}175" for n in range(41, 45)]


def test_an_item_s_own_header_and_the_page_s_base_address_count() -> None:
    cards = "".join(
        f"<article><header><h2><a href='n/{n}175'>Рассказ о переговорах, {n}</a></h2></header></article>"
        for n in range(41, 46)
    )
    menu = "".join(
        f"<div class='main-menu x'><a href='s/{n}'>Раздел сайта с длинным именем</a></div>" for n in range(9)
    )
    assert listed(menu + cards, head='<base href="/ru/">') == [f"{SITE}/ru/n/{n}175" for n in range(41, 46)]


def test_a_language_that_the_text_contradicts_is_a_doubt() -> None:
    site = Site({SITE + "/news": page(PROSE, lang="en-US"), SITE + "/rss": FEED})
    proposal, source = find(site)
    assert source.languages == ("ru",)
    assert any("declares 'en'" in doubt for doubt in proposal.doubts)


def test_what_is_not_known_is_said() -> None:
    address = "https://www.policy.example.org/blog"
    site = Site({address: page("Kurz.", lang="de"), "https://www.policy.example.org/rss": FEED})
    proposal, source = find(site, address)
    assert proposal.id == "reg-example"
    assert source.country == "REG"
    for key in ("country", "languages", "publisher", "time_zone", "name"):
        assert any(doubt.startswith(f"{key}: ") for doubt in proposal.doubts), key
    for doubt in proposal.doubts:
        assert doubt.partition(": ")[2] in proposal.yaml


def test_nothing_found_says_what_to_do() -> None:
    with pytest.raises(SourceChanged, match="kind: api"):
        find(Site({SITE + "/news": page('<div id="app"></div>')}))


def test_an_address_that_does_not_answer_is_an_error() -> None:
    with pytest.raises(SourceError, match="answered 404"):
        find(Site({}))
    with pytest.raises(Unreachable, match="no answer"):
        find(Site({}, broken=frozenset({SITE + "/news"})))


@pytest.mark.parametrize(
    ("urls", "pattern"),
    [
        (
            [f"https://a.kz/{lang}/news/{n}.html" for lang in ("en", "ru") for n in (1, 22, 33)],
            r"https://a\.kz/(en|ru)/news/[^/?#]+\.html",
        ),
        ([f"https://a.kz/2026-11-1{n}/x-{n}/" for n in range(4)], r"https://a\.kz/[\d-]+/[^/?#]+/"),
        (
            [f"https://a.kz/{w}/art41{n}75-{w}" for n, w in enumerate("abcd")],
            r"https://a\.kz/[^/?#]+/art\d+-[^/?#]+",
        ),
        (
            [f"https://a.kz/x-{w}-c-41{n}75.html" for n, w in enumerate("abcd")],
            r"https://a\.kz/[^/?#]+-c-\d+\.html",
        ),
        ([f"https://a.kz/slug-{n}" for n in range(4)], None),
        ([f"https://a.kz/index.php?id={n}" for n in range(4)], None),
        (["https://a.kz/news/1", "https://a.kz/about/us/x", "https://b.kz/c"], None),
        (["https://a.kz/news/1"], None),
    ],
)
def test_address_pattern(urls: list[str], pattern: str | None) -> None:
    assert address_pattern(urls) == pattern


ARTICLE = f"<article><h1>Переговоры о транзите</h1><p>{PROSE}</p></article>"
DATED = '<meta property="article:published_time" content="2026-11-18T09:30:00Z">'


def test_the_first_articles_are_shown_as_read_and_no_more_is_asked_for() -> None:
    articles = {f"{SITE}/ru/news/{n}": page(ARTICLE, DATED) for n in range(1000, 1002)}
    site = Site({SITE + "/news": page(cards(CARD)), **articles})
    proposal, _ = find(site)
    assert len(proposal.preview) == 6
    first, second, third = proposal.read
    assert first.article is not None
    assert (first.article.title, first.article.language) == ("Переговоры о транзите", "ru")
    assert first.article.published is not None
    assert first.article.published.at == datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
    assert second.article is not None
    assert (third.article, third.trouble) == (None, "answered 404")
    assert len([one for one in site.asked if "/ru/news/" in one]) == READ
    assert "expect: 1 of 3 pages could not be read: answered 404" in proposal.doubts


def test_what_the_articles_lack_and_their_language_are_doubts() -> None:
    english = (
        "The foreign minister said that both sides had agreed to meet in spring and to go on with the talks. "
        "Officials of the two countries underlined that a decision would be made after consultations. "
    )
    articles = {f"{SITE}/ru/news/{n}": page(f"<h1>Talks</h1><p>{english * 3}</p>") for n in range(1000, 1003)}
    card = CARD.replace('<span class="when">{day} ноября 2026</span>', "")
    proposal, source = find(Site({SITE + "/news": page(PROSE + cards(card)), **articles}))
    assert source.languages == ("en",)
    doubts = dict(doubt.split(": ", 1) for doubt in proposal.doubts)
    assert doubts["languages"] == "the articles read are in en, the site's page in ru"
    assert doubts["read.date"].startswith("3 of 3 pages read show no date")
    assert "# read.date: 3 of 3" in proposal.yaml


def test_dates_with_the_month_first_are_read_so() -> None:
    card = CARD.replace("{day} ноября 2026", "11/{day}/2026")
    proposal, source = find(Site({SITE + "/news": page(cards(card))}))
    assert source.date_order == "mdy"
    assert proposal.preview[0].published is not None
    assert proposal.preview[0].published.at == datetime(2026, 11, 10, tzinfo=UTC)
    assert not any(doubt.startswith("date_order") for doubt in proposal.doubts)


@pytest.mark.parametrize(
    ("raws", "order", "doubt"),
    [
        (["18 November 2026", "2026-11-03", "2026/11/03"], None, None),
        (["25/10/2026", "03/04/2026"], "dmy", None),
        (["10/25/2026", "03/04/2026"], "mdy", None),
        (["03.04.2026", "01.02.2026"], "dmy", None),
        # The fourth of December has not come yet.
        (["12/04/2026"], "dmy", None),
        (["11/12/2026"], "mdy", None),
        (["26/11/33", "26/10/30"], "dmy", "no single order"),
        (["26/11/03", "26/10/30"], "ymd", None),
        (["05/06/2026", "05/04/2026", "04/10/2026"], "mdy", "newest first"),
        (["03/04/2026"], "dmy", "two ways"),
        (["25/10/2026", "10/25/2026"], "dmy", "no single order"),
    ],
)
def test_date_order(raws: list[str], order: str | None, doubt: str | None) -> None:
    told = date_order(raws, NOW)
    if order is None:
        assert told is None
        return
    assert told is not None
    assert told[0] == order, told
    assert told[1] is None if doubt is None else doubt in (told[1] or "")


@pytest.mark.parametrize("name", ["XX_v.yml", "a--b.yml", "site.yaml", "site"])
def test_a_file_that_the_catalogue_would_refuse_is_refused_before_anything_is_asked(
    tmp_path: Path, name: str
) -> None:
    words = ["sources", "new", "https://ministry.example/news", "--to", str(tmp_path / name)]
    done = CliRunner().invoke(cli, words)
    assert done.exit_code == 2
    assert "small letters, digits and single hyphens" in done.output
    assert not (tmp_path / name).exists()


def test_the_proposal_takes_the_id_that_it_is_given() -> None:
    languages, _ = load_languages(CONFIG)
    site = Site({SITE + "/news": FEED})
    proposal = asyncio.run(propose(SITE + "/news", site, languages=languages, now=NOW, id_="kz-mine"))
    assert proposal.id == "kz-mine"
    assert proposal.yaml.startswith("# config/sources/kz-mine.yml\n")
    assert proposal.yaml.endswith("\n")
