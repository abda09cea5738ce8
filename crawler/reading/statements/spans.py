"""Where the quotations of a text are: text in, bounds of the words between marks out. Knows no speakers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from crawler.reading.statements.grammar import STRAIGHT, Grammar

# A quotation that runs over more paragraphs than this was never closed.
_MOST_PARAGRAPHS = 12
_DEEPEST = 4
# Fewer words than this without an end of a sentence are a name or a term between marks.
_TERM_WORDS = 3
# A title of a work: so many characters, most words with a capital, none without one but small ones.
_TITLE = 120
_SMALL = 5
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_LINE = re.compile(r"[^\n]+")
_BEFORE_OPENING = frozenset(" \t\u00a0\u202f\u2009([{—–-―/:«“„‘\"'")
_ENDS = frozenset(",.!?…—–;")
_INNER_MARKS = frozenset("'’‘\"”“»› \u00a0")


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words between marks: text[start:end]; `opens` and `closes` are the bounds with the marks."""

    start: int
    end: int
    opens: int
    closes: int

    def spoken_end(self, text: str) -> int:
        """Return where the words end without the marks of a quotation inside that ends with them."""
        end = self.end
        while end - 1 > self.start and text[end - 1] in _INNER_MARKS:
            end -= 1
        return end

    def ends_speech(self, text: str) -> bool:
        """Say whether the marks close with the end of a sentence or a clause inside them."""
        return text[self.spoken_end(text) - 1] in _ENDS

    def is_term(self, text: str) -> bool:
        """Say whether the marks hold a name or a term rather than speech."""
        spaces = text.count(" ", self.start, min(self.end, self.start + _TITLE))
        if spaces and self.end - self.start < _TITLE:
            words = _WORD.findall(text, self.start, self.end)
            capitals = sum(word[0].isupper() for word in words)
            small = all(word[0].isupper() or len(word) < _SMALL for word in words)
            if small and capitals > 1 and 2 * capitals > len(words):
                return True  # "Fox and Friends,"
        if spaces >= _TERM_WORDS:
            return False
        after = text[self.closes : self.closes + 1]
        return not self.ends_speech(text) and not (after == "," and self.end - self.start > 3)


def quotations(text: str, grammar: Grammar) -> Iterator[Quotation]:
    """Yield the quotations in order, nested ones with the outer. An unclosed mark is no quotation."""
    pending: tuple[int, str] | None = None  # position and mark of a quotation open at the line's end
    paragraphs = 0
    for line in _LINE.finditer(text):
        marks = list(grammar.mark.finditer(text, line.start(), line.end()))
        if pending is not None and not _goes_on(line, marks, pending, grammar):
            pending = None
        if pending is None:
            paragraphs = 0
        elif (paragraphs := paragraphs + 1) > _MOST_PARAGRAPHS:
            pending = None
        found, pending = _in_line(text, line, marks, pending, grammar)
        yield from found


def _goes_on(
    line: re.Match[str], marks: list[re.Match[str]], pending: tuple[int, str], grammar: Grammar
) -> bool:
    """Say whether a line continues an open quotation: by its own opening mark, or because it closes it."""
    if not marks:
        return False
    first = marks[0]
    if first.start() == line.start() and first[0] == pending[1]:
        return True
    # Without a mark of its own only marks with a direction tell.
    return pending[1] not in STRAIGHT and first[0] in grammar.closers[pending[1]] - STRAIGHT


def _in_line(
    text: str,
    line: re.Match[str],
    marks: list[re.Match[str]],
    pending: tuple[int, str] | None,
    grammar: Grammar,
) -> tuple[list[Quotation], tuple[int, str] | None]:
    found: list[Quotation] = []
    depth = 0
    for mark in marks:
        sign, at = mark[0], mark.start()
        if pending is None:
            if sign in grammar.closers and _opens(text, mark, line):
                pending, depth = (at, sign), 0
            continue
        if at == line.start() and sign == pending[1]:
            continue  # the mark that takes the quotation up again
        if sign in grammar.closers[pending[1]] and _closes(text, mark, line):
            if depth and sign not in STRAIGHT:
                depth -= 1
                continue
            start, end = pending[0] + len(pending[1]), at
            if text[start:end].strip():
                found.append(_trimmed(text, start, end, pending[0], mark.end()))
            pending, depth = None, 0
        elif sign == pending[1] and sign not in STRAIGHT and depth < _DEEPEST:
            depth += 1
    return found, pending


def _opens(text: str, mark: re.Match[str], line: re.Match[str]) -> bool:
    before = text[mark.start() - 1] if mark.start() > line.start() else " "
    after = text[mark.end()] if mark.end() < line.end() else " "
    if mark[0] in "«“„":
        return not after.isspace() or mark[0] == "«"
    return before in _BEFORE_OPENING and not after.isspace()


def _closes(text: str, mark: re.Match[str], line: re.Match[str]) -> bool:
    after = text[mark.end()] if mark.end() < line.end() else " "
    if mark[0] == "“":
        return not after.isalnum() and not text[mark.start() - 1].isspace()
    if mark[0] in STRAIGHT or mark[0] in "’‘'":
        return not after.isalnum() and (mark[0] in STRAIGHT or not text[mark.start() - 1].isspace())
    return True


def _trimmed(text: str, start: int, end: int, opens: int, closes: int) -> Quotation:
    while text[start].isspace():
        start += 1
    while text[end - 1].isspace():
        end -= 1
    return Quotation(start, end, opens, closes)
