"""Memory and CPU of a daemon with its worker: while it reads the bundled newsroom, and idle with 130 sources.

Proportional memory counts a page that processes share once; resident memory counts it in each of them. Idle
is a daemon that polls 130 sources, each twice an hour as by default, which have nothing new (304).
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.loopback import Sources
from benchmarks.processes import family, megabytes
from core.clock import utcnow
from core.config import default_config_dir
from demo.newsroom import Newsroom

ROOT = Path(__file__).resolve().parent.parent
SOURCES = 130
# Readers are let go after 45 s without work; then two minutes of idling are measured.
READING_SECONDS, SETTLING_SECONDS, IDLE_SECONDS = 30, 180, 120


def _print(name: str, pid: int) -> None:
    members = family(pid)
    resident, proportional = (sum(megabytes(each, key) for each in members) for key in ("Rss", "Pss"))
    figures = f"proportional {proportional:.0f} MB, resident {resident:.0f} MB"
    print(f"  {name:<20} {len(members)} processes: {figures}", flush=True)


def _cpu(pid: int) -> float:
    """Return the CPU seconds that a process and its ended children have used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15]) / os.sysconf("SC_CLK_TCK")


def _start(config: Path, data: str, **settings: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "scheduler.cli", "run", "--port", "0"]
    environment = {**os.environ, "POLICYWIRE_LOG_LEVEL": "error", **settings}
    return subprocess.Popen([*command, "--config", str(config), "--data", data], cwd=ROOT, env=environment)


def _reading() -> None:
    with tempfile.TemporaryDirectory() as temporary, Newsroom(utcnow()) as newsroom:
        config = Path(temporary) / "config"
        newsroom.write_config(config, default_config_dir())
        daemon = _start(config, temporary, POLICYWIRE_POLL_EVERY="1h")
        try:
            time.sleep(READING_SECONDS)
            _print("just after reading", daemon.pid)
        finally:
            daemon.terminate()
            daemon.wait(20)


def _idle() -> None:
    with tempfile.TemporaryDirectory() as temporary, Sources(SOURCES) as sources:
        config = Path(temporary) / "config"
        sources.write_config(config, every="30m", looks=False)
        sources.add(1)
        daemon = _start(config, temporary)
        try:
            time.sleep(SETTLING_SECONDS)
            before = {pid: _cpu(pid) for pid in family(daemon.pid)}
            time.sleep(IDLE_SECONDS)
            used = sum(_cpu(pid) - before.get(pid, 0.0) for pid in family(daemon.pid))
            _print(f"idle, {SOURCES} sources", daemon.pid)
            print(f"  {'':<20} {100 * used / IDLE_SECONDS:.1f} % of a core")
        finally:
            daemon.terminate()
            daemon.wait(20)


def main() -> None:
    """Print the memory of the daemon's process tree, and its share of a core when idle."""
    print("memory: a daemon with its worker")
    _reading()
    _idle()


if __name__ == "__main__":
    main()
