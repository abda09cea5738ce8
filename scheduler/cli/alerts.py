"""The verb about alerts: list. They are sent, tried and repeated as all that is pushed is; see push.py."""

from dataclasses import asdict

import click

from core.config import DataDir
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
from storage.store import Store

_TARGETS = 50


@click.group()
def alerts() -> None:
    """See what operators were told of the sources' health."""


@alerts.command("list")
@click.option("--limit", type=Whole(1, 200), default=20, show_default=True)
@data_option
@json_option
def list_alerts(limit: int, data: DataDir, as_json: bool) -> None:
    """List the newest groups of alerts, and what became of them at each target."""
    with Store.open(require_database(data), read_only=True) as store:
        groups, sent = store.alert_groups(limit=limit), store.deliveries(kind="alert", limit=limit * _TARGETS)
    if as_json:
        for group in groups:
            told = [
                {"target": one.target, "state": one.state, "tries": one.tries, "error": one.error}
                for one in sent
                if one.subject == str(group.number)
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
    say(table(("group", "at", "source", "was", "became", "reason"), rows) if rows else "none")
    if sent:
        told_rows = [(one.subject, one.target, one.state, one.tries, one.error) for one in sent]
        say("\n" + table(("group", "target", "state", "tries", "error"), told_rows))
