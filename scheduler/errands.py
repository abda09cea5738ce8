"""What the daemon does now and then beside its tick: each errand after its pause, a costly one after more.

Knows neither store nor network: an errand is a name and a coroutine function.
"""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

Step = Callable[[], Awaitable[None]]
Attempt = Callable[[str, Step], Awaitable[None]]

# An errand takes one part in so many of the time at most: with 10,000 sources some read 10,000 rows.
_PATIENCE = 50.0


@dataclass(kw_only=True, slots=True)
class Errand:
    """One errand: `every` and `first` are seconds, `due` is a moment of the monotonic clock."""

    name: str
    step: Step
    every: float
    first: float = 0.0
    due: float | None = None


class Errands:
    """Runs those that are due, in their order; `attempt` runs one, and lets none of its errors out."""

    def __init__(self, attempt: Attempt, *errands: Errand) -> None:
        self._attempt = attempt
        self._errands = errands

    async def run(self) -> None:
        """Run what is due now."""
        for errand in self._errands:
            began = time.monotonic()
            if errand.due is None:
                errand.due = began + errand.first
            if began < errand.due:
                continue
            await self._attempt(errand.name, errand.step)
            ended = time.monotonic()
            errand.due = max(began + errand.every, ended + (ended - began) * _PATIENCE)
