"""Bytes of a page -> text, as browsers do it, but never fooled by a wrong declaration. Pure.

A declared encoding is believed unless the bytes contradict it: many pages in windows-1251 declare UTF-8 or
nothing, and the other way round.
"""

import re

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom, to_unicode

# Share of undecodable characters among the non-ASCII ones from which a declaration is held to be wrong.
_WRONG = 0.05
_FREQUENT_CYRILLIC = "оеаинтсрвлкмдпу"
_FREQUENT_SHARE = 0.5
_CYRILLIC_ENCODINGS = ("cp1251", "koi8-r", "cp866")
_CONFUSED = frozenset({"cp1252", "iso8859-15", *_CYRILLIC_ENCODINGS})
_ASCII = bytes(range(0x80))
_HIGH_WORD = re.compile(b"[\x80-\xff]{4,}")
_IN_WORDS = 0.6

# C0 and C1 controls except tab and line ends, surrogates, and the two code points that XML forbids.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


def decode(body: bytes, content_type: str | None = None) -> str:
    """Return the text of a page: NUL bytes and other control characters are gone, bad bytes become U+FFFD."""
    bom_encoding, bom = read_bom(body)
    if bom_encoding is not None and bom is not None:
        return clean(to_unicode(body[len(bom) :], bom_encoding))
    declared = http_content_type_encoding(content_type) or html_body_declared_encoding(body)
    if declared is not None and declared.startswith(("utf-16", "utf-32")) and b"\x00" not in body[:64]:
        declared = None  # it was itself read as ASCII
    if declared is None or not declared.startswith(("utf-16", "utf-32")):
        text = _strict_utf8(body)
        if text is not None:
            return clean(text)
    text = to_unicode(body, declared or _guess(body))
    if declared is not None and (_looks_wrong(text) or _is_other_cyrillic(body, declared)):
        text = to_unicode(body, _guess(body))
    return clean(text)


def clean(text: str) -> str:
    """Remove the characters that neither XML nor a reader has a use for."""
    return _FORBIDDEN.sub("", text)


def _strict_utf8(body: bytes) -> str | None:
    """Return the text if the bytes are UTF-8; no other encoding is so by chance."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _looks_wrong(text: str) -> bool:
    bad = text.count("\ufffd")
    return bad > 0 and bad > _WRONG * (len(text) - len(text.encode("ascii", "ignore")))


def _is_other_cyrillic(body: bytes, declared: str) -> bool:
    """Say whether what is declared as Western, or as one Cyrillic code page, is another Cyrillic one.

    Western letters beyond ASCII stand alone among ASCII ones, Cyrillic ones make up whole words.
    """
    if declared not in _CONFUSED:
        return False
    high = len(body.translate(None, _ASCII))
    in_words = sum(map(len, _HIGH_WORD.findall(body)))
    return in_words > _IN_WORDS * high and _guess(body) in {*_CYRILLIC_ENCODINGS} - {declared}


def _guess(body: bytes) -> str:
    """Name the encoding of bytes that declare none: mostly UTF-8, a Cyrillic code page, or Western Europe."""
    if not _looks_wrong(body.decode("utf-8", "replace")):
        return "utf-8"
    high = body.translate(None, _ASCII)
    shares = {encoding: _frequent_share(high.decode(encoding, "replace")) for encoding in _CYRILLIC_ENCODINGS}
    best = max(shares, key=lambda encoding: shares[encoding])
    return best if shares[best] >= _FREQUENT_SHARE else "cp1252"


def _frequent_share(text: str) -> float:
    return sum(map(text.count, _FREQUENT_CYRILLIC)) / max(len(text), 1)
