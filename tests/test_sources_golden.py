"""Every source of `config/sources/` against its golden folder `tests/sources/<id>/`.

The pages were written for this project after descriptions of the sites. `expected.yml` says what must come
out of them: `lists` with the links that may be articles (a date left out must not be found) and `more`
addresses; `articles` with title, first and last words, date, authors, language and words that must not be in
the text; `fetched`, the moment of recording, where it is not that of the other pages.
"""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from core.article import Article, Link, Published
from core.config import load_languages, load_sources
from core.source import Source
from crawler.kinds.base import DateReader, Listing
from crawler.reading.page import Page
from crawler.reading.read import read
from crawler.sift import Sieve
from crawler.spider import SourceSpider, spider_class

ROOT = Path(__file__).parents[1]
GOLDEN = Path(__file__).parent / "sources"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
STATES = ("KZ", "KG", "TJ", "TM", "UZ")

SOURCES, PROBLEMS = load_sources(ROOT / "config")
LANGUAGES, LANGUAGE_PROBLEMS = load_languages(ROOT / "config")


def expected(source: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((GOLDEN / source / "expected.yml").read_text(encoding="utf-8"))
    return loaded


def fetched(source: str) -> datetime:
    moment: datetime = expected(source).get("fetched", NOW)
    return moment


def spider(source: Source) -> SourceSpider:
    """Return the source's own spider, or the base that does what the source file says."""
    spider_type = spider_class(source) if source.kind == "custom" else SourceSpider
    return spider_type(source=source, dates=DateReader.of(source, LANGUAGES, fetched(source.id)))


def parsed(source: Source, entry: dict[str, Any]) -> tuple[Listing, list[Link]]:
    """Return a golden list as the crawl stage sees it: the listing, and the links that may be articles."""
    body = (GOLDEN / source.id / entry["file"]).read_bytes()
    listing = spider(source).parse_list(body, entry["url"], entry.get("content_type"))
    sieve = Sieve(source, now=fetched(source.id), max_age=timedelta(days=3650))
    return listing, sieve.candidates(listing.links)


def assert_date(published: Published | None, wanted: dict[str, Any]) -> None:
    if "published" in wanted:
        assert published is not None
        assert published.at is not None, published.raw
        assert published.at.replace(microsecond=0) == wanted["published"]
        assert published.precision == wanted.get("precision", published.precision)
    else:
        assert published is None or published.at is None


def test_the_configuration_loads_without_a_problem() -> None:
    assert not PROBLEMS
    assert not LANGUAGE_PROBLEMS


def test_each_state_and_each_kind_is_there() -> None:
    assert len(SOURCES) >= 120
    enabled = [source for source in SOURCES.values() if source.enabled]
    assert len(enabled) >= 100
    by_state = Counter(source.country for source in enabled)
    assert all(by_state[state] >= 5 for state in STATES), by_state
    assert {source.kind for source in enabled} == {"feed", "sitemap", "listing", "api", "custom"}


def test_there_is_no_golden_folder_without_a_source() -> None:
    assert {folder.name for folder in GOLDEN.iterdir() if folder.is_dir()} <= set(SOURCES)


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_file_says_what_is_known_of_it(name: str) -> None:
    source = SOURCES[name]
    assert source.confidence
    assert source.checked or re.search(r"20\d\d-\d\d|20\d\d\.", source.notes or ""), "of when is this?"
    assert source.confidence != "low" or not source.enabled


@pytest.mark.parametrize("name", SOURCES)
def test_lists(name: str) -> None:
    source = SOURCES[name]
    lists = expected(name)["lists"]
    assert lists
    for entry in lists:
        listing, links = parsed(source, entry)
        assert listing.warnings == ()
        assert [link.url for link in links] == [wanted["url"] for wanted in entry["links"]]
        for link, wanted in zip(links, entry["links"], strict=True):
            if "title" in wanted:
                assert link.title == wanted["title"]
            assert_date(link.published, wanted)
        for address in entry.get("more", ()):
            assert address in listing.more


def article_of(source: Source, wanted: dict[str, Any]) -> Article:
    """Read a golden article as the reading process does, with the link that the golden list has for it."""
    listed = [link for entry in expected(source.id)["lists"] for link in parsed(source, entry)[1]]
    link = next((link for link in listed if link.url == wanted["url"]), Link(url=wanted["url"]))
    if "file" in wanted:
        body = (GOLDEN / source.id / wanted["file"]).read_bytes()
    else:
        assert link.text is not None, "an article without a page comes with its list"
        body = link.text.encode()
    page = Page(
        source=source.id,
        url=wanted["url"],
        body=body,
        content_type="text/html; charset=utf-8",
        fetched_at=fetched(source.id),
        link=link,
    )
    return spider(source).finish(read(page, source, LANGUAGES), link)


@pytest.mark.parametrize("name", SOURCES)
def test_articles(name: str) -> None:
    source = SOURCES[name]
    articles = expected(name)["articles"]
    assert articles
    for wanted in articles:
        article = article_of(source, wanted)
        assert article.held is None
        assert article.title == wanted["title"]
        assert article.text.startswith(wanted["starts"]), article.text[:200]
        assert article.text.endswith(wanted["ends"]), article.text[-200:]
        assert_date(article.published, wanted)
        assert article.language == wanted["language"]
        assert article.language in source.languages
        assert list(article.authors) == wanted.get("authors", [])
        for words in wanted["without"]:
            assert words not in article.text


@pytest.mark.parametrize("name", SOURCES)
def test_golden_pages_say_that_they_are_written_for_this_project(name: str) -> None:
    if "Recorded from the site" in (GOLDEN / name / "expected.yml").read_text(encoding="utf-8"):
        pytest.skip("recorded by somebody for a checkout of their own; not to be published as it is")
    for path in (GOLDEN / name).iterdir():
        if path.suffix != ".json":
            assert "not captured from it" in path.read_text(encoding="utf-8")[:400], path
