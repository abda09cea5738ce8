"""Takes page furniture out of a page's tree before its text is extracted, and off the end of the text after.

Furniture is found by what heads it ("Editor's choice", "Похожие новости"), not by class names, which the
extractor knows well. lxml tree in, the same tree without the boxes out.
"""

from collections.abc import Iterable, Sequence
from enum import Enum

from lxml.html import HtmlElement

from core.structure import Paragraph
from core.text import normalise_space
from crawler.reading.labels import Label, is_labelled_link, label_of

_TOPS = frozenset({"html", "body", "main"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_LINKED = 0.5
_ALL_LINKED = 0.85
_LIST_ITEMS = 2
_TITLE_WORDS = 4
_CARD_WORDS = 2
_CARD_TOP = 120
_TITLE_START = 20
_SHORT_WORDS = 25
_ARTICLE_WORDS = 40
_HEADLINE_WORDS = 3
# Each label may cost a look at the whole page.
_MOST_LABELS = 100
_SENTENCE_ENDS = (".", "!", "?", "…", ".”", ".»", '."', ":", ";")


class Part(Enum):
    """What a part of the flow of a page is, to tell where furniture ends."""

    BOX_LABEL = 1
    LINK_LABEL = 2
    SHORT = 3
    PROSE = 4
    BODY = 5
    """Paragraphs of prose in a row."""


def furniture_end(parts: Sequence[Part], start: int) -> int:
    """Return where the furniture ends that begins with the label at `start`.

    Behind a box label, titles and single paragraphs under them alternate; two paragraphs in a row are the
    article, which goes on. A link label takes the titles right behind it.
    """
    titled = False
    for index in range(start + 1, len(parts)):
        if parts[index] not in (Part.PROSE, Part.BODY):
            titled = True
            continue
        is_summary = titled and parts[start] is Part.BOX_LABEL and parts[index] is Part.PROSE
        if not is_summary or parts[index + 1 : index + 2] in ([Part.PROSE], [Part.BODY]):
            return index
        titled = False
    return len(parts)


def cut_furniture(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """Return the paragraphs of an extracted text without the furniture that is still among them."""
    kept = [paragraph for paragraph in paragraphs if not is_labelled_link(paragraph.text)]
    parts = [_part_of_text(paragraph.text) for paragraph in kept]
    result: list[Paragraph] = []
    index = 0
    while index < len(kept):
        if parts[index] is Part.BOX_LABEL and not result:
            index += 1  # a badge over the article
        elif parts[index] in (Part.BOX_LABEL, Part.LINK_LABEL):
            index = furniture_end(parts, index)
        else:
            result.append(kept[index])
            index += 1
    return result


def _part_of_text(text: str) -> Part:
    label = label_of(text)
    if label is not None:
        return Part.BOX_LABEL if label is Label.BOX else Part.LINK_LABEL
    return Part.PROSE if is_prose(text) else Part.SHORT


def is_prose(text: str) -> bool:
    """Say whether a paragraph is no title, caption or line of data: it is long, or ends like a sentence."""
    return len(text.split()) > _SHORT_WORDS or text.endswith(_SENTENCE_ENDS)


def remove_furniture(page: HtmlElement, title: str) -> None:
    """Remove boxes and links that labels head, cards of other stories and lists of links to them, in place.

    `title` is what the page calls itself.
    """
    _remove_labelled(page, normalise_space(title))
    _remove_cards(page)
    for items in [items for items in page.iter("ul", "ol") if _is_link_list(items)]:
        items.drop_tree()


def _remove_cards(page: HtmlElement) -> None:
    """Remove the article elements inside the one with the headline that begin with a link: other stories.

    A single one may be the article itself.
    """
    holders = {holder for heading in page.iter("h1") for holder in heading.iterancestors("article")}
    cards = [
        element
        for element in page.iter("article")
        if element not in holders
        and next(element.iterancestors("article"), None) in holders
        and _is_card(element, _text(element))
    ]
    for card in cards if len(cards) > 1 else ():
        card.drop_tree()


def _remove_labelled(page: HtmlElement, title: str) -> None:
    found = [(element, label) for element in page.iter() if (label := _label(element)) is not None]
    if not found:
        return
    frame = _Frame(page, title)
    for element, label in found[:_MOST_LABELS]:
        if not _is_inside(element, page):
            continue
        begun = _begun_by(element)
        box = next((part for part in reversed(begun) if frame.is_box(part, element, label)), None)
        if box is not None:
            box.drop_tree()
        else:
            frame.remove_run(begun[-1], label)


class _Frame:
    """A page before anything is removed: its size, its prose, and whether an h1 is its headline."""

    def __init__(self, page: HtmlElement, title: str) -> None:
        self._size = len(page.text_content())
        self._prose = _prose_words(page)
        self._title = title
        headings = (normalise_space(str(heading.text_content())) for heading in page.iter("h1"))
        self._headed = any(text and (text in title or title in text) for text in headings)

    def is_box(self, part: HtmlElement, label_element: HtmlElement, label: Label) -> bool:
        """Say whether an element begun by a label is a box, and not the article under a badge or a button."""
        text = _text(part)
        if len(text) <= len(_text(label_element)) + 3 or self._holds_headline(part):
            return False
        if label is Label.LINK:
            return _link_share(part, text) >= _LINKED or len(text.split()) <= _SHORT_WORDS
        is_small = len(text) < self._size / 2 and 2 * _prose_words(part) <= self._prose
        if is_small or _words_before(part) >= _ARTICLE_WORDS:
            return True
        return self._headed and not _holds_paragraphs(part)

    def remove_run(self, first: HtmlElement, label: Label) -> None:
        """Remove a label that stands beside what it heads, with the siblings that belong to it."""
        if first.tail and first.tail.strip():
            return
        siblings = [first, *first.itersiblings()]
        if any(self._holds_headline(sibling) for sibling in siblings):
            return
        if _count_words(_text(sibling) for sibling in first.itersiblings(preceding=True)) < _ARTICLE_WORDS:
            return
        parts = [_part(sibling, label) for sibling in siblings]
        parts[0] = Part.BOX_LABEL if label is Label.BOX else Part.LINK_LABEL
        for sibling in siblings[: furniture_end(parts, 0)]:
            sibling.drop_tree()

    def _holds_headline(self, part: HtmlElement) -> bool:
        """Say whether an element holds an h1, or on a page without a headline there, a heading that is it."""
        if part.find(".//h1") is not None or part.tag == "h1":
            return True
        if self._headed:
            return False
        headings = (normalise_space(str(heading.text_content())) for heading in part.iter("h2", "h3"))
        return any(text in self._title and len(text.split()) >= _HEADLINE_WORDS for text in headings)


def _is_link_list(items: HtmlElement) -> bool:
    """Say whether each item is a link as long as a title. Links within the page are a table of contents."""
    texts = [_text(item) for item in items if item.tag == "li"]
    links = [link.get("href", "") for link in items.iter("a")]
    if len(texts) < _LIST_ITEMS or any(href.startswith("#") for href in links):
        return False
    words = sum(len(text.split()) for text in texts)
    return words >= _TITLE_WORDS * len(texts) and _link_share(items, _text(items)) >= _ALL_LINKED


def _label(element: HtmlElement) -> Label | None:
    text = element.text
    return label_of(text) if text and not text.isspace() and isinstance(element.tag, str) else None


def _is_inside(element: HtmlElement, page: HtmlElement) -> bool:
    return any(ancestor is page for ancestor in element.iterancestors())


def _begun_by(label: HtmlElement) -> list[HtmlElement]:
    """Return the label and the ever larger elements whose text it begins."""
    begun = [label]
    while (parent := begun[-1].getparent()) is not None and parent.tag not in _TOPS:
        if _has_text_before(parent, begun[-1]):
            break
        begun.append(parent)
    return begun


def _has_text_before(parent: HtmlElement, child: HtmlElement) -> bool:
    if parent.text and parent.text.strip():
        return True
    for sibling in child.itersiblings(preceding=True):
        if (sibling.tail and sibling.tail.strip()) or _text(sibling):
            return True
    return False


def _text(element: HtmlElement) -> str:
    """Return an element's visible text; comments have none."""
    if not isinstance(element.tag, str) or element.tag in ("script", "style", "noscript", "template"):
        return ""
    return str(element.text_content()).strip()


def _link_share(element: HtmlElement, text: str) -> float:
    linked = sum(len(str(link.text_content()).strip()) for link in element.iter("a"))
    return linked / max(len(text), 1)


def _prose_words(element: HtmlElement) -> int:
    """Count the words of an element's paragraphs that are prose."""
    texts = (_text(paragraph) for paragraph in element.iter("p"))
    return sum(len(text.split()) for text in texts if is_prose(text))


def _words_before(element: HtmlElement) -> int:
    """Count the words of paragraphs in front of an element, up to what makes an article."""
    return _count_words(
        str(node.text_content()) for node in element.iterancestors() for node in _before(node)
    )


def _before(element: HtmlElement) -> Iterable[HtmlElement]:
    return (paragraph for sibling in element.itersiblings(preceding=True) for paragraph in sibling.iter("p"))


def _count_words(texts: Iterable[str]) -> int:
    words = 0
    for text in texts:
        words += len(text.split())
        if words >= _ARTICLE_WORDS:
            break
    return words


def _part(element: HtmlElement, after: Label) -> Part:
    """Classify a sibling behind a label. Only links belong to a link label: a heading is the article's."""
    text = _text(element)
    label = label_of(text)
    if label is not None:
        return Part.BOX_LABEL if label is Label.BOX else Part.LINK_LABEL
    if not text or _link_share(element, text) >= _LINKED:
        return Part.SHORT
    if after is Label.LINK:
        return Part.PROSE
    if element.tag in _HEADINGS:
        return Part.SHORT
    if _holds_paragraphs(element):
        return Part.BODY
    is_card = element.tag != "p" and _is_card(element, text)
    return Part.SHORT if is_card else _part_of_text(text)


def _is_card(element: HtmlElement, text: str) -> bool:
    """Say whether an element begins with a link as long as a title: another story with its summary."""
    titles = (normalise_space(str(link.text_content())) for link in element.iter("a"))
    beginning = normalise_space(text[:_CARD_TOP])
    return any(len(title.split()) >= _CARD_WORDS and title[:_TITLE_START] in beginning for title in titles)


def _holds_paragraphs(element: HtmlElement) -> bool:
    """Say whether two paragraphs of prose stand side by side in an element."""
    for paragraph in element.iter("p"):
        following = paragraph.getnext()
        if following is not None and following.tag == "p":
            texts = (_text(paragraph), _text(following))
            if all(is_prose(text) for text in texts):
                return True
    return False
