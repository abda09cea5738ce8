"""Kill -9 at random moments of keeping and publishing; after each kill nothing acknowledged may be lost.

    python -m benchmarks.kills --rounds 100

A child keeps batches (new articles, copies, edits, withdrawals, a page each) and publishes; it notes on disk
what was acknowledged. After each kill the parent opens the database: whole, every acknowledged article there,
feeds whole, no entry twice. Prints how many of the rounds were consistent; exit code 1 if one was not.
"""

import argparse
import multiprocessing
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from lxml import etree

from core.article import Article, Batch, Precision, Published, Seen
from core.fetched import Fetched, Looked, LookResult
from core.settings import Settings
from publisher.matching import Watchlist, load_watchlists
from publisher.publish import Publisher
from storage.records.keeping import KeepLimits, KeepRules
from storage.records.selection import Selection
from storage.store import Store
from storage.warc import PageStore

START = datetime(2026, 3, 2, tzinfo=UTC)
PER_BATCH = 8
RULES = KeepRules(looks=(timedelta(hours=1), timedelta(days=400)))
WATCHLIST = """
name: Treaties
lists:
  acts: {terms: {en: [treaty]}}
rules:
  - {name: a treaty, all: [acts], weight: 1}
"""


def article(number: int, *, edited: bool = False) -> Article:
    """Return the article of a number: each fifth copies the one before it, each second is a treaty."""
    origin = number - 1 if number % 5 == 4 else number
    draw = random.Random(origin)
    words = " ".join(f"w{draw.randrange(5000)}" for _ in range(150))
    subject = "The treaty was signed" if origin % 2 == 0 else "The harvest was good"
    text = f"{subject} in town number {origin}. {words}." + (" Later it was denounced." if edited else "")
    url = f"https://site{number % 5}.example/{number}"
    body = text.encode()
    return Article(
        source=f"site{number % 5}",
        url=url,
        canonical_url=url,
        language="en",
        title=f"Report {origin}",
        text=text,
        published=Published(raw="x", at=START, precision=Precision.DAY),
        fetched_at=START,
        fetched=Fetched(
            chain=(url,),
            status=200,
            headers=(("Content-Type", "text/html"),),
            body_hash=sha256(body).hexdigest(),
            reader="1",
            body=body,
        ),
    )


def open_store(folder: Path) -> Store:
    return Store.open(folder / "policywire.db", pages=PageStore(folder / "pages", max_bytes=2_000_000))


def publisher(folder: Path, store: Store, watchlists: dict[str, Watchlist]) -> Publisher:
    return Publisher(
        store=store,
        watchlists=watchlists,
        sources={},
        settings=Settings(),
        feeds_dir=folder / "feeds",
        base_url="http://127.0.0.1",
    )


def work(folder: Path, watchlists: dict[str, Watchlist], first: int) -> None:
    """Keep and publish for ever, from the batch `first` on; batches that were kept before are kept again."""
    with open_store(folder) as store, (folder / "acknowledged").open("a") as acknowledged:
        job = publisher(folder, store, watchlists)
        number = first
        while True:
            now = START + timedelta(minutes=number)
            fresh = [article(number * PER_BATCH + step) for step in range(PER_BATCH)]
            for one in fresh:
                store.keep(
                    Batch(source=one.source, articles=(one,), seen=(Seen(url=one.url, version="1"),)),
                    now=now,
                    rules=RULES,
                )
            if number:
                again = article((number - 1) * PER_BATCH, edited=True)
                store.keep(Batch(source=again.source, articles=(again,)), now=now, rules=RULES)
                looked = Looked(article=number, result=LookResult.GONE, reason="410")
                store.keep(Batch(source=again.source, looked=(looked,)), now=now, rules=RULES)
            acknowledged.write(f"{number}\n")
            acknowledged.flush()
            job.publish(now=now)
            store.remove_expired(KeepLimits(), now=now)
            store.tidy()
            number += 1


def acknowledged(folder: Path) -> int:
    """Return how many batches were acknowledged in a row."""
    path = folder / "acknowledged"
    lines = path.read_text().splitlines() if path.exists() else []
    return max((int(line) + 1 for line in lines if line.isdigit()), default=0)


def problems(folder: Path, watchlists: dict[str, Watchlist], batches: int) -> list[str]:
    """Return what a kill broke: in the database, in the feeds, in what was acknowledged."""
    with open_store(folder) as store:
        found = store.faults()
        for number in range(batches * PER_BATCH):
            if not store.articles_at(article(number).url):
                found.append(f"article {number} was acknowledged and is lost")
        job = publisher(folder, store, watchlists)
        while job.publish(now=START + timedelta(days=1)).behind:
            pass
        asked = Selection(watchlist="treaties", revisions=False)
        entries = [one.entry for one in store.entry_listing(asked, limit=100_000).items]
        stories = Counter(entry.stored.story for entry in entries)
        found += [f"story {story} has {count} entries" for story, count in stories.items() if count > 1]
        treaties = {
            article(number).text
            for number in range(batches * PER_BATCH)
            if article(number).text.startswith("The treaty")
        }
        if len(entries) < len(treaties):
            found.append(f"{len(treaties)} treaties were kept, {len(entries)} have an entry")
    for path in (folder / "feeds").glob("*.rss"):
        ids = [node.text for node in etree.parse(path).findall(".//item/guid")]
        if len(ids) != len(set(ids)):
            found.append(f"{path.name} has an entry twice")
    return found


def run(rounds: int, folder: Path, *, seed: int = 1) -> tuple[int, int]:
    """Kill `rounds` times; return how many were consistent, and how many batches were acknowledged in all."""
    draw = random.Random(seed)
    config = folder / "config"
    (config / "watchlists").mkdir(parents=True)
    (config / "watchlists" / "treaties.yml").write_text(WATCHLIST)
    watchlists, faults = load_watchlists(config, {})
    if faults:
        raise RuntimeError(str(faults))
    with open_store(folder) as store:
        publisher(folder, store, dict(watchlists)).publish(now=START)
    context = multiprocessing.get_context("fork")
    good = 0
    for number in range(1, rounds + 1):
        before = acknowledged(folder)
        # One batch back: what was kept but not acknowledged is kept again.
        child = context.Process(target=work, args=(folder, dict(watchlists), max(0, before - 1)))
        child.start()
        deadline = time.monotonic() + 60
        while acknowledged(folder) == before and child.is_alive() and time.monotonic() < deadline:
            time.sleep(0.005)
        time.sleep(draw.random() * 0.3)
        died = not child.is_alive()
        os.kill(child.pid or 0, signal.SIGKILL)
        child.join()
        found = problems(folder, dict(watchlists), acknowledged(folder))
        if died:
            found.append(f"the child ended by itself with {child.exitcode}")
        good += not found
        if found:
            print(f"round {number}: " + "; ".join(found[:5]))
    return good, acknowledged(folder)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="policywire-kills-") as folder:
        good, batches = run(arguments.rounds, Path(folder), seed=arguments.seed)
    print(
        f"{good} of {arguments.rounds} kills left everything consistent; "
        f"{batches * PER_BATCH} articles acknowledged"
    )
    sys.exit(0 if good == arguments.rounds else 1)


if __name__ == "__main__":
    main()
