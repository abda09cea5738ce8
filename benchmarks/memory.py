"""Memory of a daemon with its worker on the bundled newsroom: while it reads, and idle after its first pass.

Proportional memory counts a page that processes share once; resident memory counts it in each of them.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from core.clock import utcnow
from core.config import default_config_dir
from demo.newsroom import Newsroom

ROOT = Path(__file__).resolve().parent.parent
# The pass takes some seconds; reading processes are let go after half a minute without work.
READING_SECONDS, IDLE_SECONDS = 15, 45


def _family(pid: int) -> list[int]:
    # Any thread may have started them.
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    children = [child for path in lists for child in path.read_text(encoding="ascii").split()]
    return [pid, *(grandchild for child in children for grandchild in _family(int(child)))]


def _megabytes(pid: int, key: str) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith(key + ":"):
            return int(line.split()[1]) / 1024
    return 0.0


def _print(name: str, pid: int) -> None:
    family = _family(pid)
    resident, proportional = (sum(_megabytes(each, key) for each in family) for key in ("Rss", "Pss"))
    figures = f"proportional {proportional:.0f} MB, resident {resident:.0f} MB"
    print(f"  {name:<20} {len(family)} processes: {figures}")


def main() -> None:
    """Print the memory of the daemon's process tree."""
    with tempfile.TemporaryDirectory() as temporary, Newsroom(utcnow()) as newsroom:
        config = Path(temporary) / "config"
        newsroom.write_config(config, default_config_dir())
        command = [sys.executable, "-m", "scheduler.cli", "run", "--port", "0"]
        environment = {**os.environ, "POLICYWIRE_LOG_LEVEL": "error", "POLICYWIRE_POLL_EVERY": "1h"}
        daemon = subprocess.Popen(
            [*command, "--config", str(config), "--data", temporary], cwd=ROOT, env=environment
        )
        print("memory: a daemon with its worker, eight sources")
        try:
            time.sleep(READING_SECONDS)
            _print("just after reading", daemon.pid)
            time.sleep(IDLE_SECONDS)
            _print("idle", daemon.pid)
        finally:
            daemon.terminate()
            daemon.wait(20)


if __name__ == "__main__":
    main()
