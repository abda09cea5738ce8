"""Articles cut into pages: where one goes on, and two readings put together. Pure: `crawler.pages` fetches.

A page's tree in, the next page's address out. Only the same article's address with a page number counts:
what a site calls "next" is often another article.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from core.article import Article
from core.language import Language
from core.structure import Paragraph, paragraphs_of, structure_of, text_of
from core.text import fold_text
from core.urls import canonical_url
from crawler.reading.page import Page
from crawler.reading.repeated import MOST_MARKS
from crawler.reading.statements import statements_of

NO_TEXT = "no text"

_NUMBER = frozenset({"page", "p", "pg", "paged", "pagen_1", "pagenum", "currentpage", "part", "str"})
_ENDING = re.compile(r"\.(?:s?html?|php\d?|aspx?|jsp)$", re.IGNORECASE)
_NUMBERED = re.compile(r"(?:/(?:page|p|part|str)?[-/]?|[-_,])(\d{1,2})$", re.IGNORECASE)
_NEXT = re.compile(
    "(?:next|далее|дальше|следующая|вперед|вперёд|келесі|кийинки|keyingi|кейинги|баъдӣ|indiki|sonraki)\\b|[›»→>]+$"
)
_DIGIT = re.compile(r"\d")
_LONGEST_LABEL = 40
_COMMENTS = re.compile(r"comment|коммент|disqus|reviews", re.IGNORECASE)
_ANCESTORS = 8
# A page's closing lines that the next one has too: the author's box, the source.
_CLOSING = 3


def next_page(tree: LexborHTMLParser, page: Page, held: str | None) -> str | None:
    """Return the address of the page on which the article goes on; None where it ends here.

    A page without text may have it in its AMP form.
    """
    if held == NO_TEXT and page.number == 1:
        return _amp(tree, page.url)
    if held is not None:
        return None
    first = page.before.url if page.before is not None else page.url
    wanted = page.number + 1
    beside: str | None = None
    for node in tree.css("link[rel~='next' i][href], a[href]"):
        attributes = node.attributes
        href = (attributes.get("href") or "").strip()
        if _DIGIT.search(href) is None:
            continue
        # A page has hundreds of links, and to take an address apart costs more than to read its label.
        label = _label(node)
        is_next = "next" in (attributes.get("rel") or "").lower().split()
        if not (is_next or label == str(wanted) or _NEXT.match(label)):
            continue
        number = _number_of(href, page.url, first)
        if number is None or _in_comments(node):
            continue
        if is_next and number >= page.number:
            return urljoin(page.url, href)
        # Some sites count from 0: what a reader sees tells better than the address.
        if label == str(wanted) or (number == wanted and _NEXT.match(label)):
            beside = beside or urljoin(page.url, href)
    return beside


def _amp(tree: LexborHTMLParser, url: str) -> str | None:
    for node in tree.css("link[rel~='amphtml' i][href]"):
        there = urljoin(url, (node.attributes.get("href") or "").strip())
        if there != url and canonical_url(there) == canonical_url(url):
            return there
    return None


def _number_of(href: str, base: str, first: str) -> int | None:
    """Return which page of the article at `first` an address names; None for other addresses."""
    if href.startswith(("#", "javascript:", "mailto:")):
        return None
    try:
        there, here = urlsplit(canonical_url(href, base)), urlsplit(canonical_url(first))
    except ValueError:
        return None
    if there.netloc != here.netloc or not there.path.startswith(_ENDING.sub("", here.path)):
        return None
    (number, rest), (_, own) = _page_parameter(there.query), _page_parameter(here.query)
    if rest != own:
        return None
    if there.path == here.path:
        return number
    for stem, tail in ((here.path, there.path), (_ENDING.sub("", here.path), _ENDING.sub("", there.path))):
        match = _NUMBERED.match(tail.removeprefix(stem)) if tail.startswith(stem) and stem != "/" else None
        if match is not None:
            return int(match[1])
    return None


def _page_parameter(query: str) -> tuple[int | None, str]:
    """Return the page number that a query names, and the query without it."""
    pairs = parse_qsl(query, keep_blank_values=True)
    numbers = [
        value for name, value in pairs if name.lower() in _NUMBER and value.isdecimal() and len(value) < 3
    ]
    rest = [(name, value) for name, value in pairs if name.lower() not in _NUMBER or value not in numbers]
    return (int(numbers[0]) if len(numbers) == 1 else None), urlencode(rest)


def _label(node: LexborNode) -> str:
    text = node.text(deep=True, separator=" ")
    return " ".join(text.split()).lower() if len(text) <= _LONGEST_LABEL else ""


def _in_comments(node: LexborNode) -> bool:
    return any(
        _COMMENTS.search(f"{one.attributes.get('class') or ''} {one.attributes.get('id') or ''}") is not None
        for one in _ancestors(node)
    )


def _ancestors(node: LexborNode) -> Iterator[LexborNode]:
    for _ in range(_ANCESTORS):
        parent = node.parent
        if parent is None or parent.tag == "body":
            return
        yield parent
        node = parent


def joined(before: Article, after: Article, number: int, languages: Mapping[str, Language]) -> Article:
    """Return an article with the text of its page `number` behind what was read of it before.

    What both pages have, the lead and the closing lines, comes once. A page that cannot be read leaves the
    article held; one that says nothing new, or is of another date, ends it.
    """
    if before.held == NO_TEXT:
        return replace(
            after, url=before.url, canonical_url=before.canonical_url, title=after.title or before.title
        )
    if after.held is not None:
        return replace(before, held=f"page {number} of it is {after.held}", next_page=None)
    if _is_other(before, after):
        return replace(before, next_page=None)
    kept, added = _without_repeats(before, after)
    if not added:
        return replace(before, next_page=None)
    paragraphs = [*kept, *added]
    text = text_of(paragraphs)
    return replace(
        before,
        text=text,
        structure=structure_of(paragraphs),
        authors=before.authors or after.authors,
        credit=before.credit or after.credit,
        statements=statements_of(text, before.language, languages),
        next_page=after.next_page,
        marks=(*before.marks, *after.marks)[:MOST_MARKS],
    )


def _is_other(before: Article, after: Article) -> bool:
    one, other = before.published, after.published
    return one is not None and other is not None and None not in (one.at, other.at) and one.at != other.at


def _without_repeats(before: Article, after: Article) -> tuple[list[Paragraph], list[Paragraph]]:
    """Return the paragraphs of both pages, each paragraph once."""
    kept, added = (paragraphs_of(one.text, one.structure) for one in (before, after))
    had = {fold_text(text) for text in (*before.text.split("\n\n"), before.title, before.subtitle or "")}
    while added and fold_text(added[0].text) in had:
        del added[0]
    closing = {fold_text(paragraph.text) for paragraph in added[-_CLOSING:]}
    for _ in range(_CLOSING):
        if len(kept) > 1 and len(added) > 1 and fold_text(kept[-1].text) in closing:
            del kept[-1]
    return kept, added
