"""Turns a verdict into a match: a sentence of explanation, evidence, the states that it is about. Pure."""

import itertools
from collections.abc import Iterator, Sequence
from datetime import date

from core.match import Evidence, Match
from publisher.matching.automaton import Found
from publisher.matching.document import Document
from publisher.matching.places import View
from publisher.matching.ready import Ready
from publisher.matching.score import Reason, Verdict

NOTHING_MET = "No rule of this watchlist is met."
MAX_EVIDENCE = 24
# Characters of a sentence that are shown and stored.
LONGEST_SENTENCE = 600
# A state is what an article is about when it has this share of the mentions of the one named most.
CENTRAL_SHARE = 0.2
# A mention in the title or in the beginning speaks louder.
TITLE_MENTION, LEAD_MENTION = 3, 2

_PLACES = {"title": "the title", "lead": "the beginning", "body": "the text"}


def to_match(ready: Ready, verdict: Verdict, views: Sequence[View], document: Document) -> Match:
    """Return the match of a verdict that has reasons."""
    watchlist = ready.watchlist
    matched = verdict.score >= watchlist.score.threshold
    return Match(
        watchlist=watchlist.id,
        matched=matched,
        score=round(verdict.score, 3),
        language=document.language or "und",
        states=_states(ready, verdict.reasons, views),
        why=_why(ready, verdict, document, matched=matched),
        sentence=_sentence(verdict.reasons[0]),
        evidence=tuple(itertools.islice(_evidence(verdict.reasons, document.day), MAX_EVIDENCE)),
    )


def _states(ready: Ready, reasons: Sequence[Reason], views: Sequence[View]) -> tuple[str, ...]:
    """Return the states that the reasons speak of, the most central first, without those named in passing."""
    states, lead = ready.watchlist.states, ready.watchlist.score.lead_characters
    weights: dict[str, float] = {}
    for view in views:
        for one in view.found:
            if one.country is not None and one.country in states:
                early = LEAD_MENTION if one.start < lead else 1
                weight = TITLE_MENTION if view.field.name == "title" else early
                weights[one.country] = weights.get(one.country, 0) + weight
    # In the title, or in the beginning as part of a reason: no number of other mentions makes that small.
    certain = {one.country for view in views if view.field.name == "title" for one in view.found}
    certain |= {one.country for reason in reasons if reason.place == "lead" for one in reason.chosen}
    windows = [reason.window for reason in reasons]
    spoken_of = {one.country for window in windows for one in (*window.found, *window.speakers)}
    spoken_of &= weights.keys()
    least = CENTRAL_SHARE * max((weights[code] for code in spoken_of if code is not None), default=0)
    central = [code for code in weights if code in spoken_of and (code in certain or weights[code] >= least)]
    return tuple(sorted(central, key=lambda code: (-weights[code], code)))


def _sentence(reason: Reason) -> str:
    start, end = reason.window.start, reason.window.end
    if reason.rule.near != "sentence":
        start, end = reason.field.sentence(reason.chosen[0].start)
    return _excerpt(reason.field.text, start, end, around=reason.chosen[0].start)


def _excerpt(text: str, start: int, end: int, *, around: int) -> str:
    """Return text[start:end]; of a very long one, as of a page that ends no sentence, the words around."""
    if end - start <= LONGEST_SENTENCE:
        return text[start:end]
    first, last = max(start, around - LONGEST_SENTENCE // 2), min(end, around + LONGEST_SENTENCE // 2)
    if first > start:
        first = text.find(" ", first, around) + 1 or first
    if last < end:
        last = max(text.rfind(" ", around, last), around) if " " in text[around:last] else last
    return text[first:last].strip()


def _evidence(reasons: Sequence[Reason], day: date | None) -> Iterator[Evidence]:
    for reason in reasons:
        field = reason.field
        for wanted, one in zip(reason.rule.wanted, reason.chosen, strict=True):
            start, end = field.sentence(one.start)
            yield Evidence(
                group=wanted.name(one.bits),
                term=one.form.term.name_on(day),
                form=field.text[one.start : one.end],
                field=field.name,
                start=one.start,
                end=one.end,
                sentence=_excerpt(field.text, start, end, around=one.start),
            )


def _why(ready: Ready, verdict: Verdict, document: Document, *, matched: bool) -> str:
    """Return the reason with most weight, how many more there are, in whose voice, and what spoke against."""
    best = verdict.reasons[0]
    names = [wanted.name(one.bits) for wanted, one in zip(best.rule.wanted, best.chosen, strict=True)]
    parts = [
        _named(ready, name, one, best, document.day) for name, one in zip(names, best.chosen, strict=True)
    ]
    text = " with ".join([parts[0], " and ".join(parts[1:])]) if len(parts) > 1 else parts[0]
    text = f"{text} in {_where(best)}"
    more = len(verdict.reasons) - 1
    if more:
        text += f", and {more} more place{'s' if more > 1 else ''} like it"
    voice = ready.watchlist.states.get(document.source_country or "") if document.official else None
    if voice is not None and any(reason.place == "body" for reason in verdict.reasons):
        text += f"; the source speaks for {voice}"
    if verdict.lowered:
        against = ", ".join(
            f'"{field.text[one.start : one.end]}" in {_PLACES["title" if field.name == "title" else "lead"]}'
            for _, one, field in verdict.lowered
        )
        text += f"; lowered by {against}"
    if not matched:
        text += f"; not enough: {verdict.score:.2f} of {ready.watchlist.score.threshold:.2f}"
    return text + "."


def _where(reason: Reason) -> str:
    place = _PLACES[reason.place]
    if reason.rule.words is not None:
        return f"{reason.rule.words} words of {place}"
    if reason.rule.near == "text":
        return place if reason.field.name == "title" else "the text"
    if reason.field.name == "title":
        return place
    return f"one {reason.rule.near} of {place}"


def _named(ready: Ready, name: str, one: Found, best: Reason, day: date | None) -> str:
    text, window = best.field.text, best.window
    state = ready.watchlist.states.get(one.country or "")
    label = name.replace("-", " ").replace("_", " ")
    office = one.form.term.office_on(day)
    if office is not None:
        label = f"{state}'s {office}" if state is not None else office
    elif state is not None:
        label = state
    return f'{label} ("{text[one.start : one.end]}")' + ("" if window.has(one) else " as speaker")
