"""An article's text as clean HTML, for feeds and pages alike: paragraphs in, escaped markup out. Pure.

Nothing of the source's own markup is ever passed on: tags are made here from the text's structure.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from html import escape
from itertools import groupby

from core.structure import HEADINGS, LISTS, Kind, Paragraph
from publisher.feeds.text import one_line, summary

_LIST_TAGS = {Kind.LIST: "ul", Kind.NUMBERED: "ol"}
_HEADINGS_BELOW = {Kind.HEADING: 0, Kind.SUBHEADING: 1}
# A paragraph of which fewer words than this would be left is not begun.
_FEWEST_WORDS = 5


def article_html(paragraphs: Iterable[Paragraph]) -> str:
    """Return headings, paragraphs, lists and quotations; neighbours of one kind share their list or quote."""
    return _html(
        (paragraph.kind, [_escape(line) for line in paragraph.text.split("\n")]) for paragraph in paragraphs
    )


def annotated_html(
    placed: Iterable[tuple[int, Paragraph]], inline: Callable[[int, str], str], *, heading: int
) -> str:
    """Return the same, of paragraphs with their offsets in the text; `inline` makes a line's HTML.

    It is given the line's offset and the line. `heading` is the level of the text's own headings.
    """
    return _html(
        ((paragraph.kind, list(_lines(at, paragraph.text, inline))) for at, paragraph in placed),
        heading=heading,
    )


def excerpt(paragraphs: Sequence[Paragraph], words: int) -> list[Paragraph]:
    """Return the beginning of a text, at most so many words, whole paragraphs and items where possible."""
    kept: list[Paragraph] = []
    left = words
    for paragraph in paragraphs:
        if kept and left < _FEWEST_WORDS:
            break
        text = _shortened(paragraph, left)
        if text:
            kept.append(replace(paragraph, text=text))
        left -= len(text.split())
        if len(text.split()) < len(paragraph.text.split()):
            break
    while len(kept) > 1 and kept[-1].kind in HEADINGS:
        kept.pop()
    return kept


def _shortened(paragraph: Paragraph, words: int) -> str:
    """Return what fits of a paragraph, line by line."""
    kept: list[str] = []
    for line in paragraph.text.split("\n"):
        if kept and words < len(line.split()):
            break
        text = summary(line, max(words, 1))
        if text:
            kept.append(text)
        words -= len(text.split())
    return "\n".join(kept)


def _lines(at: int, text: str, inline: Callable[[int, str], str]) -> Iterator[str]:
    for line in text.split("\n"):
        if line.strip():
            yield inline(at, line)
        at += len(line) + 1


def _html(paragraphs: Iterable[tuple[Kind, list[str]]], *, heading: int = 2) -> str:
    groups = (
        _group_html(kind, [lines for _, lines in group], heading)
        for kind, group in groupby(paragraphs, lambda paragraph: paragraph[0])
    )
    return "\n".join(filter(None, groups))


def _group_html(kind: Kind, parts_of: Sequence[list[str]], heading: int) -> str:
    lines = [[line for line in part if line] for part in parts_of]
    lines = [part for part in lines if part]
    if not lines:
        return ""
    if kind in LISTS:
        items = "".join(f"<li>{item}</li>" for part in lines for item in part)
        return f'<{_LIST_TAGS[kind]} dir="auto">{items}</{_LIST_TAGS[kind]}>'
    tag = f"h{heading + _HEADINGS_BELOW[kind]}" if kind in _HEADINGS_BELOW else "p"
    parts = "\n".join(f'<{tag} dir="auto">{"<br>".join(part)}</{tag}>' for part in lines)
    return f"<blockquote>\n{parts}\n</blockquote>" if kind is Kind.QUOTATION else parts


def _escape(text: str) -> str:
    return escape(one_line(text), quote=False)
