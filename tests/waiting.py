"""How tests wait for what takes its time."""

import time
from collections.abc import Callable

# Seconds until what should come about is given up on: only a broken run reaches them, on a busy machine too.
PATIENCE = 240.0


def until(condition: Callable[[], object]) -> None:
    """Wait for a condition."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.1)
