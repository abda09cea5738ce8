"""The store as it grows: time to identify and keep an article, bytes an article, search, a look.

`python -m benchmarks.scale [ARTICLES [FOLDER]]`: 20,000 without it; 1,000,000 take an hour or two and 12 GB.
In a FOLDER the store stays, and the next run goes on. Figures are taken at each tenfold and at the end.
Then datasketch's MinHashLSH in memory on the same texts, asked for the same copies.
"""

import random
import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from benchmarks.texts import RECORDS, made_texts
from core.article import Article, Batch, Precision, Published, Seen
from storage.records.selection import Selection
from storage.sketch import compared_words
from storage.store import Store

SIZE = 5_000
BATCH = 50
ROUNDS = 40
LOOKS = 100
# The peer holds all in memory, and takes its time: it is asked at this size.
PEER = 5_000
COPIES = 200
SMALL = 20_000
_GROWTH = 1_000
_BEGIN = datetime(2024, 1, 1, tzinfo=UTC)


def made_articles(seed: int, first: int) -> Iterator[Article]:
    """Yield endless articles, numbered from `first`, a minute between one and the next."""
    for number, (language, title, text) in enumerate(made_texts(seed, size=SIZE), start=first):
        at = _BEGIN + timedelta(minutes=number)
        path = f"{at:%Y/%m/%d}/{number}-an-address-of-the-usual-length"
        url = f"https://source-{number % 400}.example/{language}/news/{path}"
        yield Article(
            source=f"source-{number % 400}",
            url=url,
            canonical_url=url,
            language=language,
            title=title,
            text=text,
            published=Published(raw=f"{at:%d.%m.%Y %H:%M}", at=at, precision=Precision.MINUTE),
            authors=("A. Writer",),
            fetched_at=at,
        )


def _keep(store: Store, articles: Sequence[Article]) -> None:
    seen = tuple(Seen(url=one.url, version="0123456789abcdef") for one in articles)
    store.keep(Batch(source="source-1", articles=tuple(articles), seen=seen), now=articles[-1].fetched_at)


def _kept(store: Store, batches: Iterable[Sequence[Article]]) -> Iterator[None]:
    """Keep one batch each time that the next is asked for."""
    for batch in batches:
        _keep(store, batch)
        yield


def _percentiles(times: Sequence[float]) -> str:
    ranked = sorted(times)
    return f"p50 {ranked[len(ranked) // 2] * 1e3:7.2f}  p99 {ranked[int(len(ranked) * 0.99)] * 1e3:7.2f} ms"


def _timed(works: Iterator[object]) -> list[float]:
    """Return the CPU seconds between one item and the next."""
    times = []
    begun = time.process_time()
    for _ in works:
        times.append(time.process_time() - begun)
        begun = time.process_time()
    return times


def _measure(store: Store, folder: Path, stored: int, fresh: Iterator[Article]) -> int:
    """Print the figures of a store of so many articles; return how many were added."""
    batches = [list(islice(fresh, BATCH)) for _ in range(ROUNDS)]
    keeping = [one / BATCH for one in _timed(_kept(store, batches))]
    alone = _timed(_kept(store, ([one] for one in islice(fresh, ROUNDS * 5))))
    words = [word for one in batches[0] for word in one.text.split()[:40] if word.isalpha() and len(word) > 3]
    chance = random.Random(1)
    searching = _timed(
        store.article_listing(Selection(query=" ".join(chance.sample(words, 2))), limit=20)
        for _ in range(LOOKS)
    )
    last = store.last_seq()
    looking = _timed(store.changes_after(last - 20, limit=500) for _ in range(LOOKS))
    idle = _timed(store.changes_after(last, limit=500) for _ in range(LOOKS))
    size = sum(path.stat().st_size for path in folder.iterdir() if not path.name.endswith(("-wal", "-shm")))
    added = BATCH * ROUNDS + ROUNDS * 5
    print(f"  at {stored + added:,} articles, CPU time:")
    print(f"    identify and keep, an article of a batch of {BATCH}  {_percentiles(keeping)}")
    print(f"    identify and keep, a batch of one             {_percentiles(alone)}")
    print(f"    search, two words, newest 20                  {_percentiles(searching)}")
    print(f"    look at what is new, 20 changes               {_percentiles(looking)}")
    print(f"    look at what is new, nothing                  {_percentiles(idle)}")
    print(
        f"    file                                          {size / (stored + added):,.0f} bytes an article",
        flush=True,
    )
    return added


def grow(store: Store, fresh: Iterator[Article], count: int) -> None:
    """Keep so many articles."""
    for _ in range(0, count, _GROWTH):
        _keep(store, list(islice(fresh, _GROWTH)))


def _copies(originals: Sequence[Article]) -> list[tuple[int, Article]]:
    """Return (number of the original, copy): half of its words, with another lead."""
    chance = random.Random(5)
    found = []
    for number in chance.sample(range(len(originals)), COPIES):
        one = originals[number]
        words = one.text.split()
        text = f"Another lead of a few words. {' '.join(words[len(words) // 2 :])}"
        url = f"{one.url}-copy"
        found.append((number, replace(one, source="copier", url=url, canonical_url=url, text=text)))
    return found


def _ours(folder: Path, originals: Sequence[Article], copies: Sequence[tuple[int, Article]]) -> None:
    begun = time.process_time()
    with Store.open(folder / "ours.db") as store:
        for at in range(0, len(originals), BATCH):
            _keep(store, originals[at : at + BATCH])
        stored = time.process_time()
        found = sum(
            1
            for _, copy in copies
            if store.keep(Batch(source="copier", articles=(copy,)), now=copy.fetched_at).duplicate
        )
        asked = time.process_time()
        size = _sketch_bytes(folder / "ours.db")
    _say("policywire", found, stored - begun, asked - stored, size)


def _sketch_bytes(file: Path) -> int:
    """Return what the index of sketches takes: what the file loses without it."""
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        size = db.execute("PRAGMA page_size").fetchone()[0]
        db.execute("VACUUM")
        before = db.execute("PRAGMA page_count").fetchone()[0]
        db.execute("DELETE FROM sketches")
        db.execute("VACUUM")
        return int((before - db.execute("PRAGMA page_count").fetchone()[0]) * size)


def _peer(originals: Sequence[Article], copies: Sequence[tuple[int, Article]]) -> None:
    from datasketch import MinHash, MinHashLSH

    def hashed(article: Article) -> MinHash:
        words = compared_words(article.title, article.text)
        made = MinHash(num_perm=128)
        made.update_batch([" ".join(words[at : at + 4]).encode() for at in range(len(words) - 3)])
        return made

    before = _resident()
    begun = time.process_time()
    index = MinHashLSH(threshold=0.5, num_perm=128)
    for number, one in enumerate(originals):
        index.insert(str(number), hashed(one))
    stored = time.process_time()
    size = _resident() - before
    found = sum(1 for number, copy in copies if str(number) in index.query(hashed(copy)))
    asked = time.process_time()
    _say("datasketch", found, stored - begun, asked - stored, size)


def _say(name: str, found: int, insert: float, ask: float, size: float) -> None:
    print(
        f"    {name:<12} recall {found / COPIES:.3f}  store {insert / PEER * 1e3:6.2f} ms  "
        f"ask {ask / COPIES * 1e3:6.2f} ms  {size / PEER:8,.0f} bytes an article"
    )


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def _grown(folder: Path, articles: int) -> None:
    """Grow the store of a folder to so many articles, with figures at each tenfold and at the end."""
    with Store.open(folder / "policywire.db") as store:
        stored = store.counts()["articles"]
        fresh = made_articles(1 + stored, stored)
        if stored >= articles:
            _measure(store, folder, stored, fresh)
        mark = _GROWTH
        while stored < articles:
            if stored >= mark:
                mark *= 10
                continue
            goal = min(mark, articles)
            begun = time.process_time()
            grow(store, fresh, goal - stored)
            print(f"  {goal - stored:,} more in {time.process_time() - begun:,.0f} s of CPU")
            stored = goal
            stored += _measure(store, folder, stored, fresh)
            mark *= 10


def main(articles: int = SMALL, kept: Path | None = None) -> None:
    """Grow a store to so many articles, with figures on the way, then compare with the peer.

    The store grows in the folder `kept` and stays there for another run, or in a temporary one.
    """
    if not RECORDS.is_file():
        print(f"scale: skipped, there are no records at {RECORDS}")
        return
    print(f"scale: articles of about {SIZE:,} bytes of text")
    with tempfile.TemporaryDirectory(prefix="policywire-scale-") as name:
        folder = kept or Path(name) / "grown"
        folder.mkdir(parents=True, exist_ok=True)
        _grown(folder, articles)
        originals = list(islice(made_articles(2, 0), PEER))
        copies = _copies(originals)
        print(f"  beside MinHashLSH: {PEER:,} articles, then {COPIES} half copies; CPU time")
        _ours(Path(name), originals, copies)
        _peer(originals, copies)


if __name__ == "__main__":
    main(
        int(sys.argv[1].replace(",", "")) if sys.argv[1:] else SMALL,
        Path(sys.argv[2]) if sys.argv[2:] else None,
    )
