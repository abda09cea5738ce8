"""Short messages through Apprise, to any of its services; and what operators are told of their sources."""

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING

from publisher.push.backoff import NotSent
from storage.records.health import Alert, AlertGroup

if TYPE_CHECKING:
    import apprise

log = logging.getLogger(__name__)

_MOST_LINES = 15


def send_message(address: str, title: str, body: str) -> None:
    """Send to one address. Raises NotSent."""
    if not service_at(address).notify(title=title, body=body):
        raise NotSent("the service did not take it; the log says why")


def service_at(address: str) -> "apprise.Apprise":
    """Return the service that an address means; asks nobody. Raises NotSent where it means none."""
    # Imported here: only who sends, or checks, and has something to send this way, pays for it.
    import apprise

    service = apprise.Apprise()
    if not service.add(address):
        raise NotSent("Apprise does not understand this address; see its page on the service")
    return service


def alert_text(group: AlertGroup, names: Mapping[str, str]) -> tuple[str, str]:
    """Return title and body of a group of alerts, plain text. `names` are the sources' names by id."""
    kinds: dict[str, list[Alert]] = {}
    for alert in group.alerts:
        kinds.setdefault(alert.became, []).append(alert)
    title = "policywire: " + ", ".join(f"{len(alerts)} {kind}" for kind, alerts in sorted(kinds.items()))
    lines = []
    for kind, alerts in sorted(kinds.items()):
        lines.append(f"{kind.capitalize()}:")
        for alert in alerts[:_MOST_LINES]:
            name = f" ({names[alert.source]})" if alert.source in names else ""
            who = f"{alert.source}{name}" if alert.source else "the service itself"
            lines.append(f"- {who}, was {alert.was}" + (f": {alert.reason}" if alert.reason else ""))
        if len(alerts) > _MOST_LINES:
            lines.append(f"- and {len(alerts) - _MOST_LINES} more; see `policywire status`")
    return title, "\n".join(lines)
