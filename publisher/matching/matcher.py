"""Matches documents against watchlists: fold, find, judge, explain. Pure: no file, clock or network.

One automaton serves all watchlists; a document is folded and searched once.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from core.language import HOME_COUNTRY
from core.match import Evidence, Match
from core.text import Folded, fold
from publisher.matching.automaton import Automaton, Hit
from publisher.matching.explain import explain
from publisher.matching.forms import FormList
from publisher.matching.places import Found, TextField
from publisher.matching.score import NOTHING, Reason, Verdict, judge, possible
from publisher.matching.spec import SOURCE_COUNTRY
from publisher.matching.watchlist import Watchlist

MAX_EVIDENCE = 24


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """What is matched. `source_country` is the ISO code of the state where its source sits, if known."""

    title: str
    text: str
    language: str | None
    source_country: str | None = None


class Matcher:
    """Watchlists ready to judge documents. Building costs the automaton; `match` changes nothing."""

    def __init__(self, watchlists: Collection[Watchlist]) -> None:
        self._watchlists = tuple(watchlists)
        lists: dict[str, FormList] = {}
        for watchlist in self._watchlists:
            for form_list in watchlist.lists.values():
                lists.setdefault(form_list.digest, form_list)
        self._automaton = Automaton(lists.values())
        self._bits = [
            [_bits_of(watchlist, form_list) for form_list in self._automaton.lists]
            for watchlist in self._watchlists
        ]
        # No rule can be met without a hit for its first name: most texts have none and cost one search.
        first = {
            number
            for watchlist, bits in zip(self._watchlists, self._bits, strict=True)
            for number, served in enumerate(bits)
            if any(served & rule.all[0] for rule in watchlist.rules)
        }
        self._anchors = self._automaton.patterns_of(first)

    def match(self, document: Document) -> tuple[Match, ...]:
        """Return one match for each watchlist, in their order, whether the document matched or not."""
        title, text = fold(document.title), fold(document.text)
        in_title, in_text = self._automaton.raw(title), self._automaton.raw(text)
        if not (
            self._automaton.any_of(self._anchors, in_title, title)
            or self._automaton.any_of(self._anchors, in_text, text)
        ):
            return tuple(_match(watchlist, document, NOTHING) for watchlist in self._watchlists)
        found = (
            (title, self._automaton.find(in_title, title, document.title, document.language)),
            (text, self._automaton.find(in_text, text, document.text, document.language)),
        )
        return tuple(
            _match(watchlist, document, self._verdict(watchlist, bits, document, found))
            for watchlist, bits in zip(self._watchlists, self._bits, strict=True)
        )

    def _verdict(
        self,
        watchlist: Watchlist,
        bits: list[int],
        document: Document,
        found: tuple[tuple[Folded, list[Hit]], tuple[Folded, list[Hit]]],
    ) -> Verdict:
        (title, title_hits), (text, text_hits) = found
        present = 0
        for number in {hit.list for hits in (title_hits, text_hits) for hit in hits}:
            present |= bits[number]
        if not any(possible(rule, present) for rule in watchlist.rules):
            return NOTHING
        lead, country = watchlist.score.lead_characters, document.source_country
        title_field = TextField("title", document.title, title, lead)
        text_field = TextField("text", document.text, text, lead)
        return judge(
            watchlist,
            (
                (title_field, _found(watchlist, bits, title_hits, title_field, country)),
                (text_field, _found(watchlist, bits, text_hits, text_field, country)),
            ),
        )


def _bits_of(watchlist: Watchlist, form_list: FormList) -> int:
    own = watchlist.lists.get(form_list.name)
    return watchlist.bits[form_list.name] if own is not None and own.digest == form_list.digest else 0


def _found(
    watchlist: Watchlist, bits: list[int], hits: list[Hit], field: TextField, source_country: str | None
) -> list[Found]:
    """Return the hits that mean something to this watchlist, without those that a mask hides."""
    kept: list[Found] = []
    masked: list[tuple[int, int]] = []
    for hit in hits:
        serves = bits[hit.list]
        if not serves:
            continue
        country = hit.form.term.country
        if country == SOURCE_COUNTRY:
            country = source_country or HOME_COUNTRY.get(hit.form.term.language)
            if country not in watchlist.states:
                continue
        start, end = field.folded.origin(hit.start), field.folded.origin(hit.end)
        if serves & watchlist.mask:
            masked.append((start, end))
        kept.append(Found(start=start, end=end, hit=hit, bits=serves, country=country))
    if not masked:
        return kept
    return [one for one in kept if one.bits & watchlist.mask or not _hidden(one, masked)]


def _hidden(one: Found, masked: list[tuple[int, int]]) -> bool:
    return any(start <= one.start and one.end <= end for start, end in masked)


def _match(watchlist: Watchlist, document: Document, verdict: Verdict) -> Match:
    matched = verdict.score >= watchlist.score.threshold
    best = verdict.reasons[0] if verdict.reasons else None
    return Match(
        watchlist=watchlist.id,
        matched=matched,
        score=round(verdict.score, 3),
        language=document.language or "und",
        states=_states(watchlist, verdict.reasons),
        why=explain(watchlist, verdict, matched=matched),
        sentence=_sentence(best) if best is not None else "",
        evidence=tuple(_evidence(watchlist, verdict.reasons))[:MAX_EVIDENCE],
    )


def _states(watchlist: Watchlist, reasons: tuple[Reason, ...]) -> tuple[str, ...]:
    """Return the states that the reasons speak of, the weightiest first."""
    weights: dict[str, float] = {}
    for reason in reasons:
        for country in {one.country for one in reason.window.found}:
            if country is not None and country in watchlist.states:
                weights[country] = weights.get(country, 0) + reason.worth
    return tuple(sorted(weights, key=lambda code: (-weights[code], code)))


def _sentence(reason: Reason) -> str:
    start, end = reason.window.start, reason.window.end
    if reason.rule.near != "sentence":
        start, end = reason.field.bounds(reason.chosen[0][1].start)
    return reason.field.text[start:end]


def _evidence(watchlist: Watchlist, reasons: tuple[Reason, ...]) -> Iterator[Evidence]:
    for reason in reasons:
        for bit, one in reason.chosen:
            start, end = reason.field.bounds(one.start)
            yield Evidence(
                group=watchlist.label(bit, one.hit.form.term.list),
                term=one.hit.form.term.text,
                form=reason.field.text[one.start : one.end],
                field=reason.field.name,
                start=one.start,
                end=one.end,
                sentence=reason.field.text[start:end],
            )
