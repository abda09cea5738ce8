"""The verbs about sources: list, show, new, record here; check and those about all of them beside."""

import re
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import click
import yaml

from core.article import Link, Precision, Published
from core.clock import utcnow
from core.config import DataDir
from core.errors import PolicywireError
from core.logs import configure_logging
from core.source import SOURCE_ID, Source
from crawler.crawl import run_on_reactor
from crawler.discovery import propose
from crawler.finding.draft import Proposal
from crawler.kinds.base import DateReader
from crawler.reading.page import Page
from crawler.reading.read import read
from crawler.recording import RecordedList, RecordedPage, write_golden
from crawler.spider import SourceSpider, spider_class
from scheduler.cli.catalogue import coverage, export_sources, import_sources
from scheduler.cli.checking import check
from scheduler.cli.common import (
    Duration,
    config_option,
    data_option,
    echo_json,
    json_option,
    ready,
    require_database,
    say,
    short_time,
    source_of,
    table,
    write_text,
)
from scheduler.cli.troubles import source_health, told_health
from scheduler.config import Config, load_config, require_contact
from scheduler.jobs import Fetching, fetching
from scheduler.learned import articles_a_day
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
    say(table(headings, rows))


@sources.command("show")
@click.argument("source_id", metavar="ID")
@config_option
@data_option
@json_option
def show_source(source_id: str, config_dir: Path, data: DataDir, as_json: bool) -> None:
    """Show one source as its file is understood, defaults included, and why its next poll is when it is."""
    source = source_of(ready(config_dir), source_id).model_dump(mode="json")
    following, health = _next_poll(source_id, data), source_health(source_id, data)
    if as_json:
        echo_json({**source, "next_poll": following, **health})
        return
    say(yaml.safe_dump(source, sort_keys=False, allow_unicode=True), nl=False)
    if following is None:
        say(f"# never polled with the data of {data.path}")
    else:
        say(f"# next poll {following['due']}: {following['reason']}")
        say(f"# learned: {following['articles_a_day']} articles a day, weight {following['weight']}")
    for line in told_health(health):
        say(f"# {line}")


def _next_poll(source_id: str, data: DataDir) -> dict[str, object] | None:
    """Return when a source is polled next, why, and what that is based on; None before its first poll."""
    if not data.database.is_file():
        return None
    with Store.open(data.database, read_only=True) as store:
        state = next((one for one in store.source_states() if one.id == source_id), None)
        polling = store.polling(source_id)
    if state is None or polling is None:
        return None
    return {
        "due": state.due.isoformat(timespec="seconds"),
        "reason": polling.reason,
        "articles_a_day": articles_a_day(polling.memory),
        "weight": polling.weight,
    }


@sources.command("snooze")
@click.argument("source_id", metavar="ID")
@click.option("--for", "span", type=Duration(), help="For how long, such as 3d.")
@click.option("--off", is_flag=True, help="Tell of its health again from now on.")
@config_option
@data_option
def snooze(source_id: str, span: timedelta | None, off: bool, config_dir: Path, data: DataDir) -> None:
    """Tell nobody of a source's health for a while; it is polled and judged as ever."""
    if (span is None) == (not off):
        raise click.UsageError("give --for DURATION or --off")
    source_of(ready(config_dir), source_id)
    now = utcnow()
    until = now + span if span else None
    with Store.open(require_database(data)) as store:
        store.snooze(source_id, until, now=now)
    say(f"{source_id}: {'told of again' if until is None else f'snoozed until {short_time(until)} UTC'}")


@sources.command("new")
@click.argument("url")
@click.option(
    "--to", type=click.Path(path_type=Path, dir_okay=False), help="Write the file here; it must be new."
)
@config_option
def new(url: str, to: Path | None, config_dir: Path) -> None:
    """Propose a source file for a site: feeds, sitemaps or a listing, with a preview of what it would find.

    Three of the articles are read, so that title, date and language show as they would be stored.
    The file is switched off until somebody has looked at it. Without --to it goes to standard output; the
    preview and what is unsure go to standard error.

    \b
    policywire sources new https://ministry.example/news --to config/sources/xx-ministry.yml
    """
    if not re.match(r"https?://[^/?#\s]+", url):
        raise click.UsageError(f"{url!r} is no address that begins with http:// or https://")
    if to is not None and to.exists():
        raise PolicywireError(f"{to} exists; name another file")
    if to is not None and (to.suffix != ".yml" or not SOURCE_ID.fullmatch(to.stem)):
        raise click.UsageError(
            f"--to {to.name}: a source's file name is small letters, digits and single hyphens, "
            "such as kz-akorda.yml"
        )
    # Works beside a source file that is broken or still empty.
    config = load_config(config_dir, sources=False, watchlists=False)
    configure_logging("error")
    require_contact(config)
    proposal = run_on_reactor(lambda: _propose(config, url, to.stem if to else None))
    if to is None:
        say(proposal.yaml, nl=False)
    else:
        write_text(to, proposal.yaml)
    _show_preview(proposal)
    for doubt in proposal.doubts:
        say(f"Unsure: {doubt}", err=True)
    say(f"Next: policywire sources check {proposal.id}", err=True)
    say("Then remove `enabled: false` and its reason from the file: it is not polled before", err=True)


def _show_preview(proposal: Proposal) -> None:
    """Show the first links: as read where the page was asked for, else as the list gives them."""
    count = len(proposal.read)
    say(f"The first of what it finds ({count} read, the others as listed):", err=True)
    read = {one.link.url: one for one in proposal.read}
    for link in proposal.preview:
        one = read.get(link.url)
        article = one.article if one else None
        published = article.published if article else link.published
        when = _moment(published) if published else "no date"
        title = (article.title if article else link.title) or "(no title)"
        language = f"  {article.language}" if article else ""
        say(f"  {when}{language}  {title}\n      {link.url}", err=True)
        if one and (trouble := one.trouble or (article.held if article else "")):
            say(f"      not read: {trouble}", err=True)


def _moment(published: Published) -> str:
    """Show a date as far as it is known."""
    if published.at is None:
        return f"no date in {published.raw!r}"
    shown = {Precision.DAY: "%Y-%m-%d", Precision.MONTH: "%Y-%m", Precision.YEAR: "%Y"}
    return published.at.strftime(shown.get(published.precision or Precision.DAY, "%Y-%m-%d %H:%M UTC"))


async def _propose(config: Config, url: str, id_: str | None) -> Proposal:
    async with fetching(config) as fetch:

        async def get(address: str) -> tuple[int, str | None, bytes, str]:
            reply = await fetch(address)
            return reply.status, reply.content_type, reply.body, reply.url

        return await propose(url, get, languages=config.languages, now=utcnow(), id_=id_)


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
    source = source_of(config, source_id)
    lists, pages = run_on_reactor(lambda: _record(config, source, urls))
    for path in write_golden(into / source.id, lists, pages, article_url=source.article_url):
        say(path)


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


for _verb in (check, coverage, export_sources, import_sources):
    sources.add_command(_verb)
