"""When a failed delivery is tried again. Pure: the moment and the draw of chance are parameters."""

from datetime import datetime, timedelta

from core.errors import PolicywireError
from storage.records.delivery import Delivery, Failure

FIRST = timedelta(seconds=30)
LONGEST = timedelta(hours=1)
# A server may ask for more patience than that, within reason.
_MOST_PATIENCE = timedelta(hours=6)


class NotSent(PolicywireError):
    """A delivery that did not come through. `final`: no other try would help. `after`: not before that."""

    def __init__(self, reason: str, *, final: bool = False, after: timedelta | None = None) -> None:
        self.final = final
        self.after = after
        super().__init__(reason)


def gap(failures: int, draw: float) -> timedelta:
    """Return how long to wait after so many earlier failures. `draw` is a chance from 0 to 1.

    Twice as long each time up to `LONGEST`; half of it is by chance, so that many do not come at once.
    """
    whole = min(FIRST * int(2 ** min(failures, 20)), LONGEST)
    return whole * (0.5 + draw / 2)


def failure(error: NotSent, delivery: Delivery, *, draw: float, now: datetime) -> Failure:
    """Return what a failed try means for a delivery, and for its target."""
    asked = min(error.after or timedelta(0), _MOST_PATIENCE)
    pause = max(gap(delivery.failures, draw), asked)
    return Failure(
        error=str(error),
        retry_at=None if error.final else now + max(gap(delivery.tries, draw), asked),
        # What is refused for itself says nothing of the next one.
        target_retry_at=None if error.final else now + pause,
    )
