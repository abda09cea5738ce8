"""Pages and sources for the tests of reading, written by hand."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from core.article import Article, Link
from core.config import load_languages
from core.language import Language
from core.source import Source
from crawler.reading.page import Page
from crawler.reading.read import read

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
URL = "https://news.example.org/world/2041"

# Sentences written for these tests.
PARAGRAPHS = (
    "The foreign minister of Kazakhstan received the ambassador of a neighbouring state on Monday, and the "
    "two sides spoke about the transit of goods, the opening of two border posts and a joint commission.",
    "“We want the road to be open by spring, and we have agreed on who will pay for it,” the minister said "
    "after the talks, which lasted for about three hours and were held behind closed doors.",
    "According to the ministry, the commission will meet every second month, first in Astana and then in "
    "Tashkent, and its decisions will be published within a week of each meeting.",
    "The two countries had signed a memorandum about the road four years ago, but the work was stopped when "
    "the money of the first lender was withdrawn and no other bank was found.",
)


def shared() -> Path:
    """Return the folder of third-party material, or skip the test."""
    folder = Path(os.environ.get("TEST_POLICYWIRE_SHARED", Path(__file__).parents[2] / "shared"))
    if not folder.is_dir():
        pytest.skip(f"the folder of shared material is not here: {folder}")
    return folder


def languages() -> dict[str, Language]:
    """Return the language files of the checkout."""
    loaded, problems = load_languages(Path(__file__).parents[1] / "config")
    assert not problems
    return loaded


def source(**changes: Any) -> Source:
    """Return a source with few rules."""
    values: dict[str, Any] = {
        "id": "example",
        "name": "Example Wire",
        "country": "KZ",
        "publisher": "press",
        "languages": ("en",),
        "time_zone": "Asia/Almaty",
        "home": "https://news.example.org/",
        "kind": "feed",
        "urls": ("https://news.example.org/rss",),
    }
    return Source.model_validate({**values, **changes})


def page(body: bytes | str, *, content_type: str | None = "text/html; charset=utf-8", **changes: Any) -> Page:
    """Return a fetched page."""
    values: dict[str, Any] = {"source": "example", "url": URL, "fetched_at": NOW, "link": Link(url=URL)}
    raw = body.encode("utf-8") if isinstance(body, str) else body
    return Page(**{**values, **changes, "body": raw, "content_type": content_type})


def article_html(
    title: str = "Road talks in Astana", *, head: str = "", before: str = "", after: str = ""
) -> str:
    """Return a page with the test's paragraphs as its article."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    return (
        f"<!doctype html><html><head><title>{title}</title>{head}</head><body>"
        f"<nav><a href='/'>Home</a> <a href='/world'>World</a></nav>"
        f"<div class='page'><div class='story'><h1>{title}</h1>{before}<div class='words'>{text}</div></div>"
        f"{after}</div></body></html>"
    )


def read_page(body: bytes | str, *, rules: dict[str, Any] | None = None, **changes: Any) -> Article:
    """Read a page of the test's source."""
    site = source(read=rules) if rules else source()
    return read(page(body, **changes), site, languages())
