"""Text for feeds: any string in, text that XML 1.0 can carry out; one line, first words, safe links. Pure."""

import re
from functools import lru_cache
from itertools import islice

from w3lib.url import safe_url_string

from core.text import ELLIPSIS, LOOSE, cut, sentences

_WORD = re.compile(r"\S+")
_SURROGATE = re.compile("[\ud800-\udfff]")
# Longer "words" than this on average are no words: a page without spaces must not fill the feed.
_CHARACTERS_PER_WORD = 16

# What `clean` may have to change: most texts have none of it, and looking is cheaper than changing.
_UNCLEAN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]")
_CONTROLS: dict[int, str | None] = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0), 0xFFFE, 0xFFFF))
# Marks that turn the direction of what follows: a hostile title could reverse the reader's page.
_CONTROLS |= dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
_CONTROLS |= {ord("\t"): "\t", ord("\n"): "\n", 0x0B: "\n", 0x0C: "\n", ord("\r"): "\n", 0x85: "\n"}


def clean(text: str) -> str:
    """Return the text without what XML 1.0 forbids: control characters and non-characters go.

    Halves of a surrogate pair that stand side by side become their character, a lone one U+FFFD. Line ends of
    all kinds become newlines.
    """
    if not _UNCLEAN.search(text):
        return text
    if _SURROGATE.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text.replace("\r\n", "\n").translate(_CONTROLS)


def escaped(json: str) -> str:
    """Return JSON text with what `clean` takes away as escapes: the same values, harmless on a terminal."""
    return _UNCLEAN.sub(lambda found: f"\\u{ord(found[0]):04x}", json)


def one_line(text: str) -> str:
    """Return clean text with each run of white space as one space."""
    return " ".join(clean(text).split())


def shorten(text: str, characters: int) -> str:
    """Return one line of at most `characters`, cut between words where that is possible."""
    return cut(one_line(text), characters)


def summary(text: str, words: int) -> str:
    """Return the first words of an article as one line.

    It ends with a sentence where one ends in the second half of the allowance, else between words with "…".
    """
    line = one_line(text)
    ends = [word.end() for word in islice(_WORD.finditer(line), words + 1)]
    characters = words * _CHARACTERS_PER_WORD
    if len(ends) <= words and len(line) <= characters:
        return line
    limit = ends[words - 1] if len(ends) > words else len(line)
    if limit > characters:
        return shorten(line, characters)
    # One word more, so that the splitter sees what follows a full stop.
    spans = sentences(line[: ends[words]])
    whole = [end for _, end in spans[:-1] if limit // 2 <= end <= limit]
    return line[: whole[-1]] if whole else line[:limit].rstrip(LOOSE) + ELLIPSIS


@lru_cache(maxsize=4096)
def web_address(url: str) -> str | None:
    """Return a link that may stand in a feed, percent-encoded; None for what is no http(s) address."""
    if not re.match(r"https?://[^\s/]", url, re.IGNORECASE):
        return None
    try:
        address = safe_url_string(clean(url).strip())
    except ValueError:
        return None
    # A host that cannot be encoded is left as it was: no browser would find it.
    return address if address.isascii() and address.isprintable() and " " not in address else None
