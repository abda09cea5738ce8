"""Text of a page -> a bounded HTML tree on the fast parser, and its parts as plain text.

Knows nothing of articles. The bounds keep one hostile page from taking a reading process with it: the
parser needs quadratic time for deep nesting.
"""

import re
from collections.abc import Iterable, Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from core.errors import PageError

MAX_CHARACTERS = 5_000_000
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

_SPACE = re.compile(r"\s+")
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
    return _SPACE.sub(" ", _INVISIBLE.sub("", text)).strip()


def inner_text(node: LexborNode) -> str:
    """Return an element's text as one line."""
    return line(" ".join(part.replace("\n", " ") for part in plain_text(walk(node)).split("\n")))


def plain_text(events: Iterable[tuple[str, str]]) -> str:
    """Build plain text from a walk: paragraphs parted by a blank line, lines of lists by a newline.

    Events are ("open" | "close", tag) and ("text", characters).
    """
    blocks: list[tuple[bool, str]] = []
    parts: list[str] = []
    in_line = 0

    def flush() -> None:
        for paragraph in "".join(parts).split("\n\n"):
            lines = [line(part) for part in paragraph.split("\n")]
            text = "\n".join(part for part in lines if part)
            if text:
                blocks.append((in_line > 0, text))
        parts.clear()

    for kind, value in events:
        if kind == "text":
            parts.append(_SPACE.sub(" ", value))
        elif value in ("br", "lb"):
            if kind == "open":
                parts.append("\n")
        elif value in CELL:
            parts.append(" ")
        elif value not in INLINE:
            flush()
            if value in LINE:
                in_line += 1 if kind == "open" else -1
    flush()
    return _join(blocks)


def _join(blocks: list[tuple[bool, str]]) -> str:
    text = ""
    previous = False
    for is_line, block in blocks:
        if text:
            text += "\n" if is_line and previous else "\n\n"
        text += block
        previous = is_line
    return text


def walk(node: LexborNode) -> Iterator[tuple[str, str]]:
    """Yield the events of an element for `plain_text`, without what a reader does not see."""
    stack: list[tuple[LexborNode, bool]] = [(node, False)]
    while stack:
        current, closing = stack.pop()
        if closing:
            yield "close", current.tag or ""
        elif current.is_text_node:
            yield "text", current.text_content or ""
        elif current.is_element_node and current.tag not in UNSEEN:
            yield "open", current.tag or ""
            stack.append((current, True))
            children = list(current.iter(include_text=True))
            stack.extend((child, False) for child in reversed(children))


def _depth(text: str) -> int:
    """Return how deep tags that must be closed are nested, at most."""
    depth = deepest = 0
    for match in _TAG.finditer(text):
        if match[2].lower() in _UNCLOSED:
            continue
        depth = max(0, depth - 1) if match[1] else depth + 1
        deepest = max(deepest, depth)
    return deepest
