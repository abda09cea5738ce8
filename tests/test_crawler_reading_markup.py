"""Bounds of the parser, and plain text out of markup."""

import pytest

from core.errors import PageError
from crawler.reading.markup import MAX_CHARACTERS, inner_text, parse_html, plain_text, select, walk

DEEP = [
    "<div>" * 100_000,
    "<ul><li>" * 50_000,
    "<b>" * 100_000,
    "<a href='x'>" * 100_000,
    "<table><tr><td>" * 30_000,
]


def text_of(html: str) -> str:
    body = parse_html(html, "u").body
    assert body is not None
    return plain_text(walk(body))


@pytest.mark.parametrize("html", DEEP)
def test_deep_nesting_is_refused_with_its_address(html: str) -> None:
    with pytest.raises(PageError, match=r"https://x\.example/1: tags are nested"):
        parse_html(html, "https://x.example/1")


def test_size_is_bounded() -> None:
    with pytest.raises(PageError, match=r"8,000,001 characters, more than the 8,000,000"):
        parse_html("x" * (MAX_CHARACTERS + 1), "u")
    with pytest.raises(PageError, match="tags, more than"):
        parse_html("<p>" * 250_000, "u")


def test_many_unclosed_items_are_no_nesting() -> None:
    assert text_of("<ul>" + "<li>one" * 9_000).count("one") == 9_000


def test_paragraphs_and_lines() -> None:
    html = "<h2>Head</h2><p>One <b>bold</b>\n word.</p><ul><li>first<li>second</ul>last<br>line<br><br>after"
    assert text_of(html) == "Head\n\nOne bold word.\n\nfirst\nsecond\n\nlast\nline\n\nafter"


def test_unseen_parts_and_invisible_characters_are_left_out() -> None:
    unseen = "<script>var x</script><style>p{}</style><!-- no -->"
    html = f"<p>a\u00adb\u200bc&nbsp;d{unseen}</p><noscript>no</noscript>"
    assert text_of(html) == "abc d"


def test_table_rows_are_lines() -> None:
    assert text_of("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>") == "a b\nc d"


def test_inner_text_is_one_line() -> None:
    node = parse_html("<h1>Talks<br>in <i>Astana</i><p>today</p></h1>", "u").css_first("h1")
    assert node is not None
    assert inner_text(node) == "Talks in Astana today"


def test_a_selector_that_the_parser_does_not_know() -> None:
    with pytest.raises(PageError, match=r"the selector 'p::text' cannot be used"):
        select(parse_html("<p>", "u"), "p::text")
