"""The article page and the page that compares two texts, over HTTP, with texts that want to do harm."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from fakes_archive import SOURCES, TEXT, WORDS, evidence, keep, matched, said, talks, watchlist
from fakes_publisher import NOW
from fakes_site import Reply, WebSite, running_site
from lxml import html

from core.article import Article, Published
from core.match import Evidence
from publisher.matching import Offices
from storage.records.keeping import KeepLimits, Limits

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&amp;\u202edlrow\u0000"


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    found = watchlist(tmp_path_factory.mktemp("rules"))
    return {"watchlists": {"test": found}, "sources": SOURCES, "offices": Offices(found.lists.values())}


@pytest.fixture
def site(tmp_path: Path, rules: dict[str, object]) -> Iterator[WebSite]:
    with running_site(tmp_path, **rules) as site:
        yield site


def ask(site: WebSite, path: str, status: int = 200) -> Reply:
    reply = site.ask(path, headers={"Accept": "text/html"})
    assert reply.status == status, reply.text[-2000:]
    return reply


def page(site: WebSite, path: str) -> html.HtmlElement:
    return html.fromstring(ask(site, path).text)


def words_of(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def test_an_article_shows_its_facts_its_evidence_and_who_said_what(site: WebSite) -> None:
    keep(site, talks())
    matched(site, 1, evidence("Astana", term="Astana"), evidence("Kazakhstan"))
    found = page(site, "/articles/1")
    text = words_of(found)
    for part in (
        "Ministry of Examples, official, KZ",
        "By B. Author",
        "2026-11-20 05:30 UTC (the page says: 20 November 2026 10:30; known to the minute)",
        "Kazakh acts, 0.80: Kazakhstan with acts in one sentence of the text.",
        "About: Kazakhstan",
        "Aman Testov, minister",
        "rule “verb name” with “said”; confidence 0.98",
        "new. neither this address in this language nor this text was known",
    ):
        assert part in text
    marks = {mark.get("id"): words_of(mark) for mark in found.cssselect(".text mark")}
    assert marks == {
        "found-1": "Astana (kazakhstan: Astana)",
        "found-2": "Kazakhstan (kazakhstan: Kazakhstan)",
    }
    assert [a.get("href") for a in found.cssselect("#why td a")] == ["#found-1", "#found-2"]
    (link,) = found.cssselect("#statement-1 blockquote a")
    assert (link.get("href"), link.text_content()) == ("#said-1", WORDS)
    assert found.cssselect("#said-1")
    assert words_of(found.cssselect(".spoken")[0]) == WORDS
    (live,) = (a for a in found.cssselect("a[rel]") if "noreferrer" in a.get("rel", ""))
    assert live.get("href") == "https://ministry.example/news/1"
    kinds = {link.get("type") for link in found.cssselect("link[rel=alternate]")}
    assert {"application/json", "application/rss+xml"} <= kinds


def test_provenance_is_fit_for_a_footnote(site: WebSite) -> None:
    keep(site, talks())
    found = page(site, "/articles/1")
    text = words_of(found.cssselect("#provenance")[0])
    for part in (
        "fetched 2026-11-20 12:00:00 UTC",
        "https://ministry.example/news/old https://ministry.example/news/1",
        "Status 200",
        "SHA-256",
        'ETag "1"',
        "reader 1",
        "Page not kept",
    ):
        assert part in text
    cited = found.cssselect("#citation")[0].text_content()
    assert cited.startswith(
        "B. Author, “Talks in Astana”, Ministry of Examples, published 2026-11-20, https://ministry.example/news/1"
    )
    keep(
        site,
        replace(
            talks("https://a.example/2", title="T", text="Other"),
            statements=(),
            fetched=None,
        ),
    )
    assert "no page was fetched for it" in ask(site, "/articles/2").text


def test_why_nothing_matched_is_worked_out_on_the_spot(site: WebSite) -> None:
    keep(site, talks(title="Snow", text="Snow fell in Astana.", statements=()))
    text = words_of(page(site, "/articles/1").cssselect("#why")[0])
    assert "Why it did not match" in text
    assert "Kazakh acts, 0.00: No rule of this watchlist is met." in text
    keep(
        site,
        talks("https://b.example/", title="Wind", text="Wind. " * 5000, statements=()),
    )
    long = page(site, "/articles/2")
    assert "work out why" in words_of(long)
    assert "No rule of this watchlist is met." in words_of(page(site, "/articles/2?explain=yes"))


def test_a_watchlist_that_there_is_not_is_refused(site: WebSite) -> None:
    keep(site, talks())
    assert "there are: test" in ask(site, "/articles/1?watchlist=%3Cscript%3E", 400).text


def test_evidence_of_an_older_text_marks_nothing(site: WebSite) -> None:
    keep(site, talks())
    gone = Evidence(group="g", term="t", form="Bishkek", field="text", start=3, end=10, sentence="")
    beyond = replace(gone, start=10**9, end=10**9 + 7)
    matched(site, 1, gone, beyond, replace(gone, start=-5, end=2, form=TEXT[-5:2]))
    found = page(site, "/articles/1")
    assert not found.cssselect(".text mark")
    assert words_of(found.cssselect("#why tbody")[0]).count("Bishkek") == 2


def test_evidence_and_statements_may_cross(site: WebSite) -> None:
    start = TEXT.index("year")
    crossing = TEXT[start : start + 12]
    keep(site, talks(statements=(said(), replace(said(), start=0, end=len(TEXT), words=TEXT))))
    matched(site, 1, evidence(crossing, term=HOSTILE), evidence(crossing[2:5]))
    found = page(site, "/articles/1")
    assert "".join(mark.text or "" for mark in found.cssselect(".text mark")) == crossing
    assert len(found.cssselect("#said-1")) == len(found.cssselect("#said-2")) == 1


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", 'https://a.example/"onclick="x', "//x"]
)
def test_hostile_words_and_addresses_stay_words(site: WebSite, url: str) -> None:
    article = talks(
        title=HOSTILE,
        text=f"{HOSTILE}\n\n{TEXT}",
        statements=(replace(said(f"{HOSTILE}\n\n{TEXT}"), speaker=HOSTILE, office=HOSTILE, verb=HOSTILE),),
        url=url,
        authors=(HOSTILE,),
        subtitle=HOSTILE,
        section=HOSTILE,
        tags=(HOSTILE,),
        credit=HOSTILE,
        site_name=HOSTILE,
        image_caption=HOSTILE,
        published=Published(raw=HOSTILE),
        language='en" onload="x',
    )
    keep(site, article)
    reply = ask(site, "/articles/1")
    found = html.fromstring(reply.text)
    assert not found.cssselect(
        "script:not([src^='/static/']), img:not([src^='/static/']), iframe, object, style"
    )
    assert not [
        e for e in found.iter() if isinstance(e.tag, str) and any(k.startswith("on") for k in e.attrib)
    ]
    assert "\u202e" not in reply.text
    for link in found.cssselect("a[href], form[action], link[href]"):
        address = link.get("href") or link.get("action") or ""
        assert address.startswith(("/", "#", "?", "https://a.example/"))


def test_a_text_of_a_book_comes_in_parts(site: WebSite) -> None:
    text = "\n\n".join(f"Paragraph {number}: {'word ' * 100}" for number in range(400))
    text = f"{text}\n\n{TEXT}"
    keep(site, talks(text=text, statements=(said(text),)))
    matched(site, 1, evidence("Kazakhstan", text))
    first = ask(site, "/articles/1")
    assert len(first.body) < 80_000
    found = html.fromstring(first.text)
    assert "this is part 1 of" in words_of(found)
    href = found.cssselect("#why td a")[0].attrib["href"]
    last = page(site, f"/articles/1{href.partition('#')[0]}")
    assert last.cssselect("#found-1")
    assert last.cssselect("#statement-1")
    ask(site, "/articles/1?part=99", 404)
    for part in ("-1", "x", "9" * 40):
        ask(site, f"/articles/1?part={part}", 400)
    endless = talks("https://c.example/", text="x" * 200_000, statements=())
    keep(site, endless)
    assert len(ask(site, "/articles/2").body) < 80_000


@pytest.mark.parametrize("number", ["99", "0", "-1", "x", "1.5", "9" * 30, "9" * 5000, "%00", "1%20OR%201"])
def test_numbers_that_are_none(site: WebSite, number: str) -> None:
    ask(site, f"/articles/{number}", 404)
    ask(site, f"/articles/{number}/revisions", 404)


def test_what_retention_removed_is_gone_and_says_when(site: WebSite) -> None:
    keep(site, talks())
    site.store.remove_expired(KeepLimits(default=Limits(age=timedelta(days=1))), now=NOW + timedelta(days=3))
    for path in ("/articles/1", "/articles/1/revisions"):
        assert "removed from the archive on 2026-11-23 12:00 UTC" in ask(site, path, 410).text


def test_held_gone_and_withheld_articles_say_so(site: WebSite) -> None:
    keep(site, talks(held="a paywall’s teaser"))
    found = page(site, "/articles/1")
    assert "Held, not published: the page came incomplete (a paywall’s teaser)" in words_of(found)
    assert not found.cssselect("#copies")


def edited(*texts: str) -> list[Article]:
    return [talks(text=text, statements=()) for text in texts]


def test_two_texts_stand_side_by_side(site: WebSite) -> None:
    for minute, article in enumerate(
        edited(TEXT, TEXT.replace("treaty", "accord"), TEXT.replace("dinner", "lunch"))
    ):
        keep(site, article, minutes=minute)
    found = page(site, "/articles/1/revisions?from=1&to=2")
    (row,) = found.cssselect("tr.changed")
    assert words_of(row.cssselect("th")[0]) == "Paragraph 2, changed"
    before, after = row.cssselect("td")
    assert [words_of(e) for e in before.cssselect("del")] == ["[removed: treaty]"]
    assert [words_of(e) for e in after.cssselect("ins")] == ["[added: accord]"]
    assert not before.cssselect("ins")
    latest = page(site, "/articles/1/revisions")
    assert "Kept as substantive" in words_of(latest)
    far = page(site, "/articles/1/revisions?from=3&to=1&whole=yes")
    assert len(far.cssselect("tr.unchanged")) == 3
    assert [words_of(e) for e in far.cssselect("ins")] == ["[added: dinner]"]
    assert "Revisions" in words_of(page(site, "/articles/1"))


def test_cosmetic_differences_can_be_hidden(site: WebSite) -> None:
    spaced = TEXT.replace("“", '"').replace("”", '"').replace("evening", "morning")
    for minute, article in enumerate(edited(TEXT, spaced)):
        keep(site, article, minutes=minute)
    assert len(page(site, "/articles/1/revisions?cosmetic=yes").cssselect("tr.changed")) == 2
    hidden = page(site, "/articles/1/revisions?cosmetic=no")
    assert len(hidden.cssselect("tr.changed")) == 1
    assert "1 of them only in spacing" in words_of(hidden)


def test_a_copy_stands_beside_what_it_copies(site: WebSite) -> None:
    keep(site, talks())
    other = talks("https://paper.example/1", source="kz-paper")
    keep(site, replace(other, text=TEXT.replace("Friday", "Friday evening"), statements=()), minutes=5)
    found = page(site, "/articles/2/revisions?against=1")
    assert [words_of(e) for e in found.cssselect("ins")] == ["[added: evening]"]
    copies = page(site, "/articles/2").cssselect("#copies tbody tr")
    assert [words_of(row.cssselect("td")[3]) for row in copies][1] == "this article differences"
    assert "copy of article 1" in words_of(copies[1])
    ask(site, "/articles/2/revisions?against=77", 404)


def test_texts_that_are_not_there(site: WebSite) -> None:
    keep(site, talks())
    assert "One text of this article is kept" in ask(site, "/articles/1/revisions").text
    assert "has no text 2; it has 1" in ask(site, "/articles/1/revisions?from=1&to=2", 404).text
    ask(site, "/articles/1/revisions?from=99999", 404)
    for query in ("from=-1", "to=x", "from=1e3", "cosmetic=maybe", "whole=1", "against=%27"):
        ask(site, f"/articles/1/revisions?{query}", 400)


def test_huge_texts_are_compared_as_far_as_there_is_room(site: WebSite) -> None:
    one = "\n\n".join(f"{'word ' * 90}{number}" for number in range(500))
    other = "\n\n".join(f"{'other ' * 90}{number}" for number in range(500))
    for minute, article in enumerate(edited(one, other)):
        keep(site, article, minutes=minute)
    reply = ask(site, "/articles/1/revisions")
    assert len(reply.body) < 150_000
    assert "more rows: the texts are too long for one page" in words_of(html.fromstring(reply.text))
    keep(site, *edited("x " * 100_000), minutes=9)
    assert len(ask(site, "/articles/1/revisions").body) < 150_000


def test_a_stored_title_without_end_makes_no_page_without_end(site: WebSite) -> None:
    keep(site, talks(title="peace " * 80_000, subtitle="x" * 80_000, authors=("x" * 80_000,)))
    for path in ("/articles/1", "/sources/kz-ministry", "/search", "/api/articles/1", "/api/articles"):
        reply = site.ask(path)
        assert reply.status == 200
        assert "peace" in reply.text
        assert len(reply.text) < 60_000, path
