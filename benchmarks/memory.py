"""Memory of an idle daemon with its worker: the shipped config without its sources, after settling."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SETTLE_SECONDS = 20


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [pid, *(grandchild for child in children for grandchild in _family(int(child)))]


def _megabytes(pid: int, key: str) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith(key + ":"):
            return int(line.split()[1]) / 1024
    return 0.0


def main() -> None:
    """Print resident and proportional memory of the daemon's process tree."""
    with tempfile.TemporaryDirectory() as temporary:
        config = Path(temporary) / "config"
        config.mkdir()
        for name in ("languages", "terms", "watchlists"):
            (config / name).symlink_to(ROOT / "config" / name)
        (config / "settings.yml").write_text("contact: bench@example.org\n", encoding="utf-8")
        command = [sys.executable, "-m", "scheduler.cli", "run", "--port", "0"]
        environment = {**os.environ, "POLICYWIRE_LOG_LEVEL": "error"}
        daemon = subprocess.Popen(
            [*command, "--config", str(config), "--data", temporary], cwd=ROOT, env=environment
        )
        try:
            time.sleep(SETTLE_SECONDS)
            family = _family(daemon.pid)
            resident = sum(_megabytes(pid, "Rss") for pid in family)
            proportional = sum(_megabytes(pid, "Pss") for pid in family)
        finally:
            daemon.terminate()
            daemon.wait(20)
    print(f"memory: idle daemon with its worker, {len(family)} processes")
    print(f"  resident {resident:.0f} MB, proportional {proportional:.0f} MB")


if __name__ == "__main__":
    main()
