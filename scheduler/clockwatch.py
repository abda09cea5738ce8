"""Notices that the clock was set, or that the machine slept. Pure: two clocks' readings in, a jump out."""

from datetime import datetime, timedelta

# Time servers turn a clock slowly; what is larger was set by hand, at boot, or is a sleep.
JUMP = timedelta(seconds=30)


class ClockWatch:
    """Compares the wall clock with one that only counts (and stands still while the machine sleeps)."""

    def __init__(self, wall: datetime, counted: float) -> None:
        self._wall = wall
        self._counted = counted

    def step(self, wall: datetime, counted: float) -> timedelta | None:
        """Return how far the wall clock moved beyond the time that passed since the last step, if far."""
        jump = (wall - self._wall) - timedelta(seconds=counted - self._counted)
        self._wall, self._counted = wall, counted
        return jump if abs(jump) > JUMP else None
