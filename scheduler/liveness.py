"""Whether the service itself does its work. Pure: what the daemon knows in, a sentence out for each fault.

Spans are of a clock that only counts: one that is set, or a machine that slept, is no fault of the service.
"""

from collections.abc import Mapping
from datetime import timedelta

# A tick comes each second; a publish pass over a large backlog may hold it up for a while.
LATE_TICK = timedelta(seconds=60)
# The worker needs some seconds to start, and some more when it has died several times in a row.
WORKER_GRACE = timedelta(seconds=60)
# With sources long overdue, some poll ends in this time, or polling itself has stopped.
NO_POLL = timedelta(minutes=15)


def alive(since_tick: timedelta) -> bool:
    """Say whether the daemon's loop still turns. When it does not, only a restart helps."""
    return since_tick <= LATE_TICK


def reasons(
    *,
    since_tick: timedelta,
    worker_down: timedelta | None,
    troubles: Mapping[str, str],
    since_poll: timedelta = timedelta(0),
    overdue: int = 0,
) -> tuple[str, ...]:
    """Return why the service does not do its work, a sentence each.

    `worker_down` is how long no worker has been ready, None while one is. `troubles` are the tick's steps
    that fail, with their errors; `since_poll` is how long no poll has ended, `overdue` how many sources are.
    """
    found = []
    if not alive(since_tick):
        found.append(f"no tick for {since_tick.total_seconds():.0f} s: nothing is polled or published")
    if worker_down is not None and worker_down > WORKER_GRACE:
        found.append(f"no crawl worker for {worker_down.total_seconds():.0f} s: nothing is polled")
    if overdue and since_poll > NO_POLL:
        minutes = since_poll // timedelta(minutes=1)
        found.append(f"no poll has ended for {minutes} minutes, although {overdue} sources are long overdue")
    found += [f"{name} fails: {message}" for name, message in troubles.items()]
    return tuple(found)
