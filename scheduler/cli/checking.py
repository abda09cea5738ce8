"""The verb `sources check`: the live sites against their source files."""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from core.clock import utcnow
from core.config import DataDir
from crawler.checking import SourceCheck, check_sources
from crawler.crawl import run_on_reactor
from scheduler.cli.common import (
    Whole,
    config_option,
    data_option,
    echo_json,
    json_option,
    ready,
    say,
    source_of,
    table,
    write_text,
)
from scheduler.config import require_contact
from scheduler.polling import GOOD


@click.command()
@click.argument("ids", nargs=-1, metavar="[ID ...]")
@click.option("--pages", type=Whole(1, 50), default=3, show_default=True, help="Pages to read from each.")
@config_option
@data_option
@json_option
def check(ids: tuple[str, ...], pages: int, config_dir: Path, data: DataDir, as_json: bool) -> None:
    """Poll on trial, storing no article: robots.txt, certificate, links, titles, texts, dates, languages.

    What changed since the last check is told; the results of the last checks stand in checks.json in the data
    folder. Ends with 1 if a source fails.
    """
    config = ready(config_dir, level="error")
    require_contact(config)
    chosen = [source_of(config, id_) for id_ in ids] or list(config.enabled.values())
    checks = run_on_reactor(lambda: check_sources(chosen, config.settings, config.languages, pages))
    before = _read(data.checks)
    changes = {one.source: one.changes(before[one.source]) for one in checks if one.source in before}
    known = {id_: record for id_, record in before.items() if id_ in config.sources}
    data.make()
    write_text(data.checks, json.dumps({**known, **{one.source: one.record() for one in checks}}, indent=1))
    if as_json:
        for one in checks:
            echo_json({**one.record(), "changes": changes.get(one.source)})
    else:
        say(_table(checks, changes))
    if any(one.outcome not in GOOD for one in checks):
        sys.exit(1)


def _read(path: Path) -> dict[str, dict[str, Any]]:
    """Return the last checks by source; none where the file is missing or no longer readable."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {id_: record for id_, record in found.items() if isinstance(record, dict)}


def _table(checks: Sequence[SourceCheck], changes: Mapping[str, Sequence[str]]) -> str:
    headings = (
        *("source", "outcome", "robots", "certificate", "links", "titled", "dated", "complete", "languages"),
        *("s", "changed", "error"),
    )
    return table(headings, [_row(one, changes.get(one.source)) for one in checks])


def _row(one: SourceCheck, changes: Sequence[str] | None) -> tuple[object, ...]:
    ends = one.certificate_ends
    return (
        *(one.source, one.outcome, one.robots, f"{(ends - utcnow()).days} days" if ends else "-", one.links),
        *(f"{count}/{one.pages}" for count in (one.titled, one.dated, one.complete)),
        *(" ".join(one.languages), one.seconds),
        *("first check" if changes is None else "; ".join(changes) or "nothing", one.error or ""),
    )
