"""Rules applied to finds: which windows meet which rule, and what that is worth. Pure; see docs/analysts.md.

In: a panel of watchlists and the views of a document's title and text. Out: verdicts with their reasons.
"""

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from core.match import Field
from publisher.matching.automaton import Found
from publisher.matching.places import TextField, View, Window, bits_of
from publisher.matching.ready import Near, Panel, Ready, ReadyRule, met
from publisher.matching.spec import PlaceName, Scoring

Lowered = tuple[float, Found, TextField]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """A rule met in a window: the find for each of its names, and what it adds."""

    rule: ReadyRule
    field: TextField
    window: Window
    place: PlaceName
    chosen: tuple[Found, ...]
    worth: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """The score in [0, 1], the reasons for it (best first), and what spoke against it."""

    score: float
    reasons: tuple[Reason, ...]
    lowered: tuple[Lowered, ...] = ()


_WORD = re.compile(r"\S+")
# Finds of one state that are tried for one name of a rule: a page may name a state ten thousand times.
_TRIES = 6
# A title that is longer is a text: whether sentences repeat it would be asked for too long.
_LONGEST_TITLE = 1_000


def judge(panel: Panel, views: Sequence[View], voice: str | None = None) -> dict[int, Verdict]:
    """Return a verdict for each watchlist that has a reason, by its number in the panel.

    Sentences that meet a rule add up, subjects that speak against it take away. `voice` is the state whose
    official source this is.
    """
    cases: dict[int, _Case] = {}
    for view in views:
        for near in panel.nears:
            for window in _windows(panel, view, near):
                for number, rules in panel.possible(near, window.bits):
                    if number not in cases:
                        cases[number] = _Case(panel.members[number], views, voice)
                    cases[number].try_rules(rules, view, window)
    return {number: case.verdict() for number, case in cases.items() if case.reasons}


def _windows(panel: Panel, view: View, near: Near) -> Iterable[Window]:
    """Return the windows to look at; a paragraph where no rule can be met is not cut into sentences."""
    if near == "text":
        return [view.whole]
    if near == "paragraph":
        return view.paragraphs()
    return (
        sentence
        for paragraph in view.paragraphs()
        if panel.possible(near, paragraph.bits)
        for sentence in view.sentences(paragraph)
    )


class _Case:
    """One watchlist's reasons, collected window by window, the narrow before the wide ones."""

    def __init__(self, ready: Ready, views: Sequence[View], voice: str | None) -> None:
        self.reasons: list[Reason] = []
        self._ready = ready
        self._views = views
        score = ready.watchlist.score
        # What a state's own source publishes is about that state.
        self._central = 1.0 if voice in ready.states else _centrality(ready, views)
        self._weights = {"title": score.title, "lead": score.lead, "body": score.body}
        self._begun: list[int] = []

    def try_rules(self, rules: Sequence[ReadyRule], view: View, window: Window) -> None:
        """Keep the best reason of a window.

        A wider window (paragraph, text) counts only where nothing narrower inside it was met, in the title if
        it says more; a sentence of the text that repeats the title adds nothing.
        """
        begun = bisect_left(self._begun, window.start)
        if begun < len(self._begun) and self._begun[begun] < window.end:
            return
        place = _place(view.field, window, self._ready.watchlist.score)
        weight = self._weights[place]
        if place == "body" and not any(one.bits & self._ready.centre for one in window.speakers):
            weight *= self._central
        reason = _best(rules, view.field, window, place, weight)
        if reason is None:
            return
        if place == "title":
            self.reasons = [max([*self.reasons, reason], key=lambda one: one.worth)]
        elif not self._said(view, window):
            self._begun.insert(begun, window.start)
            self.reasons.append(reason)

    def verdict(self) -> Verdict:
        """Return what all the reasons are worth together, less what speaks against."""
        lowered = tuple(_lowered(self._ready, self._views))
        self.reasons.sort(key=lambda reason: -reason.worth)
        title = _together(reason.worth for reason in self.reasons if reason.field.name == "title")
        text = _together(reason.worth for reason in self.reasons if reason.field.name == "text")
        # A subject in the text's beginning cannot take back what the title says.
        score = _together([title, text * _left(lowered, "text")]) * _left(lowered, "title")
        return Verdict(score=score, reasons=tuple(self.reasons), lowered=lowered)

    def _said(self, view: View, window: Window) -> bool:
        """Say whether the title has the same words in the same order."""
        title = self._views[0].field
        if not 0 < len(title.text) <= _LONGEST_TITLE:
            return False
        signs = view.alphabet.signs
        return view.field.coded.part(window.start, window.end).strip(signs) in title.coded.codes


def _left(lowered: Sequence[Lowered], name: Field) -> float:
    """Return the part of a score that subjects in this field leave."""
    return math.prod(1 - by for by, _, field in lowered if field.name == name)


def _together(worths: Iterable[float]) -> float:
    """Two half-sure reasons are three quarters sure."""
    doubt = 1.0
    for worth in worths:
        doubt *= 1 - worth
    return 1 - doubt


def _centrality(ready: Ready, views: Sequence[View]) -> float:
    """Return how much the text is about the centre, in [0, 1]: named in the title, or often enough."""
    centre = ready.centre
    if not centre:
        return 1.0
    mentions, length = 0, 0
    for view in views:
        here = sum(1 for one in view.found if one.bits & centre) if view.whole.bits & centre else 0
        if here and view.field.name == "title":
            return 1.0
        mentions += here
        length += len(view.field.text)
    return min(1.0, mentions * ready.watchlist.score.characters_per_mention / max(length, 1))


def _place(field: TextField, window: Window, score: Scoring) -> PlaceName:
    if field.name == "title":
        return "title"
    return "lead" if window.start < score.lead_characters else "body"


def _best(
    rules: Sequence[ReadyRule], field: TextField, window: Window, place: PlaceName, weight: float
) -> Reason | None:
    for rule in rules:
        worth = rule.weight * weight
        if place not in rule.places or rule.none & window.bits or worth <= 0:
            continue
        chosen = _choose(rule, window, field)
        if chosen is not None:
            return Reason(rule=rule, field=field, window=window, place=place, chosen=chosen, worth=worth)
    return None


def _choose(rule: ReadyRule, window: Window, field: TextField) -> tuple[Found, ...] | None:
    """Return a find for each name of the rule: apart from each other, those of `all` of different states."""
    if rule.words is None:
        return _pick(rule, [*window.found, *window.speakers] if window.speakers else window.found, ())
    for found in _close(window, rule.words, field.text):
        if met(rule.needs, bits_of(found)) and (chosen := _pick(rule, found, ())) is not None:
            return chosen
    return None


def _pick(rule: ReadyRule, found: Sequence[Found], chosen: tuple[Found, ...]) -> tuple[Found, ...] | None:
    """Return `chosen` with a find for each further name of the rule, the first ones that fit."""
    if len(chosen) == len(rule.needs):
        return chosen
    need = rule.needs[len(chosen)]
    parties = chosen if len(chosen) < rule.parties else ()
    tried: dict[str | None, int] = {}
    for one in found:
        if not one.bits & need or not _apart(one, chosen) or not _of_other_states(one, parties):
            continue
        before = tried.get(one.country, 0)
        # What fails with one find of a state fails with the next one too, unless terms overlap.
        if before < _TRIES:
            full = _pick(rule, found, (*chosen, one))
            if full is not None:
                return full
            tried[one.country] = before + 1
    return None


def _close(window: Window, words: int, text: str) -> Iterator[list[Found]]:
    """Yield for each find those that stand with it in so many words, of which it begins the first."""
    begins = [word.start() for word in _WORD.finditer(text, window.start, window.end)]
    found = window.found
    for at, first in enumerate(found):
        beyond = bisect_right(begins, first.start) - 1 + words
        end = begins[beyond] if beyond < len(begins) else window.end
        here = found[at : bisect_left(found, end, lo=at, key=lambda one: one.start)]
        yield [one for one in here if one.end <= end]


def _apart(one: Found, others: Sequence[Found]) -> bool:
    return all(one.end <= other.start or other.end <= one.start for other in others)


def _of_other_states(one: Found, parties: Sequence[Found]) -> bool:
    return one.country is None or all(one.country != party.country for party in parties)


def _lowered(ready: Ready, views: Sequence[View]) -> Iterator[Lowered]:
    """Yield the first find in the title, else in the lead, of each subject that speaks against."""
    for bits, by in ready.lower:
        for view in views:
            if not view.whole.bits & bits:
                continue
            lead = ready.watchlist.score.lead_characters
            end = lead if view.field.name == "text" else len(view.field.text)
            one = next((one for one in view.found if one.bits & bits and one.start < end), None)
            if one is not None:
                yield by, one, view.field
                break
