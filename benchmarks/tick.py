"""The tick at 10,000 sources: CPU for each poll that is handed over, and how late sources are.

The store, the due table, the claims, the rule and the plan are the real ones; polls end at once with 304, and
time is compressed: a second of the service is a step of the loop, for ten minutes. "tick" is what the daemon
pays to claim sources and hand them over, "next due" what the worker pays to decide and keep it, with the
poll's report.
"""

import logging
import statistics
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from core.article import Batch, Outcome, PollReport
from core.config import default_config_dir
from scheduler.config import Config, load_config
from scheduler.jobs import lease
from scheduler.planning import Planner, replan
from storage.store import Store

SOURCES, SECONDS = 10_000, 600
START = datetime(2026, 11, 23, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)
# 33 polls a second: each source every five minutes, the shortest gap.
SETTINGS = "contact: bench@example.org\npoll: {longest: 5m}\n"
SOURCE = """\
name: Tick
country: INT
publisher: press
languages: [en]
home: https://tick.example/
kind: feed
urls: ["https://tick.example/rss"]
"""


def _config(folder: Path) -> Config:
    (folder / "sources").mkdir(parents=True)
    (folder / "languages").symlink_to(default_config_dir() / "languages")
    (folder / "settings.yml").write_text(SETTINGS, encoding="utf-8")
    (folder / "sources" / "tick.yml").write_text(SOURCE, encoding="utf-8")
    config = load_config(folder, watchlists=False)
    one = config.sources["tick"]
    names = (f"tick-{number}" for number in range(SOURCES))
    return replace(config, sources={name: one.model_copy(update={"id": name}) for name in names})


def _spread(config: Config, store: Store) -> None:
    """Make the sources due one after the other, over five minutes."""
    ids = list(config.sources)
    for step in range(300):
        store.sync_sources(ids[: SOURCES * (step + 1) // 300], now=START + step * SECOND)


def _end(store: Store, planner: Planner, source: str, now: datetime) -> None:
    """End a poll that found nothing new, as the worker does."""
    planner.begin(source)
    ended = now + timedelta(milliseconds=int(source[5:]) % 1000)
    report = PollReport(source=source, started=now, finished=ended, outcome=Outcome.UNCHANGED, requests=1)
    store.keep(Batch(source=source, report=report), now=now, decide=planner.end(report))


def main() -> None:
    """Print CPU ms a poll, and the lateness in seconds."""
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as temporary:
        config = _config(Path(temporary) / "config")
        with Store.open(Path(temporary) / "policywire.db") as store:
            _spread(config, store)
            _run(config, store)


def _run(config: Config, store: Store) -> None:
    planner, lateness, longest = Planner(config, store), [], 0.0
    tick = keep = 0.0
    for step in range(1, SECONDS + 1):
        now = START + step * SECOND
        if step % 60 == 1:
            replan(config, store, now=now)
            planner.refresh()
        dues = {state.id: state.due for state in store.source_states()} if step > SECONDS - 30 else {}
        began, wall = time.process_time(), time.monotonic()
        ids = store.claim_due(now=now, limit=config.settings.poll.batch, until=now + lease(config))
        line = (" ".join(ids) + "\n").encode()
        tick += time.process_time() - began
        longest = max(longest, time.monotonic() - wall)
        began = time.process_time()
        for source in line.decode().split():
            _end(store, planner, source, now)
        keep += time.process_time() - began
        lateness += [(now - dues[source]).total_seconds() for source in ids if source in dues]
    polls = sum(state.polls for state in store.source_states())
    centiles = statistics.quantiles(lateness, n=100)
    print(f"tick: {SOURCES:,} sources, {polls:,} polls in {SECONDS} s of the service")
    print(f"  tick      {tick / polls * 1000:.3f} ms CPU a poll handed over (at most 0.1)")
    print(f"            longest tick {longest:.3f} s of wall time")
    print(f"  next due  {keep / polls * 1000:.3f} ms CPU a poll, in the worker")
    print(f"  lateness  median {centiles[49]:.2f} s, p99 {centiles[98]:.2f} s (at most 2)")


if __name__ == "__main__":
    main()
