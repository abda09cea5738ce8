"""How much memory a process holds, as Linux tells it; and what the garbage collector need not look at."""

import gc
import resource
from pathlib import Path


def resident_bytes(pid: int) -> int:
    """Return the memory that a process holds, pages shared with others included; 0 if it is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize()
    except (OSError, IndexError, ValueError):
        return 0


def settle() -> None:
    """Take all that lives now for what stays, as after loading: full collections then pass over it.

    The word forms of the watchlists are hundreds of thousands of objects; looking through them held a request
    up for 100 ms now and then.
    """
    # What was settled before may have been exchanged since.
    gc.unfreeze()
    gc.collect()
    gc.freeze()
