"""Rules applied to finds: which windows meet which rule, and what that is worth. Pure; see docs/analysts.md.

In: a ready watchlist and the views of a document's fields. Out: a `Verdict` with its reasons.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from core.match import Field
from publisher.matching.automaton import Found
from publisher.matching.places import TextField, View, Window
from publisher.matching.ready import Ready, ReadyRule, met
from publisher.matching.spec import PlaceName, Scoring

Rules = Sequence[ReadyRule]
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


NOTHING = Verdict(score=0.0, reasons=())


def judge(ready: Ready, views: Sequence[View]) -> Verdict:
    """Score a document: sentences that meet a rule add up, subjects that speak against it take away."""
    present = 0
    for view in views:
        present |= view.whole.bits
    if not any(met(needs, present) for needs in ready.least):
        return NOTHING
    groups = [(near, [rule for rule in rules if rule.possible(present)]) for near, rules in ready.rules]
    reasons = sorted(_reasons(ready, groups, views), key=lambda reason: -reason.worth)
    if not reasons:
        return NOTHING
    lowered = tuple(_lowered(ready, views))
    title = _together(reason.worth for reason in reasons if reason.field.name == "title")
    text = _together(reason.worth for reason in reasons if reason.field.name == "text")
    # A subject in the text's beginning cannot take back what the title says.
    score = _together([title, text * _left(lowered, "text")]) * _left(lowered, "title")
    return Verdict(score=score, reasons=tuple(reasons), lowered=lowered)


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


def _reasons(ready: Ready, groups: Sequence[tuple[str, Rules]], views: Sequence[View]) -> Iterator[Reason]:
    """Yield the best reason of each window.

    A wider window (paragraph, text) counts only where nothing narrower inside it was met, and a sentence that
    repeats the title adds nothing.
    """
    score = ready.watchlist.score
    places = {"title": score.title, "lead": score.lead, "body": score.body * _centrality(ready, views)}
    title = next((view.field.coded.codes for view in views if view.field.name == "title"), b"")
    for view in views:
        best: dict[int, Reason] = {}
        for near, rules in groups:
            for window, possible in _windows(view, near, rules):
                place = _place(view.field, window, score)
                reason = _best(possible, view.field, window, place, places[place])
                if reason is None or (view.field.name == "text" and title and _said(view, window, title)):
                    continue
                inside = [start for start in best if window.start <= start < window.end]
                if not inside or (view.field.name == "title" and best[inside[0]].worth < reason.worth):
                    best[window.start] = reason
        yield from best.values()


def _windows(view: View, near: str, rules: Rules) -> Iterator[tuple[Window, Rules]]:
    """Yield the windows where some of the rules have all that they need, with those rules.

    A paragraph where no rule has that is not cut into sentences at all.
    """
    for window in [view.whole] if near == "text" else view.paragraphs():
        possible = [rule for rule in rules if rule.possible(window.bits)]
        if not possible:
            continue
        if near != "sentence":
            yield window, possible
            continue
        for sentence in view.sentences(window):
            here = [rule for rule in possible if rule.possible(sentence.bits)]
            if here:
                yield sentence, here


def _place(field: TextField, window: Window, score: Scoring) -> PlaceName:
    if field.name == "title":
        return "title"
    return "lead" if window.start < score.lead_characters else "body"


def _said(view: View, window: Window, title: bytes) -> bool:
    """Say whether the title has the same words in the same order."""
    signs = view.alphabet.signs
    return view.field.coded.part(window.start, window.end).strip(signs) in title


def _best(rules: Rules, field: TextField, window: Window, place: PlaceName, weight: float) -> Reason | None:
    best: Reason | None = None
    for rule in rules:
        worth = rule.weight * weight
        if place not in rule.places or rule.none & window.bits or worth <= 0:
            continue
        if best is not None and best.worth >= worth:
            continue
        chosen = _choose(rule, window, field)
        if chosen is not None:
            best = Reason(rule=rule, field=field, window=window, place=place, chosen=chosen, worth=worth)
    return best


def _choose(rule: ReadyRule, window: Window, field: TextField) -> tuple[Found, ...] | None:
    """Return a find for each name of the rule: apart from each other, those of `all` of different states."""
    options = [[one for one in window.found if one.bits & need] for need in rule.needs]

    def extend(chosen: tuple[Found, ...]) -> tuple[Found, ...] | None:
        if len(chosen) == len(options):
            return chosen if _near_enough(rule, chosen, field) else None
        parties = chosen if len(chosen) < rule.parties else ()
        for option in options[len(chosen)]:
            if _apart(option, chosen) and _of_other_states(option, parties):
                full = extend((*chosen, option))
                if full is not None:
                    return full
        return None

    return extend(())


def _apart(one: Found, others: Sequence[Found]) -> bool:
    return all(one.end <= other.start or other.end <= one.start for other in others)


def _of_other_states(one: Found, parties: Sequence[Found]) -> bool:
    return one.country is None or all(one.country != party.country for party in parties)


def _near_enough(rule: ReadyRule, chosen: Sequence[Found], field: TextField) -> bool:
    if rule.words is None:
        return True
    start = min(one.start for one in chosen)
    end = max(one.end for one in chosen)
    return len(field.text[start:end].split()) <= rule.words


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
