"""The main text of an article: by the source's selectors, else by trafilatura, without the page's furniture.

Tree or text in, paragraphs out.
"""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from functools import cache

import lxml.html
from lxml import etree
from lxml.html import HtmlElement
from selectolax.lexbor import LexborHTMLParser, LexborNode
from trafilatura.core import bare_extraction
from trafilatura.settings import Document, Extractor

from core.errors import PageError
from core.source import ReadRules
from core.structure import HEADINGS, Kind, Paragraph
from core.text import fold_text, normalise_space
from crawler.reading.captions import is_credit, remove_captions
from crawler.reading.furniture import cut_furniture, is_prose, remove_furniture
from crawler.reading.labels import is_promotion, label_of
from crawler.reading.markup import INLINE, Event, paragraphs, parse_html, select, walk
from crawler.reading.missed import outline, prose_words, restore

# Fewer words than this from the precise mode mean that it has missed the article, not that there is none.
_NEARLY_NOTHING = 25
# A JSON-LD text this much longer than what was extracted is the whole article.
_MUCH_LONGER = 2
# A text so short, and so little of the page's prose outside furniture: a second look is worth its time. The
# comparison takes another text only if it is twice as long; of 682 pages no longer text was ever replaced.
_LIKELY_SHARE = 0.55
_LIKELY_WORDS = 300

_UNREAD = (
    "script", "style", "template", "svg", "canvas", "iframe", "object", "embed", "applet", "map", "input",
    "link", "datalist",
)  # fmt: skip
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


def selected_text(tree: LexborHTMLParser, rules: ReadRules) -> list[Paragraph] | None:
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
    return [paragraph for node in outer for paragraph in paragraphs(walk(node))] or None


def fragment_text(text: str, url: str) -> list[Paragraph]:
    """Return the text of a list's article, HTML or plain."""
    if _MARKUP.search(text) is None:
        parts = re.split(r"\n\s*\n|\r\n\s*\r\n", text)
        return [Paragraph(text=line) for part in parts if (line := normalise_space(part))]
    body = parse_html(text, url).body
    return paragraphs(walk(body)) if body is not None else []


def extracted_text(
    html: str, title: str, article_body: str | None, description: str | None = None
) -> list[Paragraph]:
    """Return the main text of a page without selectors, nothing if it has none.

    `title` is what the page calls itself; `article_body` is the text that JSON-LD gives, if any;
    `description` is the page's sentence or two about itself.
    """
    try:
        tree = lxml.html.document_fromstring(html, parser=_parser())
    except (etree.ParserError, ValueError):
        return []  # nothing but white space or declarations
    page = tree.find("body")
    if page is None:
        return []
    for head in tree.findall("head"):
        tree.remove(head)
    etree.strip_elements(page, *_UNREAD, with_tail=False)
    remove_captions(page)
    remove_furniture(page, title)
    for element in list(page.iter("q", *_LOOSE)):
        if element.tag == "q":
            element.tag = "span"  # the extractor takes it for a block and tears its sentence apart
        else:
            _wrap_loose_text(element)
    pieces = outline(page)
    text = _extract(tree, precise=True, compare=False)
    if _words(text) < min(_LIKELY_WORDS, _LIKELY_SHARE * prose_words(pieces)):
        text = _extract(tree, precise=True, compare=True)
    if article_body is not None and len(article_body.split()) > _MUCH_LONGER * _words(text):
        lines = (normalise_space(part) for part in article_body.split("\n"))
        return [Paragraph(text=line) for line in lines if line]
    if _words(text) < _NEARLY_NOTHING:
        # Precision mode drops short articles beside large sidebars; the furniture we know is gone already.
        text = max(text, _extract(tree, precise=False, compare=True), key=_words)
    return restore(text, pieces, description)


@cache
def _parser() -> lxml.html.HTMLParser:
    """Return a parser that makes all elements of one class: a class for each tag is looked up in Python."""
    parser = lxml.html.HTMLParser(remove_comments=True, remove_pis=True)
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement))
    return parser


def tidy(
    text: Sequence[Paragraph], titles: Collection[str], is_date: Callable[[str], bool]
) -> list[Paragraph]:
    """Return a text without what stands around an article.

    That is its repeated headline (any of `titles`) with short lines before it, short lines with a date
    before the first sentence, calls to subscribe, furniture, and paragraphs said twice in a row.
    """
    headlines = {fold_text(normalise_space(title)) for title in titles if title}
    text = [_without_labels(part) for part in text]
    found = cut_furniture([part for part in text if not is_promotion(part.text) and not is_credit(part.text)])
    opening = next((n for n, part in enumerate(found) if is_prose(part.text)), 0)
    start = 0
    for number, part in enumerate(found[: opening + 1]):
        if fold_text(normalise_space(part.text)) in headlines or (number < opening and is_date(part.text)):
            start = number + 1
    kept: list[Paragraph] = []
    for part in found[start:]:
        if not kept or part.text != kept[-1].text:
            kept.append(part)
    return _without_frame(kept)


def _without_labels(part: Paragraph) -> Paragraph:
    """Take the labels of boxes out of the lines of a table or list."""
    if "\n" not in part.text:
        return part
    lines = [line for line in part.text.split("\n") if label_of(line) is None]
    return replace(part, text="\n".join(lines))


def _without_frame(text: list[Paragraph]) -> list[Paragraph]:
    """Take a whole article out of the quotation element that some sites put around it."""
    prose = [part for part in text if part.kind not in HEADINGS]
    if not prose or any(part.kind is not Kind.QUOTATION for part in prose):
        return text
    return [replace(part, kind=Kind.PARAGRAPH) if part.kind is Kind.QUOTATION else part for part in text]


def _words(text: Sequence[Paragraph]) -> int:
    return sum(len(part.text.split()) for part in text)


def _extract(tree: HtmlElement, *, precise: bool, compare: bool) -> list[Paragraph]:
    """Extract; `compare` lets the extractor weigh its result against two others, which takes a third more."""
    options = Extractor(output_format="txt", fast=not compare, precision=precise, comments=False)
    try:
        document = bare_extraction(tree, options=options)
    except _EXTRACTOR_FAULTS as error:
        raise PageError(f"the extractor failed on this page: {type(error).__name__}: {error}") from error
    if not isinstance(document, Document) or document.body is None:
        return []
    return paragraphs(_walk(document.body))


def _walk(root: etree._Element) -> Iterator[Event]:
    """Yield the events of the extractor's tree."""
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if not isinstance(element.tag, str):
            continue
        if event == "start":
            yield "open", _tag(element)
            if element.text:
                yield "text", element.text
        else:
            yield "close", _tag(element)
            if element is not root and element.tail:
                yield "text", element.tail


def _tag(element: etree._Element) -> str:
    """Return the HTML tag of an element of the extractor's tree: of its headings and lists `rend` says it."""
    tag = str(element.tag)
    return str(element.get("rend") or tag) if tag in ("head", "list") else tag


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
        last = next(paragraph.iterchildren(reversed=True), None)  # len() would count all of them
        if last is not None:
            last.tail = (last.tail or "") + text
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
