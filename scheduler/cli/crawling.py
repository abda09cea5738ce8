"""The verbs that crawl: worker, crawl."""

import asyncio
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from core.article import PollReport
from core.config import DataDir
from core.errors import PolicywireError
from crawler.crawl import run_on_reactor
from scheduler import jobs
from scheduler.cli.common import (
    config_option,
    data_option,
    echo_json,
    json_option,
    ready,
    require_own,
    say,
    table,
)
from scheduler.config import Config, require_contact
from scheduler.polling import GOOD
from scheduler.worker import run_worker
from storage.records.articles import Kept
from storage.store import Store


@click.command()
@config_option
@data_option
def worker(config_dir: Path, data: DataDir) -> None:
    """Crawl the sources named on standard input, some a line, and print a JSON line for each poll.

    \b
    echo kz-mfa uz-president | policywire worker
    """
    config = ready(config_dir)
    require_own(config_dir, data)
    run_worker(config, data)


@click.command()
@click.argument("ids", nargs=-1, metavar="[SOURCE ...]")
@click.option("--all", "everything", is_flag=True, help="Every enabled source.")
@config_option
@data_option
@json_option
def crawl(ids: tuple[str, ...], everything: bool, config_dir: Path, data: DataDir, as_json: bool) -> None:
    """Poll sources once, now, and keep what they give. Ends with 1 when a source failed."""
    config = ready(config_dir, level="error")
    require_contact(config)
    chosen = _choose(config, ids, everything)
    require_own(config_dir, data)
    kept: Counter[tuple[str, str]] = Counter()
    with jobs.open_by_hand(config, data) as store:
        reports = run_on_reactor(lambda: _crawl(config, store, data.samples, chosen, kept))
    if as_json:
        for report in reports:
            echo_json({**asdict(report), **{key: kept[report.source, key] for key in asdict(Kept())}})
    else:
        say(_crawl_table(reports, kept))
    if any(report.outcome not in GOOD for report in reports):
        sys.exit(1)


def _choose(config: Config, ids: Sequence[str], everything: bool) -> list[str]:
    if everything == bool(ids):
        raise click.UsageError("name sources, or say --all for every enabled one (`policywire sources list`)")
    if everything:
        return list(config.enabled)
    for id_ in ids:
        if id_ not in config.sources:
            raise PolicywireError(
                f"no source {id_!r} in {config.path / 'sources'}; see `policywire sources list`"
            )
        if id_ not in config.enabled:
            reason = config.sources[id_].disabled_reason
            raise PolicywireError(
                f"source {id_} is switched off: {reason}; set `enabled: true` in its file to crawl it"
            )
    return list(dict.fromkeys(ids))


async def _crawl(
    config: Config, store: Store, samples: Path, ids: Sequence[str], kept: Counter[tuple[str, str]]
) -> list[PollReport]:
    def on_kept(source: str, counts: Kept) -> None:
        kept.update({(source, key): number for key, number in asdict(counts).items()})

    ingest = jobs.Ingest(config, store, samples, on_kept)
    reports: list[PollReport] = []
    try:
        with click.progressbar(
            length=len(ids), label="polling", file=sys.stderr, hidden=not sys.stderr.isatty()
        ) as bar:
            crawls = [asyncio.create_task(ingest.crawl([id_])) for id_ in ids]
            for next_one in asyncio.as_completed(crawls):
                reports += await next_one
                bar.update(1)
    finally:
        await ingest.close()
    return sorted(reports, key=lambda report: list(ids).index(report.source))


def _crawl_table(reports: Sequence[PollReport], kept: Counter[tuple[str, str]]) -> str:
    headings = (
        "source",
        "outcome",
        "links",
        "fetched",
        "new",
        "duplicate",
        "revised",
        "held",
        "failed",
        "error",
    )
    rows = [
        (
            *(report.source, report.outcome.value, report.links, report.fetched),
            *(kept[report.source, key] for key in ("new", "duplicate", "revised", "held")),
            *(report.failed, report.error or "; ".join(report.warnings) or ""),
        )
        for report in reports
    ]
    return table(headings, rows)
