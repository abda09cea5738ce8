"""Microdata, RDFa, Dublin Core, and the addresses of AMP and print pages."""

import pytest
from fakes_pages import article_html, read_page

from crawler.reading.markup import parse_html
from crawler.reading.metadata import from_meta_tags
from crawler.reading.microdata import from_microdata

MICRODATA = """<article itemscope itemtype="https://schema.org/NewsArticle">
  <h2 itemprop="headline">Road talks in Astana</h2>
  <p itemprop="alternativeHeadline">Two border posts to open</p>
  <span itemprop="author" itemscope itemtype="https://schema.org/Person">
    <b itemprop="name">Aida Example</b></span>
  <span itemprop="author">Bolat Sample</span>
  <time itemprop="datePublished" datetime="2026-05-04T09:00:00+05:00">Monday</time>
  <img itemprop="image" src="/1.jpg"><span itemprop="articleSection">World</span>
  <div itemprop="publisher" itemscope><meta itemprop="name" content="Example Wire"></div>
  <div itemprop="comment" itemscope itemtype="https://schema.org/Comment"><i itemprop="author">A Reader</i>
    <time itemprop="datePublished" datetime="2026-05-06">Wednesday</time></div>
</article>"""
RDFA = """<div vocab="https://schema.org/" typeof="NewsArticle">
  <h2 property="headline">Road talks in Astana</h2>
  <p property="alternativeHeadline">Two border posts to open</p>
  <span property="author" typeof="Person"><b property="name">Aida Example</b></span>
  <span property="schema:author">Bolat Sample</span>
  <span property="datePublished" content="2026-05-04T09:00:00+05:00"></span>
  <img property="image" src="/1.jpg"><span property="articleSection">World</span>
  <div property="publisher" typeof="Organization"><b property="name">Example Wire</b></div></div>"""


@pytest.mark.parametrize("html", [MICRODATA, RDFA], ids=["microdata", "RDFa"])
def test_an_articles_own_properties(html: str) -> None:
    found = from_microdata(parse_html(html, "u"))
    assert (found.title, found.subtitle) == ("Road talks in Astana", "Two border posts to open")
    assert found.authors == ("Aida Example", "Bolat Sample")
    assert found.dates == ("2026-05-04T09:00:00+05:00",)
    assert (found.image, found.section, found.site_name) == ("/1.jpg", "World", "Example Wire")


def test_a_page_without_an_article_in_its_properties_says_nothing() -> None:
    html = '<div itemscope itemtype="https://schema.org/Person"><b itemprop="name">A Reader</b></div>'
    found = from_microdata(parse_html(html, "u"))
    assert (found.title, found.dates, found.authors) == (None, (), ())


@pytest.mark.parametrize("prefix", ["DC.", "dc:", "DCTERMS.", "dcterms:"])
def test_dublin_core(prefix: str) -> None:
    html = (
        f'<meta name="{prefix}title" content="Road talks"><meta name="{prefix}issued" content="2026-05-04">'
        f'<meta name="{prefix}creator" content="Aida Example">'
    )
    found = from_meta_tags(
        parse_html(html.replace("dc:issued", "dc:date").replace("DC.issued", "DC.date"), "u")
    )
    assert (found.title, found.dates, found.authors) == ("Road talks", ("2026-05-04",), ("Aida Example",))


OWN = "https://news.example.org/world/2041"


@pytest.mark.parametrize(
    ("url", "named", "expected"),
    [
        ("https://amp.news.example.org/world/2041", None, OWN),
        ("https://news.example.org/world/2041/amp/", None, OWN),
        ("https://news.example.org/world/2041?print=1", None, OWN),
        ("https://news.example.org/print/world/2041", None, OWN),
        ("https://news.example.org/print.php?id=2041", "/world/2041", OWN),
        ("https://news.example.org/world/2041", "https://news.example.org/", OWN),
        ("https://news.example.org/world/2041", "https://other.example/world/2041", OWN),
    ],
)
def test_amp_and_print_pages_have_the_articles_own_address(
    url: str, named: str | None, expected: str
) -> None:
    head = f'<link rel="canonical" href="{named}">' if named else ""
    assert read_page(article_html(head=head), url=url).canonical_url == expected


def test_what_a_page_says_beside_its_article() -> None:
    head = """<meta property="og:image" content="/img/road.jpg">
      <meta property="article:section" content="World">
      <meta property="article:tag" content="roads"><meta property="article:tag" content="transit">
      <meta property="og:site_name" content="Example Wire">"""
    before = """<p class="subtitle">Two border posts are to be opened</p>
      <figure><img src="/img/road.jpg"><figcaption>A road. Photo: A. Sample</figcaption></figure>"""
    found = read_page(article_html(head=head, before=before))
    assert found.subtitle == "Two border posts are to be opened"
    assert (found.section, found.tags, found.site_name) == ("World", ("roads", "transit"), "Example Wire")
    assert found.image == "https://news.example.org/img/road.jpg"
    assert (found.image_caption, found.image_credit) == ("A road", "A. Sample")
