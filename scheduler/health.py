"""How a source does, as one of eight classes with a reason. Pure: what is known of it in, a judgement out.

Direct signs come first: what its last polls said. Silence comes last and slowly, because rare publishers are
often silent; benchmarks/silence.py measures its false alarms. No source is ever switched off by this.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median

from core.article import Outcome, PollReport
from core.listshape import ListShape
from core.source import Expect, Source
from scheduler.listshape import rebuilt

# A source so long overdue is late, and that is our own fault.
LATE = timedelta(minutes=15)
# Failures in a row are added up; a class begins at one. A site may be out of reach for an hour, and one
# refusal or one odd reply is no news either.
_GRADES = {
    Outcome.UNREACHABLE: 0.25,
    Outcome.REFUSED: 0.5,
    Outcome.CHANGED: 0.5,
    Outcome.CRASHED: 0.5,
}
# Lists repeat what is old, so their length is steady: much less than usual, twice, means another page.
_DROP = 0.3
_USUAL_POLLS, _USUAL_LINKS = 5, 5
# So many pages make a share of titles and dates.
_TELLING_PAGES = 8
# Less likely than this is silence that the rhythm explains.
QUIET = 1e-3


class HealthClass(StrEnum):
    """How a source does."""

    WELL = "well"
    NOT_DUE = "not due"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    CHANGED = "changed"
    FIELDS_MISSING = "fields missing"
    QUIET = "quiet"
    LATE = "late"
    # Not of a source: of a target that is sent things.
    FAILING = "failing"


_CLASSES = {
    Outcome.UNREACHABLE: HealthClass.UNREACHABLE,
    Outcome.REFUSED: HealthClass.REFUSED,
    Outcome.CHANGED: HealthClass.CHANGED,
    Outcome.CRASHED: HealthClass.LATE,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Health:
    """A judgement. `reason` says what was seen and what to do, in a sentence; empty where all is well."""

    klass: HealthClass
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What is known of a source. `polls` are its last reports, newest first; `due` is its next poll.

    `silence` is how likely its rhythm makes a silence as long as the present one, None where that is not
    known; `last_new` is when it began. `usual` is what its lists usually look
    like. `awake` is since when this machine has been polling without a break.
    """

    due: datetime
    polls: Sequence[PollReport]
    last_new: datetime | None
    silence: float | None
    awake: datetime
    usual: ListShape | None = None


def judge(source: Source, facts: Facts, *, now: datetime) -> Health:
    """Return how a source does."""
    overdue = now - max(facts.due, facts.awake)
    if overdue > LATE:
        minutes = overdue // timedelta(minutes=1)
        return Health(
            klass=HealthClass.LATE,
            reason=f"overdue by {minutes} minutes; see /readyz and whether this machine is overloaded",
        )
    if not facts.polls:
        return Health(klass=HealthClass.NOT_DUE, reason="not polled yet")
    return (
        _failing(facts.polls)
        or _rebuilt(facts)
        or _shrunken(facts.polls)
        or _fields_missing(source.expect, facts.polls)
        or _quiet(facts, now)
        or Health(klass=HealthClass.WELL)
    )


def _failing(polls: Sequence[PollReport]) -> Health | None:
    grade, count = 0.0, 0
    for poll in polls:
        if poll.outcome not in _GRADES:
            break
        grade += _GRADES[poll.outcome]
        count += 1
    if grade < 1:
        return None
    return Health(klass=_CLASSES[polls[0].outcome], reason=f"{count} polls in a row failed: {polls[0].error}")


def _rebuilt(facts: Facts) -> Health | None:
    loss = rebuilt(facts.usual, facts.polls)
    if loss is None:
        return None
    return Health(
        klass=HealthClass.CHANGED,
        reason=f"its lists are built anew and give {loss}: compare `listing:` in its file with the page",
    )


def _shrunken(polls: Sequence[PollReport]) -> Health | None:
    counts = [poll.links for poll in polls if poll.outcome is Outcome.OK]
    recent, before = counts[:2], counts[2:]
    if len(before) < _USUAL_POLLS:
        return None
    usual = median(before)
    if usual < _USUAL_LINKS or max(recent) >= _DROP * usual:
        return None
    return Health(
        klass=HealthClass.CHANGED,
        reason=f"its lists name {recent[0]} pages, usually {usual:.0f}: see whether the site has changed",
    )


def _fields_missing(expect: Expect, polls: Sequence[PollReport]) -> Health | None:
    pages = titled = dated = 0
    for poll in polls:
        pages += poll.articles + sum(poll.incomplete.values())
        titled, dated = titled + poll.titled, dated + poll.dated
        if pages >= _TELLING_PAGES:
            break
    if pages < _TELLING_PAGES:
        return None
    for count, share, what in ((titled, expect.titles, "title"), (dated, expect.dates, "date")):
        if count < share * pages:
            return Health(
                klass=HealthClass.FIELDS_MISSING,
                reason=f"{count} of the last {pages} pages have a {what}, expected are {share:.0%}; "
                f"mend `read:` or `expect.{what}s` in its file",
            )
    return None


def _quiet(facts: Facts, now: datetime) -> Health | None:
    if facts.silence is None or facts.silence >= QUIET or facts.last_new is None:
        return None
    days = (now - facts.last_new) / timedelta(days=1)
    return Health(
        klass=HealthClass.QUIET,
        reason=f"nothing new for {days:.1f} days, which its rhythm makes less likely than 1 in "
        f"{1 / max(facts.silence, 1e-9):,.0f}; open the site and compare",
    )
