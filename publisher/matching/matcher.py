"""Matches documents against watchlists: fold, find, judge, explain. Pure: no file, clock or network.

One automaton serves all watchlists; a document is folded and searched once.
"""

from collections.abc import Collection, Sequence

from core.match import Match
from publisher.matching.automaton import Automaton, Found
from publisher.matching.document import Document
from publisher.matching.explain import NOTHING_MET, to_match
from publisher.matching.forms import FormList
from publisher.matching.places import TextField, View
from publisher.matching.ready import make_ready, met, weakest
from publisher.matching.score import judge
from publisher.matching.spec import SOURCE_COUNTRY
from publisher.matching.watchlist import Watchlist

Fields = Sequence[tuple[TextField, Sequence[Found]]]
# The mask, and the states that "our country" may mean.
Seen = tuple[int, frozenset[str | None]]


class Matcher:
    """Watchlists ready to judge documents. Building costs the automaton; `match` changes nothing."""

    def __init__(self, watchlists: Collection[Watchlist]) -> None:
        lists: dict[str, FormList] = {}
        for watchlist in watchlists:
            for form_list in watchlist.lists.values():
                lists.setdefault(form_list.digest, form_list)
        self._automaton = Automaton(lists.values())
        self._ready = tuple(make_ready(watchlist, self._automaton) for watchlist in watchlists)
        self._needs = weakest(needs for ready in self._ready for needs in ready.least)
        self._nothing: dict[str, tuple[Match, ...]] = {}

    def match(self, document: Document) -> tuple[Match, ...]:
        """Return one match for each watchlist, in their order, whether the document matched or not."""
        fields = self._fields(document)
        nothing = self._no_match(document.language or "und")
        if not fields:
            return nothing
        ours = {
            one.country for _, found in fields for one in found if one.form.term.country == SOURCE_COUNTRY
        }
        views: dict[Seen, list[View]] = {}
        matches: list[Match] = []
        for ready, none in zip(self._ready, nothing, strict=True):
            # Watchlists that see the same finds share what is cut and counted.
            seen: Seen = (ready.mask, frozenset(ours & ready.watchlist.states.keys()))
            if seen not in views:
                views[seen] = [self._view(field, found, seen) for field, found in fields]
            verdict = judge(ready, views[seen])
            matches.append(to_match(ready, verdict, views[seen], document) if verdict.reasons else none)
        return tuple(matches)

    def _no_match(self, language: str) -> tuple[Match, ...]:
        known = self._nothing.get(language)
        if known is None:
            known = self._nothing[language] = tuple(
                Match(
                    watchlist=ready.watchlist.id, matched=False, score=0.0, language=language, why=NOTHING_MET
                )
                for ready in self._ready
            )
        return known

    def _fields(self, document: Document) -> Fields:
        """Return title and text with their finds; nothing where no rule could be met."""
        automaton, texts = self._automaton, (document.title, document.text)
        coded = [automaton.alphabet.code(text) for text in texts]
        raw = [automaton.raw(one) for one in coded]
        present = automaton.bits(raw[0]) | automaton.bits(raw[1])
        # No rule can be met without something of each name that it needs: such texts cost one search.
        if not any(met(needs, present) for needs in self._needs):
            return ()
        found = [
            automaton.find(
                *parts,
                language=document.language,
                source_country=document.source_country,
                day=document.day,
            )
            for parts in zip(raw, coded, texts, strict=True)
        ]
        return (
            (TextField("title", document.title, coded[0]), found[0]),
            (TextField("text", document.text, coded[1]), found[1]),
        )

    def _view(self, field: TextField, found: Sequence[Found], seen: Seen) -> View:
        """Return a field's finds without those that a mask hides, and without another's "our country"."""
        mask, ours = seen
        kept = [one for one in found if one.form.term.country != SOURCE_COUNTRY or one.country in ours]
        masked = [(one.start, one.end) for one in kept if one.bits & mask]
        if masked:
            kept = [one for one in kept if one.bits & mask or not _hidden(one, masked)]
        return View(field, kept, self._automaton.alphabet)


def _hidden(one: Found, masked: Sequence[tuple[int, int]]) -> bool:
    return any(start <= one.start and one.end <= end for start, end in masked)
