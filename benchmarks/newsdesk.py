"""A store, some watchlists and their publisher, for the benchmarks of feeds: all made here."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from core.article import Article, Batch, Precision, Published
from core.settings import Settings
from core.source import Source
from publisher.follow import Follower
from publisher.matching import Watchlist, load_watchlists
from publisher.publish import Publisher
from publisher.push.outbox import Pushes
from storage.store import Store

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
STATES = {
    "KZ": "Kazakhstan",
    "KG": "Kyrgyzstan",
    "TJ": "Tajikistan",
    "TM": "Turkmenistan",
    "UZ": "Uzbekistan",
}
BASE = "https://wire.example"
_WATCHLIST = """
name: Watchlist {number}
states: {states}
lists:
{lists}
  acts: {{terms: {{en: [treaty]}}}}
groups: {{states: [{ids}]}}
rules:
  - {{name: act of a state, all: [states, acts], weight: 1}}
"""
_TEXT = (
    "{state} signed the treaty, number {number}, on Friday after a year of talks between both governments. "
    "The ministers shook hands in the hall of columns while the press looked on from the gallery. "
)


class Newsdesk:
    """A running store with its publisher; `now` goes on with each batch that is kept."""

    def __init__(self, folder: Path, store: Store, *, watchlists: int, entries: int) -> None:
        self.folder = folder
        self.store = store
        self.now = NOW
        self.watchlists = _load(folder / "config", watchlists)
        self.settings = Settings.model_validate({"feeds": {"entries": entries}})
        self.sources = {"ministry": _source()}
        self.publisher = Publisher(
            store=store,
            watchlists=self.watchlists,
            sources=self.sources,
            settings=self.settings,
            feeds_dir=folder / "feeds",
            base_url=BASE,
        )

        self.follower = Follower(
            store=store,
            watchlists=self.watchlists,
            sources=self.sources,
            max_age=self.settings.feeds.max_age,
            pushes=Pushes(store, self.settings, feeds_dir=folder / "feeds", base_url=BASE),
        )

    def keep(self, numbers: range, *, later: timedelta = timedelta(days=1)) -> None:
        """Keep one article for each number, some time later; all match all watchlists, each one state."""
        self.now += later
        articles = tuple(_article(number, self.now) for number in numbers)
        self.store.keep(Batch(source="ministry", articles=articles), now=self.now)

    def publish(self) -> None:
        """Run passes until nothing is behind."""
        while self.publisher.publish(now=self.now).behind:
            pass


@contextmanager
def newsdesk(*, watchlists: int = 1, articles: int, entries: int = 100) -> Iterator[Newsdesk]:
    """Give a newsdesk with so many articles matched and published."""
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        with Store.open(folder / "policywire.db") as store:
            desk = Newsdesk(folder, store, watchlists=watchlists, entries=entries)
            for start in range(0, articles, 50):
                desk.keep(range(start, min(start + 50, articles)))
            desk.publish()
            yield desk


def _load(config: Path, count: int) -> dict[str, Watchlist]:
    (config / "watchlists").mkdir(parents=True)
    lists = "\n".join(
        f"  {code.lower()}: {{country: {code}, terms: {{en: [{name}]}}}}" for code, name in STATES.items()
    )
    ids = ", ".join(code.lower() for code in STATES)
    states = "{" + ", ".join(f"{code}: {name}" for code, name in STATES.items()) + "}"
    for number in range(count):
        text = _WATCHLIST.format(number=number, states=states, lists=lists, ids=ids)
        (config / "watchlists" / f"watchlist-{number}.yml").write_text(text)
    watchlists, problems = load_watchlists(config, {})
    if problems:
        raise SystemExit("\n".join(map(str, problems)))
    return watchlists


def _source() -> Source:
    return Source.model_validate(
        {
            "id": "ministry",
            "name": "Ministry of Examples",
            "country": "KZ",
            "publisher": "official",
            "languages": ("en",),
            "home": "https://ministry.example/",
            "kind": "feed",
            "urls": ("https://ministry.example/rss",),
        }
    )


def _article(number: int, now: datetime) -> Article:
    url = f"https://ministry.example/news/{number}"
    state = list(STATES.values())[number % len(STATES)]
    # Each has words of its own, or it would be a copy of the others.
    own = " ".join(f"word{number}x{place}" for place in range(250))
    at = now - timedelta(hours=1)
    return Article(
        source="ministry",
        url=url,
        canonical_url=url,
        language="en",
        title=f"{state} signs treaty number {number}",
        text=_TEXT.format(state=state, number=number) + "\n\n" + own,
        published=Published(raw="today", at=at, precision=Precision.MINUTE),
        authors=("Aigerim Example",),
        fetched_at=now,
    )
