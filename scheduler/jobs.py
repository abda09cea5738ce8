"""The composition root: the one place where the stages meet. Start reading here.

Ingest: claimed sources -> crawl stage (discover, fetch, read) -> store (identify, keep) -> next due.
Publish: change sequence -> match -> entries -> feeds. Both may be cut off anywhere and run again.

The stages are imported where they are used: the daemon, which publishes, need not hold Scrapy, and the
worker, which crawls, need not hold feeds. That is 50 MB.
"""

import logging
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from core.article import Batch, Known, Outcome, PollReport
from core.clock import utcnow
from core.config import DataDir
from core.logs import log_fields
from core.settings import Settings
from core.source import Source
from scheduler import pushing
from scheduler.config import Config
from scheduler.exclusive import is_held
from scheduler.planning import Planner
from storage.records.articles import Kept
from storage.records.keeping import KeepLimits, KeepRules, Limits
from storage.shelf import Shelf
from storage.store import Store
from storage.warc import PageStore

if TYPE_CHECKING:
    from crawler.crawl import Reply
    from publisher.publish import Publisher, PublishReport

# Told of each batch kept: source id, what became of its articles.
OnKept = Callable[[str, Kept], None]


class Fetching(Protocol):
    """Gets one address, as a list or a page of the source if one is given."""

    async def __call__(self, url: str, source: Source | None = None) -> "Reply":
        """Return the reply, whatever its status. Raises Unreachable or Refused."""


log = logging.getLogger(__name__)


class Ingest:
    """The ingest loop's job: crawl some sources and keep what they give."""

    def __init__(self, config: Config, store: Store, samples: Path, on_kept: OnKept | None = None) -> None:
        from crawler.crawl import CrawlStage

        self._config = config
        self._store = store
        self._on_kept = on_kept
        self._planner = Planner(config, store)
        self._keeping: defaultdict[str, float] = defaultdict(float)
        self._stage = CrawlStage(
            settings=config.settings,
            languages=config.languages,
            known=store.known,
            sink=self._keep,
            keep_sample=Shelf(samples).keep,
        )

    async def crawl(self, ids: Collection[str]) -> tuple[PollReport, ...]:
        """Crawl these sources, keep their articles and set their next due. Unknown ids are an error."""
        from crawler.crawl import Assignment

        now = utcnow()
        self._planner.refresh()
        assignments = [
            Assignment(
                source=self._config.enabled[id_],
                validators=() if self._planner.begin(id_) else self._store.validators(id_),
                looks=self._store.looks(id_, now=now, limit=self._config.settings.looks.per_poll),
                last_pages=self._store.last_pages(id_),
            )
            for id_ in ids
        ]
        reports = tuple(map(self._timed, await self._stage.crawl(assignments)))
        for report in reports:
            with log_fields(source=report.source, run=report.run):
                for message in filter(None, (report.error, *report.warnings)):
                    log.warning("%s", message)
        return reports

    def _timed(self, report: PollReport) -> PollReport:
        """Return the report with the seconds that keeping took, the report itself included."""
        return replace(
            report, stages={**report.stages, "keep": round(self._keeping.pop(report.source, 0.0), 3)}
        )

    async def rest(self, unused: float) -> None:
        """Let reading processes go that were not used for so many seconds, until they are needed again."""
        await self._stage.rest(unused)

    async def close(self) -> None:
        """Let the reading processes go."""
        await self._stage.close()

    def _keep(self, batch: Batch) -> None:
        self._planner.note(batch)
        decide = None if batch.report is None else self._planner.end(batch.report)
        rules = keep_rules(self._config.sources[batch.source], self._config.settings)
        began = time.monotonic()
        kept = self._store.keep(batch, now=utcnow(), rules=rules, decide=decide)
        self._keeping[batch.source] += time.monotonic() - began
        if self._on_kept is not None:
            self._on_kept(batch.source, kept)


@asynccontextmanager
async def fetching(config: Config) -> AsyncIterator[Fetching]:
    """Give a function that gets one address with all manners of the crawl stage; nothing is kept."""

    def nothing_known(_source: str, _urls: Sequence[str]) -> Mapping[str, Known]:
        return {}

    def no_sink(_batch: Batch) -> None:
        raise RuntimeError("a single fetch gives no batch")

    from crawler.crawl import CrawlStage

    stage = CrawlStage(
        settings=config.settings, languages=config.languages, known=nothing_known, sink=no_sink
    )
    try:
        yield stage.fetch
    finally:
        await stage.close()


def open_store(config: Config, data: DataDir) -> Store:
    """Open the database and bring its due table in line with the config."""
    store = open_with_pages(config, data)
    sync_sources(config, store)
    return store


def open_by_hand(config: Config, data: DataDir) -> Store:
    """Open the database for a verb. Which sources there are says the daemon, while one is there."""
    return open_with_pages(config, data) if is_held(data) else open_store(config, data)


def take_over(config: Config, data: DataDir) -> Store:
    """Open the store for the daemon, which holds the data folder, and end what an earlier one left."""
    store = open_store(config, data)
    # A claim in it is of a worker that has lost its daemon and ends in seconds.
    store.release()
    mend_times(config, store)
    return store


def open_with_pages(config: Config, data: DataDir) -> Store:
    """Open the database with the folder of fetched pages beside it."""
    data.make()
    return Store.open(data.database, pages=PageStore(data.pages, max_bytes=config.settings.pages.max_bytes))


def keep_rules(source: Source, settings: Settings) -> KeepRules:
    """Return what the config says on keeping a source's articles."""
    looks = settings.looks
    return KeepRules(
        looks=looks.official_ages if source.publisher == "official" else looks.ages,
        news_age=settings.feeds.max_age,
    )


def upkeep(config: Config, store: Store) -> int:
    """Do one small step of retention and upkeep; return how many articles were removed."""
    keep = config.settings.keep
    default = Limits(age=keep.age, max_bytes=keep.source_bytes)
    own = {
        source.id: Limits(
            age=source.keep.age or default.age,
            max_bytes=default.max_bytes if source.keep.max_bytes is None else source.keep.max_bytes,
        )
        for source in config.sources.values()
    }
    limits = KeepLimits(default=default, sources=own, max_bytes=keep.max_bytes, matched=keep.matched)
    removed = store.remove_expired(limits, now=utcnow())
    store.tidy()
    pushing.upkeep(store, now=utcnow())
    access = config.settings.access
    store.end_expired(now=utcnow(), idle=access.idle, lifetime=access.lifetime)
    if removed:
        log.info("removed %d articles that were over a bound of `keep`", removed)
    return removed


def sync_sources(config: Config, store: Store) -> None:
    """Tell the store which sources there are, and which of them are official."""
    official = [id_ for id_, source in config.enabled.items() if source.publisher == "official"]
    store.sync_sources(config.enabled.keys(), now=utcnow(), official=official)


def claim(config: Config, store: Store) -> list[str]:
    """Claim the sources that are due. A claim ends by itself if its worker dies: see `lease`."""
    now = utcnow()
    return store.claim_due(now=now, limit=config.settings.poll.batch, until=now + lease(config))


def blame(config: Config, store: Store, source: str, error: str) -> None:
    """Keep the crashed poll of a source that ended its own worker."""
    now = utcnow()
    log.error("source=%s %s", source, error)
    report = PollReport(source=source, started=now, finished=now, outcome=Outcome.CRASHED, error=error)
    if source in config.sources:
        store.keep(
            Batch(source=source, report=report),
            now=now,
            rules=keep_rules(config.sources[source], config.settings),
            decide=Planner(config, store).end(report),
        )


def mend_times(config: Config, store: Store) -> None:
    """Make due what a clock that has since been set back put into the future, and end such claims."""
    now = utcnow()
    if mended := store.mend_times(now=now, latest_claim=now + lease(config)):
        log.warning("%d sources were last polled in what is now the future: due again at once", mended)


def lease(config: Config) -> timedelta:
    """How long a claim holds: a poll's own bound with room for the queue before it."""
    return config.settings.crawl.poll_time * 2 + timedelta(minutes=1)


def publisher(config: Config, store: Store, feeds: Path, base_url: str) -> "Publisher":
    """Build the publish loop's job; see `Publisher.publish`."""
    from publisher.publish import Publisher

    return Publisher(
        store=store,
        watchlists=config.watchlists,
        sources=config.sources,
        settings=config.settings,
        feeds_dir=feeds,
        base_url=base_url,
    )


def publish_all(job: "Publisher") -> "list[PublishReport]":
    """Publish until nothing is behind and every statement is heard, one report a pass."""
    reports = [job.publish(now=utcnow())]
    while reports[-1].behind or reports[-1].heard:
        reports.append(job.publish(now=utcnow()))
    return reports
