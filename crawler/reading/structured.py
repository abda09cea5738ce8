"""JSON-LD of a page -> facts of its article. Tolerates every usual shape, and garbage beside it. Pure."""

import html
import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from crawler.reading.facts import Facts
from crawler.reading.markup import line

_SCRIPTS = "script[type='application/ld+json' i]"
_DEPTH = 6

# Best first: a page may describe itself as a WebPage and the article beside it.
_KINDS = (
    re.compile(
        r"(?:[A-Za-z]*Article|Report|LiveBlogPosting|BlogPosting|PressRelease|Statement|SpeechObject)$"
    ),
    re.compile(r"(?:SocialMediaPosting|CreativeWork|VideoObject|Event|Legislation|GovernmentService)$"),
    re.compile(r"(?:[A-Za-z]*WebPage|ItemPage|AboutPage)$"),
)
# Where an article stands in a description of the page; what else holds articles lists other ones.
_HOLDERS = ("@graph", "mainEntity", "mainEntityOfPage")

_WRAPPING = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?://\s*)?(?:-->|\]\]>)\s*;?\s*$|;\s*$")
# Comments, but not the // of an address: JSON has none, some generators write them.
_COMMENT = re.compile(r"/\*.*?\*/|^\s*//[^\n]*$", re.DOTALL | re.MULTILINE)
_TRAILING_COMMA = re.compile(r",\s*([}\]])")
_LOST_COMMA = re.compile(r'("|\]|\}|\d)\s*\n\s*"')
_LOOSE_PAIR = re.compile(r'"(headline|datePublished|dateCreated)"\s*:\s*"((?:[^"\\\n]|\\.)*)"')
_MARKUP = re.compile(r"<[^<>]+>")
_MONGO_DATE = ("@value", "$date", "date")

Object = dict[str, Any]


class _Ranked(NamedTuple):
    """An object of JSON-LD with how well it fits: smaller is better."""

    kind: int
    foreign: bool
    bare: bool
    position: int
    item: Object


def from_json_ld(tree: LexborHTMLParser, url: str) -> Facts:
    """Return what JSON-LD says of the article at `url`; empty facts where it says nothing usable."""
    texts = [node.text() for node in tree.css(_SCRIPTS)]
    loaded = {text: _load(text) for text in texts}
    values = [value for parsed in loaded.values() for value in parsed]
    by_id: dict[str, Object] = {}
    candidates = [item for value in values for item in _objects(value, by_id, _DEPTH)]
    ranked = []
    for position, item in enumerate(candidates):
        kind = _kind(item)
        if kind is not None:
            foreign = not _is_about(item, url)
            bare = not (item.get("headline") or item.get("datePublished"))
            ranked.append(_Ranked(kind, foreign, bare, position, item))
    if not ranked:
        return _loose_facts("\n".join(text for text, parsed in loaded.items() if not parsed))
    ranked.sort(key=lambda entry: entry[:4])
    return _facts([entry.item for entry in ranked], by_id)


def _load(text: str) -> list[Any]:
    """Parse a script, with mild repairs: comments, commas, line ends, several values in a row."""
    text = _WRAPPING.sub("", text).strip()
    values = _values(text)
    if values is not None:
        return values
    repaired = _LOST_COMMA.sub(r'\1,"', _TRAILING_COMMA.sub(r"\1", _COMMENT.sub("", text).strip()))
    for attempt in (repaired, html.unescape(repaired)):
        values = _values(attempt)
        if values is not None:
            return values
    return []


def _values(text: str) -> list[Any] | None:
    decoder = json.JSONDecoder(strict=False)
    values: list[Any] = []
    position = 0
    while position < len(text):
        try:
            value, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            return values or None
        values.append(value)
        while position < len(text) and text[position] in " \t\r\n,;":
            position += 1
    return values


def _objects(value: Any, by_id: dict[str, Object], depth: int) -> Iterator[Object]:
    """Yield the objects that may describe this page, and remember all that others refer to by @id."""
    if depth == 0:
        return
    if isinstance(value, list):
        for item in value:
            yield from _objects(item, by_id, depth - 1)
    elif isinstance(value, dict):
        identity = value.get("@id")
        if isinstance(identity, str) and len(value) > 1:
            by_id.setdefault(identity, value)
        yield value
        for key in _HOLDERS:
            yield from _objects(value.get(key), by_id, depth - 1)


def _kind(item: Object) -> int | None:
    for name in _listed(item.get("@type")):
        for rank, pattern in enumerate(_KINDS):
            if isinstance(name, str) and pattern.search(name):
                return rank
    return None


def _is_about(item: Object, url: str) -> bool:
    """Say whether an object names no address or this page's one."""
    addresses = [_address(item.get(key)) for key in ("mainEntityOfPage", "url", "@id")]
    paths = [urlsplit(address).path.rstrip("/") for address in addresses if _is_web_address(address)]
    return not paths or urlsplit(url).path.rstrip("/") in paths


def _is_web_address(text: str) -> bool:
    try:
        return urlsplit(text).scheme in ("http", "https")
    except ValueError:
        return False


def _facts(items: list[Object], by_id: dict[str, Object]) -> Facts:
    """Take each fact from the best object that has it; title, text and authors only from the best kind."""
    best = items[0]
    dates = [_text(item.get(key)) for key in ("datePublished", "dateCreated", "uploadDate") for item in items]
    site = next((name for item in items if (name := _names(item.get("publisher"), by_id))), [])
    is_page = _kind(best) == len(_KINDS) - 1
    title = _text(best.get("headline")) or (None if is_page else _text(best.get("name")))
    authors = _names(best.get("author") or best.get("creator"), by_id)
    image, caption, credit = _image(best.get("image"), by_id)
    return Facts(
        title=title,
        dates=tuple(date for date in dates if date),
        authors=tuple(authors),
        exact_names=bool(authors),
        site_name=site[0] if site else None,
        url=_address(best.get("url")) or _address(best.get("mainEntityOfPage")) or None,
        language=_text(best.get("inLanguage")),
        text=_body(best.get("articleBody")),
        description=_text(best.get("description")),
        subtitle=_text(best.get("alternativeHeadline")),
        section=_text(best.get("articleSection")),
        tags=_tags(best.get("keywords")),
        image=image,
        image_caption=caption,
        image_credit=credit,
        is_article=_kind(best) == 0,
        is_free=_is_free(best),
        words=_count(best.get("wordCount")),
    )


def _body(value: Any) -> str | None:
    if not isinstance(value, str):
        return None
    text = html.unescape(value).replace("\r", "")
    return _MARKUP.sub("\n", text).strip() or None


def _names(value: Any, by_id: dict[str, Object]) -> list[str]:
    """Return the names in an author or publisher: text, object, reference, or a list of these."""
    names: list[str] = []
    for item in _listed(value):
        if isinstance(item, dict):
            known = by_id.get(item["@id"], item) if isinstance(item.get("@id"), str) else item
            names += [name for part in _listed(known.get("name")) if (name := _text(part))]
        elif isinstance(item, str) and (name := _text(item)):
            names.append(name)
    return names


def _tags(value: Any) -> tuple[str, ...]:
    """Return keywords: a list, or one text with commas."""
    texts = [text for item in _listed(value) if (text := _text(item))]
    parts = texts[0].split(",") if len(texts) == 1 else texts
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))


def _image(value: Any, by_id: dict[str, Object]) -> tuple[str | None, str | None, str | None]:
    """Return address, caption and credit of the first image: text, object, reference, or a list of these."""
    item = value[0] if isinstance(value, list) and value else value
    if isinstance(item, str):
        return item.strip() or None, None, None
    if not isinstance(item, dict):
        return None, None, None
    known = by_id.get(item["@id"], item) if isinstance(item.get("@id"), str) else item
    address = known.get("url") or known.get("contentUrl")
    names = _names(known.get("copyrightHolder") or known.get("author") or known.get("creator"), by_id)
    return (
        _text(address),
        _text(known.get("caption")),
        _text(known.get("creditText")) or ", ".join(names) or None,
    )


def _is_free(item: Object) -> bool | None:
    value = item.get("isAccessibleForFree")
    if isinstance(value, str):
        value = {"false": False, "true": True}.get(value.strip().lower().rpartition("/")[2])
    return value if isinstance(value, bool) else None


def _count(value: Any) -> int | None:
    text = _text(value)
    return int(text) if text is not None and text.isdecimal() and len(text) < 7 else None


def _address(value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("@id") or value.get("url")
    return value.strip() if isinstance(value, str) else ""


def _text(value: Any) -> str | None:
    if isinstance(value, dict):
        value = next((value[key] for key in _MONGO_DATE if key in value), value.get("name"))
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return None
    return line(_MARKUP.sub("", html.unescape(value))) or None


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _loose_facts(text: str) -> Facts:
    """Read title and date from JSON-LD that no repair makes whole."""
    pairs: dict[str, str] = {}
    for match in _LOOSE_PAIR.finditer(text):
        pairs.setdefault(match[1], match[2].replace('\\"', '"').replace("\\/", "/"))
    dates = [pairs[key] for key in ("datePublished", "dateCreated") if key in pairs]
    return Facts(title=_text(pairs.get("headline")), dates=tuple(dates))
