"""Finds every form of many term lists in one pass over a text. In: lists and a folded text. Out: hits.

Overlapping search, because a term inside a longer one still counts for its own list ("Foreign Minister of
Kazakhstan" is an office and a state), and because a longer form that fails at a word's end must not hide a
shorter one. Of hits of one list inside each other only the longest is kept. Knows no rules and no scores.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from core.text import Folded, begins_word, ends_word
from publisher.matching.forms import Form, FormList

UNKNOWN = "und"


@dataclass(frozen=True, slots=True)
class Hit:
    """One form found: folded bounds, the form, and the number of its list in the automaton."""

    start: int
    end: int
    form: Form
    list: int


class Automaton:
    """All forms of all lists. Searching changes nothing."""

    def __init__(self, lists: Iterable[FormList]) -> None:
        self.lists = tuple(lists)
        self._entries: dict[str, list[tuple[Form, int]]] = {}
        for number, form_list in enumerate(self.lists):
            for form in form_list.forms:
                self._entries.setdefault(form.folded, []).append((form, number))
        self._by_pattern = list(self._entries.values())
        self._open = frozenset(
            pattern
            for pattern, entries in enumerate(self._by_pattern)
            if any(form.star for form, _ in entries)
        )
        self._automaton = AhoCorasick(
            list(self._entries),
            matchkind=MatchKind.Standard,
            implementation=Implementation.ContiguousNFA,
        )

    def find(
        self, raw: Sequence[tuple[int, int, int]], folded: Folded, original: str, language: str | None
    ) -> list[Hit]:
        """Return the hits among `raw`, in order. `language` None or "und": every language's forms count."""
        text = folded.text
        known = language if language != UNKNOWN else None
        hits: list[Hit] = []
        for pattern, start, end in raw:
            # The first test is `begins_word` for the usual case, without a call: most raw hits end here.
            if (start and text[start - 1].isalnum()) or not begins_word(text, start):
                continue
            whole = ends_word(text, end)
            for form, number in self._by_pattern[pattern]:
                if not (whole or form.star) or (form.only is not None and known not in (None, form.only)):
                    continue
                if form.exact is None or original.startswith(form.exact, folded.origin(start)):
                    hits.append(Hit(start, end if whole else _word_end(text, end), form, number))
        return _longest(hits)

    def raw(self, folded: Folded) -> list[tuple[int, int, int]]:
        """Return (pattern, start, end) of every occurrence, inside words too."""
        return self._automaton.find_matches_as_indexes(folded.text, overlapping=True)

    def any_of(self, wanted: frozenset[int], raw: Sequence[tuple[int, int, int]], folded: Folded) -> bool:
        """Say whether one of the wanted patterns stands somewhere as a word, whatever its capitals."""
        text = folded.text
        return any(
            begins_word(text, start) and (pattern in self._open or ends_word(text, end))
            for pattern, start, end in raw
            if pattern in wanted and not (start and text[start - 1].isalnum())
        )

    def patterns_of(self, numbers: Collection[int]) -> frozenset[int]:
        """Return the patterns that lists with these numbers have."""
        return frozenset(
            pattern
            for pattern, entries in enumerate(self._by_pattern)
            if any(number in numbers for _, number in entries)
        )


def _word_end(text: str, end: int) -> int:
    while end < len(text) and not ends_word(text, end):
        end += 1
    return end


def _longest(hits: list[Hit]) -> list[Hit]:
    """Drop hits that lie inside another one of the same list."""
    hits.sort(key=lambda hit: (hit.start, -hit.end))
    reached: dict[int, int] = {}
    kept: list[Hit] = []
    for hit in hits:
        if hit.end > reached.get(hit.list, -1):
            reached[hit.list] = hit.end
            kept.append(hit)
    return kept
