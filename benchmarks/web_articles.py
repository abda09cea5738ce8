"""Server time of the pages of articles, comparisons and stories: the ASGI application itself, no network.

`python -m benchmarks.web_articles [--folder FOLDER]`: articles of the archive in FOLDER (as `benchmarks.web`
makes one), drawn evenly, and the worst that a page may meet: an article of 200 KB with 200 statements and 100
texts, a story of 200 copies. Times are of the processor, all threads of this process, from the request to the
last byte of the answer; the floor is the page that says that there is no such article.
"""

import argparse
import asyncio
import random
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from starlette.types import ASGIApp, Message

from benchmarks.readonly import read_only_app
from benchmarks.texts import ROOT
from core.article import Article, Batch
from core.config import load_languages
from core.statement import Statement, StatementKind
from publisher.matching import Watchlist, load_watchlists
from storage.readers import Readers
from storage.store import Store

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
BOUND = 30.0
ROUNDS = 200
SENTENCE = "the minister met the delegation in the capital and both sides spoke about trade rivers and rail"
WORDS = SENTENCE.split()


def main() -> None:
    """Print a line for each kind of page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="a folder with policywire.db; left out: the worst alone")
    given = parser.parse_args()
    languages, _ = load_languages(ROOT / "config")
    watchlists, _ = load_watchlists(ROOT / "config", languages)
    print(
        f"{'page':<28}{'pages':>7}{'p50 ms':>9}{'p95 ms':>9}{'max ms':>9}{'floor x':>9}{'max KB':>8}  bound"
    )
    with tempfile.TemporaryDirectory() as folder:
        _worst(Path(folder) / "policywire.db")
        rows = [
            ("an article of 200 KB", ["/articles/1"], BOUND),
            ("its last part", ["/articles/1?part=7"], BOUND),
            ("two texts of 200 KB", ["/articles/1/revisions"], None),
            ("an article of 200 copies", ["/articles/2"], BOUND),
            ("a story of 200 copies", ["/stories/2"], None),
        ]
        _measure(Path(folder) / "policywire.db", watchlists, rows)
    if given.folder is not None:
        path = given.folder / "policywire.db"
        with Store.open(path, read_only=True) as store:
            articles = store.counts()["articles"]
        draw = random.Random(1)
        ids = [draw.randrange(1, articles + 1) for _ in range(ROUNDS)]
        rows = [
            ("articles", [f"/articles/{id_}" for id_ in ids], BOUND),
            ("their texts compared", [f"/articles/{id_}/revisions" for id_ in ids], None),
            ("stories", [f"/stories/{id_}" for id_ in ids], None),
        ]
        _measure(path, watchlists, rows)


def _measure(
    path: Path, watchlists: dict[str, Watchlist], rows: Sequence[tuple[str, list[str], float | None]]
) -> None:
    with ExitStack() as stack:
        readers = stack.enter_context(Readers(path))
        app = read_only_app(path, readers, watchlists=watchlists, sources={}, now=NOW)
        asyncio.run(_report(app, rows))


async def _report(app: ASGIApp, rows: Sequence[tuple[str, list[str], float | None]]) -> None:
    floor = sorted([(await _ask(app, "/articles/999999999999"))[0] for _ in range(50)])[25]
    for name, paths, bound in rows:
        asked = paths if len(paths) > 1 else paths * 40
        for warm in asked[:5]:
            await _ask(app, warm)
        taken, sizes = [], []
        for one in asked:
            milliseconds, status, size = await _ask(app, one)
            if status == 200:
                taken.append(milliseconds)
                sizes.append(size)
        taken.sort()
        p50, p95 = taken[len(taken) // 2], taken[int(len(taken) * 0.95)]
        held = "" if bound is None else f"  p95 <= {bound:g}: {'yes' if p95 <= bound else 'NO'}"
        print(
            f"{name:<28}{len(taken):>7}{p50:>9.1f}{p95:>9.1f}{taken[-1]:>9.1f}{p50 / floor:>9.1f}"
            f"{max(sizes) / 1000:>8.0f}{held}",
            flush=True,
        )


async def _ask(app: ASGIApp, path: str) -> tuple[float, int, int]:
    """Return the processor's milliseconds, the status and the bytes of one request."""
    where, _, query = path.partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": where,
        "raw_path": where.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(b"host", b"127.0.0.1:8600"), (b"accept", b"text/html")],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8600),
    }
    status = size = 0

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status, size
        status = message.get("status", status)
        size += len(message.get("body", b""))

    begun = time.process_time()
    await app(scope, receive, send)
    return (time.process_time() - begun) * 1000, status, size


def _worst(path: Path) -> None:
    """Make an article of 200 KB with 200 statements and 100 texts, and a story of 200 copies."""
    draw = random.Random(1)
    lines = [" ".join(draw.choices(WORDS, k=80)) for _ in range(440)]
    with Store.open(path) as store:
        for number in range(100):
            lines[number * 4] = f"Edit {number} in Kazakhstan: {' '.join(draw.choices(WORDS, k=60))}"
            _keep(store, _article("book", "\n\n".join(lines), said=200), minutes=number)
        text = "\n\n".join(" ".join(draw.choices(WORDS, k=60)) + f" {number}." for number in range(12))
        for number in range(200):
            _keep(store, _article(f"copy-{number}", text, source=f"paper-{number}"), minutes=number)


def _keep(store: Store, article: Article, *, minutes: int) -> None:
    now = NOW - timedelta(days=1) + timedelta(minutes=minutes)
    store.keep(Batch(source=article.source, articles=(replace(article, fetched_at=now),)), now=now)


def _article(path: str, text: str, *, source: str = "paper", said: int = 0) -> Article:
    url = f"https://{source}.example/{path}"
    step = len(text) // max(said, 1)
    statements = tuple(
        Statement(
            speaker="Aman Testov",
            office="minister",
            words=text[number * step : number * step + 200],
            verb="said",
            rule="verb name",
            kind=StatementKind.DIRECT,
            language="en",
            confidence=0.98,
            start=number * step,
            end=number * step + 200,
        )
        for number in range(said)
    )
    return Article(
        source=source,
        url=url,
        canonical_url=url,
        language="en",
        title=f"A report of {path}",
        text=text,
        fetched_at=NOW,
        statements=statements,
    )


if __name__ == "__main__":
    main()
