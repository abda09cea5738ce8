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
from publisher.matching.alphabet import Alphabet, Coded
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
        entries: dict[str, list[tuple[Form, int]]] = {}
        for number, form_list in enumerate(self.lists):
            for form in form_list.forms:
                entries.setdefault(form.folded, []).append((form, number))
        self._bits = [sum({3 << 2 * number for _, number in made}) for made in entries.values()]
        self._open = frozenset(
            pattern for pattern, made in enumerate(entries.values()) if any(form.star for form, _ in made)
        )
        self.alphabet = Alphabet(entries)
        codes = self.alphabet.terms(entries)
        # A full stop between two words is no blank: such terms are compared once more.
        self._signs = {pattern: term for pattern, term in enumerate(codes) if self.alphabet.has_signs(term)}
        self._shared = frozenset(
            pattern for pattern, folded in enumerate(entries) if self.alphabet.is_shared(folded)
        )
        odd = self._open | self._shared | self._signs.keys()
        self._entries = [
            [
                _Entry(
                    form, number, 1 << 2 * number, form.term.country, pattern not in odd and _is_plain(form)
                )
                for form, number in made
            ]
            for pattern, made in enumerate(entries.values())
        ]
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
        search, signs, opened = coded.search, self.alphabet.signs, self._open
        # A term's last full stop may be found in the blanks behind a text that has none there ("the U.S").
        size = len(search)
        return [
            hit
            for hit in self._automaton.find_matches_as_indexes(search, overlapping=True)
            if hit[2] < size and (search[hit[2]] in signs or hit[0] in opened)
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
        entries, moved = self._entries, coded.origins is not None
        about = _About(
            coded=coded,
            original=original,
            language=language if language != UNKNOWN else None,
            source_country=source_country,
            day=day,
        )
        reached = [-1] * len(self.lists)
        found: list[Found] = []
        # The longest first. A hit begins with the blank before the word, which the text itself has not.
        for start, minus_end, pattern in sorted([(start, 1 - end, pattern) for pattern, start, end in hits]):
            for form, number, bits, country, plain in entries[pattern]:
                end = -minus_end
                if end <= reached[number]:
                    continue
                if not plain:
                    checked = self._check(form, pattern, start, end, about)
                    if checked is None or checked[0] <= reached[number]:
                        continue
                    end, country, holds_office = checked
                    if holds_office:
                        bits |= bits << 1
                reached[number] = end
                begin, stop = (coded.origin(start), coded.origin(end)) if moved else (start, end)
                found.append(_new(Found, (begin, stop, form, bits, country)))
        return found

    def _check(
        self, form: Form, pattern: int, start: int, end: int, about: "_About"
    ) -> tuple[int, str | None, bool] | None:
        """Return end, state and whether an office is held; None where the form does not count here."""
        coded = about.coded
        if form.only is not None and about.language is not None and form.only != about.language:
            return None
        if pattern in self._signs and coded.codes[start:end] != self._signs[pattern]:
            return None
        # As in `hits`, `search` is a blank ahead of the text.
        if coded.search[end + 1] not in self.alphabet.signs:
            if not form.star:
                return None
            end = coded.search.index(self.alphabet.blank, end + 1) - 1
        begin, stop = coded.origin(start), coded.origin(end)
        if form.exact is not None and not about.original.startswith(form.exact, begin):
            return None
        if pattern in self._shared and fold_text(about.original[begin:stop]) != form.folded:
            return None
        country = form.term.country
        if country == SOURCE_COUNTRY:
            country = about.source_country or HOME_COUNTRY.get(form.term.language, SOURCE_COUNTRY)
        return end, country, form.term.holds_office(about.day)


# A named tuple's own constructor takes twice the time.
_new = tuple.__new__


class _Entry(NamedTuple):
    """A form in a list, with what the inner loop asks of it. `plain`: it counts as any whole word."""

    form: Form
    number: int
    bits: int
    country: str | None
    plain: bool


class _About(NamedTuple):
    """The text that is searched, and what is known of it."""

    coded: Coded
    original: str
    language: str | None
    source_country: str | None
    day: date | None


def _is_plain(form: Form) -> bool:
    unlike = form.star or form.exact is not None or form.only is not None or form.term.office is not None
    return not unlike and form.term.country != SOURCE_COUNTRY
