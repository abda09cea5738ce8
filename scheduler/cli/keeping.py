"""The verbs about what is stored and how it is doing: status, check, backup, restore, config."""

import sys
from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
import yaml

from core.article import Outcome
from core.clock import utcnow
from core.config import DataDir, load_settings, setting_origins
from core.errors import PolicywireError, StorageError
from scheduler import exposure
from scheduler.cli.common import (
    config_option,
    data_option,
    echo_json,
    json_option,
    ready,
    require_database,
    say,
    short_time,
    table,
)
from scheduler.config import check_thoroughly
from scheduler.exclusive import hold
from scheduler.polling import GOOD
from storage.records.health import HealthState
from storage.records.keeping import Backup
from storage.records.polling import SourceState
from storage.store import Store
from storage.store import restore as restore_store


@click.command()
@config_option
@data_option
@json_option
def status(config_dir: Path, data: DataDir, as_json: bool) -> None:
    """Show sources with their last and next polls, what is stored and held, and how far matching is."""
    with Store.open(require_database(data), read_only=True) as store:
        states, counts, progress = store.source_states(), store.counts(), store.progress()
        held, health, last = store.held(), store.health(), store.last_backup()
        failing = [one for one in store.outbox().targets if one.dead or one.failures]
    settings = load_settings(config_dir)[0]
    backup = _backup_warning(last, settings.backup.max_age)
    warnings = [*([backup] if backup else []), *exposure.warnings(settings)]
    if as_json:
        echo_json(
            {
                "counts": counts,
                "backup": None if last is None else asdict(last),
                "warnings": warnings,
                "held": [asdict(one) for one in held],
                "sources": [{**asdict(state), "health": _health(health.get(state.id))} for state in states],
                "matching": [asdict(one) for one in progress],
                "push": [asdict(one) for one in failing],
            }
        )
        return
    headings = (
        "source",
        "health",
        "outcome",
        "last poll",
        "last new",
        "next due",
        "failures",
        "new",
        "matched",
        "why",
    )
    rows = [_status_row(state, health.get(state.id)) for state in sorted(states, key=_worst_first)]
    say(table(headings, rows))
    say("  ".join(f"{name}: {number}" for name, number in counts.items()))
    if held:
        say(table(("held", "why", "articles"), [(one.source, one.reason, one.articles) for one in held]))
    for one in failing:
        error = f": {one.error}" if one.error else ""
        say(f"push {one.target}: {one.failures} failures in a row, {one.dead} dead letters{error}")
    for warning in warnings:
        say(f"warning: {warning}")
    for state in progress:
        if state.reached < state.last:
            share = 100 * state.reached // state.last
            say(f"matching {state.follower}: {state.reached:,} of {state.last:,} changes ({share} %)")


def _health(health: HealthState | None) -> dict[str, object] | None:
    return None if health is None else {"class": health.klass, "since": health.since, "reason": health.reason}


def _worst_first(state: SourceState) -> tuple[bool, str]:
    return (state.last_outcome in (*GOOD, None), state.id)


def _status_row(state: SourceState, health: HealthState | None) -> tuple[object, ...]:
    outcome: Outcome | None = state.last_outcome
    why = (health.reason if health else "") or state.last_error or ""
    return (
        *(state.id, health.klass if health else "-", outcome.value if outcome else "never polled"),
        *(short_time(state.last_poll), short_time(state.last_new), short_time(state.due)),
        *(state.failures, state.totals.new, state.totals.matched, why),
    )


@click.command()
@data_option
@json_option
def check(data: DataDir, as_json: bool) -> None:
    """Read the whole database and say what is wrong with it; exit code 1 if anything is."""
    with Store.open(require_database(data), read_only=True) as store:
        faults = store.faults()
    if as_json:
        echo_json({"faults": faults})
    else:
        say("\n".join(faults) or f"{data.database}: sound")
    if faults:
        sys.exit(1)


def _backup_warning(last: Backup | None, max_age: timedelta) -> str | None:
    """Say what is wrong with the backups; None if nothing is."""
    advice = "run `policywire backup FILE`, best from a timer, and keep the file on another disk"
    if last is None:
        return f"there is no backup yet; {advice}"
    if utcnow() - last.at > max_age:
        return f"the last backup is of {short_time(last.at)}, older than `backup.max_age`; {advice}"
    return None


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Also where FILE is an earlier backup, which it replaces.")
@data_option
def backup(file: Path, force: bool, data: DataDir) -> None:
    """Write a consistent copy of the database to FILE, while the daemon runs."""
    if file.exists() and not force:
        raise PolicywireError(
            f"{file} exists already: name another file, or give --force to put the new backup in its place"
        )
    with Store.open(require_database(data), read_only=True) as store:
        seq = store.last_seq()
        store.backup(file)
    size = file.stat().st_size
    say(f"{file}: {size:,} bytes")
    try:
        with Store.open(data.database) as store:
            store.backup_made(Backup(at=utcnow(), file=str(file.absolute()), bytes=size, seq=seq))
    except StorageError as error:
        say(f"policywire: the backup is good, but `status` will not know of it: {error}", err=True)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option(
    "--force", is_flag=True, help="Also when the present database has more than the backup, or is damaged."
)
@data_option
def restore(file: Path, force: bool, data: DataDir) -> None:
    """Check the backup FILE and put it in the database's place; the old one is kept beside it."""
    with hold(data):
        restore_store(file, data.database, force=force)
    say(f"{data.database} restored from {file}")


@click.command("config")
@config_option
@json_option
def config(config_dir: Path, as_json: bool) -> None:
    """Check the config folder and print the settings in force, each with where its value comes from."""
    loaded = ready(config_dir, watchlists=True)
    check_thoroughly(loaded)
    settings = loaded.settings.model_dump(mode="json")
    origins = setting_origins(config_dir)
    if as_json:
        echo_json({name: {"value": _value(settings, name), "from": where} for name, where in origins.items()})
        return
    section = ""
    for name, where in origins.items():
        first, _, key = name.rpartition(".")
        if first != section:
            say(f"{first}:")
            section = first
        # Each on a line of its own, whatever its length, so that what it comes from stands beside it.
        value = yaml.safe_dump(
            _value(settings, name), default_flow_style=True, allow_unicode=True, width=10_000
        ).removesuffix("...\n")
        say(f"{'  ' if first else ''}{key}: {value.strip()}  # {where}")
    say(
        f"# {config_dir}: {len(loaded.enabled)} of {len(loaded.sources)} sources enabled, "
        f"{len(loaded.watchlists)} watchlists, {len(loaded.languages)} languages: no problems"
    )


def _value(settings: Mapping[str, Any], name: str) -> object:
    value: Any = settings
    for part in name.split("."):
        value = value[part]
    return value
