"""kill -9 of the worker and of the daemon in the middle of crawls: what is lost, what comes twice.

    python -m benchmarks.daemon_kills --rounds 100

Each round puts new pages on every source, makes all due and kills at a random moment. Pages cut off in one
round are read in a later one, so lists must keep them: what counts is the end. Lost: a page that is in no
article, or in none of the feed's entries. Twice: an address with two articles, or with two entries.
"""

import argparse
import asyncio
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import feedparser

from benchmarks.loopback import Sources
from core.clock import utcnow
from core.config import DataDir
from scheduler import dispatch, jobs
from scheduler.config import Config, load_config
from storage.store import Store

ROOT = Path(__file__).resolve().parent.parent
SOURCES, FIRST, PAGES = 6, 2, 1
PATIENCE = 180.0


def _count(store: Store) -> int:
    return store.counts()["articles"]


def _found(store: Store) -> Counter[str]:
    found: Counter[str] = Counter()
    last = 0
    while batch := store.articles_after(last, since=utcnow().replace(year=2000), limit=500):
        found.update(one.article.url for one in batch)
        last = batch[-1].id
    return found


def _report(kind: str, kills: int, sources: Sources, data: DataDir, feed: bool) -> bool:
    with Store.open(data.database) as store:
        articles = _found(store)
    lost = sources.urls - articles.keys()
    twice = [url for url, count in articles.items() if count > 1]
    line = f"{kind}: {kills} kills, {len(sources.urls)} pages; articles lost {len(lost)}, twice {len(twice)}"
    good = not lost and not twice
    if feed:
        entries = Counter(
            entry.link for entry in feedparser.parse(str(data.feeds / "central-asia.rss")).entries
        )
        # The feed shows its newest thousand.
        missing = sources.urls - entries.keys() if len(sources.urls) <= 1000 else set()
        doubled = [url for url, count in entries.items() if count > 1]
        line += f"; entries lost {len(missing)}, twice {len(doubled)}"
        good = good and not missing and not doubled
    print(line, flush=True)
    return good


async def _kill_workers(config: Config, data: DataDir, sources: Sources, rounds: int) -> int:
    """Drive the real dispatcher and worker as the daemon does; kill the worker in each round."""
    dispatch.RESTART_SECONDS = (0.05,)
    # Here the sources are innocent: that they are suspected would only make them slow.
    dispatch.SUSPECT = 10**9
    kills = 0
    with jobs.open_store(config, data) as store:
        worker = dispatch.LocalDispatcher(
            dispatch.worker_command(config.path, data),
            config.settings.crawl,
            give_back=lambda ids: store.release(ids),
            blame=lambda source, error: jobs.blame(config, store, source, error),
        )
        await worker.start()
        try:
            for _ in range(rounds):
                sources.add(PAGES)
                store.make_due(None, now=utcnow())
                while not worker.ready:
                    await asyncio.sleep(0.02)
                await worker.dispatch(jobs.claim(config, store))
                await asyncio.sleep(random.uniform(0, 2.5))
                if worker.pid is not None:
                    os.kill(worker.pid, signal.SIGKILL)
                    kills += 1
                while worker.ready:
                    await asyncio.sleep(0.01)
            deadline = time.monotonic() + PATIENCE
            while _count(store) < len(sources.urls) and time.monotonic() < deadline:
                if worker.ready and worker.held == 0:
                    store.make_due(None, now=utcnow())
                    await worker.dispatch(jobs.claim(config, store))
                await asyncio.sleep(0.2)
        finally:
            await worker.stop()
    return kills


def _start(config: Path, data: DataDir) -> subprocess.Popen[bytes]:
    verb = [sys.executable, "-m", "scheduler.cli", "run", "--port", "0"]
    return subprocess.Popen([*verb, "--config", str(config), "--data", str(data.path)], cwd=ROOT)


def _kill_daemons(config: Path, data: DataDir, sources: Sources, rounds: int) -> int:
    """Start the daemon, kill it in the middle of polls, and again; the last one may finish."""
    with Store.open(data.database) as store:
        for _ in range(rounds):
            sources.add(PAGES)
            store.make_due(None, now=utcnow())
            before = _count(store)
            daemon = _start(config, data)
            deadline = time.monotonic() + random.uniform(3, 20)
            # From the first article on the poll is in its middle; some rounds are cut off before it.
            while _count(store) == before and time.monotonic() < deadline:
                time.sleep(0.01)
            time.sleep(random.uniform(0, 0.5))
            daemon.kill()
            daemon.wait()
        store.make_due(None, now=utcnow())
        daemon = _start(config, data)
        deadline = time.monotonic() + PATIENCE
        while _count(store) < len(sources.urls) and time.monotonic() < deadline:
            store.make_due(None, now=utcnow())
            time.sleep(1)
        # The feeds follow within seconds.
        time.sleep(5)
        daemon.terminate()
        daemon.wait(30)
    return rounds


def main() -> None:
    """Print what was lost and what came twice; end with 1 if anything was."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--only", choices=("worker", "daemon"))
    arguments = parser.parse_args()
    good = True
    for kind in ("worker", "daemon"):
        if arguments.only not in (None, kind):
            continue
        with (
            tempfile.TemporaryDirectory() as temporary,
            Sources(
                # What a killed round left must still be listed in a later one.
                SOURCES,
                takes=0.05,
                listed=10_000,
            ) as sources,
        ):
            folder, data = Path(temporary) / "config", DataDir(path=Path(temporary) / "data")
            sources.write_config(folder)
            sources.add(FIRST)
            config = load_config(folder)
            if kind == "worker":
                kills = asyncio.run(_kill_workers(config, data, sources, arguments.rounds))
            else:
                kills = _kill_daemons(folder, data, sources, arguments.rounds)
            good = _report(kind, kills, sources, data, feed=kind == "daemon") and good
    if not good:
        sys.exit(1)


if __name__ == "__main__":
    main()
