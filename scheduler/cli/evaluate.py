"""The verb `evaluate`: quality figures on labelled data, each next to a named peer in the same run."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import click

from core.logs import configure_logging
from scheduler.cli.common import config_option, echo_json, json_option, say
from scheduler.config import Config, load_config
from scheduler.evaluation import (
    boilerplate,
    dates,
    duplicates,
    extraction,
    language,
    publishers,
    quotes,
    relevance,
)


class Report(Protocol):
    """What a suite returns."""

    def render(self) -> str:
        """Return the figures as a table for people."""

    def to_dict(self) -> dict[str, object]:
        """Return them as JSON values."""


SUITES: dict[str, Callable[[Path, Config, str], Report]] = {
    "boilerplate": lambda data, config, _watchlist: boilerplate.evaluate_boilerplate(data, config.languages),
    "dates": lambda data, config, _watchlist: dates.evaluate_dates(data, config.languages),
    "duplicates": lambda data, config, _watchlist: duplicates.evaluate_duplicates(data),
    "extraction": lambda data, config, _watchlist: extraction.evaluate_extraction(data, config.languages),
    "language": lambda data, config, _watchlist: language.evaluate_language(data),
    "publishers": lambda data, config, _watchlist: publishers.evaluate_publishers(data, config.languages),
    "quotes": lambda data, config, _watchlist: quotes.evaluate_quotes(data, config.languages),
    "relevance": lambda data, config, watchlist: relevance.evaluate_relevance(
        data, config.path, watchlist=watchlist
    ),
}


@click.command()
@click.argument("suite", required=False, type=click.Choice(sorted(SUITES)))
@click.option(
    "--data",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    required=True,
    help="Folder of the labelled data; each suite says what it needs when that is not there.",
)
@click.option(
    "--watchlist",
    default="central-asia",
    show_default=True,
    metavar="ID",
    help="For relevance: the watchlist that the labels are about.",
)
@config_option
@json_option
def evaluate(suite: str | None, data: Path, watchlist: str, config_dir: Path, as_json: bool) -> None:
    """Measure quality on labelled data. Without SUITE: all of them."""
    configure_logging("error")
    config = load_config(config_dir, sources=False, watchlists=False)
    for name in [suite] if suite else sorted(SUITES):
        report = SUITES[name](data, config, watchlist)
        if as_json:
            echo_json({"suite": name, **report.to_dict()})
        else:
            say(f"{name}\n{report.render()}\n")
