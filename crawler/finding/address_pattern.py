"""Addresses of articles of one site -> a regular expression that they have in common. Pure."""

import re
from collections import Counter
from collections.abc import Sequence
from urllib.parse import urlsplit

MIN_ADDRESSES = 3
# So many of the addresses must have one shape.
_SHARE = 0.8
_ALTERNATIVES = 4
_TELLS_NOTHING = re.compile(r"\[\^/\?#\]\+(\\\.\w+)?")
_NUMBER_FIRST = re.compile(r"([A-Za-z]*)\d{4,}-.+")
_NUMBER_LAST = re.compile(r".+?((?:-[A-Za-z])?-)\d{4,}((?:\.[a-z]{2,5})?)")
_NUMBER_ALONE = re.compile(r"\d{4,}((?:\.[a-z]{2,5})?)")
_NUMBERED = (
    (_NUMBER_FIRST, r"{0}\d+-[^/?#]+"),
    (_NUMBER_LAST, r"[^/?#]+{0}\d+{1}"),
    (_NUMBER_ALONE, r"\d+{0}"),
)


def address_pattern(urls: Sequence[str]) -> str | None:
    """Return a pattern for `article_url`, or None where the addresses share no telling shape.

    Parts that are the same everywhere stay; numbers become `\\d+`, a few recurring words `(en|ru)`, anything
    else `[^/?#]+`. Addresses that differ in their query have no such shape. Where some
    lead to other sites, the pattern is this site's address at least.
    """
    parts = [urlsplit(url) for url in dict.fromkeys(urls)]
    if len(parts) < MIN_ADDRESSES:
        return None
    (scheme, host), count = Counter((part.scheme, part.netloc) for part in parts).most_common(1)[0]
    if count < _SHARE * len(parts):
        return None
    site = rf"{scheme}://{re.escape(host)}/".replace(r"\-", "-")
    paths = [part.path for part in parts if (part.scheme, part.netloc) == (scheme, host)]
    path = None if any(part.query for part in parts) else _path_pattern(paths)
    if path is None:
        return site if count < len(parts) else None
    return site + path


def _path_pattern(paths: Sequence[str]) -> str | None:
    depth, count = Counter(path.count("/") for path in paths).most_common(1)[0]
    if count < len(paths):
        # Sections of different depth: only the article's number says more than that.
        last = _numbered(tuple(path.rpartition("/")[2] for path in paths))
        if last is not None:
            return f"(?:[^/?#]+/)*{last}".replace(r"\-", "-")
    if count < _SHARE * len(paths):
        return None
    rows = [path.split("/")[1:] for path in paths if path.count("/") == depth]
    columns = [_part(column) for column in zip(*rows, strict=True)]
    if all(_TELLS_NOTHING.fullmatch(column) for column in columns if column):
        return None
    return "/".join(columns).replace(r"\-", "-")


def _part(values: tuple[str, ...]) -> str:
    """Return the pattern for one part of the path."""
    different = set(values)
    # Numbers first: a year that is the same everywhere today is another one in January.
    if all(value.isdigit() for value in values):
        if all(re.fullmatch(r"(?:19|20)\d\d", value) for value in values):
            return r"\d{4}"
        return r"\d{2}" if all(len(value) == 2 for value in values) else r"\d+"
    if all(re.fullmatch(r"[\d-]+", value) for value in values):
        return r"[\d-]+"
    if len(different) == 1:
        return re.escape(values[0])
    if len(different) <= _ALTERNATIVES and len(different) * 3 <= len(values) and "" not in different:
        return f"({'|'.join(re.escape(value) for value in sorted(different))})"
    if (numbered := _numbered(values)) is not None:
        return numbered
    endings = {value.rpartition(".")[2] if "." in value else "" for value in values}
    ending = endings.pop() if len(endings) == 1 else ""
    return rf"[^/?#]+\.{re.escape(ending)}" if ending else "[^/?#]+"


def _numbered(values: tuple[str, ...]) -> str | None:
    """Return the pattern of names that carry the article's number: `art4175-slug`, `slug-c-4175.html`."""
    for form, written in _NUMBERED:
        found = [match.groups() for value in values if (match := form.fullmatch(value))]
        shapes = Counter(found).most_common(1)
        if shapes and shapes[0][1] >= _SHARE * len(values):
            return written.format(*(re.escape(part) for part in shapes[0][0]))
    return None
