"""What a page says beside its article: subtitle, section, tags, picture, source, other languages. Pure."""

import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from core.article import LONGEST_ADDRESS
from core.text import fold_text
from crawler.reading.facts import Facts
from crawler.reading.markup import inner_text, line
from crawler.reading.metadata import alternates

_SUBTITLES = (
    "[itemprop~='alternativeHeadline' i], [class~='subtitle' i], [class*='article-subtitle' i], "
    "[class*='standfirst' i], "
    "[class*='article-deck' i], [class*='article__deck' i], [class~='dek' i], [class~='deck' i]"
)
_SUBTITLE_WORDS = (3, 60)
_LONGEST_CREDIT = 120
_LONGEST_CAPTION = 400
_MOST_TAGS = 20
_MOST_ALTERNATES = 30
_CREDIT = re.compile(
    r"^\W*(?:sources?|источник(?:и)?|по материалам|дереккөз(?:і)?|ақпарат көзі|булак|булагы"
    r"|manba|манба|манбаъ|сарчашма|çeşme|çeşmesi|kaynak|quelle)\s*[:：]\s*(?P<name>\S.*)$",
    re.IGNORECASE,
)
_LINES_AT_EDGE = 6
# A caption's end that says whose picture it is: "Photo: A. Sample", "Фото автора", "(c) Agency".
_PICTURE_CREDIT = re.compile(
    r"^(?P<caption>.*?)[\s./|,;(\[—–-]*(?:©|\(c\)|\b(?:photo(?:graph)?(?:\s+(?:by|credit))?|image(?:\s+by)?|picture"
    r"|credit|courtesy(?:\s+of)?|фото(?:графия)?|сурет(?:і)?|сүрөт|surat|foto(?:suraty)?|акс|сурат|fotoğraf|bild)"
    r"\s*[:/©]|\bphoto\s+by\b|\bcourtesy\s+of\b)\s*(?P<credit>[^.:()\[\]]{2,100}(?:\.[^.:()\[\]]{2,60})?)[\s.)\]]*$",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Extras:
    """The fields of an article of the same names."""

    subtitle: str | None
    section: str | None
    tags: tuple[str, ...]
    image: str | None
    image_caption: str | None
    image_credit: str | None
    credit: str | None
    alternates: tuple[tuple[str, str], ...]


def find_extras(
    tree: LexborHTMLParser, url: str, layers: tuple[Facts, Facts, Facts], title: str | None, text: str
) -> Extras:
    """Gather them from `layers` (JSON-LD, meta tags, microdata) and the visible page, in that order."""
    described, tagged, marked = layers
    image = described.image or tagged.image or marked.image
    address = _web_address(image, url) if image else None
    caption = (
        described.image_caption or (_caption(tree, address) if address else None) or tagged.image_caption
    )
    shown, credit = _credited(caption) if caption and address else (None, None)
    others = ((code, _web_address(href, url)) for code, href in alternates(tree).items())
    return Extras(
        subtitle=_subtitle(tree, described.subtitle or marked.subtitle, title),
        section=described.section or tagged.section or marked.section,
        tags=(tagged.tags or described.tags)[:_MOST_TAGS],
        image=address,
        image_caption=shown[:_LONGEST_CAPTION] if shown else None,
        image_credit=described.image_credit or credit if address else None,
        credit=credit_of(text),
        alternates=tuple((code, there) for code, there in others if there)[:_MOST_ALTERNATES],
    )


def credit_of(text: str) -> str | None:
    """Return whom an article names as its source, in a line of its own at its end or beginning."""
    lines = [part.strip() for part in text.split("\n") if part.strip()]
    for part in (*reversed(lines[-_LINES_AT_EDGE:]), *lines[:2]):
        match = _CREDIT.match(part)
        if match is not None and len(match["name"]) <= _LONGEST_CREDIT:
            return line(match["name"]).strip(" .()")
    return None


def _subtitle(tree: LexborHTMLParser, said: str | None, title: str | None) -> str | None:
    least, most = _SUBTITLE_WORDS
    shown = (inner_text(node) for node in tree.css(_SUBTITLES)[:3])
    for text in (said, *shown):
        if text and least <= len(text.split()) <= most and fold_text(text) != fold_text(title or ""):
            return text
    return None


def _caption(tree: LexborHTMLParser, address: str) -> str | None:
    """Return the caption under the picture, found by its file's name."""
    name = urlsplit(address).path.rpartition("/")[2]
    if not name:
        return None
    for figure in tree.css("figure"):
        caption = figure.css_first("figcaption")
        if caption is not None and name in (figure.html or ""):
            return inner_text(caption) or None
    return None


def _credited(caption: str) -> tuple[str | None, str | None]:
    """Part a caption from the credit at its end."""
    match = _PICTURE_CREDIT.match(caption)
    if match is None:
        return caption, None
    return match["caption"].strip() or None, match["credit"].strip()


def _web_address(href: str, base: str) -> str | None:
    try:
        address = urljoin(base, href.strip())
        is_short = len(address) <= LONGEST_ADDRESS
        return address if is_short and urlsplit(address).scheme in ("http", "https") else None
    except ValueError:
        return None
