"""Captions and credits of pictures: by tags and class names in a page's tree, by their words in a text.

Nobody says what stands under a picture as part of the article, and a caption's date is not the article's.
"""

import re
from functools import lru_cache

from lxml.html import HtmlElement

from core.text import fold_text

# Of names in lower case: a search that ignores case looks at each alternative in every place.
_CAPTION = re.compile(
    r"(?:^|[\s_-])(?:caption(?:-text)?|figcaption|credits?|bildunterschrift|bildquelle|dida|didascalia|photographer"
    r"|(?:image|img|photo|picture|media|foto|bild)[-_]?(?:caption|credits?|legend|desc(?:ription)?|copyright|source))"
    r"(?:$|[\s_-])"
)
_TAGS = ("figcaption", "p", "div", "span", "em", "small")
_LONGEST = 70
_CREDIT_WORDS = 6
_SIGNED_CREDIT_WORDS = 30
_CREDIT = re.compile(
    r"^\W*(?:(?:photos?|images?|pictures?|videos?|photograph) ?"
    r"(?:by|credits?|courtesy(?: of)?|from|via|©)? ?[:/|©]"
    r"|(?:photo|image|picture|video) (?:by|credit|courtesy|copyright)\b|file photo|courtesy of|credits? ?:"
    r"|©|\(c\)|copyright\b"
    r"|(?:fotos?|bild|bilder|grafik|abbildung|bildquelle|bildrechte|titelbild|beitragsbild"
    r"|crédits?(?: photos?)?|photo d'illustration|fotografía|imagen|zdjęcie|fot\.) ?[:/|©]"
    r"|(?:фото|видео|фотография|снимок|коллаж|иллюстрация|скриншот|сурет|сүрөт|сурат|surat|foto|akc) ?[:/|©]"
    r"|фото (?:с сайта|из|пресс-службы|автора|предоставлено)\b)"
)
_TEAM_LENGTH = 450
_TEAM = re.compile(
    r"\W*(?:additional )?reporting by .{3,300}\b(?:editing|writing) by\b.{3,80}", re.IGNORECASE | re.DOTALL
)


def remove_captions(page: HtmlElement) -> None:
    """Remove the captions and credits of pictures, in place."""
    found = [element for element in page.iter(*_TAGS) if is_caption(element)]
    for element in found:
        if element.getparent() is not None:
            element.drop_tree()


def is_caption(element: HtmlElement) -> bool:
    """Say whether an element is a caption by its tag or class, and short enough for one."""
    if element.tag != "figcaption":
        names = element.get("class") or ""
        if not names or not _names_caption(names):
            return False
    return len(str(element.text_content()).split()) <= _LONGEST and element.find(".//h1") is None


@lru_cache(maxsize=4096)
def _names_caption(names: str) -> bool:
    """Say whether class names are a caption's; sites use the same few hundred again and again."""
    return _CAPTION.search(names.lower()) is not None


def is_credit(text: str) -> bool:
    """Say whether a paragraph only names who took a picture, or an agency's team.

    A longer line under a picture describes it: that stays.
    """
    longest = _SIGNED_CREDIT_WORDS if "©" in text else _CREDIT_WORDS
    if len(text.split()) <= longest:
        return _CREDIT.match(fold_text(text)) is not None
    return len(text) < _TEAM_LENGTH and _TEAM.match(text) is not None
