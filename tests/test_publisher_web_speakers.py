"""The pages of speakers: spellings together, offices with sources, words as they stand, hostile names."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from fakes_matching import one
from fakes_publisher import NOW, make_source
from fakes_site import WebSite, running_site
from fakes_storage import article, batch, text_of

from core.article import Article
from core.statement import Statement, StatementKind
from publisher.hearing import Hearing
from publisher.matching import Watchlist

TERMS = """
lists:
  kazakhstan:
    country: KZ
    terms: {en: [{term: Kazakhstan, class: name}, Kazakh]}
  kz-people:
    country: KZ
    people:
      - name: Aman Testov
        office: president
        since: 2019-03-20
        source: a page <of> 2019
        earlier: [{office: envoy, since: 2010, until: 2014, unsure: true}]
        terms: {en: [Aman Testov, Testov], ru: [Аман Тестов, Тестов]}
      - {name: Silent Minister, office: foreign minister, terms: {en: [Silent Minister]}}
  organisations: {short: {SCO: [SCO]}, terms: {en: [SCO]}}
"""
RULES = """
name: T
states: {KZ: Kazakhstan}
rules: [{name: r, all: [kz-people, kazakhstan], any: [organisations], weight: 0.8}]
"""
HOSTILE = "<script>alert(1)</script>\"'&\u202e"


def said(of: Article, speaker: str | None, words: str, *, office: str | None = None) -> Article:
    start = of.text.index(words)
    statement = Statement(
        speaker=speaker,
        office=office,
        words=words,
        verb="said",
        rule="verb name",
        kind=StatementKind.DIRECT,
        language="en",
        confidence=0.9,
        start=start,
        end=start + len(words),
    )
    return replace(of, statements=(*of.statements, statement))


@pytest.fixture(scope="module")
def watchlist(tmp_path_factory: pytest.TempPathFactory) -> Watchlist:
    return one(tmp_path_factory.mktemp("config"), RULES, TERMS)


@pytest.fixture
def site(tmp_path: Path, watchlist: Watchlist) -> Iterator[WebSite]:
    with running_site(tmp_path, watchlists={"t": watchlist}, sources={"kz-ministry": make_source()}) as web:
        yield web


def fill(site: WebSite, watchlist: Watchlist, *articles: Article) -> None:
    site.store.keep(batch(*articles), now=NOW)
    hearing = Hearing(site.store, watchlist.lists.values())
    while hearing.hear():
        pass


def page(site: WebSite, name: str, more: str = "") -> str:
    reply = site.ask(f"/speakers/page?name={quote(name)}{more}", headers={"Accept": "text/html"})
    assert reply.status == 200, reply.text
    return reply.text


def test_an_empty_archive_has_a_page(site: WebSite) -> None:
    reply = site.ask("/speakers")
    assert reply.status == 200
    assert "Nobody" in reply.text


def test_one_person_in_two_scripts_is_one_speaker_with_offices(site: WebSite, watchlist: Watchlist) -> None:
    text = text_of("a") + "\n\nKazakhstan and the SCO agree & sign."
    words = "Kazakhstan and the SCO agree & sign"
    first = said(article("a", text=text), "Aman Testov", words, office="President")
    other = said(article("b", text=text_of("c")), "Dana Probova", "They")
    fill(site, watchlist, said(first, "Тестов", "agree"), other)
    listed = site.ask("/speakers?order=most").text
    assert listed.index("Aman Testov") < listed.index("Dana Probova")
    assert "also <bdi>Тестов</bdi>" in listed
    shown = page(site, "KZ/Aman Testov")
    assert "Kazakhstan and the SCO agree &amp; sign" in shown
    assert "a page &lt;of&gt; 2019" in shown
    assert "unsure: from memory" in shown
    assert 'about=SCO">SCO</a> 1' in shown
    assert "/feeds/search.rss?speaker=" in shown
    assert page(site, "Тестов") == page(site, "Aman Testov") == shown
    assert shown.count("<blockquote") == 2
    assert page(site, "KZ/Aman Testov", "&about=SCO").count("<blockquote") == 1


def test_filters_narrow_the_list(site: WebSite, watchlist: Watchlist) -> None:
    fill(
        site,
        watchlist,
        said(said(article("a"), "Aman Testov", "They"), "Dana Probova", "They", office="Kazakh envoy"),
    )
    for query, there, absent in (
        ("state=KZ&office=envoy", "Dana Probova", "Aman Testov"),
        ("speaker=testov", "Aman Testov", "Dana Probova"),
        ("state=UZ", "Nobody", "Aman Testov"),
        ("about=sco", "Nobody", "Aman Testov"),
        ("language=ru&days=7", "Nobody", "Aman Testov"),
        ("language=en&days=7", "Aman Testov", "Nobody"),
        ("language=en&days=7&order=most", "Aman Testov", "Nobody"),
    ):
        text = site.ask(f"/speakers?{query}").text
        assert there in text, query
        assert absent not in text, query


def test_somebody_of_the_registry_without_statements_and_somebody_unknown(site: WebSite) -> None:
    assert "No statement yet" in page(site, "Silent Minister")
    reply = site.ask("/speakers/page?name=Nobody+Known", headers={"Accept": "text/html"})
    assert reply.status == 404
    assert "Nobody Known" in reply.text


@pytest.mark.parametrize(
    "query",
    [
        "order=worst",
        "page=0",
        "page=x",
        "page=99999999999999999999",
        "days=x",
        "speaker=!!!",
        "state=QQ",
        "about=SCCO",
    ],
)
def test_what_cannot_be_understood_is_said(site: WebSite, query: str) -> None:
    assert site.ask(f"/speakers?{query}").status == 400


def test_hostile_names_are_only_text(site: WebSite, watchlist: Watchlist) -> None:
    fill(site, watchlist, said(article("a"), HOSTILE, "They", office=HOSTILE))
    for text in (site.ask("/speakers").text, page(site, HOSTILE)):
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert(1)" in text
    for name in ("%22", "'", "a%00b", "%ff", "x" * 5000, "../../etc/passwd", "%F0%9F%98%80"):
        assert site.ask(f"/speakers/page?name={name}").status in (400, 404)
    assert site.ask("/speakers/page").status == 400


def test_ten_thousand_statements_are_a_page_of_thirty(site: WebSite, watchlist: Watchlist) -> None:
    made = article("a")
    for number in range(100):
        statements = said(made, "Aman Testov", "They").statements * 100
        site.store.keep(
            batch(replace(article(f"n{number}", text=text_of(f"n{number}")), statements=statements)), now=NOW
        )
    fill(site, watchlist)
    text = page(site, "KZ/Aman Testov")
    assert text.count("<blockquote") == 30
    assert "10000 statements" in text
    assert len(text) < 150_000
    older = text.partition("Older statements")[0].rpartition('href="')[2].partition('"')[0]
    assert site.ask(older.replace("&amp;", "&")).text.count("<blockquote") == 30
