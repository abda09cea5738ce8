"""The verbs about sources: list, show, check, new, record."""

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import yaml

from core.article import Article, Batch, Known, Link, PollReport
from core.clock import utcnow
from core.config import DataDir
from core.errors import PolicywireError
from core.logs import configure_logging
from core.source import Source
from crawler.crawl import Assignment, CrawlStage, run_on_reactor
from crawler.discovery import Proposal, propose
from crawler.kinds.base import DateReader
from crawler.reading.page import Page
from crawler.reading.read import read
from crawler.recording import RecordedList, RecordedPage, write_golden
from crawler.spider import SourceSpider, spider_class
from scheduler.cli.common import (
    config_option,
    data_option,
    echo_json,
    json_option,
    ready,
    short_time,
    table,
    write_text,
)
from scheduler.config import Config, load_config, require_contact
from scheduler.jobs import Fetching, fetching
from scheduler.polling import GOOD, load
from scheduler.rhythm import DAY
from storage.store import Store


@click.group()
def sources() -> None:
    """Look into sources, check them against the live sites, and add new ones."""


@sources.command("list")
@config_option
@json_option
def list_sources(config_dir: Path, as_json: bool) -> None:
    """List all sources."""
    config = ready(config_dir)
    found = sorted(config.sources.values(), key=lambda source: source.id)
    if as_json:
        for source in found:
            echo_json(source.model_dump(mode="json", exclude_defaults=True))
        return
    headings = ("id", "country", "publisher", "kind", "languages", "enabled", "name")
    rows = [
        (
            *(source.id, source.country, source.publisher, source.kind, " ".join(source.languages)),
            *("yes" if source.enabled else "no", source.name),
        )
        for source in found
    ]
    click.echo(table(headings, rows))


@sources.command("show")
@click.argument("source_id", metavar="ID")
@config_option
@data_option
@json_option
def show_source(source_id: str, config_dir: Path, data: DataDir, as_json: bool) -> None:
    """Show one source as its file is understood, defaults included, and why its next poll is when it is."""
    source = _get(ready(config_dir), source_id).model_dump(mode="json")
    following = _next_poll(source_id, data)
    if as_json:
        echo_json({**source, "next_poll": following})
        return
    click.echo(yaml.safe_dump(source, sort_keys=False, allow_unicode=True), nl=False)
    if following is None:
        click.echo(f"# never polled with the data of {data.path}")
    else:
        click.echo(f"# next poll {following['due']}: {following['reason']}")
        click.echo(f"# learned: {following['articles_a_day']} articles a day, weight {following['weight']}")


def _next_poll(source_id: str, data: DataDir) -> dict[str, object] | None:
    """Return when a source is polled next, why, and what that is based on; None before its first poll."""
    if not data.database.is_file():
        return None
    with Store.open(data.database, read_only=True) as store:
        state = next((one for one in store.source_states() if one.id == source_id), None)
        polling = store.polling(source_id)
    if state is None or polling is None:
        return None
    rhythm = load(polling.memory).rhythm
    return {
        "due": state.due.isoformat(timespec="seconds"),
        "reason": polling.reason,
        "articles_a_day": round(rhythm.per_minute * DAY, 2),
        "weight": polling.weight,
    }


@dataclass(frozen=True, kw_only=True, slots=True)
class _Check:
    """What a trial poll of one source gave."""

    report: PollReport
    articles: tuple[Article, ...]

    def row(self) -> tuple[object, ...]:
        report, count = self.report, len(self.articles)
        with_date = sum(1 for article in self.articles if article.published and article.published.at)
        complete = sum(1 for article in self.articles if article.held is None)
        languages = " ".join(sorted({article.language for article in self.articles}))
        seconds = f"{(report.finished - report.started).total_seconds():.1f}"
        return (
            *(
                report.source,
                report.outcome.value,
                report.links,
                f"{complete}/{count}",
                f"{with_date}/{count}",
            ),
            *(languages, seconds, report.error or "; ".join(report.warnings) or ""),
        )


@sources.command("check")
@click.argument("ids", nargs=-1, metavar="[ID ...]")
@click.option(
    "--pages", type=click.IntRange(1, 50), default=3, show_default=True, help="Pages to read from each."
)
@config_option
@json_option
def check(ids: tuple[str, ...], pages: int, config_dir: Path, as_json: bool) -> None:
    """Poll on trial, storing nothing: are there links, titles, texts, dates? Ends with 1 if one fails."""
    config = ready(config_dir, level="error")
    require_contact(config)
    chosen = [_get(config, id_) for id_ in ids] or list(config.enabled.values())
    checks = run_on_reactor(lambda: _check(config, chosen, pages))
    if as_json:
        names = ("source", "outcome", "links", "complete", "dated", "languages", "seconds", "error")
        for each in checks:
            echo_json(dict(zip(names, each.row(), strict=True)))
    else:
        headings = ("source", "outcome", "links", "complete", "dated", "languages", "s", "error")
        click.echo(table(headings, [each.row() for each in checks]))
    if any(each.report.outcome not in GOOD for each in checks):
        sys.exit(1)


async def _check(config: Config, chosen: Sequence[Source], pages: int) -> list[_Check]:
    articles: dict[str, list[Article]] = {source.id: [] for source in chosen}

    def nothing_known(_source: str, _urls: Sequence[str]) -> Mapping[str, Known]:
        return {}

    def collect(batch: Batch) -> None:
        articles[batch.source] += batch.articles

    stage = CrawlStage(
        settings=config.settings, languages=config.languages, known=nothing_known, sink=collect
    )
    trial = [Assignment(source=source.model_copy(update={"max_articles": pages})) for source in chosen]
    try:
        reports = await stage.crawl(trial)
    finally:
        await stage.close()
    return [_Check(report=report, articles=tuple(articles[report.source])) for report in reports]


@sources.command("new")
@click.argument("url")
@click.option(
    "--to", type=click.Path(path_type=Path, dir_okay=False), help="Write the file here; it must be new."
)
@config_option
def new(url: str, to: Path | None, config_dir: Path) -> None:
    """Propose a source file for a site: feeds, sitemaps or a listing, with a preview of what it would find.

    Without --to the file goes to standard output; the preview and what is unsure go to standard error.

    \b
    policywire sources new https://ministry.example/news --to config/sources/xx-ministry.yml
    """
    if not re.match(r"https?://[^/?#\s]+", url):
        raise click.UsageError(f"{url!r} is no address that begins with http:// or https://")
    if to is not None and to.exists():
        raise PolicywireError(f"{to} exists; name another file")
    # Works beside a source file that is broken or still empty.
    config = load_config(config_dir, sources=False, watchlists=False)
    configure_logging("error")
    require_contact(config)
    proposal = run_on_reactor(lambda: _propose(config, url))
    if to is None:
        click.echo(proposal.yaml, nl=False)
    else:
        write_text(to, proposal.yaml)
    click.echo("The first of what it finds:", err=True)
    for link in proposal.preview:
        when = short_time(link.published.at) if link.published else "-"
        click.echo(f"  {when}  {link.title or '(no title)'}\n      {link.url}", err=True)
    for doubt in proposal.doubts:
        click.echo(f"Unsure: {doubt}", err=True)
    click.echo(f"Next: policywire sources check {to.stem if to else proposal.id}", err=True)


async def _propose(config: Config, url: str) -> Proposal:
    async with fetching(config) as fetch:

        async def get(address: str) -> tuple[int, str | None, bytes, str]:
            reply = await fetch(address)
            return reply.status, reply.content_type, reply.body, reply.url

        return await propose(url, get, languages=config.languages, now=utcnow())


@sources.command("record")
@click.argument("source_id", metavar="ID")
@click.argument("urls", nargs=-1, metavar="[URL ...]")
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("tests/sources"),
    show_default=True,
    help="Where the golden folders are.",
)
@config_option
def record(source_id: str, urls: tuple[str, ...], into: Path, config_dir: Path) -> None:
    """Record a golden folder for a source: its first list, and the articles URL ... (none: the first one)."""
    config = ready(config_dir, level="error")
    require_contact(config)
    source = _get(config, source_id)
    lists, pages = run_on_reactor(lambda: _record(config, source, urls))
    for path in write_golden(into / source.id, lists, pages, article_url=source.article_url):
        click.echo(path)


async def _record(
    config: Config, source: Source, urls: Sequence[str]
) -> tuple[list[RecordedList], list[RecordedPage]]:
    spider_type = spider_class(source) if source.kind == "custom" else SourceSpider
    spider = spider_type(source=source, dates=DateReader.of(source, config.languages, utcnow()))
    async with fetching(config) as fetch:
        reply = await fetch(source.urls[0], source)
        listing = spider.parse_list(reply.body, reply.url, reply.content_type)
        lists = [
            RecordedList(
                url=source.urls[0],
                content_type=reply.content_type,
                body=reply.body,
                links=listing.links,
                more=listing.more,
            )
        ]
        by_url = {link.url: link for link in listing.links}
        pages = []
        for link in [by_url.get(url, Link(url=url)) for url in urls] or listing.links[:1]:
            pages.append(await _record_page(config, spider, link, fetch))
    return lists, pages


async def _record_page(config: Config, spider: SourceSpider, link: Link, fetch: Fetching) -> RecordedPage:
    source = spider.source
    if link.text is None:
        reply = await fetch(link.url, source)
        body, content_type, url = reply.body, reply.content_type, reply.url
    else:
        body, content_type, url = link.text.encode(), "text/html; charset=utf-8", link.url
    page = Page(
        source=source.id, url=url, body=body, content_type=content_type, fetched_at=utcnow(), link=link
    )
    return RecordedPage(
        url=link.url,
        article=spider.finish(read(page, source, config.languages), link),
        content_type=content_type,
        body=None if link.text is not None else body,
    )


def _get(config: Config, source_id: str) -> Source:
    if source_id not in config.sources:
        raise PolicywireError(
            f"no source {source_id!r} in {config.path / 'sources'}; see `policywire sources list`"
        )
    return config.sources[source_id]
