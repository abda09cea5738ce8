"""The page of a story: who was first, how it spread, why each article belongs; operators part and join."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from fakes_archive import SOURCES, keep, talks
from fakes_publisher import NOW
from fakes_site import WebSite, running_site
from lxml import html

from core.article import Article, Precision, Published
from publisher.web.spread import MOST_OUTLETS, spread
from storage.records.articles import Member, StoryPart

HOSTILE = "</title></svg><script>alert(1)</script>"
OTHER = "Wheat prices rose again on the exchange of the capital, and bakers asked the mayor for help."


@pytest.fixture
def site(tmp_path: Path) -> Iterator[WebSite]:
    with running_site(tmp_path, sources=SOURCES) as site:
        site.store.sync_sources(list(SOURCES), now=NOW, official=["kz-ministry"])
        yield site


def copy(source: str, number: int, *, before: timedelta = timedelta(), **changes: object) -> Article:
    """Return the talks as another outlet has them, from so long before NOW."""
    published = Published(raw="x", at=NOW - before, precision=Precision.MINUTE)
    address = f"https://{source}.example/{number}"
    return talks(address, source=source, published=published, statements=(), **changes)


def page(site: WebSite, path: str) -> html.HtmlElement:
    reply = site.ask(path, headers={"Accept": "text/html"})
    assert reply.status == 200, reply.text[-1500:]
    return html.fromstring(reply.text)


def words_of(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def test_a_story_shows_who_was_first_and_why_each_belongs(site: WebSite) -> None:
    keep(site, copy("kz-paper", 1, before=timedelta(hours=3)))
    keep(site, copy("uz-agency", 2, before=timedelta(hours=2)), copy("kz-ministry", 3), minutes=1)
    found = page(site, "/stories/1")
    text = words_of(found)
    assert "Stands for it Talks in Astana, Ministry of Examples official" in text
    assert "First published 2026-11-20 09:00 3 h ago by The Example Paper (en)" in text
    rows = [words_of(row) for row in found.cssselect("tbody tr")]
    assert [row.split()[1] for row in rows] == ["09:00", "10:00", "12:00"]
    assert "copy of article 1, 100 % alike" in rows[1]
    assert "stands for the story" in rows[2]
    assert [a.get("href") for a in found.cssselect("td a.soft")] == [
        "/articles/1/revisions?against=3",
        "/articles/2/revisions?against=3",
    ]
    (picture,) = found.cssselect("svg")
    assert picture.get("role") == "img"
    dots = picture.cssselect("circle")
    places = [float(dot.get("cx", "nan")) for dot in dots]
    assert places == sorted(places)
    assert [dot.get("class") for dot in dots] == ["dot first", "dot", "dot"]
    assert "Example Agency · UZ · en" in words_of(picture)
    assert not found.cssselect("form")
    assert not [name for one in found.cssselect("*") for name in one.attrib if name == "style"]


def test_a_large_story_is_bounded(site: WebSite) -> None:
    for number in range(230):
        keep(site, copy("kz-paper", number, before=timedelta(minutes=number)))
    reply = site.ask("/stories/1")
    assert len(reply.body) < 250_000
    found = html.fromstring(reply.text)
    assert len(found.cssselect("tbody tr")) in (200, 201)
    assert "more." in words_of(found)
    article = site.ask("/articles/1")
    assert len(html.fromstring(article.text).cssselect("#copies tbody tr")) in (30, 31)
    assert len(article.body) < 60_000


def test_hostile_titles_stay_words(site: WebSite) -> None:
    keep(site, copy("kz-paper", 1, title=HOSTILE), copy("uz-agency", 2, title=f"{HOSTILE}\u202e"))
    reply = site.ask("/stories/1")
    assert reply.status == 200
    assert not html.fromstring(reply.text).cssselect("script:not([src^='/static/'])")
    assert "\u202e" not in reply.text


@pytest.mark.parametrize("number", ["99", "0", "-1", "x", "9" * 30, "9" * 5000, "1.5", "%27"])
def test_numbers_that_are_none(site: WebSite, number: str) -> None:
    assert site.ask(f"/stories/{number}").status == 404


def test_a_joined_story_leads_on(site: WebSite) -> None:
    keep(site, copy("kz-paper", 1), copy("uz-agency", 2, text=OTHER, title="Wheat"))
    site.store.join_stories(1, 2, now=NOW)
    reply = site.ask("/stories/2")
    assert (reply.status, reply.headers["location"]) == (301, "/stories/1")
    assert "article 2 joined by an operator to article 1" in words_of(page(site, "/stories/1"))


def test_nobody_rules_without_a_login(site: WebSite) -> None:
    keep(site, copy("kz-paper", 1), copy("uz-agency", 2))
    for verb, body in (("split", b"article-2=on"), ("join", b"article=1")):
        reply = site.ask(
            f"/stories/1/{verb}",
            method="POST",
            body=body,
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
        assert reply.status == 401
    assert site.store.story_part(2, limit=1) is None


def member(number: int, minutes: int, source: str) -> Member:
    return Member(
        id=number,
        source=source,
        official=False,
        url="https://a.example/",
        language="en",
        title="A title",
        published=None,
        first_seen=NOW + timedelta(minutes=minutes),
        decision="new",
        of=None,
        similarity=None,
        reason=None,
    )


@pytest.mark.parametrize("span", [0, 1, 7, 59, 600, 5000, 100_000, 5_000_000])
def test_the_axis_has_a_few_marks_within_the_picture(span: int) -> None:
    members = (member(1, 0, "a"), member(2, span, "b"))
    story = StoryPart(id=1, primary=members[0], members=members, articles=2, first_seen=NOW, last_seen=NOW)
    picture = spread(story, {})
    assert 1 <= len(picture.marks) <= 7
    assert all(picture.left <= x <= picture.width for x, _ in picture.marks)
    assert len({words for _, words in picture.marks}) == len(picture.marks)


def test_outlets_beyond_the_picture_are_counted() -> None:
    members = tuple(member(number, number, f"s{number}") for number in range(MOST_OUTLETS + 7))
    story = StoryPart(id=1, primary=members[0], members=members, articles=9, first_seen=NOW, last_seen=NOW)
    picture = spread(replace(story, articles=len(members)), {})
    assert (len(picture.outlets), picture.left_out) == (MOST_OUTLETS, 7)
