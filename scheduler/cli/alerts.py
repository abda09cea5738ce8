"""The verbs about alerts: list, test, send."""

import sys
from dataclasses import asdict
from pathlib import Path

import click

from core.config import DataDir
from core.errors import PolicywireError
from scheduler.cli.common import (
    config_option,
    data_option,
    echo_json,
    json_option,
    ready,
    require_database,
    short_time,
    table,
)
from scheduler.telling import digests, send, send_waiting
from storage.store import Store


@click.group()
def alerts() -> None:
    """See what operators were told, try the targets, tell what waits."""


@alerts.command("list")
@click.option("--limit", type=click.IntRange(1, 200), default=20, show_default=True)
@data_option
@json_option
def list_alerts(limit: int, data: DataDir, as_json: bool) -> None:
    """List the newest groups of alerts, and what became of them at each target."""
    with Store.open(require_database(data), read_only=True) as store:
        groups, sends = store.alert_groups(limit=limit), store.sends(limit=limit * 20)
    if as_json:
        for group in groups:
            told = [
                dict(zip(("target", "state", "tries", "error"), one[1:], strict=True))
                for one in sends
                if one[0] == group.number
            ]
            echo_json(
                {"group": group.number, "alerts": [asdict(alert) for alert in group.alerts], "told": told}
            )
        return
    rows = [
        (
            group.number,
            short_time(alert.at),
            alert.source or "(service)",
            alert.was,
            alert.became,
            alert.reason,
        )
        for group in groups
        for alert in group.alerts
    ]
    click.echo(table(("group", "at", "source", "was", "became", "reason"), rows) if rows else "none")
    if sends:
        click.echo("\n" + table(("group", "target", "state", "tries", "error"), sends))


@alerts.command("test")
@config_option
def test_targets(config_dir: Path) -> None:
    """Send a trial message to each target of `alerts.targets`; ends with 1 if one does not take it."""
    config = ready(config_dir, level="warning")
    targets = digests(config.settings.alerts)
    if not targets:
        raise PolicywireError(
            "`alerts.targets` is empty: nobody is told; set it, or POLICYWIRE_ALERTS_TARGETS"
        )
    problems = {
        digest: send(address, "policywire: a test", "Alerts about sources will come here.")
        for digest, address in targets.items()
    }
    for digest, problem in problems.items():
        click.echo(f"{targets[digest].partition(':')[0]}:// ({digest}): {problem or 'sent'}")
    if any(problems.values()):
        sys.exit(1)


@alerts.command("send")
@config_option
@data_option
def send_now(config_dir: Path, data: DataDir) -> None:
    """Send what waits and is due; the daemon starts this by itself. Ends with 1 if a target failed."""
    config = ready(config_dir)
    names = {source.id: source.name for source in config.sources.values()}
    with Store.open(require_database(data)) as store:
        sent, failed = send_waiting(store, config.settings.alerts, names)
    click.echo(f"{sent} sent, {failed} failed")
    if failed:
        sys.exit(1)
