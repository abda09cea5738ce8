"""Speakers and offices in the API: the page's numbers, under ids that hold, page by page."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from fakes_api import hear_all
from fakes_matching import one
from fakes_publisher import NOW, make_source
from fakes_site import WebSite, running_site
from fakes_storage import article, batch, text_of
from lxml import html

from core.article import Article
from core.statement import Statement, StatementKind

TERMS = """
titles:
  - {office: spokesperson, terms: {en: ["{adjective} spokesperson"]}}
lists:
  kazakhstan:
    country: KZ
    terms: {en: [{term: Kazakhstan, class: name}, Kazakh]}
  kz-people:
    country: KZ
    state: {en: {adjective: [Kazakh]}}
    people:
      - name: Aman Testov
        office: president
        since: 2019-03-20
        source: a page of 2019
        earlier: [{office: envoy, since: 2010, until: 2014, unsure: true}]
        terms: {en: [Aman Testov, Testov], ru: [Аман Тестов, Тестов]}
      - {name: Erkin First, office: spokesperson, since: 2024, terms: {en: [Erkin First]}}
      - {name: Asel Second, office: spokesperson, since: 2025-06, terms: {en: [Asel Second]}}
  organisations: {short: {SCO: [SCO]}, terms: {en: [SCO]}}
"""
RULES = """
name: T
states: {KZ: Kazakhstan}
rules: [{name: r, all: [kz-people, kazakhstan], any: [organisations], weight: 0.8}]
"""
MEET = "They will meet"


def said(of: Article, *speakers: tuple[str | None, str | None]) -> Article:
    start = of.text.index(MEET)
    return replace(
        of,
        statements=tuple(
            Statement(
                speaker=speaker,
                office=office,
                words=MEET,
                verb="said",
                rule="verb name",
                kind=StatementKind.DIRECT,
                language=of.language,
                confidence=0.9,
                start=start,
                end=start + len(MEET),
            )
            for speaker, office in speakers
        ),
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebSite]:
    path = tmp_path_factory.mktemp("speakers")
    watchlist = one(path / "config", RULES, TERMS)
    with running_site(path, watchlists={"t": watchlist}, sources={"kz-ministry": make_source()}) as web:
        web.store.keep(
            batch(
                said(
                    article("a"),
                    ("Aman Testov", "president"),
                    ("Тестов", None),
                    ("Dana Probova", "Kazakh envoy"),
                ),
                said(
                    article("b", text=text_of("SCO in b")),
                    (None, "press service"),
                    (None, "Kazakh spokesperson"),
                    ("Testov", None),
                ),
            ),
            now=NOW - timedelta(days=9),
        )
        web.store.keep(
            batch(said(article("c", language="ru"), ("Аман Тестов", None), ("Қ. Ұлы", None))), now=NOW
        )
        hear_all(web.store, watchlist)
        yield web


def get(site: WebSite, path: str) -> Any:
    reply = site.ask(f"/api{path}")
    assert reply.status == 200, reply.text
    return json.loads(reply.body)


def counts(site: WebSite, query: str = "") -> dict[str, int]:
    return {item["id"]: item["statements"] for item in get(site, f"/speakers?{query}")["items"]}


def test_speakers_are_those_of_the_page_with_its_numbers(site: WebSite) -> None:
    listed = get(site, "/speakers")["items"]
    assert [item["id"] for item in listed] == sorted(item["id"] for item in listed)
    page = html.fromstring(site.ask("/speakers", headers={"Accept": "text/html"}).text)
    rows = {
        (
            parse_qs(urlsplit(row.xpath("string(th/a/@href)")).query)["name"][0],
            int(row.xpath("string(td[@class='number'])")),
            datetime.fromisoformat(row.xpath("string(.//time/@datetime)")),
        )
        for row in page.xpath("//tbody/tr")
    }
    assert rows == {(item["id"], item["statements"], datetime.fromisoformat(item["last"])) for item in listed}


def test_the_conditions_are_those_of_the_page(site: WebSite) -> None:
    leader = "KZ/Aman Testov"
    assert counts(site)[leader] == 4
    assert counts(site, "days=3")[leader] == counts(site, "language=ru")[leader] == 1
    assert set(counts(site, "state=kz")) == {leader, "dana probova", "KZ/spokesperson"}
    assert set(counts(site, "speaker=testov")) == {leader}
    assert set(counts(site, "office=envoy")) == {"dana probova"}
    assert counts(site, "about=UZ") == counts(site, "about=KZ/Nobody") == {}
    for wrong in ("state=QQ", "about=SCCO", "speaker=-", "watchlist=t"):
        for listing in ("speakers", "offices"):
            for form in ("json", "csv"):
                assert site.ask(f"/api/{listing}?{wrong}&format={form}").status == 400, wrong


def test_offices_come_with_who_held_them(site: WebSite) -> None:
    known, unknown = get(site, "/offices")["items"]
    assert (known["id"], known["kind"], known["statements"]) == ("KZ/spokesperson", "office", 1)
    assert [(one["name"], one["since"]) for one in known["holders"]] == [
        ("Erkin First", "2024"),
        ("Asel Second", "2025-06"),
    ]
    assert (unknown["id"], unknown["kind"], unknown["holders"]) == ("^press service", "unknown", [])
    assert get(site, "/speakers/KZ/spokesperson")["offices"] == known["holders"]
    assert [one["id"] for one in get(site, "/offices?state=KZ")["items"]] == ["KZ/spokesperson"]
    assert get(site, "/offices?speaker=testov")["items"] == []


def test_pages_hold_every_speaker_once_although_somebody_speaks_meanwhile(site: WebSite) -> None:
    whole = list(counts(site))
    first = get(site, "/speakers?number=2")
    site.store.keep(batch(said(article("z", text=text_of("z")), ("Dana Probova", None))), now=NOW)
    hear_all(site.store, site.watchlists["t"])
    rest = []
    address = first["next"]
    while address:
        page = json.loads(site.ask(address.removeprefix(f"http://127.0.0.1:{site.port}")).body)
        rest += page["items"]
        address = page["next"]
    assert [item["id"] for item in (*first["items"], *rest)] == whole


def test_one_speaker_comes_with_offices_and_counts(site: WebSite) -> None:
    whole = get(site, "/speakers/KZ/Aman%20Testov")
    assert whole == get(site, "/speakers/KZ%2FAman%20Testov") == get(site, f"/speakers/{quote('Тестов')}")
    assert [(one["office"], one["since"], one["until"], one["unsure"]) for one in whole["offices"]] == [
        ("president", "2019-03-20", None, False),
        ("envoy", "2010", "2014", True),
    ]
    assert whole["languages"] == {"en": 3, "ru": 1}
    assert sum(whole["days"].values()) == whole["statements"] == len(whole["newest"]) == 4
    statement = whole["newest"][0]
    found = get(site, f"/statements/{statement['id']}")
    assert statement.items() <= found.items()
    assert (found["speaker_id"], found["about"]) == ("KZ/Aman Testov", [])
    for path, status in (("nobody", 404), ("%00", 404), ("%ED%A0%80", 404), ("x" * 1001, 422)):
        assert site.ask(f"/api/speakers/{path}").status == status


def test_a_name_of_any_letters_and_length_is_a_place_in_the_listing(site: WebSite) -> None:
    odd = ["Щ" * 200, "a\u00ada", "\U0001f600 b", "\u202ec"]
    site.store.keep(
        batch(said(article("odd", text=text_of("odd")), *((name, None) for name in odd))), now=NOW
    )
    hear_all(site.store, site.watchlists["t"])
    address: str | None = "/api/speakers?number=1"
    seen = []
    while address:
        page = json.loads(site.ask(address).body)
        seen += [item["id"] for item in page["items"]]
        address = page["next"] and page["next"].removeprefix(f"http://127.0.0.1:{site.port}")
    assert seen == list(counts(site))
    for key in seen:
        assert get(site, f"/speakers/{quote(key, safe='')}")["id"] == key
