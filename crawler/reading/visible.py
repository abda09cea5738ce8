"""What the visible page says of its article, where no data in it does: headline and byline. Pure."""

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from core.text import fold_text
from crawler.reading.markup import inner_text, line
from crawler.reading.metadata import cut_site_name, title_tag
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


def headline(tree: LexborHTMLParser, site_names: tuple[str, ...]) -> tuple[str | None, str | None]:
    """Return the headline by the h1 and the title element, and the site's name if the latter carried it.

    A lone h1 may be the section's name, so it is believed first where the title element repeats it.
    """
    tag = title_tag(tree)
    headings = [text for node in tree.css("h1") if (text := inner_text(node))]
    if tag is not None:
        inside = [text for text in headings if text in tag and text != tag]
        if inside:
            longest = max(inside, key=len)
            return longest, line(tag.replace(longest, "", 1)).strip(" |—–-:»·•/") or None
    known, cut = cut_site_name(tag, site_names, guess=True) if tag else (None, None)
    if len(headings) == 1 and (known is None or len(headings[0]) > len(known) / 2):
        return headings[0], cut
    return known or (headings[0] if headings else None), cut


def shown_headline(tree: LexborHTMLParser, heading: str | None) -> tuple[str | None, bool]:
    """Return the headline if an h1 shows it, and whether the title element says something else."""
    shown = heading is not None and any(inner_text(node) == heading for node in tree.css("h1"))
    if heading is None or not shown:
        return None, False
    return heading, fold_text(heading) not in fold_text(title_tag(tree) or "")


def byline(tree: LexborHTMLParser) -> str | None:
    """Return the author line nearest to the headline."""
    texts = map(_names, nearest(list(places(tree)), _BYLINES))
    return next((text for text in texts if 2 < len(text) <= _LONGEST_BYLINE), None)


def _names(node: LexborNode) -> str:
    """Return a byline as one line; names in links of their own are parted."""
    links = [text for link in node.css("a") if (text := inner_text(link))]
    whole = inner_text(node)
    return "; ".join(links) if len(links) > 1 and len("".join(links)) > len(whole) / 2 else whole


def signature(text: str) -> str | None:
    """Return the line of an article's beginning or end that says who wrote it: "Text by ..."."""
    paragraphs = [part for block in text.split("\n\n") for part in block.split("\n")]
    for paragraph in (*paragraphs[:4], *paragraphs[-3:]):
        if _SIGNED.match(paragraph) and len(paragraph.split()) <= _SIGNED_WORDS:
            return paragraph
    return None
