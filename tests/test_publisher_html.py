"""An article's structure: how it is kept, and the HTML that readers get of it."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from fakes_publisher import make_article, make_entry, make_item

from core.article import Article, Batch
from core.structure import Kind, Paragraph, paragraphs_of, structure_of, text_of
from publisher.html import article_html, excerpt
from storage.store import Store

PARTS = [
    Paragraph(text="Talks were held."),
    Paragraph(text="The documents", kind=Kind.HEADING),
    Paragraph(text="a treaty\na <protocol>", kind=Kind.LIST),
    Paragraph(text="first\nsecond", kind=Kind.NUMBERED),
    Paragraph(text="We are glad.", kind=Kind.QUOTATION),
    Paragraph(text="We agree.", kind=Kind.QUOTATION),
    Paragraph(text="Details", kind=Kind.SUBHEADING),
    Paragraph(text="One line\nanother"),
]


def test_text_and_structure_give_the_paragraphs_again() -> None:
    assert paragraphs_of(text_of(PARTS), structure_of(PARTS)) == PARTS
    assert structure_of(PARTS[:1]) == ""
    assert paragraphs_of("") == []


def test_a_structure_that_does_not_fit_is_none() -> None:
    assert paragraphs_of("a\n\nb", "2") == [Paragraph(text="a"), Paragraph(text="b")]
    assert paragraphs_of("a", "?") == [Paragraph(text="a")]


def test_html_has_each_part_and_is_escaped() -> None:
    html = article_html(PARTS)
    assert '<h2 dir="auto">The documents</h2>' in html
    assert '<h3 dir="auto">Details</h3>' in html
    assert '<ul dir="auto"><li>a treaty</li><li>a &lt;protocol&gt;</li></ul>' in html
    assert '<ol dir="auto"><li>first</li><li>second</li></ol>' in html
    assert html.count("<blockquote>") == 1, "neighbours share it"
    assert '<p dir="auto">One line<br>another</p>' in html


def test_html_of_hostile_text_is_text() -> None:
    html = article_html(paragraphs_of("<script>\x00\x0b&amp;\ud83d\n\n\x01\n\n</p><b>"))
    assert "<script" not in html
    assert "&lt;/p&gt;&lt;b&gt;" in html
    assert html.isprintable() or "\n" in html
    assert html.count("<p ") == 2


def test_an_excerpt_has_no_more_words_and_ends_with_words() -> None:
    long = [Paragraph(text=" ".join(f"word{n}" for n in range(40)))]
    for words in range(1, 60):
        short = excerpt([*PARTS, *long], words)
        assert sum(len(part.text.split()) for part in short) <= words
        assert short[-1].kind not in (Kind.HEADING, Kind.SUBHEADING)
    assert excerpt(PARTS, 100) == PARTS
    assert excerpt([], 10) == []
    assert excerpt(long, 10)[0].text.endswith("…")


def test_a_feed_item_shows_the_structure() -> None:
    article = replace(make_article(), text=text_of(PARTS), structure=structure_of(PARTS))
    body = make_item(make_entry(article)).body
    assert article_html(PARTS) in body


def test_the_store_keeps_it_and_fills_it_in(tmp_path: Path) -> None:
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)

    def keep(store: Store, article: Article) -> Article:
        store.keep(Batch(source=article.source, articles=(article,)), now=now)
        stored = store.article(1)
        assert stored is not None
        return stored.article

    plain = replace(make_article(), text=text_of(PARTS))
    whole = replace(plain, structure=structure_of(PARTS))
    with Store.open(tmp_path / "x.db") as store:
        store.sync_sources([plain.source], now=now)
        assert keep(store, plain).structure == ""
        assert keep(store, whole).structure == whole.structure, "the same page, read again"
        assert keep(store, replace(whole, text="A new text.", structure="")).structure == ""
