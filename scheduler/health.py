"""Whether the service does its work. Pure: what the daemon knows in, sentences out; none when all is well."""

from collections.abc import Mapping
from datetime import datetime, timedelta

# A tick comes each second; a publish pass over a large backlog may hold it up for a while.
LATE_TICK = timedelta(seconds=60)
# The worker needs some seconds to start, and some more when it has died several times in a row.
WORKER_GRACE = timedelta(seconds=60)


def reasons(
    now: datetime,
    *,
    last_tick: datetime,
    worker_down_since: datetime | None,
    troubles: Mapping[str, str],
) -> tuple[str, ...]:
    """Return what is wrong, a sentence each. `troubles` are the tick's steps that fail, with their errors."""
    found = []
    if now - last_tick > LATE_TICK:
        found.append(f"no tick since {last_tick:%Y-%m-%d %H:%M:%S} UTC: nothing is polled or published")
    if worker_down_since is not None and now - worker_down_since > WORKER_GRACE:
        found.append(f"no crawl worker since {worker_down_since:%Y-%m-%d %H:%M:%S} UTC: nothing is polled")
    found += [f"{name} fails: {message}" for name, message in troubles.items()]
    return tuple(found)
