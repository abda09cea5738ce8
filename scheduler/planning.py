"""Where the rule for polling meets the store: what a poll brought, and the plan that all sources share.

The rule itself is pure: scheduler/polling.py for one source, scheduler/budget.py for all.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.article import Batch, PollReport, Precision
from core.clock import utcnow
from core.source import Source
from scheduler import polling
from scheduler.config import Config
from scheduler.polling import Found
from scheduler.rhythm import Plan, dump_plan, load_plan
from storage.records.polling import NextPoll, Polled
from storage.store import Store

_EXACT = (Precision.MINUTE, Precision.SECOND)
# Rhythms change slowly, and making a plan reads them all.
_PLAN_FOR = timedelta(hours=1)
# How long a worker goes on with a plan before it looks for a newer one.
_LOOK_FOR_PLAN = timedelta(minutes=5)
_POLLS_EACH = 2.0
_MINUTE = timedelta(minutes=1)


@dataclass(kw_only=True, slots=True)
class _Poll:
    in_full: bool = False
    times: list[datetime] = field(default_factory=list)


class Planner:
    """Follows polls from their start to their report, and says when the next one is due."""

    def __init__(self, config: Config, store: Store) -> None:
        self._config = config
        self._store = store
        self._polls: dict[str, _Poll] = {}
        self._plan = Plan()
        self._plan_from: datetime | None = None

    def begin(self, source: str) -> bool:
        """Note that a poll begins. Return whether it should ask for its lists in full, for once."""
        before = self._store.polling(source)
        in_full = polling.wants_full(polling.load(before.memory if before else None), utcnow())
        self._polls[source] = _Poll(in_full=in_full)
        return in_full

    def note(self, batch: Batch) -> None:
        """Note when the articles of a batch were published."""
        poll = self._polls.setdefault(batch.source, _Poll())
        for article in batch.articles:
            published = article.published
            if published is not None and published.at is not None and published.precision in _EXACT:
                poll.times.append(published.at)

    def end(self, report: PollReport) -> Callable[[Polled], NextPoll]:
        """Return what decides, given the poll as the store saw it, when the source is polled next."""
        poll = self._polls.pop(report.source, _Poll())
        source = self._config.sources[report.source]
        return lambda polled: self._decide(report, source, poll, polled)

    def _decide(self, report: PollReport, source: Source, poll: _Poll, polled: Polled) -> NextPoll:
        before = polled.before
        due = polling.next_due(
            report,
            source,
            self._config.settings.poll,
            failures=polled.failures,
            memory=polling.load(before.memory if before else None),
            found=Found(new=polled.new, times=poll.times, in_full=poll.in_full),
            plan=self._plan,
            weight=before.weight if before else 1.0,
            jitter=random.random(),  # noqa: S311 - spreads polls, hides nothing
        )
        return NextPoll(at=due.at, reason=due.reason, memory=polling.dump(due.memory))

    def refresh(self) -> None:
        """Take the newest plan, if the one at hand is some minutes old."""
        now = utcnow()
        if self._plan_from is None or now - self._plan_from >= _LOOK_FOR_PLAN:
            stored = self._store.plan()
            self._plan, self._plan_from = load_plan(stored[1] if stored else None), now


def replan(config: Config, store: Store, *, now: datetime) -> Plan | None:
    """Fit theta to the budget and weigh the sources, unless that was done within the hour: then None."""
    # Imported here: the worker, which only follows the plan, need not hold numpy.
    from scheduler.budget import Member, make_plan, weight

    stored = store.plan()
    if stored is not None and timedelta(0) <= now - stored[0] < _PLAN_FOR:
        return None
    settings = config.settings.poll
    ratings = [one for one in store.ratings() if one.source in config.enabled]
    all_matched = sum(one.matched for one in ratings)
    all_articles = sum(one.articles for one in ratings)
    weights = {
        one.source: round(
            weight(one.matched, one.articles, all_matched=all_matched, all_articles=all_articles), 2
        )
        for one in ratings
    }
    members = []
    for one in ratings:
        every = config.enabled[one.source].every or settings.every
        memory = polling.load(one.memory)
        fixed = None if every is None else every / _MINUTE
        members.append(Member(rhythm=memory.rhythm, weight=weights[one.source], fixed=fixed))
    plan = make_plan(
        members,
        budget=settings.budget or _POLLS_EACH * len(members),
        shortest=settings.shortest / _MINUTE,
        longest=settings.longest / _MINUTE,
    )
    store.keep_plan(dump_plan(plan), weights, now=now)
    return plan
