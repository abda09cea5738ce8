"""Two texts of one page -> is the difference one that a reader must hear of? Pure: texts in, reasons out.

Cosmetic: spacing, typography, typos, counters, relative dates, furniture. Substantive: other words, numbers,
names, dates, paragraphs or title. In doubt a difference is substantive: one entry too many, none too few.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from core.volatile import volatile
from storage.records.articles import RevisionKind
from storage.words import as_written, plain_typography

# In a shorter word one letter is another word: now and not, may and must.
_TYPO_LETTERS = 5
# The beginning of a word bears its sense (un-, in-, не-, бе-), its end the grammar of most of our languages.
_STEM, _ENDING = 1, 2
_QUOTED_REASONS = 4
_QUOTED_WORDS = 12
# Aligning costs up to the product of both lengths; beyond, texts are compared as sets of paragraphs only.
_MOST_PAIRS = 9_000_000
_THOUSANDS = re.compile(r"\d{1,3}(?: \d{3})+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """What a difference is, and why: at least one reason, each a clause for people."""

    kind: RevisionKind
    reasons: tuple[str, ...]

    @property
    def reason(self) -> str:
        """All reasons in one line."""
        return "; ".join(self.reasons)


@dataclass(frozen=True, slots=True)
class _Word:
    """A word as it stands and as it is compared."""

    shown: str
    folded: str

    @property
    def is_number(self) -> bool:
        return any(character.isdigit() for character in self.folded)


def judge(title_before: str, text_before: str, title_after: str, text_after: str) -> Judgement:
    """Judge the difference of two texts with their titles."""
    notes: list[str] = []
    lines_before, lines_after = _lasting(text_before, notes), _lasting(text_after, notes)
    known = frozenset(word.folded for word in _words(f"{title_before}\n{text_before}"))
    found: list[tuple[bool, str]] = [
        (serious, f"the title changed: {reason}" if serious else f"{reason} in the title")
        for serious, reason in _differences(_words(title_before), _words(title_after), known)
    ]
    before, after = _words("\n".join(lines_before)), _words("\n".join(lines_after))
    if len(before) * len(after) > _MOST_PAIRS:
        found += _coarse(lines_before, lines_after)
    else:
        found += _differences(before, after, known)
    serious = [reason for is_serious, reason in found if is_serious]
    if serious:
        return Judgement(kind="substantive", reasons=_few(serious))
    harmless = _few([*(reason for _, reason in found), *notes])
    return Judgement(
        kind="cosmetic", reasons=harmless or ("only case, spacing, punctuation or typography changed",)
    )


def _lasting(text: str, notes: list[str]) -> list[str]:
    """Return the lines without those that change by themselves; `notes` get what those are."""
    kept = []
    for line in text.split("\n"):
        what = volatile(line)
        if what is None:
            kept.append(line)
        elif (note := f"{what} may have changed") not in notes:
            notes.append(note)
    return kept


def _words(text: str) -> list[_Word]:
    plain = plain_typography(unicodedata.normalize("NFKC", text)).replace("Ё", "Е")
    return [_Word(word, word.casefold()) for word in as_written(unicodedata.normalize("NFC", plain))]


def _differences(
    before: Sequence[_Word], after: Sequence[_Word], known: frozenset[str]
) -> Iterator[tuple[bool, str]]:
    """Yield (is it serious, reason) for each place where the words differ."""
    matcher = SequenceMatcher(
        None, [word.folded for word in before], [word.folded for word in after], autojunk=False
    )
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            continue
        old, new = before[a:b], after[c:d]
        if not _is_respaced(old, new) and not _are_typos(old, new, known):
            yield True, _describe(old, new)
        elif _is_respaced(old, new):
            yield False, "spacing within a word or number changed"
        else:
            yield False, f"a typo was mended: {_shown(old)} became {_shown(new)}"


def _coarse(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[bool, str]]:
    """Compare very long texts by whole lines."""
    old, new = (
        frozenset(" ".join(word.folded for word in _words(line)) for line in lines)
        for lines in (before, after)
    )
    if old - new:
        yield True, f"{len(old - new)} lines of a very long text were removed or changed"
    if new - old:
        yield True, f"{len(new - old)} lines of a very long text were added or changed"


def _is_respaced(old: Sequence[_Word], new: Sequence[_Word]) -> bool:
    joined_old, joined_new = ("".join(word.folded for word in words) for words in (old, new))
    if joined_old != joined_new:
        return False
    if not any(word.is_number for word in (*old, *new)):
        return True
    # "1 500" is "1500", but "5 10" is not "510".
    apart = max(old, new, key=len)
    return bool(_THOUSANDS.fullmatch(" ".join(word.folded for word in apart)))


def _are_typos(old: Sequence[_Word], new: Sequence[_Word], known: frozenset[str]) -> bool:
    return len(old) == len(new) and all(
        one.folded == other.folded or _is_typo(one, other, known) for one, other in zip(old, new, strict=True)
    )


def _is_typo(old: _Word, new: _Word, known: frozenset[str]) -> bool:
    """Say whether one letter inside a word was mended. A capital letter makes it a name: we cannot tell."""
    one, other = old.folded, new.folded
    if min(len(one), len(other)) < _TYPO_LETTERS or old.is_number or new.is_number:
        return False
    if old.shown[0].isupper() or new.shown[0].isupper():
        return False
    head = 0
    while head < min(len(one), len(other)) and one[head] == other[head]:
        head += 1
    tail = 0
    while tail < min(len(one), len(other)) - head and one[-1 - tail] == other[-1 - tail]:
        tail += 1
    if head < _STEM or tail < _ENDING:
        return False
    gone, come = one[head : len(one) - tail], other[head : len(other) - tail]
    if len(gone) + len(come) == 1 or (len(gone) == 2 and gone == come[::-1]):
        return True
    # One letter for another may be another word (adapted, adopted), unless the text itself has the right one.
    return len(gone) == len(come) == 1 and other in known


def _describe(old: Sequence[_Word], new: Sequence[_Word]) -> str:
    if any(word.is_number for word in (*old, *new)):
        what = "a number or date"
    elif any(word.shown[0].isupper() for word in (*old, *new)) and len(old) + len(new) <= _QUOTED_WORDS:
        what = "a name or the beginning of a sentence"
    else:
        what = "words"
    if not old:
        return f"{what} added: {_shown(new)}"
    if not new:
        return f"{what} removed: {_shown(old)}"
    return f"{what} changed: {_shown(old)} became {_shown(new)}"


def _shown(words: Sequence[_Word]) -> str:
    more = len(words) - _QUOTED_WORDS
    text = " ".join(word.shown for word in words[:_QUOTED_WORDS])
    return f"“{text} …” and {more} words more" if more > 0 else f"“{text}”"


def _few(reasons: Sequence[str]) -> tuple[str, ...]:
    more = len(reasons) - _QUOTED_REASONS
    return (*reasons[:_QUOTED_REASONS], *([f"and {more} places more"] if more > 0 else []))
