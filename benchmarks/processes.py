"""A process with all that it has started, and the memory of each."""

from pathlib import Path


def family(pid: int) -> list[int]:
    """Return a process and all below it; a parent comes before its children."""
    # Any thread may have started them.
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    children = [child for path in lists for child in path.read_text(encoding="ascii").split()]
    return [pid, *(grandchild for child in children for grandchild in family(int(child)))]


def megabytes(pid: int, key: str) -> float:
    """Return a process's memory; `key` is "Rss" or "Pss"."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith(key + ":"):
            return int(line.split()[1]) / 1024
    return 0.0
