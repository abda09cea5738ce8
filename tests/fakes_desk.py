"""A desk for the publisher: a store, a config folder and a feeds folder, and statements for it."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import feedparser
from fakes_publisher import NOW, SOURCES, make_article

from core.article import Article, Batch, Precision, Published
from core.push import PushSettings
from core.settings import FeedSettings, Settings
from publisher.matching import Watchlist, load_watchlists
from publisher.publish import Publisher, PublishReport
from storage.store import Store

WATCHLIST = """
name: Region policy
states: {KZ: Kazakhstan, UZ: Uzbekistan}
lists:
  kazakhstan: {country: KZ, terms: {en: [Kazakhstan]}}
  uzbekistan: {country: UZ, terms: {en: [Uzbekistan]}}
  acts: {terms: {en: [ACTS]}}
groups: {states: [kazakhstan, uzbekistan]}
rules:
  - {name: act of a state, all: [states, acts], weight: 1}
"""

STATEMENT = (
    "Kazakhstan signed the treaty on Friday after a year of talks between both governments. "
    "The ministers shook hands in the hall of columns while the press looked on from the gallery. "
    "The document has twelve chapters on trade, water, transit and the rights of workers abroad."
)
OTHER = (
    "The mayor opened a new swimming pool in the north of the town, with six lanes and a sauna. "
    "Children of the nearby schools will swim there for nothing on two mornings of each week."
)


def write_watchlist(config: Path, *, name: str = "region", acts: str = "treaty", more: str = "") -> None:
    folder = config / "watchlists"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.yml").write_text(WATCHLIST.replace("ACTS", acts) + more)


def load(config: Path) -> dict[str, Watchlist]:
    watchlists, problems = load_watchlists(config, {})
    assert not problems
    return watchlists


class Desk:
    """A store, a config folder and a feeds folder, with the publisher made anew when a test asks for it."""

    def __init__(self, folder: Path, store: Store) -> None:
        self.folder = folder
        self.config = folder / "config"
        self.feeds = folder / "feeds"
        self.store = store
        self.now = NOW
        write_watchlist(self.config)
        self.restart()

    def restart(
        self,
        *,
        base_url: str = "http://127.0.0.1:8600",
        entries: int = 100,
        revisions: bool = True,
        push: PushSettings | None = None,
    ) -> None:
        self.publisher = Publisher(
            store=self.store,
            watchlists=load(self.config),
            sources=SOURCES,
            settings=Settings(
                feeds=FeedSettings(entries=entries, revisions=revisions), push=push or PushSettings()
            ),
            feeds_dir=self.feeds,
            base_url=base_url,
        )

    def keep(self, *articles: Article) -> None:
        self.store.keep(Batch(source=articles[0].source, articles=articles), now=self.now)

    def publish(self, *, passes: int = 1) -> PublishReport:
        for _ in range(passes):
            self.now += timedelta(seconds=1)
            report = self.publisher.publish(now=self.now)
        return report

    def feed(self, name: str = "region.rss") -> list[Any]:
        result = feedparser.parse((self.feeds / name).read_bytes())
        assert not result.bozo
        return list(result.entries)

    def ids(self, name: str = "region.rss") -> list[str]:
        return [item.id for item in self.feed(name)]


def statement(number: int = 1, **changes: Any) -> Article:
    values = {
        "url": f"https://ministry.example/news/{number}",
        "title": f"Statement {number}",
        # Each statement has words of its own, or it would be a copy of the others.
        "text": f"{STATEMENT} " + " ".join(f"word{number}x{place}" for place in range(60)),
    }
    return make_article(**(values | changes))


def published(at: datetime) -> Published:
    return Published(raw="x", at=at, precision=Precision.DAY)
