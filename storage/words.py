"""A text's words, made comparable. Pure: text in, lists of words out; knows no language and no database.

`words` is what identity compares; `plain` writes them in one Latin alphabet, so that both scripts of Uzbek
(and of Kazakh, as far as the letters go) are one text.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

# Apostrophe letters stand for ' in Uzbek and are letters to a regular expression.
_TYPOGRAPHY = (
    ("ё", "е"),
    ("Ё", "Е"),
    *((dash, "-") for dash in "‐‑‒–—―−"),
    *((mark, "'") for mark in "ʹʺʻʼʽˈ"),
)
# A number with what parts its digits is one word ("1.5" is not "15"); signs that change a meaning count.
# Letters stand first: most of a text is decided by the first alternative.
_WORD = re.compile(r"[^\W\d_]+|(?<!\w)-?\d+(?:[.,:/-]\d+)*|\d+(?:[.,:/-]\d+)*|[%‰§$£¥\u20a0-\u20bf]")
# Inside words they belong to them (oʻzbek, ma'no), elsewhere they are punctuation: both ways they go.
_APOSTROPHES = "'’‘`´"
_CYRILLIC = re.compile("[\u0400-\u04ff]")
# What stands at the edge of a word and is no part of any.
_EDGES = '.,;:!?()[]«»"“”„…'
# Lossy on purpose: what one script parts and the other does not (е and ye, ц and ts, ў and o) becomes one.
_LATIN = (
    *zip("абвгдезийклмнопрстуфхыэ", "abvgdeziyklmnoprstufxie", strict=True),
    *zip("әөүұіһқғңӣӯҳҷў", "aouuihqgniuhjo", strict=True),
    *(("ж", "j"), ("ц", "s"), ("ч", "ch"), ("ш", "sh"), ("щ", "sh"), ("ю", "yu"), ("я", "ya")),
    *(("ъ", ""), ("ь", "")),
)
# In this order: tayyor and тайёр.
_ONE_SPELLING = (("ts", "s"), ("yo", "e"), ("ye", "e"), ("x", "h"))
# A text of fewer words says little by itself ("Photo report", "The text will follow").
LONG_WORDS = 12


def words(text: str) -> list[str]:
    """Return the words without case, spacing, punctuation and typography."""
    return list(_taken_apart(text)[0])


def plain(text: str) -> list[str]:
    """Return the words in Latin letters, without apostrophes."""
    joined = _taken_apart(text)[1]
    found = _in_latin("\n".join(joined)).split("\n") if joined else []
    # A hard or soft sign alone is gone: what stood on its two sides may be one number now.
    return found if "" not in found else as_written(latin(_folded(text)))


def shown_and_plain(text: str) -> tuple[list[str], list[str]]:
    """Return the words as written and, one for one, as `plain` has them ("" where only signs were left)."""
    shown = as_written(unicodedata.normalize("NFC", _joined(_typed(text))))
    # One pass over the whole text: a call for each word would cost ten times as much.
    return shown, latin("\n".join(shown).casefold()).split("\n") if shown else []


def latin(folded: str) -> str:
    """Return folded text in Latin letters."""
    return _in_latin(_joined(folded))


def _in_latin(folded: str) -> str:
    # Ten times as fast as str.translate on a text of thousands of letters.
    for letter, plain_letter in _LATIN:
        folded = folded.replace(letter, plain_letter)
    for variant, one in _ONE_SPELLING:
        folded = folded.replace(variant, one)
    return folded


def _joined(text: str) -> str:
    for mark in _APOSTROPHES:
        text = text.replace(mark, "")
    return text


def is_cyrillic(word: str) -> bool:
    """Say whether any letter of the word is Cyrillic."""
    return _CYRILLIC.search(word) is not None


def plain_typography(text: str) -> str:
    """Return the text with one spelling for what looks alike: ё, dashes, apostrophes."""
    # Ten times as fast as str.translate on a text of thousands of letters.
    for variant, one in _TYPOGRAPHY:
        text = text.replace(variant, one)
    return text


def as_written(text: str) -> list[str]:
    """Return the words as they stand: what _WORD finds, at less than half of the time.

    Between spaces nearly always stands one word, of letters alone.
    """
    found: list[str] = []
    add, all_letters = found.append, str.isalpha
    for part in text.split():
        if all_letters(part) or all_letters(part := part.strip(_EDGES)):
            add(part)
        else:
            found += _WORD.findall(part)
    return found


# Title and text: asked for an article's fingerprint, and at once again for its sketch.
@lru_cache(maxsize=2)
def _taken_apart(text: str) -> tuple[Sequence[str], Sequence[str]]:
    """Return the folded words as they stand, and as they stand without apostrophes."""
    parted: list[str] = []
    joined: list[str] = []
    all_letters = str.isalpha
    for part in _folded(text).split():
        if all_letters(part) or all_letters(part := part.strip(_EDGES)):
            parted.append(part)
            joined.append(part)
        else:
            parted += _WORD.findall(part)
            joined += _WORD.findall(_joined(part))
    return parted, joined


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", _typed(text).casefold())


def _typed(text: str) -> str:
    return plain_typography(unicodedata.normalize("NFKC", text))
