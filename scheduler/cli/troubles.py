"""The verb about pages that could not be read: pages."""

from dataclasses import asdict

import click

from core.config import DataDir
from crawler.sift import MAX_FAILURES, MAX_POISONED
from scheduler.cli.common import data_option, echo_json, json_option, require_database, short_time, table
from storage.records import TroubledPage
from storage.shelf import Shelf
from storage.store import Store


@click.command()
@click.argument("source_id", metavar="[SOURCE]", required=False)
@click.option("--set-aside", is_flag=True, help="Only pages that killed or hung their reader.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
@data_option
@json_option
def pages(source_id: str | None, set_aside: bool, limit: int, data: DataDir, as_json: bool) -> None:
    """List pages that gave no complete article: why, how often, what comes next, and where a copy lies."""
    with Store.open(require_database(data), read_only=True) as store:
        found = store.troubled_pages(source_id, poisoned=set_aside, limit=limit)
    shelf = Shelf(data.samples)
    copies = {
        (source, one.url): one.path for source in {page.source for page in found} for one in shelf.of(source)
    }
    if as_json:
        for page in found:
            copy = copies.get((page.source, page.url))
            echo_json({**asdict(page), "next": _next(page), "copy": copy})
        return
    headings = ("source", "last tried", "tries", "next", "error", "copy")
    click.echo(
        table(
            headings,
            [
                (
                    *(page.source, short_time(page.at), page.failures, _next(page)),
                    *(page.error, copies.get((page.source, page.url), "")),
                )
                for page in found
            ],
        )
        if found
        else "none"
    )


def _next(page: TroubledPage) -> str:
    if page.poisoned >= MAX_POISONED:
        return "set aside"
    return "once a day" if page.failures >= MAX_FAILURES else "next poll"
