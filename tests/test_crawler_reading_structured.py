"""JSON-LD in the shapes that sites give it, and garbage."""

import json
from typing import Any

import pytest

from crawler.reading.facts import Facts
from crawler.reading.markup import parse_html
from crawler.reading.structured import from_json_ld

URL = "https://news.example.org/world/2041"
ARTICLE = {
    "@type": "NewsArticle",
    "headline": "Road talks in Astana",
    "datePublished": "2026-05-04T09:00:00+05:00",
    "author": {"@type": "Person", "name": "Aida Example"},
    "publisher": {"@type": "Organization", "name": "Example Wire"},
}


def facts(*values: Any) -> Facts:
    texts = (value if isinstance(value, str) else json.dumps(value) for value in values)
    scripts = "".join(f'<script type="application/ld+json">{text}</script>' for text in texts)
    return from_json_ld(parse_html(f"<html><head>{scripts}</head></html>", URL), URL)


@pytest.mark.parametrize(
    "value",
    [
        ARTICLE,
        [ARTICLE],
        [{"@type": "WebSite", "name": "Example"}, ARTICLE],
        {"@context": "https://schema.org", "@graph": [{"@type": "WebPage", "name": "x"}, ARTICLE]},
        {"@type": "WebPage", "name": "The page", "mainEntity": ARTICLE},
        {**ARTICLE, "@type": ["Article", "NewsArticle"]},
        {**ARTICLE, "author": [{"name": "Aida Example"}]},
        {**ARTICLE, "author": "Aida Example"},
        {**ARTICLE, "datePublished": {"@value": "2026-05-04T09:00:00+05:00"}},
    ],
)
def test_usual_shapes(value: Any) -> None:
    found = facts(value)
    assert found.title == "Road talks in Astana"
    assert found.dates == ("2026-05-04T09:00:00+05:00",)
    assert found.authors == ("Aida Example",)
    assert found.site_name == "Example Wire"


def test_references_are_followed() -> None:
    graph = [
        {**ARTICLE, "author": {"@id": "#a"}, "publisher": {"@id": "#p"}},
        {"@type": "Person", "@id": "#a", "name": "Bolat Example"},
        {"@type": "Organization", "@id": "#p", "name": "The Wire"},
    ]
    found = facts({"@graph": graph})
    assert (found.authors, found.site_name) == (("Bolat Example",), "The Wire")


def test_other_articles_of_the_page_do_not_speak_for_it() -> None:
    other = {**ARTICLE, "headline": "Another story", "url": "https://news.example.org/world/1"}
    assert facts(other, {**ARTICLE, "url": URL}).title == "Road talks in Astana"
    listed = {"@type": "ItemList", "itemListElement": [other]}
    assert facts(listed) == Facts()


@pytest.mark.parametrize(
    "text",
    [
        '{"@type": "NewsArticle", "headline": "Road talks", "datePublished": "2026-05-04",}',
        '<!-- {"@type": "NewsArticle", "headline": "Road talks", "datePublished": "2026-05-04"} -->',
        '//<![CDATA[\n{"@type": "Article", "headline": "Road talks", "datePublished": "2026-05-04"}\n//]]>',
        '{"@type": "NewsArticle", "headline": "Road\n talks", "datePublished": "2026-05-04"};',
        '{"@type": "NewsArticle"\n"headline": "Road talks", "datePublished": "2026-05-04"}',
        '{"@type":"WebSite"}{"@type": "Article", "headline": "Road talks", "datePublished": "2026-05-04"}',
        '{"headline": "Road talks", "datePublished": "2026-05-04", "text": "a "broken" quote"}',
    ],
)
def test_mild_repairs(text: str) -> None:
    found = facts(text)
    assert (found.title, found.dates) == ("Road talks", ("2026-05-04",))


@pytest.mark.parametrize(
    "text", ["", "null", "[]", "42", '"text"', "{{", "[" * 5000, '{"@type": 7}', "[null, [[]]]"]
)
def test_garbage_says_nothing(text: str) -> None:
    assert facts(text) == Facts()


def test_wrong_types_inside_an_article() -> None:
    found = facts(
        {"@type": "Article", "headline": ["A title"], "author": [None, 3, {}], "publisher": [], "url": 5}
    )
    assert found == Facts(title="A title")


def test_entities_and_markup_in_values() -> None:
    found = facts(
        {
            "@type": "Article",
            "headline": "Oil &amp; gas: <b>prices</b>",
            "articleBody": "<p>One</p><p>Two</p>",
        }
    )
    assert found.title == "Oil & gas: prices"
    assert found.text is not None
    assert found.text.split() == ["One", "Two"]


BODY = json.dumps(ARTICLE, indent=1)


@pytest.mark.parametrize(
    "text",
    [
        f"<!-- {BODY} -->",
        f"//<![CDATA[\n{BODY}\n//]]>",
        f"/* made by a generator */ {BODY}",
        BODY.replace("{", "{\n  // the article\n", 1),
        BODY.replace('"@type": "NewsArticle",', '"@type": "NewsArticle", /* kind */'),
        BODY.replace('"Example Wire"', '"Example Wire",'),
        BODY.replace("Road talks in Astana", "Road talks\nin Astana"),
        BODY.replace("Road talks", "Road&#32;talks"),
        BODY.replace('"', "&quot;"),
        BODY + ";",
        BODY.replace('05:00",', '05:00"'),
        json.dumps([[{"@graph": [[ARTICLE]]}]]),
        json.dumps({"@graph": {"@type": "WebPage", "mainEntityOfPage": {"mainEntity": ARTICLE}}}),
    ],
)
def test_broken_and_nested_values_are_mended(text: str) -> None:
    found = facts(text)
    assert found.title == "Road talks in Astana"
    assert found.dates[0] == "2026-05-04T09:00:00+05:00"
    assert found.authors == ("Aida Example",)


def test_an_address_is_no_comment() -> None:
    text = BODY.replace('"Example Wire"', '"Example Wire", "url": "https://news.example.org",')
    assert facts(text).site_name == "Example Wire"


def test_picture_section_and_tags_by_reference() -> None:
    graph = [
        {**ARTICLE, "image": {"@id": "#i"}, "articleSection": ["World"], "keywords": "roads, transit",
         "author": [{"@id": "#a"}, {"@type": "Person", "name": "Bolat Sample"}]},
        {"@type": "ImageObject", "@id": "#i", "url": "https://example.org/1.jpg", "caption": "A road"},
        {"@type": "Person", "@id": "#a", "name": "Aida Example"},
    ]  # fmt: skip
    found = facts({"@graph": graph})
    assert (found.image, found.image_caption) == ("https://example.org/1.jpg", "A road")
    assert (found.section, found.tags) == ("World", ("roads", "transit"))
    assert found.authors == ("Aida Example", "Bolat Sample")
