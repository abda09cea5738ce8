"""Says in one sentence why a document matched, or why not. In: a watchlist and a verdict. Out: text."""

from publisher.matching.places import Found
from publisher.matching.score import Reason, Verdict
from publisher.matching.watchlist import Watchlist

_PLACES = {"title": "the title", "lead": "the beginning", "body": "the text"}


def explain(watchlist: Watchlist, verdict: Verdict, *, matched: bool) -> str:
    """Return the reason with most weight, how many more there are, and what spoke against."""
    if not verdict.reasons:
        return "No rule of this watchlist is met."
    best = verdict.reasons[0]
    parts = [_named(watchlist, bit, one, best) for bit, one in best.chosen]
    text = " with ".join([parts[0], " and ".join(parts[1:])]) if len(parts) > 1 else parts[0]
    text = f"{text} in {_where(best)}"
    more = len(verdict.reasons) - 1
    if more:
        text += f", and {more} more place{'s' if more > 1 else ''} like it"
    if verdict.lowered:
        against = ", ".join(
            f'"{field.text[one.start : one.end]}" in {_PLACES["title" if field.name == "title" else "lead"]}'
            for _, one, field in verdict.lowered
        )
        text += f"; lowered by {against}"
    if not matched:
        text += f"; not enough: {verdict.score:.2f} of {watchlist.score.threshold:.2f}"
    return text + "."


def _where(reason: Reason) -> str:
    place = _PLACES[reason.window.place]
    if reason.rule.words is not None:
        return f"{reason.rule.words} words of {place}"
    if reason.rule.near == "text":
        return place if reason.field.name == "title" else "the text"
    if reason.field.name == "title":
        return place
    return f"one {reason.rule.near} of {place}"


def _named(watchlist: Watchlist, bit: int, one: Found, reason: Reason) -> str:
    form = reason.field.text[one.start : one.end]
    state = watchlist.states.get(one.country or "")
    label = watchlist.label(bit, one.hit.form.term.list).replace("-", " ").replace("_", " ")
    term = one.hit.form.term
    if term.office is not None:
        office = f"former {term.office}" if term.until is not None else term.office
        label = f"{state}'s {office}" if state is not None else office
    elif state is not None:
        label = state
    return f'{label} ("{form}")'
