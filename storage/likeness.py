"""Decides whether one text is a copy of another: by how much they share and by what differs.

Two texts with their circumstances in, a verdict with its similarity and reason out. Pure. A copy is cut, gets
another lead, other paragraphs, a credit: whole passages differ. A form (weather, schedules, greetings, rates)
is filled in anew: the same sentences with other numbers, dates and names in the same places.
"""

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from storage.numerals import numbers
from storage.sketch import shingles
from storage.words import LONG_WORDS, is_cyrillic, shown_and_plain

# No false join in 20,000 random pairs at this share: docs/decisions/0003-copies.md has the measurements.
CONTAINMENT = 0.4
# Between outlets. One outlet repeats its own paragraphs in each report on a matter.
OWN_CONTAINMENT = 0.85
# The shared words must make up this share of the longer text: a digest that carries a brief is not the brief.
COVERAGE = 0.1
# A later text so many times as long, under a title of its own, has more to say than the text that it carries.
OWN_WORK = 2
# Titles that share so many of the shorter one's words are one title.
_SAME_TITLE = 0.5
# A text of fewer words is a brief: such come again (weather, rates, quakes), and copies of them come at once.
BRIEF_WORDS = 30
BRIEF_WINDOW = timedelta(days=3)
# An outlet that prints nearly its own text again after this time means it anew: an annual greeting.
OWN_WINDOW = timedelta(days=30)
# A blank is filled in with at most so many words; longer differences are passages.
_BLANK_WORDS = 8
# Words of a copy for which one number may have been corrected.
_WORDS_A_CORRECTION = 100
_STEM = 4
# A word counts as shared where it stands in a run of so many that the other text has too.
_RUN = 3
_EDGE = ("", "")

_Run = tuple[str, str, str]


class Text:
    """A title and a text, taken apart as far as a comparison asks for."""

    def __init__(self, title: str, text: str, *, source: str, at: datetime | None) -> None:
        self._title, self._text = title, text
        self.source = source
        self.at = at

    @cached_property
    def title(self) -> "_Words":
        return _Words.of(self._title)

    @cached_property
    def body(self) -> "_Words":
        body = _Words.of(self._text)
        return body if len(body.plain) >= LONG_WORDS else _Words.of(f"{self._title}\n{self._text}")

    @cached_property
    def shingles(self) -> set[int]:
        return shingles(self.body.plain)


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """`similarity` in [0, 1]: the share of the shorter text's 4-word shingles that the other has too."""

    is_copy: bool
    similarity: float
    reason: str


def judge(text: Text, other: Text) -> Verdict:
    """Say whether `text`, which came later, and `other` are one text."""
    shared = len(text.shingles & other.shingles)
    fewer, more = sorted((len(text.shingles), len(other.shingles)))
    similarity = round(shared / fewer, 3) if fewer else 0.0
    objection = _objection(text, other, similarity, shared / more if more else 0.0)
    if objection is not None:
        return Verdict(is_copy=False, similarity=similarity, reason=objection)
    return Verdict(
        is_copy=True,
        similarity=similarity,
        reason=f"{similarity:.0%} of the shorter text's four-word sequences stand in the other too",
    )


def _objection(text: Text, other: Text, similarity: float, coverage: float) -> str | None:
    brief = min(len(text.body.plain), len(other.body.plain)) < BRIEF_WORDS
    own = text.source == other.source and not brief
    needed = OWN_CONTAINMENT if own else CONTAINMENT
    if similarity < needed:
        whose = " by the same source" if own else ""
        return f"only {similarity:.0%} of the shorter text is shared; a copy{whose} has {needed:.0%}"
    if coverage < COVERAGE:
        return "a much longer text that carries the other whole, as a digest does"
    if len(text.shingles) >= OWN_WORK * len(other.shingles) and not _one_title(text, other):
        return f"it carries the other text, but {1 - coverage:.0%} is its own, under a title of its own"
    apart = abs(text.at - other.at) if text.at is not None and other.at is not None else timedelta(0)
    if brief and apart > BRIEF_WINDOW:
        return f"a brief of like words came {apart.days} days apart: such reports come again"
    if own and apart > OWN_WINDOW and similarity < 1:
        return f"the same source printed like words {apart.days} days apart: an occasion that comes again"
    return _filled_in(text, other)


def _one_title(text: Text, other: Text) -> bool:
    here, there = ({word[:_STEM] for word in one.title.plain} for one in (text, other))
    return len(here & there) >= _SAME_TITLE * min(len(here), len(there))


def _filled_in(text: Text, other: Text) -> str | None:
    """Say which blanks of one form the two texts fill in differently; None where they do not."""
    for here, there in _blanks(text.title, other.title):
        if _values_differ(here, there):
            return f"one form filled in anew: the titles differ in {here.text!r} and {there.text!r}"
    differing = [pair for pair in _blanks(text.body, other.body) if _differ(*pair)]
    shorter = min(len(text.body.plain), len(other.body.plain))
    if len(differing) > shorter // _WORDS_A_CORRECTION:
        here, there = differing[0]
        return (
            f"one form filled in anew: {here.text!r} and {there.text!r} stand in the same place"
            f"{f', and {len(differing) - 1} more pairs' if len(differing) > 1 else ''}"
        )
    return None


@dataclass(frozen=True, kw_only=True)
class _Words:
    """Words as written and in plain letters, one for one."""

    shown: Sequence[str]
    plain: Sequence[str]

    @classmethod
    def of(cls, text: str) -> "_Words":
        shown, plain = shown_and_plain(text)
        kept = [(one, other) for one, other in zip(shown, plain, strict=True) if other]
        return cls(shown=[one for one, _ in kept], plain=[other for _, other in kept])


@dataclass(frozen=True, kw_only=True, slots=True)
class _Gap:
    """A run of words that the other text does not have, between words that it has."""

    words: _Words
    start: int
    end: int

    @property
    def text(self) -> str:
        return " ".join(self.words.shown[self.start : self.end])

    @property
    def plain(self) -> Sequence[str]:
        return self.words.plain[self.start : self.end]

    @property
    def names(self) -> list[str]:
        """The plain words that are written with a capital."""
        return [
            self.words.plain[at] for at in range(self.start, self.end) if self.words.shown[at][:1].isupper()
        ]

    @property
    def numbers(self) -> Sequence[str]:
        return numbers(self.plain)

    @property
    def is_cyrillic(self) -> bool:
        return is_cyrillic(self.text)

    @property
    def beside_a_number(self) -> bool:
        words = [*_EDGE[:1], *self.words.plain, *_EDGE[:1]]
        beside = (words[self.start], words[self.end + 1])
        return any(word[:1].isdecimal() for word in beside)


def _blanks(text: _Words, other: _Words) -> Iterator[tuple[_Gap, _Gap]]:
    """Yield the short gaps of two texts that have the same words on both sides."""
    shared = _runs(text.plain) & _runs(other.plain)
    there = dict(_gaps(other, shared))
    for sides, gap in _gaps(text, shared):
        if sides in there:
            yield gap, there[sides]


def _gaps(words: _Words, shared: Set[_Run]) -> Iterator[tuple[tuple[str, ...], _Gap]]:
    """Yield each short run of words that is in no shared run, with the two words on either side of it."""
    framed = _framed(words.plain)
    covered = [False] * len(framed)
    for at, run in enumerate(_runs_in_order(framed)):
        if run in shared:
            covered[at : at + _RUN] = [True] * _RUN
    at = len(_EDGE)
    end = len(framed) - len(_EDGE)
    while at < end:
        if covered[at]:
            at += 1
            continue
        start = at
        while at < end and not covered[at]:
            at += 1
        if at - start <= _BLANK_WORDS:
            sides = (*framed[start - 2 : start], *framed[at : at + 2])
            yield sides, _Gap(words=words, start=start - len(_EDGE), end=at - len(_EDGE))


def _framed(words: Sequence[str]) -> list[str]:
    return [*_EDGE, *words, *_EDGE]


def _runs(words: Sequence[str]) -> set[_Run]:
    return set(_runs_in_order(_framed(words)))


def _runs_in_order(framed: Sequence[str]) -> Iterable[_Run]:
    return zip(framed, framed[1:], framed[2:], strict=False)


def _differ(here: _Gap, there: _Gap) -> bool:
    """Say whether two gaps name different things, rather than one thing in two ways."""
    if here.numbers or there.numbers:
        return _values_differ(here, there)
    if here.is_cyrillic is not there.is_cyrillic:
        return False
    alone = len(here.plain) == len(there.plain) == 1
    # A first word is written with a capital whatever it is: only word for word can it be a name for a name.
    if here.names and there.names and (alone or here.start):
        return not (_akin(here.names, there.names) or _akin(there.names, here.names))
    return alone and here.beside_a_number and there.beside_a_number and not _short_for(here, there)


def _values_differ(here: _Gap, there: _Gap) -> bool:
    """Say whether both hold numbers, and not the same.

    Where only one has a number, the other spells it in a way that we do not know, or leaves it out.
    """
    ours, theirs = set(here.numbers), set(there.numbers)
    return bool(ours and theirs) and not (ours <= theirs or theirs <= ours)


def _akin(names: Sequence[str], others: Sequence[str]) -> bool:
    """Say whether each name stands among the others, whatever its ending."""
    stems = {name[:_STEM] for name in others}
    return all(name[:_STEM] in stems for name in names)


def _short_for(here: _Gap, there: _Gap) -> bool:
    """Say whether one word abbreviates the other: mln and millionov, or stands for a sign."""
    short, long = sorted((here.plain[0], there.plain[0]), key=len)
    letters = iter(long)
    return not short.isalpha() or (short[0] == long[0] and all(letter in letters for letter in short))
