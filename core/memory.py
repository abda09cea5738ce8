"""How much memory a process holds, as Linux tells it."""

import resource
from pathlib import Path


def resident_bytes(pid: int) -> int:
    """Return the memory that a process holds, pages shared with others included; 0 if it is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize()
    except (OSError, IndexError, ValueError):
        return 0
