"""Tells operators: a group of alerts in, one message out, to each target through Apprise.

Runs in a process of its own, which the daemon starts when something waits: a target that hangs, or a library
that crashes, delays nothing and costs the daemon no memory.
"""

import asyncio
import contextlib
import hashlib
import logging
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from core.clock import utcnow
from core.config import DataDir
from core.settings import AlertSettings
from storage.records.health import Alert, AlertGroup
from storage.store import Store

log = logging.getLogger(__name__)

# Longer than the slowest target takes to answer or to time out, with several of them in a row.
SENDER_SECONDS = 180.0
_MOST_LINES = 15


def digests(settings: AlertSettings) -> dict[str, str]:
    """Return the targets' addresses by the digest under which the store knows them."""
    addresses = [target.get_secret_value() for target in settings.targets]
    return {hashlib.sha256(address.encode()).hexdigest()[:16]: address for address in addresses}


def message(group: AlertGroup, names: Mapping[str, str]) -> tuple[str, str]:
    """Return title and body, plain text. `names` are the sources' names by id."""
    kinds: dict[str, list[Alert]] = {}
    for alert in group.alerts:
        kinds.setdefault(alert.became, []).append(alert)
    title = "policywire: " + ", ".join(f"{len(alerts)} {kind}" for kind, alerts in sorted(kinds.items()))
    lines = []
    for kind, alerts in sorted(kinds.items()):
        lines.append(f"{kind.capitalize()}:")
        for alert in alerts[:_MOST_LINES]:
            who = f"{alert.source} ({names.get(alert.source, '?')})" if alert.source else "the service itself"
            lines.append(f"- {who}, was {alert.was}" + (f": {alert.reason}" if alert.reason else ""))
        if len(alerts) > _MOST_LINES:
            lines.append(f"- and {len(alerts) - _MOST_LINES} more; see `policywire status`")
    return title, "\n".join(lines)


def send(address: str, title: str, body: str) -> str | None:
    """Send to one target; return what went wrong, None when it came through."""
    # Imported here: only the process that sends pays for it.
    import apprise

    target = apprise.Apprise()
    if not target.add(address):
        return "Apprise does not understand this address; see its page on the service"
    problem = None if target.notify(title=title, body=body) else "the target did not take it; see the log"
    log.info("told %s: %s", target.urls(privacy=True)[0], problem or "sent")
    return problem


def send_waiting(store: Store, settings: AlertSettings, names: Mapping[str, str]) -> tuple[int, int]:
    """Send all that waits and is due, each once; return how many came through and how many did not."""
    targets = digests(settings)
    sent = failed = 0
    while (taken := store.take_send(targets.keys(), now=utcnow())) is not None:
        found = [group for group in store.alert_groups(limit=1000) if group.number == taken.group]
        if not found:
            store.end_send(taken, None, now=utcnow())
            continue
        problem = send(targets[taken.target], *message(found[0], names))
        store.end_send(taken, problem, now=utcnow())
        sent, failed = sent + (problem is None), failed + (problem is not None)
    return sent, failed


class Teller:
    """Starts the sending process, one at a time."""

    def __init__(self, config_dir: Path, data: DataDir) -> None:
        self._command: Sequence[str] = (
            *(sys.executable, "-m", "scheduler.cli", "alerts", "send"),
            *("--config", str(config_dir), "--data", str(data.path)),
        )
        self._running: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Start sending in the background, unless that is under way."""
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End the sending process; what it had in hand is given up, what it had not waits."""
        if self._running is not None:
            self._running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._running

    async def _run(self) -> None:
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL
            )
        except OSError as error:
            log.error("no process can be started to send alerts: %s", error)  # noqa: TRY400 - all is said
            return
        try:
            code = await asyncio.wait_for(process.wait(), SENDER_SECONDS)
            if code:
                log.warning("not all alerts were sent (code %d); see `policywire alerts list`", code)
        except TimeoutError:
            log.warning("sending alerts took longer than %.0f s: ended", SENDER_SECONDS)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
