"""Server time of each kind of page over a large archive: the whole ASGI application, no network.

`python -m benchmarks.web [--articles N] [--folder FOLDER]`: 20,000 in a temporary folder without. Growing
300,000 takes half an hour and 4 GB; in a FOLDER the archive stays, and the next run only measures. Times are
of the processor, all threads of this process, from the request's arrival to the last byte of the answer; a
busy machine hardly changes them. `most` is the largest answer.
"""

import asyncio
import random
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlencode

import click
from starlette.types import ASGIApp, Message

from benchmarks.readonly import read_only_app
from benchmarks.texts import RECORDS, ROOT
from benchmarks.web_api import questions
from benchmarks.web_archive import Archive, build
from benchmarks.web_people import hear, people
from benchmarks.web_search import searches
from core.config import load_languages
from core.memory import settle
from publisher.matching import load_watchlists
from storage.readers import Readers
from storage.records.selection import Selection
from storage.store import Store

T = TypeVar("T")
SMALL = 20_000
LISTING = 60.0
# A percentile of fewer says nothing.
LEAST = 20
_HEADERS = [(b"host", b"127.0.0.1"), (b"accept", b"text/html")]


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """Addresses of one kind of page, and the milliseconds that 95 of 100 must stay within."""

    name: str
    paths: Sequence[str]
    bound: float | None = None


def pages(store: Store, world: Archive) -> list[Page]:
    """Return what people would open, with what stands in the archive. Other pages go here as well."""
    newest = store.entry_listing(Selection(), limit=1).items[0].place.at
    words = _words(store)
    return [
        *_entries(newest, world, words),
        *(_page("search", "/search", *one) for one in searches(newest, world, words).items()),
        *_api(store, world, words),
        *(_page(*one) for one in people(store)),
    ]


def _entries(newest: datetime, world: Archive, words: Mapping[str, Sequence[str]]) -> list[Page]:
    chance = random.Random(1)
    states = ("KZ", "KG", "TJ", "TM", "UZ")
    some = chance.sample(list(world.sources), 8)
    days = [f"{newest - timedelta(days=back):%Y-%m-%d}" for back in (1, 7, 30, 90, 150)]
    asked: dict[str, list[dict[str, object]]] = {
        "plain": [{}],
        "state": [{"state": one} for one in states],
        "watchlist": [{"watchlist": one} for one in ("central-asia", "uzbekistan", "water-and-borders")],
        "language, rare ones too": [{"language": one} for one in ("en", "ru", "kk", "tk", "kk,uz-Latn")],
        "one source": [{"source": one} for one in some],
        "kind of publisher": [
            {"publisher": one} for one in ("official", "press", "analysis", "official,agency")
        ],
        "country": [{"country": one} for one in states],
        "speaker, common": [{"speaker": one} for one in world.speakers[:5]],
        "speaker, rare": [{"speaker": one} for one in chance.sample(world.speakers[100:], 8)],
        "office": [{"office": one} for one in ("president", "foreign minister", "министр")],
        "common words": [{"q": one} for one in words["common"]],
        "rare words": [{"q": one} for one in words["rare"]],
        "day": [{"since": one, "until": f"{one}T12:00"} for one in days],
        "deep page": [
            {"before": f"{newest - timedelta(days=back):%Y%m%dT000000000000}.0"} for back in (20, 60, 120)
        ],
        "words, state, language": [
            {"q": one, "state": state, "language": "ru,en"}
            for one in words["common"][:4]
            for state in states[:2]
        ],
        "words and a rare language": [{"q": one, "language": "kk"} for one in words["common"][:4]],
        "speaker, words, kind": [
            {"speaker": one, "q": words["common"][0], "publisher": "official"} for one in world.speakers[:4]
        ],
        "prefix": [{"q": f"{one[:4]}*"} for one in words["common"]],
        "prefix, language": [{"q": f"{one[:4]}*", "language": "ru"} for one in words["common"]],
        "prefix, source": [
            {"q": f"{one[:4]}*", "source": source} for one, source in zip(words["common"], some, strict=False)
        ],
        "NOT": [
            {"q": f"{one} NOT {other}"}
            for one, other in zip(words["common"], words["common"][1:], strict=False)
        ],
        "two common words, a speaker": [
            {"q": " ".join(words["common"][:2]), "speaker": one} for one in world.speakers[:4]
        ],
    }
    return [_page("entries", "/", name, queries) for name, queries in asked.items()]


def _api(store: Store, world: Archive, words: Mapping[str, Sequence[str]]) -> list[Page]:
    """Return the API's listings; the bound is that of the articles."""
    asked = questions(store, world, words)
    made = {name: _page("api", f"/api/{name.partition(':')[0]}", name, asked[name]) for name in asked}
    bound = {name for name in asked if name.startswith("articles") and not name.endswith("500")}
    return [page if name in bound else replace(page, bound=None) for name, page in made.items()]


def _page(kind: str, path: str, name: str, queries: Sequence[Mapping[str, object]]) -> Page:
    paths = [f"{path}?{urlencode(query)}" for query in queries]
    return Page(name=f"{kind}: {name}", paths=paths, bound=LISTING)


def _words(store: Store) -> dict[str, list[str]]:
    """Return words that stand in a great many articles, in few, and phrases, of both languages."""
    texts = [one.stored.article.text for one in store.article_listing(Selection(), limit=200).items]
    counted: dict[str, int] = {}
    for text in texts:
        for word in {word for word in text.split() if word.isalpha() and len(word) > 2}:
            counted[word] = counted.get(word, 0) + 1
    ranked = sorted(counted, key=lambda word: (-counted[word], word))
    once = [word for word in ranked if counted[word] == 1 and len(word) > 6]
    chance = random.Random(3)
    phrases = [" ".join(text.split()[10:12]) for text in texts[:10] if text.split()[10].isalpha()]
    return {
        "common": [ranked[number] for number in (0, 1, 2, 5, 10, 20, 40, 80, 160, 320)],
        "rare": chance.sample(once, 10),
        "phrases": [phrase for phrase in phrases if '"' not in phrase],
    }


@dataclass(frozen=True, kw_only=True, slots=True)
class _Answer:
    """How one request went: seconds of the processor and by the clock."""

    status: int
    size: int
    cpu: float
    wall: float


async def _ask(app: ASGIApp, address: str) -> _Answer:
    path, _, query = address.partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": _HEADERS,
        "client": ("127.0.0.1", 50_000),
        "server": ("127.0.0.1", 80),
    }
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    cpu, wall = time.process_time(), time.perf_counter()
    await app(scope, receive, send)
    return _Answer(
        status=sent[0]["status"],
        size=sum(len(message.get("body", b"")) for message in sent[1:]),
        cpu=time.process_time() - cpu,
        wall=time.perf_counter() - wall,
    )


def _percentile(values: Sequence[float], share: float) -> float:
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(len(ranked) * share))]


async def _measure(app: ASGIApp, kinds: Sequence[Page], rounds: int) -> bool:
    """Print a line for each kind of page; say whether all stay within their bounds."""
    sound = True
    click.echo(f"{'':<38}{'p50':>8}{'p95':>8}{'clock':>8} ms {'bound':>6}{'most':>9}")
    for kind in kinds:
        for path in kind.paths:
            await _ask(app, path)
        repeats = max(rounds, -(-LEAST // len(kind.paths)))
        answers = [await _ask(app, path) for _ in range(repeats) for path in kind.paths]
        failed = {one.status for one in answers} - {200}
        times = [one.cpu * 1e3 for one in answers]
        p95 = _percentile(times, 0.95)
        over = bool(failed) or (kind.bound is not None and p95 > kind.bound)
        sound = sound and not over
        click.echo(
            f"{kind.name:<38}{_percentile(times, 0.5):>8.1f}{p95:>8.1f}"
            f"{_percentile([one.wall * 1e3 for one in answers], 0.5):>8.1f}"
            f"{kind.bound or 0:>10.0f}{max(one.size for one in answers):>9,}"
            f"{'  OVER' if over else ''}{f'  {failed}' if failed else ''}"
        )
    return sound


@click.command()
@click.option("--articles", type=click.IntRange(1_000), default=SMALL, show_default=True)
@click.option("--folder", type=click.Path(path_type=Path), help="Where the archive stays.")
@click.option("--rounds", type=click.IntRange(1), default=5, show_default=True)
@click.option("--only", default="", help="Only kinds of page whose name has this in it.")
def main(articles: int, folder: Path | None, rounds: int, only: str) -> None:
    """Build the archive where it is not there yet, then print each kind of page's times."""
    if not RECORDS.is_file():
        click.echo(f"web: skipped, there are no records at {RECORDS}")
        return
    watchlists, _ = load_watchlists(ROOT / "config", load_languages(ROOT / "config")[0])
    with tempfile.TemporaryDirectory(prefix="policywire-web-") as name:
        file = (folder or Path(name)) / "policywire.db"
        file.parent.mkdir(parents=True, exist_ok=True)
        world = build(file, articles, watchlists)
        with Store.open(file) as store, Readers(file) as readers:
            hear(store, watchlists)
            newest = store.entry_listing(Selection(), limit=1).items[0].place.at
            kinds = [kind for kind in pages(store, world) if only in kind.name]
            click.echo(f"web: {store.counts()['articles']:,} articles; milliseconds of CPU a request")
            app = read_only_app(file, readers, watchlists=watchlists, sources=world.sources, now=newest)
            # As the daemon does when all is loaded.
            settle()
            sound = asyncio.run(_measure(app, kinds, rounds))
    raise SystemExit(0 if sound else 1)


if __name__ == "__main__":
    main()
