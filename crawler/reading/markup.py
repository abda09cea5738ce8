"""Text of a page -> a bounded HTML tree on the fast parser, and its parts as plain text.

Knows nothing of articles. The bounds keep one hostile page from taking a reading process with it: the
parser needs quadratic time for deep nesting.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TypeAlias

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from core.errors import PageError
from core.structure import Kind, Paragraph, text_of

MAX_CHARACTERS = 8_000_000
MAX_TAGS = 200_000
MAX_DEPTH = 1_000
# Below this many tags no nesting can be slow, and the depth need not be counted.
_HARMLESS_TAGS = 8_000

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")


def _tags(names: str) -> frozenset[str]:
    return frozenset(names.split())


# Their end tags are optional or they have none, so that many may stand open in a sound page.
_UNCLOSED = _tags("""
    area base br col dd dt embed hr img input li link meta optgroup option p param path source tbody td tfoot
    th thead tr track wbr
""")

# Elements that do not part a paragraph: of HTML, and of trafilatura's own tree (hi, ref, del).
INLINE = _tags("""
    a abbr acronym b bdi bdo big cite code data del dfn em font hi i ins kbd label mark nobr q ref ruby s samp
    small span strike strong sub sup time tt u var wbr
""")
UNSEEN = _tags("""
    script style noscript template iframe object svg math canvas audio video button select textarea graphic
    img picture
""")
LINE = frozenset({"li", "item", "tr", "row", "dt", "dd"})
CELL = frozenset({"td", "th", "cell"})
LINKS = frozenset({"a", "ref"})
_BREAKS = frozenset({"br", "lb"})
# Stands for a <br> in a run of text. No page has it: the parser makes U+FFFD of it.
_BREAK = "\x00"
_ROW_WORDS = 25
_QUOTATIONS = frozenset({"blockquote", "quote"})
_HEADINGS = {"h1": Kind.HEADING, "h2": Kind.HEADING} | dict.fromkeys(
    ("h3", "h4", "h5", "h6", "head"), Kind.SUBHEADING
)
_LISTS = {"ol": Kind.NUMBERED, "ul": Kind.LIST, "dl": Kind.LIST, "menu": Kind.LIST, "list": Kind.LIST}
_SHAPING = LINE | _QUOTATIONS | _HEADINGS.keys() | _LISTS.keys()

# ("open" | "close", tag) and ("text", characters).
Event: TypeAlias = tuple[str, str]

_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")


def parse_html(text: str, url: str) -> LexborHTMLParser:
    """Parse a page. Raises PageError for one beyond the bounds."""
    if len(text) > MAX_CHARACTERS:
        raise PageError(
            f"{url}: {len(text):,} characters, more than the {MAX_CHARACTERS:,} that are read as a page"
        )
    tags = text.count("<")
    if tags > MAX_TAGS:
        raise PageError(f"{url}: {tags:,} tags, more than the {MAX_TAGS:,} that are read as a page")
    if tags > _HARMLESS_TAGS and _depth(text) > MAX_DEPTH:
        raise PageError(f"{url}: tags are nested more than {MAX_DEPTH:,} deep; no article looks like that")
    return LexborHTMLParser(text)


def select(tree: LexborHTMLParser | LexborNode, selector: str) -> list[LexborNode]:
    """Return the elements that match. Raises PageError for a selector that the parser does not understand."""
    try:
        return tree.css(selector)
    except SelectolaxError as error:
        raise PageError(
            f"the selector {selector!r} cannot be used: {error}; change it in the source file"
        ) from None


def line(text: str) -> str:
    """Return text with each run of white space as one blank, and without invisible characters."""
    return " ".join((text if text.isascii() else _INVISIBLE.sub("", text)).split())


def inner_text(node: LexborNode) -> str:
    """Return an element's text as one line."""
    return " ".join(lines_of(node))


def lines_of(node: LexborNode) -> list[str]:
    """Return an element's text line by line: what elements that part paragraphs, or breaks, stand between."""
    parts: list[str] = []
    for kind, value in walk(node):
        if kind == "text":
            parts.append(value)
        elif value not in INLINE:
            parts.append(" " if value in CELL else _BREAK)
    return [text for part in "".join(parts).split(_BREAK) if (text := line(part))]


def plain_text(events: Iterable[Event]) -> str:
    """Build plain text from a walk: paragraphs parted by a blank line, lines of lists by a newline."""
    return text_of(paragraphs(events))


def paragraphs(events: Iterable[Event]) -> list[Paragraph]:
    """Build paragraphs from a walk. Lines of lists and tables that follow each other are one paragraph."""
    builder = _Builder()
    for kind, value in events:
        if kind == "text":
            builder.add(value)
        elif value in _BREAKS:
            if kind == "open":
                builder.add(_BREAK)
        elif value in CELL:
            builder.add(" ")
        elif value in LINKS:
            builder.link()
        elif value not in INLINE:
            builder.flush()
            if value in _SHAPING:
                builder.enter(value, 1 if kind == "open" else -1)
    builder.flush()
    builder.end()
    return builder.found


class _Builder:
    """Gathers the paragraphs of a walk, and knows in what it stands."""

    def __init__(self) -> None:
        self.found: list[Paragraph] = []
        self._parts: list[str] = []
        self._length = 0
        self._links: list[int] = []
        self._lines = self._quotes = 0
        self._lists: list[Kind] = []
        self._heading: Kind | None = None
        self._ends_in_line = False
        self._begun: list[str] = []
        self._begun_kind = Kind.PARAGRAPH
        self._begun_linked = False

    def add(self, text: str) -> None:
        """Take characters, but not the white space between elements that part paragraphs."""
        if self._parts or not text.isspace():
            self._parts.append(text)
            self._length += len(text)

    def link(self) -> None:
        """Remember that a link begins or ends here."""
        self._links.append(self._length)

    def enter(self, tag: str, step: int) -> None:
        """Open (1) or close (-1) an element that parts paragraphs."""
        if tag in LINE:
            self._lines += step
        elif tag in _QUOTATIONS:
            self._quotes += step
        elif tag in _HEADINGS:
            self._heading = _HEADINGS[tag] if step > 0 else None
        elif tag in _LISTS:
            if step > 0:
                self._lists.append(_LISTS[tag])
            elif self._lists:
                self._lists.pop()

    def flush(self) -> None:
        """End the paragraph, or the several that line breaks part."""
        if not self._parts:
            self._links.clear()
            return
        start = 0
        for part in "".join(self._parts).split(2 * _BREAK):
            end = start + len(part)
            lines = map(line, part.split(_BREAK))
            text = "\n".join(text for text in lines if text)
            if text:
                self._keep(text, any(start <= place <= end for place in self._links))
            start = end + 2
        self._parts.clear()
        self._links.clear()
        self._length = 0

    def _keep(self, text: str, is_linked: bool) -> None:
        # The rows of a table that only lays out the page are paragraphs.
        is_line = self._lines > 0 and (bool(self._lists) or len(text.split()) <= _ROW_WORDS)
        if not (is_line and self._ends_in_line):
            self.end()
            self._begun_kind = self._kind()
        self._begun.append(text)
        self._begun_linked = self._begun_linked or is_linked
        self._ends_in_line = is_line

    def end(self) -> None:
        """End the list or the paragraph that was kept last: no further line belongs to it."""
        if self._begun:
            text = "\n".join(self._begun)
            self.found.append(Paragraph(text=text, kind=self._begun_kind, is_linked=self._begun_linked))
        self._begun.clear()
        self._begun_linked = False

    def _kind(self) -> Kind:
        if self._quotes > 0:
            return Kind.QUOTATION
        if self._lines > 0:
            return self._lists[-1] if self._lists else Kind.PARAGRAPH
        return self._heading or Kind.PARAGRAPH


@lru_cache(maxsize=1)
def body_lines(tree: LexborHTMLParser) -> tuple[str, ...]:
    """Return the lines that a page shows. The last page's are kept: several look for labels in them."""
    return tuple(lines_of(tree.body)) if tree.body is not None else ()


def walk(node: LexborNode) -> Iterator[Event]:
    """Yield the events of an element, without what a reader does not see."""
    stack: list[LexborNode | str] = [node]
    while stack:
        current = stack.pop()
        if isinstance(current, str):
            yield "close", current
            continue
        tag = current.tag or "-"
        if tag == "-text":
            yield "text", current.text_content or ""
        elif tag[0] not in "-!" and tag not in UNSEEN:
            yield "open", tag
            stack.append(tag)
            stack += reversed(list(current.iter(include_text=True)))


def _depth(text: str) -> int:
    """Return how deep tags that must be closed are nested, at most."""
    depth = deepest = 0
    for match in _TAG.finditer(text):
        if match[2].lower() in _UNCLOSED:
            continue
        depth = max(0, depth - 1) if match[1] else depth + 1
        deepest = max(deepest, depth)
    return deepest
