"""Paragraphs of an article that the extractor leaves out, put back into its text. Pure.

Three kinds: the lead between headline and text, paragraphs between ones that were kept, and the whole article
where something small was taken for it.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from lxml.html import HtmlElement

from core.structure import Kind, Paragraph, text_of
from core.text import normalise_space
from crawler.reading.furniture import is_prose
from crawler.reading.labels import is_promotion

_BLOCKS = ("p", "div", "h2", "h3", "li")
_NOT_INLINE = frozenset(
    (
        "p",
        "div",
        "ul",
        "ol",
        "table",
        "section",
        "article",
        "h1",
        "h2",
        "h3",
        "h4",
        "form",
        "figure",
        "blockquote",
    )
)
_OUTSIDE = frozenset(
    (
        "figure",
        "figcaption",
        "aside",
        "nav",
        "footer",
        "form",
        "table",
        "button",
        "label",
        "select",
        "noscript",
    )
)
_FRAMES = frozenset({"html", "body", "main", "article"})
# Of names in lower case: a search that ignores case looks at each alternative in every place.
_FURNITURE = re.compile(
    r"sidebar|related|popular|latest|recent|widget|comment|footer|recommend|trending|most-|promo|carousel|slider"
    r"|ticker|caption|credit|copyright|cookie|consent|newsletter|subscri|share|social|breadcrumb|byline|author"
    r"|banner|paywall|modal|popup|hidden|disclaimer|tags?\b|more-|gallery"
)
_LEAD = re.compile(
    r"(?:^|[\s_-])(?:lead|lede|leadtext|standfirst|deck|dek|chapo|chapeau|intro|introduction|excerpt|summary|subtitle"
    r"|sub-?head(?:ing|line)?|sub-?title|perex|bajada|entradilla|vorspann|anons|announce|heading|sommario)"
    r"(?:$|[\s_-])"
)
_KEY = 40
_FEWEST_WORDS = 8
_LEAD_WORDS = (6, 120)
_LINKED = 0.4
_NEARER = 3
_SMALL = 120
_CLUSTER = 60
_LARGER = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """One paragraph of a page. `parent` numbers what holds it, `place` names that by tag and class.

    The items of a list are held by what holds the list. `is_lead`: it stands in the headline's own header, or
    is called a lead.
    """

    paragraph: Paragraph
    parent: int
    place: str
    is_lead: bool
    after_headline: bool

    @property
    def text(self) -> str:
        """The paragraph's words."""
        return self.paragraph.text

    @property
    def is_item(self) -> bool:
        """It stands in a list."""
        return self.place.startswith("li ")


def outline(page: HtmlElement) -> list[Piece]:
    """Return the paragraphs of a page outside its furniture, in order."""
    headline = next(page.iter("h1"), None)
    parents: dict[HtmlElement, int] = {}
    outside: dict[HtmlElement, bool] = {page: False}
    if headline is not None:
        outside |= dict.fromkeys(headline.iterancestors(), False)
    headers = set(headline.iterancestors("header")) if headline is not None else set()
    pieces: list[Piece] = []
    passed = headline is None
    for element in page.iter("h1", *_BLOCKS):
        if element.tag == "h1":
            passed = passed or element is headline
            continue
        if _holds_blocks(element) or _is_outside(element, outside):
            continue
        text = _paragraph(element)
        parent = element.getparent()
        if element.tag == "li" and parent is not None:
            parent = parent.getparent()
        if not text or parent is None:
            continue
        chain = [element, *_ancestors(element, _NEARER)]
        near = " ".join(f"{part.tag!s} {part.get('class') or ''}" for part in chain)
        pieces.append(
            Piece(
                paragraph=Paragraph(text=text, kind=_kind(chain), is_linked=element.find(".//a") is not None),
                parent=parents.setdefault(parent, len(parents)),
                place=f"{element.tag!s} {parent.tag!s} {parent.get('class') or ''}",
                is_lead=passed and (parent in headers or _LEAD.search(near.lower()) is not None),
                after_headline=passed,
            )
        )
    return pieces


def prose_words(pieces: Sequence[Piece]) -> int:
    """Count the words of the sentences among some paragraphs."""
    return sum(len(piece.text.split()) for piece in pieces if is_prose(piece.text))


def restore(text: Sequence[Paragraph], pieces: Sequence[Piece], description: str | None) -> list[Paragraph]:
    """Return an extracted text with what was missed of its article.

    `description` is what the page says of itself in a sentence or two; a lead often begins like it.
    """
    text = _whole(text, pieces)
    places = _places(text)
    at = [places.get(_key(piece.text)) for piece in pieces]
    kept = _anchors(pieces, at)
    if not kept:
        return list(text)
    flat = normalise_space(text_of(text))
    kinds = {pieces[number].place for number in kept}
    parents = {pieces[number].parent for number in kept}
    added: dict[int, list[Paragraph]] = defaultdict(list)
    linked: set[int] = set()
    place = -1
    first = _first(pieces, kept[0])
    for number in range(first, len(pieces)):
        piece, found = pieces[number], at[number]
        if found is not None:
            place = found
            if piece.paragraph.is_linked:
                linked.add(place)
        elif (piece.parent in parents or piece.place in kinds) and _is_article(piece, flat):
            added[place].append(piece.paragraph)
    result = [*_lead(pieces[: kept[0]], flat, description), *added[-1]]
    for number, paragraph in enumerate(text):
        result += [replace(paragraph, is_linked=True) if number in linked else paragraph, *added[number]]
    return result


def _anchors(pieces: Sequence[Piece], at: Sequence[int | None]) -> list[int]:
    """Return the numbers of the kept paragraphs that say where the article stands.

    A single item of a list does not: lists of other stories carry this one too.
    """
    kept = [number for number, place in enumerate(at) if place is not None]
    items = Counter(pieces[number].parent for number in kept if pieces[number].is_item)
    return [number for number in kept if not pieces[number].is_item or items[pieces[number].parent] > 1]


def _first(pieces: Sequence[Piece], kept: int) -> int:
    """Return where the paragraphs begin that stand before a kept one in the same element, or in its like.

    Its like has the same class: many sites put each paragraph into a box of its own.
    """
    first = kept
    while first and pieces[first - 1].parent == pieces[kept].parent:
        first -= 1
    return next((number for number in range(first) if _is_like(pieces[number], pieces[kept])), first)


def _is_like(before: Piece, kept: Piece) -> bool:
    is_classed_paragraph = before.place.startswith("p ") and not before.place.endswith(" ")
    return before.after_headline and before.place == kept.place and is_classed_paragraph


def _lead(before: Sequence[Piece], flat: str, description: str | None) -> list[Paragraph]:
    """Return the paragraphs before the text that are its lead, by place or by the page's description."""
    described = _key(description or "")
    least, most = _LEAD_WORDS
    found: list[Piece] = []
    for piece in reversed(before):
        if found and piece.parent != found[0].parent:
            break
        if not least <= len(piece.text.split()) <= most or piece.text in flat:
            continue
        is_described = len(described) >= _KEY / 2 and _key(piece.text).startswith(described[:_KEY])
        if is_described or (piece.is_lead and is_prose(piece.text)):
            found.insert(0, piece)
    return [piece.paragraph for piece in found]


def _whole(text: Sequence[Paragraph], pieces: Sequence[Piece]) -> Sequence[Paragraph]:
    """Return the page's largest run of prose if the extracted text is small beside it."""
    size = sum(len(paragraph.text.split()) for paragraph in text)
    if size > _SMALL:
        return text
    words: Counter[int] = Counter()
    for piece in pieces:
        if is_prose(piece.text) and not is_promotion(piece.text):
            words[piece.parent] += len(piece.text.split())
    if not words:
        return text
    parent, largest = words.most_common(1)[0]
    if largest < _CLUSTER or largest < _LARGER * size:
        return text
    return [piece.paragraph for piece in pieces if piece.parent == parent]


def _is_article(piece: Piece, flat: str) -> bool:
    text = piece.text
    return (
        len(text.split()) >= _FEWEST_WORDS and is_prose(text) and text not in flat and not is_promotion(text)
    )


def _places(text: Sequence[Paragraph]) -> dict[str, int]:
    places: dict[str, int] = {}
    for number, paragraph in enumerate(text):
        for line in paragraph.text.split("\n"):
            key = _key(line)
            if len(key) >= _KEY / 2:
                places.setdefault(key, number)
    return places


def _key(text: str) -> str:
    return re.sub(r"\W+", "", text[: 3 * _KEY].casefold())[:_KEY]


def _kind(chain: Sequence[HtmlElement]) -> Kind:
    if any(element.tag == "blockquote" for element in chain):
        return Kind.QUOTATION
    if chain[0].tag == "li":
        return Kind.LIST
    return {"h2": Kind.HEADING, "h3": Kind.SUBHEADING}.get(str(chain[0].tag), Kind.PARAGRAPH)


def _holds_blocks(element: HtmlElement) -> bool:
    return element.tag != "p" and any(child.tag in _NOT_INLINE for child in element)


def _paragraph(element: HtmlElement) -> str:
    """Return the text of a paragraph; "" for short ones and lists of links."""
    text = normalise_space(str(element.text_content()))
    if len(text) < _KEY / 2:
        return ""
    linked = sum(len(str(link.text_content())) for link in element.iter("a"))
    return "" if linked > _LINKED * len(text) else text


def _is_outside(element: HtmlElement, known: dict[HtmlElement, bool]) -> bool:
    """Say whether an element lies in furniture; parents come first, so that theirs is known."""
    if element in known:
        return known[element]
    parent = element.getparent()
    above = known.get(parent) if parent is not None else False
    if above is None:
        above = _is_outside(parent, known) if parent is not None else False
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    is_furniture = element.tag in _OUTSIDE or (element.tag not in _FRAMES and _names_furniture(names))
    known[element] = above or bool(is_furniture)
    return known[element]


@lru_cache(maxsize=4096)
def _names_furniture(names: str) -> bool:
    """Say whether class names and an id are furniture's; sites use the same few hundred again and again."""
    return _FURNITURE.search(names.lower()) is not None


def _ancestors(element: HtmlElement, most: int) -> Iterator[HtmlElement]:
    for _, ancestor in zip(range(most), element.iterancestors(), strict=False):
        yield ancestor
