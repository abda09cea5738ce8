"""Second looks: what a reply says of a page, and whole polls against real sites on loopback."""

import hashlib
from collections.abc import Sequence

import pytest
from fakes_crawl import Memory, crawl, source
from fakes_web import Site, page, rss

from core.article import Link, Look, Outcome, Validators
from core.fetched import LookResult
from crawler.looks import absence

XML = "application/xml"
ASKED = "https://site.example/en/news/2026/visit-of-the-minister"


@pytest.mark.parametrize(
    ("answered", "status", "result"),
    [
        (ASKED, 200, None),
        (ASKED, 304, None),
        (ASKED, 500, None),
        (ASKED, 403, None),
        (ASKED, 404, LookResult.MISSING),
        (ASKED, 410, LookResult.GONE),
        (f"{ASKED}/", 200, None),
        ("https://www.site.example/en/news/2026/visit-of-the-minister", 200, None),
        ("https://site.example/en/press/visit-of-the-minister", 200, None),
        ("https://site.example/", 200, LookResult.MISSING),
        ("https://site.example/en/", 200, LookResult.MISSING),
        ("https://site.example/en/index.php", 200, LookResult.MISSING),
        ("https://site.example/en/news", 200, LookResult.MISSING),
        ("https://site.example/404.html", 200, LookResult.MISSING),
        ("https://site.example/en/page-not-found", 200, LookResult.MISSING),
        ("https://site.example/en/news/2026/another-thing", 200, LookResult.MOVED),
    ],
)
def test_what_a_reply_says_of_the_page(answered: str, status: int, result: LookResult | None) -> None:
    found = absence(ASKED, answered, status)
    assert (found[0] if found else None) is result


def test_an_address_that_is_told_by_its_query() -> None:
    asked = "https://site.example/news.php?id=7"
    assert absence(asked, asked, 200) is None
    found = absence(asked, "https://site.example/", 200)
    assert found is not None
    assert found[0] is LookResult.MISSING


def look(site: Site, number: int, path: str, *, etag: str | None = None, body: str | None = None) -> Look:
    return Look(
        article=number,
        link=Link(url=site.url(path), title=f"Title {number}"),
        canonical_url=f"https://canonical.example{path}",
        validators=Validators(url=site.url(path), etag=etag),
        body_hash=hashlib.sha256(body.encode()).hexdigest() if body else None,
    )


def poll(site: Site, memory: Memory, looks: Sequence[Look], **rest: object) -> list[str]:
    """Poll a feed without news and look at pages; return the paths asked for after the feed."""
    if "/feed" not in site.paths():
        site.put("/feed", rss((site.url("/listed"), "listed")), content_type=XML)
        site.put("/listed", page("LISTED"))
    memory.looks = tuple(looks)
    (report,) = crawl(memory, source("feed", "feed", site.url("/feed"), **rest))
    assert report.outcome is Outcome.OK
    assert report == memory.batches[-1].report
    return site.paths()[2:]


def test_looks_follow_the_new_pages_and_tell_what_they_found() -> None:
    with Site() as site:
        site.put("/same", page("SAME"), etag='"1"')
        site.put("/equal", page("EQUAL"))
        site.put(
            "/edited", page("EDITED"), etag='"2"', headers={"Last-Modified": "Mon, 02 Mar 2026 08:00:00 GMT"}
        )
        site.put("/taken-down", status=410)
        site.put("/broken", status=500)
        memory = Memory()
        asked = poll(
            site,
            memory,
            [
                look(site, 1, "/same", etag='"1"'),
                look(site, 2, "/equal", body=page("EQUAL")),
                look(site, 3, "/edited", etag='"1"'),
                look(site, 4, "/taken-down"),
                look(site, 5, "/missing"),
                look(site, 6, "/broken"),
            ],
        )
        assert asked == ["/same", "/equal", "/edited", "/taken-down", "/missing", "/broken"]
        found = memory.looked()
        assert {number: one.result.value for number, one in found.items()} == {
            1: "same",
            2: "same",
            3: "read",
            4: "gone",
            5: "missing",
            6: "failed",
        }
        assert (found[3].etag, found[3].last_modified) == ('"2"', "Mon, 02 Mar 2026 08:00:00 GMT")
        assert found[2].body_hash == hashlib.sha256(page("EQUAL").encode()).hexdigest()
        edited = memory.articles("feed")[-1]
        assert (edited.title, edited.canonical_url) == ("Title 3", "https://canonical.example/edited")
        assert edited.fetched is not None
        assert edited.fetched.status == 200
        assert ("ETag", '"2"') in edited.fetched.headers


def test_a_page_says_by_which_addresses_it_came() -> None:
    with Site() as site:
        site.put("/listed", status=302, headers={"Location": "/moved/listed"})
        site.put("/moved/listed", page("LISTED"))
        site.put("/feed", rss((site.url("/listed"), "listed")), content_type=XML)
        memory = Memory()
        crawl(memory, source("feed", "feed", site.url("/feed")))
        (article,) = memory.articles("feed")
        assert article.fetched is not None
        assert article.fetched.chain == (site.url("/listed"), site.url("/moved/listed"))
        assert article.fetched.body == page("LISTED").encode()
        assert article.fetched.body_hash == hashlib.sha256(page("LISTED").encode()).hexdigest()


def test_a_source_whose_etags_lie_is_asked_in_full() -> None:
    with Site() as site:
        site.put("/edited", page("EDITED"), etag='"1"')
        memory = Memory()
        poll(
            site,
            memory,
            [look(site, 1, "/edited", etag='"1"')],
            conditional=False,
            access="its ETag never changes",
        )
        assert memory.looked()[1].result is LookResult.READ


def test_a_site_that_moved_all_its_pages_has_taken_down_none() -> None:
    with Site() as site:
        memory = Memory()
        poll(site, memory, [look(site, number, f"/old/{number}") for number in range(4)])
        assert {one.result for one in memory.looked().values()} == {LookResult.FAILED}
        report = memory.batches[-1].report
        assert report is not None
        assert "none of 4 known pages was there" in report.warnings[0]


def test_a_site_that_asks_for_time_is_left_alone() -> None:
    with Site() as site:
        site.put("/a", status=429, headers={"Retry-After": "120"})
        site.put("/b", page("B"))
        memory = Memory()
        asked = poll(site, memory, [look(site, 1, "/a"), look(site, 2, "/b")])
        assert asked == ["/a"]
        assert memory.looked() == {}
        report = memory.batches[-1].report
        assert report is not None
        assert report.retry_after is not None


def test_no_looks_where_the_lists_did_not_come() -> None:
    with Site() as site:
        site.put("/feed", status=500)
        memory = Memory()
        memory.looks = (look(site, 1, "/a"),)
        crawl(memory, source("feed", "feed", site.url("/feed")))
        assert "/a" not in site.paths()
