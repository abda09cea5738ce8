"""Matches documents against watchlists: fold, find, judge, explain. Pure: no file, clock or network.

One automaton serves all watchlists; a document is folded and searched once.
"""

import itertools
from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

from core.match import Match
from publisher.matching.automaton import Automaton, Found
from publisher.matching.document import Document
from publisher.matching.explain import NOTHING_MET, to_match
from publisher.matching.forms import FormList
from publisher.matching.places import Bounds, TextField, View
from publisher.matching.ready import Panel, Ready, any_met, least_needs, make_ready
from publisher.matching.score import judge
from publisher.matching.spec import SOURCE_COUNTRY
from publisher.matching.speeches import Speakers, speakers_of, speeches_in
from publisher.matching.watchlist import Watchlist

Fields = Sequence[tuple[TextField, Sequence[Found]]]
Codes = frozenset[str | None]
# The mask, the states that "our country" may mean, and the watchlists that see finds so.
Panels = tuple[tuple[int, Codes, Panel], ...]

# Records of others may call their languages anything.
_LANGUAGES = 100


class Matcher:
    """Watchlists ready to judge documents. Building costs the automaton; `match` changes nothing."""

    def __init__(self, watchlists: Collection[Watchlist]) -> None:
        lists: dict[str, FormList] = {}
        for watchlist in watchlists:
            for form_list in watchlist.lists.values():
                lists.setdefault(form_list.digest, form_list)
        self._automaton = Automaton(lists.values())
        self._ready = tuple(make_ready(watchlist, self._automaton) for watchlist in watchlists)
        self._least = least_needs(self._ready)
        self._states: Codes = frozenset(code for ready in self._ready for code in ready.states)
        self._panels: dict[Codes, Panels] = {}
        self._no_match = lru_cache(_LANGUAGES)(self._make_no_match)

    def match(self, document: Document) -> tuple[Match, ...]:
        """Return one match for each watchlist, in their order, whether the document matched or not."""
        fields = self._fields(document)
        nothing = self._no_match(document.language or "und")
        if not fields:
            return nothing
        ours = {
            one.country for _, found in fields for one in found if one.form.term.country == SOURCE_COUNTRY
        }
        speakers = speakers_of(self._automaton, document) if document.said else []
        matches = list(nothing)
        for mask, means, panel in self._panels_for(self._states & ours):
            views = [self._view(field, found, mask, means, speakers) for field, found in fields]
            voice = document.source_country if document.official else None
            for number, verdict in judge(panel, views, voice).items():
                matches[number] = to_match(self._ready[number], verdict, views, document)
        return tuple(matches)

    def _panels_for(self, ours: Codes) -> Panels:
        """Return the watchlists by what they see; `ours` are the states that "our country" means here."""
        known = self._panels.get(ours)
        if known is None:
            members: dict[tuple[int, Codes], dict[int, Ready]] = {}
            for number, ready in enumerate(self._ready):
                members.setdefault((ready.mask, ready.states & ours), {})[number] = ready
            known = self._panels[ours] = tuple((*seen, Panel(group)) for seen, group in members.items())
        return known

    def _make_no_match(self, language: str) -> tuple[Match, ...]:
        return tuple(
            Match(watchlist=ready.watchlist.id, matched=False, score=0.0, language=language, why=NOTHING_MET)
            for ready in self._ready
        )

    def _fields(self, document: Document) -> Fields:
        """Return title and text with their finds; nothing where no rule could be met."""
        automaton, texts = self._automaton, (document.title, document.text)
        coded = [automaton.alphabet.code(text) for text in texts]
        hits = [automaton.hits(one) for one in coded]
        present = automaton.bits(itertools.chain(*hits))
        # No rule can be met without something of each name that it needs: such texts cost one search.
        if not any_met(self._least, present):
            return ()
        found = [
            automaton.find(
                *parts,
                language=document.language,
                source_country=document.source_country,
                day=document.day,
            )
            for parts in zip(hits, coded, texts, strict=True)
        ]
        return (
            (TextField("title", document.title, coded[0]), found[0]),
            (TextField("text", document.text, coded[1]), found[1]),
        )

    def _view(
        self, field: TextField, found: Sequence[Found], mask: int, ours: Codes, speakers: Speakers
    ) -> View:
        """Return a field's finds without those that a mask hides, and without another's "our country"."""
        kept = [one for one in found if one.form.term.country != SOURCE_COUNTRY or one.country in ours]
        masked = _joined((one.start, one.end) for one in kept if one.bits & mask)
        if masked:
            kept = [one for one in kept if one.bits & mask or not _hidden(one, masked)]
        speeches = speeches_in(kept, speakers) if speakers and field.name == "text" else ()
        return View(field, kept, self._automaton.alphabet, speeches)


def _joined(bounds: Iterable[Bounds]) -> list[Bounds]:
    """Return bounds in order, with those that overlap as one."""
    joined: list[Bounds] = []
    for start, end in bounds:
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _hidden(one: Found, masked: Sequence[Bounds]) -> bool:
    """Say whether a find shares letters with a phrase that hides, and is not a longer one around it."""
    at = bisect_left(masked, one.end, key=lambda bounds: bounds[0]) - 1
    if at < 0 or masked[at][1] <= one.start:
        return False
    start, end = masked[at]
    return start < one.start or one.end < end or (start, end) == (one.start, one.end)
