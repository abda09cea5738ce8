"""The overview: pictures with the numbers beside them, links from each number, and none from nothing."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from fakes_matching import one
from fakes_publisher import NOW, make_article, make_match, make_source
from fakes_site import WebSite, running_site
from fakes_storage import batch, text_of

from core.statement import Statement, StatementKind
from publisher.hearing import Hearing
from publisher.matching import Watchlist
from publisher.web.overview import grid, lines
from publisher.web.pictures import bars, buckets, shade
from storage.records.publication import Cursor, EntryDraft

TERMS = """
lists:
  kazakhstan: {country: KZ, terms: {en: [{term: Kazakhstan, class: name}]}}
  uzbekistan: {country: UZ, terms: {en: [{term: Uzbekistan, class: name}]}}
  kz-people:
    country: KZ
    people: [{name: Aman Testov, office: president, terms: {en: [Aman Testov]}}]
  organisations: {short: {SCO: [SCO]}, terms: {en: [SCO]}}
"""
RULES = """
name: Test <watchlist>
states: {KZ: Kazakhstan, UZ: Uzbekistan}
rules: [{name: r, all: [kz-people, kazakhstan], any: [organisations, uzbekistan], weight: 0.8}]
"""


@pytest.fixture(scope="module")
def watchlist(tmp_path_factory: pytest.TempPathFactory) -> Watchlist:
    return one(tmp_path_factory.mktemp("config"), RULES, TERMS)


@pytest.fixture
def site(tmp_path: Path, watchlist: Watchlist) -> Iterator[WebSite]:
    sources = {"kz-ministry": make_source(), "ru-paper": make_source(id="ru-paper", country="RU")}
    with running_site(tmp_path, watchlists={watchlist.id: watchlist}, sources=sources) as web:
        yield web


def fill(site: WebSite, watchlist: Watchlist) -> None:
    text = "Kazakhstan thanks Uzbekistan and the SCO. " + text_of("a")
    said = Statement(
        speaker="Aman Testov",
        office=None,
        words=text[:40],
        verb="said",
        rule="verb name",
        kind=StatementKind.DIRECT,
        language="en",
        confidence=0.9,
        start=0,
        end=40,
    )
    for number, source in enumerate(("kz-ministry", "ru-paper", "ru-paper"), start=1):
        made = make_article(
            source=source, url=f"https://e.example/{number}", text=f"{text} {text_of(f't{number}')}"
        )
        site.store.keep(batch(replace(made, statements=(said,))), now=NOW)
        match = replace(make_match(states=("KZ", "UZ")), watchlist=watchlist.id)
        draft = EntryDraft(
            id=f"e{number}",
            kind="statement",
            watchlist=watchlist.id,
            story=number,
            article=number,
            revision=0,
            created=NOW - timedelta(days=number),
        )
        site.store.publish(watchlist.id, Cursor(seq=number), matches=[(number, match)], drafts=[draft])
    Hearing(site.store, watchlist.lists.values()).hear()


def test_an_empty_archive_has_pictures_of_nothing(site: WebSite) -> None:
    for days in (7, 30, 90, 365):
        reply = site.ask(f"/overview?days={days}")
        assert reply.status == 200
        assert "No entries in this time" in reply.text
        assert len(reply.body) < 150_000


def test_without_a_watchlist_there_is_still_a_page(tmp_path: Path) -> None:
    with running_site(tmp_path, watchlists={}) as web:
        assert "no watchlist" in web.ask("/overview").text


def test_numbers_lead_to_what_they_count(site: WebSite, watchlist: Watchlist) -> None:
    fill(site, watchlist)
    text = site.ask("/overview?days=7").text
    since = (NOW - timedelta(days=6)).date().isoformat()
    for link, count in (
        (f"/?watchlist={watchlist.id}&amp;since={since}&amp;country=RU&amp;state=KZ", 2),
        (f"/?watchlist={watchlist.id}&amp;since={since}&amp;country=KZ&amp;state=UZ", 1),
        (f"/speakers?since={since}&amp;state=KZ&amp;about=SCO", 3),
    ):
        assert f'<a href="{link}">{count}</a>' in text, link
    assert f'&amp;since={since}">Kazakhstan</a> <small>3</small>' in text
    assert "Test &lt;watchlist&gt;" in text
    assert "style=" not in text
    listed = site.ask(f"/speakers?since={since}&state=KZ&about=SCO").text
    assert "Aman Testov" in listed


def test_what_is_asked_for_and_is_not_there_is_said(site: WebSite) -> None:
    for query in ("days=8", "days=x", "watchlist=none", "days=%00"):
        assert site.ask(f"/overview?{query}").status == 400


def test_a_picture_is_sound_xml_with_title_and_description() -> None:
    drawn = bars("a", '<b>"&', [("2026-01-01", 5), ("2026-01-02", 0), ("<x>", 1)])
    root = ElementTree.fromstring(drawn)
    assert root.get("role") == "img"
    assert [one.text for one in root if one.tag in ("title", "desc")] == [
        '<b>"&',
        "from 2026-01-01 to <x>, 6 in all, at most 5 in one bar",
    ]
    heights = [int(one.get("height", "")) for one in root if one.tag == "rect"]
    assert heights == [64, 13]
    assert ElementTree.fromstring(bars("b", "nothing", [])) is not None


def test_days_are_summed_by_week_and_none_is_lost() -> None:
    first = date(2026, 1, 1)
    found = [("2026-01-01", 1), ("2026-01-07", 2), ("2026-01-08", 4), ("2025-12-31", 8), ("2026-01-20", 16)]
    weeks = buckets(found, first=first, last=date(2026, 1, 15), weekly=True)
    assert weeks == [(first, 3), (date(2026, 1, 8), 4), (date(2026, 1, 15), 16)]
    days = buckets(found, first=first, last=date(2026, 1, 8), weekly=False)
    assert [count for _, count in days] == [1, 0, 0, 0, 0, 0, 2, 4]


def test_states_share_a_scale_and_all_have_their_own() -> None:
    by_day = {"": {"2026-01-01": 100}, "KZ": {"2026-01-01": 10}, "UZ": {"2026-01-01": 5}}
    labels, found = lines(
        by_day, {"KZ": "K", "UZ": "U"}, first=date(2026, 1, 1), last=date(2026, 1, 1), weekly=False
    )
    assert labels == ["2026-01-01"]
    assert [line.total for line in found] == [100, 10, 5]
    assert ['height="64"' in line.picture for line in found] == [True, True, False]


def test_a_grid_leaves_out_small_ones_and_says_so() -> None:
    triples = [(f"R{row:02}", "C", row + 1) for row in range(30)] + [("", "C", 5)]
    made = grid(triples, columns=None, asked={"a": "b c"}, row_name="r", column_name="c")
    assert len(made.rows) == 24
    assert made.rows[0][0] == "R29"
    assert made.rows[0][1][0].query == "a=b+c&r=R29&c=C"
    assert made.left_out == 1 + 2 + 3 + 4 + 5 + 6 + 5
    assert [shade(count, 100) for count in (0, 1, 25, 100, 1000)] == [0, 1, 3, 5, 5]
