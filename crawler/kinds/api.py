"""`kind: api`: a JSON reply that lists articles -> links, by dotted paths. Pure."""

import json
import re
from typing import Any
from urllib.parse import quote

from core.article import Link
from core.errors import SourceChanged
from core.source import ApiRules, Source
from crawler.kinds.base import (
    DateReader,
    Listing,
    absolute,
    known_language,
    plain,
    unexpected,
    versioned,
    with_address,
)
from crawler.reading.encoding import decode

_PART = re.compile(r"\{([^{}]+)\}")


def parse(body: bytes, url: str, content_type: str | None, source: Source, dates: DateReader) -> Listing:
    """Read a JSON reply. Raises SourceChanged where it is no JSON or the paths lead nowhere."""
    rules = source.api
    if rules is None:
        raise ValueError(f"source {source.id} has no `api:` block")
    try:
        reply = json.loads(decode(body, content_type))
    except (ValueError, RecursionError):
        raise unexpected(url, body, content_type, "JSON") from None
    items = pick(reply, rules.items) if rules.items else reply
    if not isinstance(items, list):
        where = f"`items: {rules.items}`" if rules.items else "the top of the reply"
        raise SourceChanged(
            f"{url}: expected an array at {where}, found {_kind(items)}; the reply has {_outline(reply)}. "
            "Correct the path in the source file"
        )
    links = [_link(item, rules, url, source, dates) for item in items]
    found, warnings = with_address(url, links, "correct the path in the source file")
    if items and not found:
        path = rules.link or rules.link_template
        raise SourceChanged(
            f"{url}: none of {len(items)} items has an address at `{path}`; an item has "
            f"{_outline(items[0])}. Correct the path in the source file"
        )
    return Listing(links=versioned(found), warnings=warnings)


def pick(value: Any, path: str) -> Any:
    """Follow a dotted path; a number picks from an array. None where it leads nowhere."""
    for step in path.split("."):
        if isinstance(value, dict):
            value = value.get(step)
        elif (
            isinstance(value, list) and re.fullmatch(r"-?\d+", step) and -len(value) <= int(step) < len(value)
        ):
            value = value[int(step)]
        else:
            return None
    return value


def _link(item: Any, rules: ApiRules, base: str, source: Source, dates: DateReader) -> Link | None:
    url = absolute(base, _address(item, rules))
    if url is None:
        return None
    return Link(
        url=url,
        title=plain(_text(item, rules.title)),
        published=dates(_text(item, rules.date)),
        language=known_language(_text(item, rules.language), source),
        text=_text(item, rules.body),
    )


def _address(item: Any, rules: ApiRules) -> str | None:
    if rules.link is not None:
        return _text(item, rules.link)
    template = rules.link_template or ""
    values = {path: _text(item, path) for path in _PART.findall(template)}
    if None in values.values():
        return None
    return _PART.sub(lambda part: quote(values[part[1]] or "", safe="/"), template)


def _text(item: Any, path: str | None) -> str | None:
    """Return a text or a number as text, from the first of the paths "a|b" that has one; else None."""
    for one in path.split("|") if path else ():
        value = pick(item, one)
        if isinstance(value, str | int | float) and not isinstance(value, bool) and str(value).strip():
            return str(value)
    return None


def _kind(value: Any) -> str:
    return "nothing" if value is None else type(value).__name__


def _outline(value: Any) -> str:
    """Name a few of the keys, for whoever must correct the path."""
    if isinstance(value, dict):
        return "the keys " + ", ".join(repr(str(key)) for key in list(value)[:8]) if value else "no keys"
    return f"an array of {len(value)}" if isinstance(value, list) else _kind(value)
