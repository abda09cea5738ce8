"""False alarms of the silence rule on real streams: alarms per source and month, all of them false.

Every stream of `../shared/polling` is alive to its end: an alarm is a false one. Rhythms are learned as the
daemon learns them, from hourly polls; silence is judged at each poll from week 3 on, after an alarm only when
something has come. Beside it: how long each stream would have to be dead until the alarm.
"""

import os
import statistics
from pathlib import Path

import numpy as np

from scheduler.health import QUIET
from scheduler.rhythm import FLAT, WEEK, Rhythm, observe, silence

SHARED = Path(os.environ.get("TEST_POLICYWIRE_SHARED", Path(__file__).resolve().parents[2] / "shared"))
WEEKS, JUDGED_FROM, EVERY = 7, 3, 60.0
LEVELS = (1e-2, QUIET, 1e-4)
MONTH = 30.4 / 7 * WEEK


def _streams() -> list[list[float]]:
    path = SHARED / "polling" / "weeks0-6.npz"
    if not path.is_file():
        return []
    data = np.load(path, allow_pickle=False)
    return [part.tolist() for part in np.split(data["times"], data["offsets"][1:-1])]


def _judge(times: list[float]) -> tuple[dict[float, int], float | None]:
    """Return alarms by level, and the minutes after the last item until the alarm at the level in force."""
    rhythm, last, place = Rhythm(), None, 0
    alarms, quiet = dict.fromkeys(LEVELS, 0), dict.fromkeys(LEVELS, False)
    since = 0.0
    for step in range(1, int(WEEKS * WEEK / EVERY) + 1):
        now = step * EVERY
        came = []
        while place < len(times) and times[place] <= now:
            came.append(times[place])
            place += 1
        rhythm = observe(rhythm, FLAT, since=since, now=now, times=came)
        since = now
        if came:
            last, quiet = came[-1], dict.fromkeys(LEVELS, False)
        # A day apart is near enough: silence only grows.
        if last is None or now < JUDGED_FROM * WEEK or step % 6:
            continue
        chance = silence(rhythm, FLAT, since=last, now=now)
        for level in LEVELS:
            if chance < level and not quiet[level]:
                alarms[level] += 1
                quiet[level] = True
    return alarms, None if last is None else _until_alarm(rhythm, last)


def _until_alarm(rhythm: Rhythm, last: float) -> float:
    low, high = 0.0, 26 * WEEK
    while high - low > 60:
        middle = (low + high) / 2
        low, high = (
            (low, middle) if silence(rhythm, FLAT, since=last, now=last + middle) < QUIET else (middle, high)
        )
    return high


def main() -> None:
    """Print false alarms by level, and the days until a dead source is noticed."""
    streams = _streams()
    if not streams:
        print("silence: skipped, it needs ../shared/polling/weeks0-6.npz")
        return
    judged = [_judge(times) for times in streams]
    months = len(streams) * (WEEKS - JUDGED_FROM) * WEEK / MONTH
    print(
        f"silence: {len(streams)} real streams, weeks {JUDGED_FROM}-{WEEKS - 1}, {months:.0f} source-months"
    )
    for level in LEVELS:
        count = sum(alarms[level] for alarms, _ in judged)
        mark = "  (in force)" if level == QUIET else ""
        print(f"  below {level:g}: {count:4} false alarms, {count / months:.3f} per source and month{mark}")
    days = sorted(minutes / 1440 for _, minutes in judged if minutes is not None)
    print(
        f"  a dead source is noticed after {statistics.median(days):.1f} days (median), "
        f"{days[len(days) // 10]:.1f} (the busiest tenth), {days[len(days) * 9 // 10]:.1f} (the rarest tenth)"
    )


if __name__ == "__main__":
    main()
