"""The two example texts as pages of the kind they came from: the article comes out, its teasers do not."""

import html as html_module
from collections.abc import Callable
from pathlib import Path

import pytest
from fakes_pages import read_page, shared

TEASER_WORDS = ("Borrell", "Niagara", "G7", "Editor's choice", "Popular", "Related", "click headline")


def example(prefix: str) -> list[str]:
    """Return the paragraphs of an example text, read at test time."""
    path: Path = next((shared() / "examples").glob(f"{prefix}_*.txt"))
    return [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def tag(name: str, text: str) -> str:
    return f"<{name}>{html_module.escape(text)}</{name}>"


def teasers(lines: list[str]) -> list[list[str]]:
    """Group furniture lines as [label, ...] and [category, title, title, summary]."""
    groups: list[list[str]] = []
    for line in lines:
        if line in ("Related articles", "Popular", "Editor's choice"):
            groups.append([])
        groups[-1].append(line)
    return groups


def boxed(lines: list[str]) -> str:
    """Each label over a box of its own, beside the article."""
    return "".join(
        f"<div class='q'>{''.join(tag('h3' if n == 0 else 'p', line) for n, line in enumerate(group))}</div>"
        for group in teasers(lines)
    )


def cards(lines: list[str]) -> str:
    """Labels beside cards with linked titles and long summaries."""
    parts = []
    for group in teasers(lines):
        label, *rest = group
        if not rest:
            parts.append(f"<div class='head'>{tag('h2', label)}</div>")
            continue
        category, title, repeated, summary = rest
        parts.append(
            f"<div class='row'><span>{html_module.escape(label)}</span><span>{category}</span>"
            f"<a href='/x'><img alt=''>{html_module.escape(title)}</a>"
            f"<h3><a href='/x'>{html_module.escape(repeated)}</a></h3>{tag('p', summary)}</div>"
        )
    return "".join(parts)


def flat(lines: list[str]) -> str:
    """Nothing but paragraphs in a row with the article's."""
    return "".join(tag("p", line) for line in lines)


def divisions(lines: list[str]) -> str:
    """Bare divisions, titles as headings."""
    return "".join(tag("h4" if 3 < len(line.split()) < 20 else "div", line) for line in lines)


def page_of(title: str, article: list[str], furniture: str, *, inside: bool) -> str:
    words = "".join(tag("p", line) for line in article)
    body = (
        f"<div class='words'>{words}{furniture}</div>"
        if inside
        else f"<div class='words'>{words}</div>{furniture}"
    )
    return (
        f"<html lang='en'><head><title>{html_module.escape(title)} | A Site</title></head><body>"
        f"<ul class='m'><li><a href='/'>Home</a></li><li><a href='/n'>News</a></li></ul>"
        f"<div class='region'><div class='node'>{tag('h1', title)}{body}</div></div>"
        f"<footer><p>All rights reserved</p></footer></body></html>"
    )


@pytest.mark.parametrize("inside", [True, False])
@pytest.mark.parametrize("layout", [boxed, cards, flat, divisions])
def test_nothing_from_the_teasers_on(layout: Callable[[list[str]], str], inside: bool) -> None:
    title, *rest = example("000")
    end = rest.index("Related articles")
    article, furniture = rest[:end], rest[end:]
    read = read_page(page_of(title, article, layout(furniture), inside=inside))
    assert read.title == title
    assert [word for word in TEASER_WORDS if word in read.text] == []
    for line in article[-8:]:
        assert " ".join(line.split()) in read.text
    assert read.published is None, "the text gives a day and a month only"
    assert (read.authors, read.held) == ((), None)


def test_a_signed_article_names_its_author() -> None:
    standfirst, signature, *article = example("002")
    title = "A headline for the example without one"
    read = read_page(page_of(title, [standfirst, signature, *article], "", inside=True))
    assert read.authors == (signature.removeprefix("Text by "),)
    for line in article:
        assert " ".join(line.split()) in read.text
    assert read.published is None
