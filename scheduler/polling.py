"""When a source is polled next. Pure: a report and settings in, a moment out."""

from datetime import datetime, timedelta

from core.article import Outcome, PollReport
from core.settings import PollSettings
from core.source import Source

GOOD = (Outcome.OK, Outcome.UNCHANGED)


def next_due(report: PollReport, source: Source, settings: PollSettings, *, failures: int) -> datetime:
    """Return when to poll next: the source's gap after a good poll, a linearly growing one after failures.

    `failures` counts the failed polls in a row before this one. The site's Retry-After is a floor; a source
    is never switched off, because sites do come back.
    """
    gap = source.every or settings.every
    if report.outcome not in GOOD:
        gap = min(gap * (failures + 1), max(settings.backoff_limit, gap))
    due = report.finished + gap
    if report.retry_after is not None:
        # A site that asks for a year would silence its source: a day is the longest wait that we grant.
        due = max(due, min(report.retry_after, report.finished + timedelta(days=1)))
    return due
