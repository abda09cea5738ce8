"""Who wrote an article by what its page shows: a byline, a signature in its text. Pure."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from selectolax.lexbor import LexborHTMLParser, LexborNode

from core.text import fold_text
from crawler.reading.authors import clean_authors
from crawler.reading.facts import Facts
from crawler.reading.markup import body_lines, inner_text
from crawler.reading.near import nearest, places

_LONGEST_BYLINE = 150

_BYLINES = (
    "[rel~='author' i], [itemprop='author' i] [itemprop='name' i], [itemprop='author' i], "
    "[class*='author-name' i], [class*='author_name' i], [class*='authorname' i], [class~='author' i], "
    "[class*='byline' i], [class*='article-author' i], [class*='article__author' i], [class*='post-author' i]"
)
_SIGNED = re.compile(
    r"^(?:text by|by|written by|story by"
    r"|автор(?:ы|лар|лор)?\s*:|текст\s*:|муаллиф\s*:|muallif\s*:|yazar\s*:)\s*\S",
    re.IGNORECASE,
)
_SIGNED_WORDS = 12
_WITH_ADDRESS = re.compile(r"\S \(?(?:www\.|https?://)", re.IGNORECASE)
_LABELLED = re.compile(
    r"(?:authors?|autor(?:in)?(?:/autor(?:in)?)?|auteurs?|автор(?:ы|лар|лор|и)?|муаллиф(?:лар|он)?|muallif(?:lar)?|awtor|yazar)"
    r"(?:\s*[:：]\s*|\s+)(?-i:(?P<names>[^\W\d_a-zа-я][\w'’.-]*(?:,? (?:[^\W\d_a-zа-я][\w'’.-]*)){1,5}))",
    re.IGNORECASE,
)


def byline(tree: LexborHTMLParser) -> str | None:
    """Return the author line nearest to the headline."""
    texts = map(_names, nearest(list(places(tree)), _BYLINES))
    return next((text for text in texts if 2 < len(text) <= _LONGEST_BYLINE), None)


def _names(node: LexborNode) -> str:
    """Return a byline as one line; names in links or elements of their own are parted."""
    whole = inner_text(node)
    for parts in (node.css("a"), [part for part in node.css("*") if part.child is None or _is_leaf(part)]):
        texts = [text for part in parts if (text := inner_text(part))]
        if len(texts) > 1 and len("".join(texts)) > len(whole) / 2:
            return "; ".join(texts)
    return whole


def _is_leaf(node: LexborNode) -> bool:
    return all(child.is_text_node for child in node.iter(include_text=True))


def signature(text: str) -> str | None:
    """Return the line of an article's beginning or end that says who wrote it: "Text by ..."."""
    paragraphs = [part for block in text.split("\n\n") for part in block.split("\n")]
    for paragraph in (*paragraphs[:4], *paragraphs[-3:]):
        if _SIGNED.match(paragraph) and len(paragraph.split()) <= _SIGNED_WORDS:
            return paragraph
    return None


def labelled(tree: LexborHTMLParser) -> str | None:
    """Return the name behind a label ("Author: ..."), wherever it stands, if the page has one such name."""
    found = {match["names"] for text in body_lines(tree) if (match := _LABELLED.fullmatch(text)) is not None}
    return found.pop() if len(found) == 1 else None


def find_authors(
    layers: Iterable[Facts], tree: LexborHTMLParser, text: str, sites: tuple[str, ...]
) -> tuple[str, ...]:
    """Return the names of the first layer that has any but the site's own, which is nobody; else that one.

    Of a line for people the site's name is left out: it says for whom they write. So is a name with an
    address of the web beside it.
    """
    known = {fold_text(name) for name in sites}
    named = [
        (clean_authors(facts.authors, exact=facts.exact_names), facts.exact_names)
        for facts in layers
        if not any(map(_WITH_ADDRESS.search, facts.authors))
    ]
    shown = ((clean_authors([line]), False) for line in _shown(tree, text))
    for authors, is_exact in chain(named, shown):
        people = tuple(name for name in authors if fold_text(name) not in known)
        if people:
            return authors if is_exact else people
    return next((authors for authors, _ in named if authors), ())


def _shown(tree: LexborHTMLParser, text: str) -> Iterator[str]:
    """Yield what the page shows of its authors, each looked for when it is asked for."""
    yield signature(text) or ""
    yield byline(tree) or ""
    yield labelled(tree) or ""
