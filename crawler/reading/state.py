"""Text that stands only in a script's data (`__NEXT_DATA__`, `window.STATE = ...`, `parts.push(...)`) as
paragraphs. Pure."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from core.structure import Paragraph
from crawler.reading.text import fragment_text

_LARGEST = 3_000_000
_SMALLEST = 500
_MOST_VALUES = 50_000
_DEPTH = 40
_FEWEST_WORDS = 8
_WHOLE = 60
_ASSIGNED = re.compile(r"(?:(?:window|self|var|let|const)\b[\w.\s\[\]\"']*=\s*)(?=[{\[])")
# Pages that are streamed hand their data on in pieces; the list that takes them is made right before.
_HANDED_ON = re.compile(r"\.push\(\s*(?=[{\[])")
_BEGINNING = 300
# Where the site's own script puts an advertisement or a picture: $$AD$$, [[photo]].
_PLACEHOLDER = re.compile(r"([$%#\[])\1\w+[$%#\]]{2}")

Path = tuple[str, ...]


def text_in_scripts(tree: LexborHTMLParser, url: str) -> list[Paragraph]:
    """Return the largest run of prose in the page's data scripts, nothing if none is of an article's size."""
    runs: dict[Path, list[str]] = defaultdict(list)
    for number, node in enumerate(tree.css("script:not([src])")):
        script = node.text()
        if _SMALLEST <= len(script) <= _LARGEST and "ld+json" not in (node.attributes.get("type") or ""):
            for path, value in _strings(_load(script)):
                runs[(str(number), *path)].append(value)
    best = max(runs.values(), key=lambda values: sum(map(_words, values)), default=[])
    found = (paragraph for value in dict.fromkeys(best) for paragraph in fragment_text(value, url))
    text = [paragraph for paragraph in found if _PLACEHOLDER.fullmatch(paragraph.text) is None]
    return text if sum(_words(paragraph.text) for paragraph in text) >= _WHOLE else []


def _load(script: str) -> Any:
    """Return the value that a script is, assigns first or hands on; None where it is code."""
    text = script.lstrip()
    if not text.startswith(("{", "[")):
        start = _ASSIGNED.match(text) or _HANDED_ON.search(text, 0, _BEGINNING)
        if start is None:
            return None
        text = text[start.end() :]
    try:
        return json.JSONDecoder(strict=False).raw_decode(text)[0]
    except (ValueError, RecursionError):
        return None


def _strings(root: Any) -> Iterator[tuple[Path, str]]:
    """Yield sentences with the names above them; the members of a list share theirs."""
    stack: list[tuple[Path, Any]] = [((), root)]
    seen = 0
    while stack and seen < _MOST_VALUES:
        path, value = stack.pop()
        seen += 1
        if isinstance(value, str):
            if _words(value) >= _FEWEST_WORDS and "{" not in value:
                yield path, value
        elif len(path) < _DEPTH:
            if isinstance(value, dict):
                stack.extend(((*path, str(key)), part) for key, part in reversed(value.items()))
            elif isinstance(value, list):
                stack.extend(((*path, "*"), part) for part in reversed(value))


def _words(text: str) -> int:
    return len(text.split())
