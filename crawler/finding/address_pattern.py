"""Addresses of articles of one site -> a regular expression that they have in common. Pure."""

import re
from collections import Counter
from collections.abc import Sequence
from urllib.parse import urlsplit

MIN_ADDRESSES = 3
# So many of the addresses must have one shape.
_SHARE = 0.8
_ALTERNATIVES = 4


def address_pattern(urls: Sequence[str]) -> str | None:
    """Return a pattern for `article_url`, or None where the addresses share no telling shape.

    Parts that are the same everywhere stay; numbers become `\\d+`, a few recurring words `(en|ru)`, anything
    else `[^/?#]+`. Addresses that differ in their query have no such shape.
    """
    parts = [urlsplit(url) for url in dict.fromkeys(urls)]
    if len(parts) < MIN_ADDRESSES or any(part.query for part in parts):
        return None
    shapes = Counter((part.scheme, part.netloc, part.path.count("/")) for part in parts)
    shape, count = shapes.most_common(1)[0]
    if count < _SHARE * len(parts):
        return None
    paths = [part.path for part in parts if (part.scheme, part.netloc, part.path.count("/")) == shape]
    columns = [_part(column) for column in zip(*(path.split("/")[1:] for path in paths), strict=True)]
    if all(column.startswith("[^/?#]+") for column in columns if column):
        return None
    return rf"{shape[0]}://{re.escape(shape[1])}/{'/'.join(columns)}".replace(r"\-", "-")


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
    endings = {value.rpartition(".")[2] if "." in value else "" for value in values}
    ending = endings.pop() if len(endings) == 1 else ""
    return rf"[^/?#]+\.{re.escape(ending)}" if ending else "[^/?#]+"
