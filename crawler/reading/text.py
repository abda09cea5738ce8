"""The main text of an article: by the source's selectors, else by trafilatura, without the page's furniture.

Tree or text in, plain text out: paragraphs parted by a blank line, lines of lists by a newline.
"""

import re
from collections.abc import Callable, Collection, Iterator

import lxml.html
from lxml import etree
from lxml.html import HtmlElement
from selectolax.lexbor import LexborHTMLParser, LexborNode
from trafilatura.core import bare_extraction
from trafilatura.settings import Document, Extractor

from core.errors import PageError
from core.source import ReadRules
from core.text import fold_text, normalise_space
from crawler.reading.captions import is_credit, remove_captions
from crawler.reading.furniture import cut_furniture, is_prose, remove_furniture
from crawler.reading.labels import is_promotion
from crawler.reading.markup import INLINE, parse_html, plain_text, select, walk
from crawler.reading.missed import outline, prose_words, restore

# Fewer words than this from the precise mode mean that it has missed the article, not that there is none.
_NEARLY_NOTHING = 25
# A JSON-LD text this much longer than what was extracted is the whole article.
_MUCH_LONGER = 2
# Less than this of the page's prose outside furniture: a second look is worth its time.
_LIKELY_SHARE = 0.7

_UNREAD = ("script", "style", "template")
_LOOSE = ("div", "td", "section", "article", "center", "main")
_LOOSE_CHARACTERS = 100
_MARKUP = re.compile(r"<(?:p|br|div|span|ul|ol|h\d|a|strong|b|em|i|table|img)\b[^<>]*>", re.IGNORECASE)
# What the extractor is known to raise on odd trees. It is not ours to repair: the page counts as unreadable.
_EXTRACTOR_FAULTS = (
    AttributeError,
    IndexError,
    KeyError,
    TypeError,
    ValueError,
    RecursionError,
    etree.LxmlError,
)


def selected_text(tree: LexborHTMLParser, rules: ReadRules) -> str | None:
    """Return the text of the elements that the source names; None if it names none or they are not there.

    The elements of `remove` leave the tree for good.
    """
    if rules.text is None:
        return None
    for selector in rules.remove:
        for node in select(tree, selector):
            node.decompose()
    nodes = select(tree, rules.text)
    outer = [node for node in nodes if not any(_holds(other, node) for other in nodes)]
    texts = [plain_text(walk(node)) for node in outer]
    return "\n\n".join(text for text in texts if text) or None


def fragment_text(text: str, url: str) -> str:
    """Return a list's article, HTML or plain, as plain text."""
    if _MARKUP.search(text) is None:
        return "\n\n".join(
            normalise_space(part) for part in re.split(r"\n\s*\n|\r\n\s*\r\n", text) if part.strip()
        )
    body = parse_html(text, url).body
    return plain_text(walk(body)) if body is not None else ""


def extracted_text(html: str, title: str, article_body: str | None, description: str | None = None) -> str:
    """Return the main text of a page without selectors, "" if it has none.

    `title` is what the page calls itself; `article_body` is the text that JSON-LD gives, if any;
    `description` is the page's sentence or two about itself.
    """
    try:
        tree = lxml.html.document_fromstring(
            html, parser=lxml.html.HTMLParser(remove_comments=True, remove_pis=True)
        )
    except (etree.ParserError, ValueError):
        return ""  # nothing but white space or declarations
    page = tree.find("body")
    if page is None:
        return ""
    etree.strip_elements(page, *_UNREAD, with_tail=False)
    remove_captions(page)
    remove_furniture(page, title)
    for element in list(page.iter(*_LOOSE)):
        _wrap_loose_text(element)
    pieces = outline(page)
    text = _extract(tree, precise=True, compare=False)
    if _words(text) < _LIKELY_SHARE * prose_words(pieces):
        text = _extract(tree, precise=True, compare=True)
    if article_body is not None and _words(article_body) > _MUCH_LONGER * _words(text):
        return "\n\n".join(line for part in article_body.split("\n") if (line := normalise_space(part)))
    if _words(text) < _NEARLY_NOTHING:
        # Precision mode drops short articles beside large sidebars; the furniture we know is gone already.
        text = max(text, _extract(tree, precise=False, compare=True), key=_words)
    return restore(text, pieces, description)


def tidy(text: str, titles: Collection[str], is_date: Callable[[str], bool]) -> str:
    """Return a text without what stands around an article.

    That is its repeated headline (any of `titles`) with short lines before it, short lines with a date
    before the first sentence, calls to subscribe, furniture, and paragraphs said twice in a row.
    """
    headlines = {fold_text(normalise_space(title)) for title in titles if title}
    paragraphs = cut_furniture(
        [part for part in text.split("\n\n") if part and not is_promotion(part) and not is_credit(part)]
    )
    opening = next((n for n, part in enumerate(paragraphs) if is_prose(part)), 0)
    start = 0
    for number, paragraph in enumerate(paragraphs[: opening + 1]):
        if fold_text(normalise_space(paragraph)) in headlines or (number < opening and is_date(paragraph)):
            start = number + 1
    kept: list[str] = []
    for paragraph in paragraphs[start:]:
        if not kept or paragraph != kept[-1]:
            kept.append(paragraph)
    return "\n\n".join(kept)


def _words(text: str) -> int:
    return len(text.split())


def _extract(tree: HtmlElement, *, precise: bool, compare: bool) -> str:
    """Extract; `compare` lets the extractor weigh its result against two others, which takes a third more."""
    options = Extractor(output_format="python", fast=not compare, precision=precise, comments=False)
    try:
        document = bare_extraction(tree, options=options)
    except _EXTRACTOR_FAULTS as error:
        raise PageError(f"the extractor failed on this page: {type(error).__name__}: {error}") from error
    if not isinstance(document, Document) or document.body is None:
        return ""
    return plain_text(_walk(document.body))


def _walk(root: HtmlElement) -> Iterator[tuple[str, str]]:
    """Yield the events of an lxml element for `plain_text`."""
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if not isinstance(element.tag, str):
            continue
        if event == "start":
            yield "open", element.tag
            if element.text:
                yield "text", element.text
        else:
            yield "close", element.tag
            if element is not root and element.tail:
                yield "text", element.tail


def _wrap_loose_text(element: HtmlElement) -> None:
    """Put text that stands beside <br> elements instead of in paragraphs into paragraphs, in place.

    The extractor loses such text where it comes before the first child.
    """
    if element.find("br") is None:
        return
    loose = [element.text or "", *(child.tail or "" for child in element)]
    if sum(len(part.strip()) for part in loose) < _LOOSE_CHARACTERS:
        return
    children = list(element)
    first, element.text = element.text, None
    paragraph = _Paragraphs(element)
    paragraph.add_text(first)
    for child in children:
        tail, child.tail = child.tail, None
        if child.tag == "br":
            paragraph.add_break(child)
        elif child.tag in INLINE:
            paragraph.add(child)
        else:
            paragraph.end()
            element.append(child)
        paragraph.add_text(tail)
    paragraph.end()


class _Paragraphs:
    """Collects loose text and inline elements as paragraphs of `parent`; two breaks in a row end one."""

    def __init__(self, parent: HtmlElement) -> None:
        self._parent = parent
        self._current: HtmlElement | None = None
        self._breaks: list[HtmlElement] = []

    def add_text(self, text: str | None) -> None:
        if text is None or (not text.strip() and (self._breaks or self._current is None)):
            return
        paragraph = self._open()
        if len(paragraph):
            paragraph[-1].tail = (paragraph[-1].tail or "") + text
        else:
            paragraph.text = (paragraph.text or "") + text

    def add(self, element: HtmlElement) -> None:
        self._open().append(element)

    def add_break(self, element: HtmlElement) -> None:
        self._breaks.append(element)
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)

    def end(self) -> None:
        self._current = None
        self._breaks.clear()

    def _open(self) -> HtmlElement:
        if self._current is not None and len(self._breaks) > 1:
            self._current = None
        if self._current is None:
            self._current = lxml.html.Element("p")
            self._parent.append(self._current)
        elif self._breaks:
            self._current.append(self._breaks[-1])
        self._breaks.clear()
        return self._current


def _holds(other: LexborNode, node: LexborNode) -> bool:
    """Say whether `node` lies inside `other`."""
    parent = node.parent
    while parent is not None:
        if parent.mem_id == other.mem_id:
            return True
        parent = parent.parent
    return False
