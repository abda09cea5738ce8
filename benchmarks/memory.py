"""Memory of a daemon with its worker on the bundled newsroom: while it reads, and idle after its first pass.

Proportional memory counts a page that processes share once; resident memory counts it in each of them.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.processes import family, megabytes
from core.clock import utcnow
from core.config import default_config_dir
from demo.newsroom import Newsroom

ROOT = Path(__file__).resolve().parent.parent
# The pass takes some seconds; reading processes are let go after half a minute without work.
READING_SECONDS, IDLE_SECONDS = 15, 45


def _print(name: str, pid: int) -> None:
    members = family(pid)
    resident, proportional = (sum(megabytes(each, key) for each in members) for key in ("Rss", "Pss"))
    figures = f"proportional {proportional:.0f} MB, resident {resident:.0f} MB"
    print(f"  {name:<20} {len(members)} processes: {figures}")


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
