"""Thousands of polls of hundreds of sources in ten minutes: does memory stay flat?

    python -m benchmarks.soak --minutes 10 --sources 300

One daemon; every source is made due again as soon as it was polled, a tenth of them gets a new page each
round, a few are broken. Memory of daemon and worker is sampled after each round; the mean of the second
quarter of the time is compared with that of the last.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.loopback import Sources
from benchmarks.processes import family, megabytes
from core.clock import utcnow
from core.config import DataDir
from storage.store import Store

ROOT = Path(__file__).resolve().parent.parent
ROUND_SECONDS = 5.0


def _worker_of(daemon: int) -> int | None:
    direct = family(daemon)[1:2]
    return direct[0] if direct else None


def _soak(data: DataDir, sources: Sources, daemon: subprocess.Popen[bytes], minutes: float) -> None:
    samples: list[tuple[float, float, float]] = []
    began = time.monotonic()
    polls = 0
    with Store.open(data.database) as store:
        while (passed := time.monotonic() - began) < minutes * 60:
            sources.add(1, among=sources.count // 10)
            store.make_due(None, now=utcnow())
            time.sleep(ROUND_SECONDS)
            if daemon.poll() is not None:
                raise SystemExit(f"the daemon ended with code {daemon.returncode}")
            worker = _worker_of(daemon.pid)
            if worker is not None:
                samples.append((passed, megabytes(daemon.pid, "Rss"), megabytes(worker, "Rss")))
        states = store.source_states()
        polls = sum(state.polls for state in states)
        counts = store.counts()
    print(
        f"soak: {polls} polls of {len(states)} sources, {counts['articles']} articles in {minutes:g} minutes"
    )
    span = minutes * 60
    for place, name in ((1, "daemon"), (2, "worker")):
        early = statistics.mean(one[place] for one in samples if span / 4 <= one[0] < span / 2)
        late = statistics.mean(one[place] for one in samples if one[0] >= span * 3 / 4)
        print(
            f"  {name:<7} {early:6.1f} MB in the second quarter, {late:6.1f} MB in the last: "
            f"{100 * (late / early - 1):+.1f} %"
        )


def main() -> None:
    """Print polls, articles and the growth of memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--sources", type=int, default=300)
    arguments = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as temporary,
        Sources(arguments.sources, broken=arguments.sources // 30) as sources,
    ):
        folder, data = Path(temporary) / "config", DataDir(path=Path(temporary) / "data")
        sources.write_config(folder, looks=False)
        sources.add(1)
        verb = [sys.executable, "-m", "scheduler.cli", "run", "--port", "0"]
        daemon = subprocess.Popen([*verb, "--config", str(folder), "--data", str(data.path)], cwd=ROOT)
        try:
            while not data.database.exists():
                time.sleep(0.2)
            time.sleep(5)
            _soak(data, sources, daemon, arguments.minutes)
        finally:
            daemon.terminate()
            daemon.wait(60)


if __name__ == "__main__":
    main()
