"""Meta tags, links, and titles without the site's name."""

import pytest

from crawler.reading.markup import parse_html
from crawler.reading.metadata import cut_site_name, from_meta_tags


def test_meta_tags_by_any_of_their_names() -> None:
    html = """<html lang="ru-RU"><head>
      <meta property="og:title" content="Переговоры в Астане"><meta name="author" content="А. Пример">
      <meta itemprop="datePublished" content="2026-05-04"><meta property="og:site_name" content="Вестник">
      <meta property="article:published_time" content="2026-05-04T09:00:00+05:00">
      <link rel="canonical" href="/a/1"><meta property="og:url" content="https://other.example/"></head></html>"""
    found = from_meta_tags(parse_html(html, "u"))
    assert found.title == "Переговоры в Астане"
    assert found.dates == ("2026-05-04T09:00:00+05:00", "2026-05-04")
    assert found.authors == ("А. Пример",)
    assert (found.site_name, found.url, found.language) == ("Вестник", "/a/1", "ru-RU")


def test_empty_values_are_no_values() -> None:
    found = from_meta_tags(parse_html('<meta property="og:title" content=" "><meta name="date">', "u"))
    assert (found.title, found.dates) == (None, ())


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Road talks in Astana | Example Wire", "Road talks in Astana"),
        ("Road talks in Astana - EXAMPLE WIRE", "Road talks in Astana"),
        ("Example Wire :: Road talks in Astana", "Road talks in Astana"),
        ("Road talks — and after them | news.example.org", "Road talks — and after them"),
        ("Road talks in Astana", "Road talks in Astana"),
        ("Kazakhstan - Uzbekistan: talks", "Kazakhstan - Uzbekistan: talks"),
        ("Example Wire", "Example Wire"),
    ],
)
def test_known_site_names_are_cut(title: str, expected: str) -> None:
    assert cut_site_name(title, ("Example Wire",))[0] == expected


def test_an_unknown_site_name_is_cut_only_when_asked_to_guess() -> None:
    title = "Ministers sign a memorandum about the road | The Gazette"
    assert cut_site_name(title, ()) == (title, None)
    assert cut_site_name(title, (), guess=True) == (
        "Ministers sign a memorandum about the road",
        "The Gazette",
    )
