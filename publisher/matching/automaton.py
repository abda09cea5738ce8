"""Finds every form of many term lists in one pass over a text. In: lists and a text. Out: what was found.

Overlapping search, because a term inside a longer one still counts for its own list ("Foreign Minister of
Kazakhstan" is an office and a state), and because a longer form that fails at a word's end must not hide a
shorter one. Of finds of one list inside each other only the longest is kept. Knows no rules and no scores.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from ahocorasick_rs import BytesAhoCorasick, Implementation, MatchKind

from core.language import HOME_COUNTRY
from core.text import fold_text
from publisher.matching.alphabet import BREAK, Alphabet, Coded
from publisher.matching.forms import Form, FormList
from publisher.matching.spec import SOURCE_COUNTRY

UNKNOWN = "und"

# What an automaton says: pattern, start and end, counted in `Coded.search`.
Hit = tuple[int, int, int]


class Found(NamedTuple):
    """One form found: bounds in the original text, its list as bits (see `Automaton.mask`), its state."""

    start: int
    end: int
    form: Form
    bits: int
    country: str | None


class Automaton:
    """All forms of all lists. Searching changes nothing."""

    def __init__(self, lists: Iterable[FormList]) -> None:
        self.lists = tuple(lists)
        self._numbers = {form_list.digest: number for number, form_list in enumerate(self.lists)}
        entries: dict[str, list[_Entry]] = {}
        for number, form_list in enumerate(self.lists):
            for form in form_list.forms:
                entries.setdefault(form.folded, []).append(_entry(form, number))
        self._entries = list(entries.values())
        self._bits = [sum({3 << 2 * one.number for one in made}) for made in self._entries]
        self._open = frozenset(
            pattern for pattern, made in enumerate(self._entries) if any(one.form.star for one in made)
        )
        self.alphabet = Alphabet(entries)
        codes = self.alphabet.terms(entries)
        # A full stop between two words is no blank: such terms are compared once more.
        self._signs = {pattern: term for pattern, term in enumerate(codes) if self.alphabet.has_signs(term)}
        self._shared = frozenset(
            pattern for pattern, folded in enumerate(entries) if self.alphabet.is_shared(folded)
        )
        self._automaton = BytesAhoCorasick(
            [self.alphabet.sought(term) for term in codes],
            matchkind=MatchKind.Standard,
            implementation=Implementation.ContiguousNFA,
        )

    def mask(self, form_list: FormList, *, in_office: bool = False) -> int:
        """Return the bit of a list's finds; `in_office`: of people, only those who hold their office."""
        number = self._numbers[form_list.digest]
        return 1 << 2 * number + (in_office and form_list.has_people)

    def hits(self, coded: Coded) -> list[Hit]:
        """Return all that may be a whole word, in no order."""
        words, opened = coded.words, self._open
        return [
            hit
            for hit in self._automaton.find_matches_as_indexes(coded.search, overlapping=True)
            # The blank before the text is not in `words`.
            if words[hit[2] - 1] == BREAK or hit[0] in opened
        ]

    def bits(self, hits: Iterable[Hit]) -> int:
        """Return the bits of every list that may have found something: never too few."""
        of, bits = self._bits, 0
        for pattern in {hit[0] for hit in hits}:
            bits |= of[pattern]
        return bits

    def find(
        self,
        hits: Iterable[Hit],
        coded: Coded,
        original: str,
        *,
        language: str | None,
        source_country: str | None,
        day: date | None,
    ) -> list[Found]:
        """Return the finds among hits, in order. `language` None or "und": every language's forms count."""
        words, signs, entries, moved = coded.words, self._signs, self._entries, coded.origins is not None
        known = language if language != UNKNOWN else None
        reached: dict[int, int] = {}
        found: list[Found] = []
        # The longest first. A hit begins with the blank before the word, which `words` has not for the first.
        for start, minus_end, pattern in sorted([(start, 1 - end, pattern) for pattern, start, end in hits]):
            end = -minus_end
            whole = words[end] == BREAK
            if pattern in signs and coded.codes[start:end] != signs[pattern]:
                continue
            for form, number, bits, only, plain in entries[pattern]:
                if only is not None and known is not None and only != known:
                    continue
                if not whole:
                    if not form.star:
                        continue
                    end = words.index(BREAK, end)
                if end <= reached.get(number, -1):
                    continue
                begin, stop = (coded.origin(start), coded.origin(end)) if moved else (start, end)
                if form.exact is not None and not original.startswith(form.exact, begin):
                    continue
                if pattern in self._shared and fold_text(original[begin:stop]) != form.folded:
                    continue
                reached[number] = end
                country = form.term.country
                if not plain:
                    if form.term.holds_office(day):
                        bits |= bits << 1
                    if country == SOURCE_COUNTRY:
                        country = source_country or HOME_COUNTRY.get(form.term.language, SOURCE_COUNTRY)
                found.append(_new(Found, (begin, stop, form, bits, country)))
        return found


# A named tuple's own constructor takes twice the time.
_new = tuple.__new__


class _Entry(NamedTuple):
    """A form in a list, with what the inner loop asks of it. `plain`: no person, no state of the source."""

    form: Form
    number: int
    bits: int
    only: str | None
    plain: bool


def _entry(form: Form, number: int) -> _Entry:
    plain = form.term.office is None and form.term.country != SOURCE_COUNTRY
    return _Entry(form, number, 1 << 2 * number, form.only, plain)
