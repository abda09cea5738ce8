"""Paragraphs, headings, lists and quotations survive reading, whatever way the text comes in."""

import json

from fakes_pages import PARAGRAPHS, URL, article_html, read_page

from core.article import Article, Link
from core.structure import Kind, paragraphs_of

PARTS = (
    "<h2>What was agreed</h2><ul><li>the first of the two posts opens in spring</li>"
    "<li>the second one a year later</li></ul>"
    "<h3>Money</h3><ol><li>one half comes from the bank of the region</li><li>the other from both</li></ol>"
    "<blockquote><p>We shall pay for our half of the road, and nobody need be in doubt about it.</p>"
    "</blockquote>"
)
KINDS = "2u3nq"


def kinds(article: Article) -> str:
    return "".join(part.kind for part in paragraphs_of(article.text, article.structure))


def with_parts() -> str:
    return article_html().replace(f"<p>{PARAGRAPHS[3]}", f"{PARTS}<p>{PARAGRAPHS[3]}")


def test_by_selectors() -> None:
    article = read_page(with_parts(), rules={"text": ".words"})
    assert kinds(article) == f"ppp{KINDS}p"
    lists = [part.text for part in paragraphs_of(article.text, article.structure) if part.kind is Kind.LIST]
    assert lists == ["the first of the two posts opens in spring\nthe second one a year later"]


def test_by_extraction() -> None:
    assert kinds(read_page(with_parts())) == f"ppp{KINDS}p"


def test_of_a_list_that_carries_the_article() -> None:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS) + PARTS
    article = read_page(text, link=Link(url=URL, title="Road talks", text=text))
    assert kinds(article) == f"pppp{KINDS}"


def test_plain_text_and_texts_in_scripts() -> None:
    plain = "\r\n\r\n".join(PARAGRAPHS)
    assert kinds(read_page(plain, link=Link(url=URL, title="Road talks", text=plain))) == "pppp"
    body = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS) + PARTS
    data = json.dumps({"post": {"body": body}})
    state = f"<html><head><title>T</title></head><body><script>window.STATE = {data}</script></body></html>"
    assert kinds(read_page(state)) == f"pppp{KINDS}"


def test_rows_of_a_table_that_lays_out_the_page_are_paragraphs() -> None:
    rows = "".join(f"<tr><td>{text}</td></tr>" for text in ("Popular", "News", *PARAGRAPHS))
    data = "<table><tr><td>Exports</td><td>12</td></tr><tr><td>Imports</td><td>9</td></tr></table>"
    html = f"<html><head><title>T</title></head><body><table class='words'>{rows}</table>{data}</body></html>"
    assert read_page(html, rules={"text": "table"}).text.split("\n\n") == [
        "News",
        *PARAGRAPHS,
        "Exports 12\nImports 9",
    ]


def test_a_page_that_is_one_quotation_is_none() -> None:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    html = article_html().replace(text, f"<blockquote>{text}</blockquote>")
    assert read_page(html, rules={"text": ".words"}).structure == ""


def test_statements_count_the_text_whatever_its_structure() -> None:
    article = read_page(with_parts(), rules={"text": ".words"})
    assert article.statements
    for one in article.statements:
        assert article.text[one.start : one.end] == one.words


def test_a_paragraph_is_one_whatever_stands_in_it() -> None:
    html = article_html().replace("the two sides spoke", "the <q>two</q> <a href='/x'>sides</a> <b>spoke</b>")
    for rules in ({"text": ".words"}, None):
        assert read_page(html, rules=rules).text.count("\n\n") == 3
