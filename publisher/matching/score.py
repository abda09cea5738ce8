"""Rules applied to hits: which windows meet which rule, and what that is worth. Pure; see docs/analysts.md.

In: a watchlist and the fields of a document with their hits. Out: a `Verdict` with its reasons.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from publisher.matching.places import Found, TextField, Window
from publisher.matching.watchlist import CompiledLower, CompiledRule, Watchlist

Fields = Sequence[tuple[TextField, Sequence[Found]]]
Lowered = tuple[CompiledLower, Found, TextField]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """A rule met in a window: the hit for each of its names, and what it adds."""

    rule: CompiledRule
    field: TextField
    window: Window
    chosen: tuple[tuple[int, Found], ...]
    worth: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """The score in [0, 1], the reasons for it (best first), and what spoke against it."""

    score: float
    reasons: tuple[Reason, ...]
    lowered: tuple[Lowered, ...] = ()


NOTHING = Verdict(score=0.0, reasons=())


def judge(watchlist: Watchlist, fields: Fields) -> Verdict:
    """Score a document: sentences that meet a rule add up, subjects that speak against it take away."""
    present = 0
    for _, found in fields:
        for one in found:
            present |= one.bits
    rules = [rule for rule in watchlist.rules if possible(rule, present)]
    if not rules:
        return NOTHING
    centrality = _centrality(watchlist, fields)
    reasons = sorted(_reasons(watchlist, rules, fields, centrality), key=lambda reason: -reason.worth)
    if not reasons:
        return NOTHING
    lowered = tuple(_lowered(watchlist, fields))
    title = _together(reason.worth for reason in reasons if reason.field.name == "title")
    text = _together(reason.worth for reason in reasons if reason.field.name == "text")
    # A subject in the text's beginning cannot take back what the title says.
    score = _together([title, text * _left(lowered, "text")]) * _left(lowered, "title")
    return Verdict(score=score, reasons=tuple(reasons), lowered=lowered)


def _left(lowered: Sequence[Lowered], name: str) -> float:
    """Return the part of a score that subjects in this field leave."""
    return math.prod(1 - lower.by for lower, _, field in lowered if field.name == name)


def possible(rule: CompiledRule, bits: int) -> bool:
    """Say whether something of every name that the rule needs is there."""
    if rule.any and not rule.any & bits:
        return False
    return all(bit & bits for bit in rule.all)


def _together(worths: Iterable[float]) -> float:
    """Two half-sure reasons are three quarters sure."""
    doubt = 1.0
    for worth in worths:
        doubt *= 1 - worth
    return 1 - doubt


def _centrality(watchlist: Watchlist, fields: Fields) -> float:
    """Return how much the text is about the centre, in [0, 1]: named in the title, or often enough."""
    if not watchlist.centre:
        return 1.0
    mentions, length = 0, 0
    for field, found in fields:
        here = sum(1 for one in found if one.bits & watchlist.centre)
        if here and field.name == "title":
            return 1.0
        mentions += here
        length += len(field.text)
    return min(1.0, mentions * watchlist.score.characters_per_mention / max(length, 1))


def _reasons(
    watchlist: Watchlist, rules: Sequence[CompiledRule], fields: Fields, centrality: float
) -> Iterator[Reason]:
    """Yield the best reason of each window.

    A wider window (paragraph, text) counts only where nothing narrower inside it was met, and a sentence that
    repeats the title adds nothing.
    """
    title = next((field.folded.text for field, _ in fields if field.name == "title"), "")
    for field, found in fields:
        best: dict[int, Reason] = {}
        for near in ("sentence", "paragraph", "text"):
            nearby = [rule for rule in rules if rule.near == near]
            for window in field.windows(found, near) if nearby else ():
                reason = _best(watchlist, nearby, field, window, centrality)
                if reason is None or (field.name == "text" and title and _folded(field, window) in title):
                    continue
                inside = [start for start in best if window.start <= start < window.end]
                if not inside or (field.name == "title" and best[inside[0]].worth < reason.worth):
                    best[window.start] = reason
        yield from best.values()


def _folded(field: TextField, window: Window) -> str:
    if field.folded.origins is None:
        return field.folded.text[window.start : window.end].rstrip(".")
    return field.text[window.start : window.end].casefold().rstrip(".")


def _best(
    watchlist: Watchlist,
    rules: Sequence[CompiledRule],
    field: TextField,
    window: Window,
    centrality: float,
) -> Reason | None:
    best: Reason | None = None
    place = getattr(watchlist.score, window.place)
    if window.place == "body":
        place *= centrality
    for rule in rules:
        worth = rule.weight * place
        if window.place not in rule.places or rule.none & window.bits or not possible(rule, window.bits):
            continue
        if best is not None and best.worth >= worth:
            continue
        chosen = _choose(rule, window, field)
        if chosen is not None and worth > 0:
            best = Reason(rule=rule, field=field, window=window, chosen=chosen, worth=worth)
    return best


def _choose(rule: CompiledRule, window: Window, field: TextField) -> tuple[tuple[int, Found], ...] | None:
    """Return a hit for each name of the rule: apart from each other, those of `all` of different states."""
    wanted = (*rule.all, rule.any) if rule.any else rule.all
    options = [[one for one in window.found if one.bits & bit] for bit in wanted]

    def extend(chosen: tuple[Found, ...]) -> tuple[Found, ...] | None:
        if len(chosen) == len(wanted):
            return chosen if _near_enough(rule, chosen, field) else None
        for option in options[len(chosen)]:
            parties = chosen if len(chosen) < len(rule.all) else ()
            if all(_apart(option, other) for other in chosen) and _of_other_states(option, parties):
                full = extend((*chosen, option))
                if full is not None:
                    return full
        return None

    chosen = extend(())
    return tuple(zip(wanted, chosen, strict=True)) if chosen is not None else None


def _apart(one: Found, other: Found) -> bool:
    return one.end <= other.start or other.end <= one.start


def _of_other_states(one: Found, parties: Sequence[Found]) -> bool:
    return one.country is None or all(one.country != party.country for party in parties)


def _near_enough(rule: CompiledRule, chosen: Sequence[Found], field: TextField) -> bool:
    if rule.words is None:
        return True
    start = min(one.start for one in chosen)
    end = max(one.end for one in chosen)
    return field.folded.text.count(" ", start, end) < rule.words


def _lowered(watchlist: Watchlist, fields: Fields) -> Iterator[Lowered]:
    """Yield the first hit in the title, else in the lead, of each subject that speaks against."""
    for lower in watchlist.lower:
        for field, found in fields:
            end = watchlist.score.lead_characters if field.name == "text" else len(field.text)
            one = next((one for one in found if one.bits & lower.bits and one.start < end), None)
            if one is not None:
                yield lower, one, field
                break
