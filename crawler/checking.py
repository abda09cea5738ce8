"""A live check of sources: a trial poll of each, and what its host says in robots.txt and its certificate.

In: sources and settings. Out: a `SourceCheck` each. Stores nothing; a source that fails is a value.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from protego import Protego

from core.article import Article, Batch, Known, PollReport
from core.errors import SourceError
from core.language import Language
from core.settings import Settings
from core.source import Source
from crawler.crawl import Assignment, CrawlStage, Reply

# A change of so much of the links that were there is told.
_NOTABLE = 0.5
# What a check is compared in with the one before.
_COMPARED = ("outcome", "robots", "languages")
_SHARES = ("titled", "dated", "complete")


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceCheck:
    """What a trial poll of one source gave.

    Of `pages` read, `titled`, `dated` and `complete` ones (with a title and a text) are counted. `robots` is
    "allows", "forbids", "none", "unreachable" or "ignored, with leave". `certificate_ends` is None for plain
    HTTP and where no connection was made.
    """

    source: str
    outcome: str
    links: int
    pages: int
    titled: int
    dated: int
    complete: int
    languages: tuple[str, ...]
    robots: str
    certificate_ends: datetime | None
    seconds: float
    error: str | None

    def changes(self, before: Mapping[str, Any]) -> list[str]:
        """Say what differs from an earlier check, given as `record` wrote it."""
        now = self.record()
        found = [
            f"{name}: {_shown(before.get(name))} -> {_shown(now[name])}"
            for name in _COMPARED
            if before.get(name) != now[name]
        ]
        found += [
            f"{name}: {before.get(name)} of {before.get('pages')} -> {now[name]} of {now['pages']}"
            for name in _SHARES
            if _share(before, name) != _share(now, name)
        ]
        links = before.get("links")
        if isinstance(links, int) and abs(self.links - links) > _NOTABLE * max(links, 1):
            found.append(f"links: {links} -> {self.links}")
        return found

    def record(self) -> dict[str, Any]:
        """Return the check as JSON holds it."""
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        ends = self.certificate_ends
        return {**values, "languages": list(self.languages), "certificate_ends": ends and ends.isoformat()}


async def check_sources(
    sources: Sequence[Source], settings: Settings, languages: Mapping[str, Language], pages: int
) -> list[SourceCheck]:
    """Poll each source on trial, `pages` pages of each at most, and look at its host."""
    articles: dict[str, list[Article]] = {source.id: [] for source in sources}

    def nothing_known(_source: str, _urls: Sequence[str]) -> Mapping[str, Known]:
        return {}

    def collect(batch: Batch) -> None:
        articles[batch.source] += batch.articles

    stage = CrawlStage(settings=settings, languages=languages, known=nothing_known, sink=collect)
    trial = [Assignment(source=source.model_copy(update={"max_articles": pages})) for source in sources]
    hosts: dict[str, Reply | None] = {}
    try:
        reports = {report.source: report for report in await stage.crawl(trial)}
        for source in sources:
            address = _robots_address(source)
            if address not in hosts:
                hosts[address] = await _asked(stage, address, source)
    finally:
        await stage.close()
    agent = settings.user_agent.split("/")[0].split()[0]
    return [
        _check(source, reports[source.id], articles[source.id], hosts[_robots_address(source)], agent)
        for source in sources
        if source.id in reports
    ]


def _robots_address(source: Source) -> str:
    parts = urlsplit(source.urls[0])
    return f"{parts.scheme}://{parts.netloc}/robots.txt"


async def _asked(stage: CrawlStage, address: str, source: Source) -> Reply | None:
    try:
        return await stage.fetch(address, source)
    except SourceError:
        return None


def _check(
    source: Source, report: PollReport, articles: Sequence[Article], robots: Reply | None, agent: str
) -> SourceCheck:
    return SourceCheck(
        source=source.id,
        outcome=report.outcome.value,
        links=report.links,
        pages=len(articles),
        titled=sum(1 for article in articles if article.title),
        dated=sum(1 for article in articles if article.published and article.published.at),
        complete=sum(1 for article in articles if article.held is None),
        languages=tuple(sorted({article.language for article in articles})),
        robots=_robots(source, robots, agent),
        certificate_ends=robots.certificate_ends if robots else None,
        seconds=round((report.finished - report.started).total_seconds(), 1),
        error=report.error or "; ".join(report.warnings) or None,
    )


def _robots(source: Source, reply: Reply | None, agent: str) -> str:
    if source.robots is not None:
        return "ignored, with leave"
    if reply is None or reply.status >= 500:
        return "unreachable"
    if reply.status >= 400:
        return "none"
    rules = Protego.parse(reply.body.decode("utf-8", "replace"))
    return "allows" if all(rules.can_fetch(url, agent) for url in source.urls) else "forbids"


def _share(check: Mapping[str, Any], name: str) -> float | None:
    pages = check.get("pages")
    return check.get(name, 0) / pages if pages else None


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) or "none" if isinstance(value, list) else str(value)
