"""What went wrong with sources and pages: the verb `pages`, and how a source does for `sources show`."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import click

from core.clock import utcnow
from core.config import DataDir
from crawler.sift import MAX_FAILURES, MAX_POISONED
from scheduler.cli.common import (
    Whole,
    data_option,
    echo_json,
    json_option,
    require_database,
    say,
    short_time,
    table,
)
from storage.records.polling import TroubledPage
from storage.shelf import Shelf
from storage.store import Store

_POLLS_SHOWN = 5


@click.command()
@click.argument("source_id", metavar="[SOURCE]", required=False)
@click.option("--set-aside", is_flag=True, help="Only pages that killed or hung their reader.")
@click.option("--limit", type=Whole(1, 10_000), default=50, show_default=True)
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
    headings = ("source", "last tried", "tries", "next", "error", "address", "copy")
    say(
        table(
            headings,
            [
                (
                    *(page.source, short_time(page.at), page.failures, _next(page)),
                    *(page.error, page.url, copies.get((page.source, page.url), "")),
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


def source_health(source_id: str, data: DataDir) -> dict[str, Any]:
    """Return how a source does, its last polls and the samples kept of it; nothing before its first poll."""
    samples = [asdict(one) for one in Shelf(data.samples).of(source_id)]
    found: dict[str, Any] = {"health": None, "polls": [], "samples": samples}
    if data.database.is_file():
        with Store.open(data.database, read_only=True) as store:
            health, polls = store.health().get(source_id), store.polls(source_id, limit=_POLLS_SHOWN)
        found["health"] = None if health is None else asdict(health)
        found["polls"] = [
            {
                "run": poll.report.run,
                "at": poll.report.finished,
                "outcome": poll.report.outcome.value,
                "links": poll.report.links,
                "articles": poll.report.articles,
                "new": poll.new,
                "error": poll.report.error,
            }
            for poll in polls
        ]
    return found


def told_health(health: dict[str, Any]) -> Iterator[str]:
    """Return what `source_health` found, a line each."""
    if (one := health["health"]) is not None:
        why = f": {one['reason']}" if one["reason"] else ""
        yield f"health: {one['klass']} since {short_time(one['since'])}{why}"
        if one["snoozed_until"] is not None and one["snoozed_until"] > utcnow():
            yield f"snoozed until {short_time(one['snoozed_until'])}"
    for poll in health["polls"]:
        counts = f"{poll['links']} links, {poll['articles']} articles, {poll['new']} new"
        yield f"poll {short_time(poll['at'])} {poll['outcome']}: {poll['error'] or counts}"
    for sample in health["samples"]:
        why = f": {sample['error']}" if sample["error"] else ""
        yield f"kept {sample['name']} {short_time(sample['at'])} {sample['url']} in {sample['path']}{why}"
