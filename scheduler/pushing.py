"""What the daemon does for pushing beside publishing: digests whose time has come, what is due, who fails.

Runs in the daemon's store thread, or for a verb of the command line.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from core.config import yaml_files
from core.errors import PolicywireError
from core.settings import Settings
from core.yamlfile import read_yaml
from publisher.push.digest import last_end
from publisher.push.sending import Context
from publisher.push.targets import mail_target, mailboxes, target_of, targets
from scheduler.config import Config
from scheduler.health import HealthClass
from storage.records.delivery import OF_NO_CONFIG, TargetState
from storage.store import Store

log = logging.getLogger(__name__)

# What has died within this makes its target fail; a target that failed for so long does too.
_RECENT = timedelta(days=1)
_PATIENCE = timedelta(hours=1)
PREFIX = "push:"


def close_digests(config: Config, store: Store, *, now: datetime) -> None:
    """Close each digest whose time has come: its mails are due then. After a long stop one covers it all."""
    for digest in config.settings.push.digests:
        target = target_of(digest).id
        boxes = {address: mail_target(digest, address) for address in mailboxes(digest)}
        store.close_digest(target, boxes, end=last_end(digest, now), now=now)


def is_due(config: Config, store: Store, *, now: datetime) -> bool:
    """Say whether anything is to be sent now, and close digests whose time has come."""
    if config.settings.push.digests:
        close_digests(config, store, now=now)
    return bool(store.due_targets(now=now))


def require_targets(settings: Settings, store: Store) -> None:
    """Refuse settings that lack targets which the store knows. Raises PolicywireError naming them.

    What is published now would not reach them, and a daemon may have settings in its environment.
    """
    here = targets(settings)
    missing = [
        one.target
        for one in store.outbox().targets
        if one.gone is None and one.target not in here and not one.target.startswith(OF_NO_CONFIG)
    ]
    if missing:
        raise PolicywireError(
            f"the settings here lack what is pushed to: {', '.join(missing)}; is a variable missing that "
            "the daemon has (POLICYWIRE_...)? If they left the settings on purpose, say --forget-targets"
        )


def upkeep(store: Store, *, now: datetime) -> None:
    """Forget what was sent long ago, and subscriptions whose lease is over."""
    for target, letters in store.upkeep_deliveries(now=now).items():
        log.warning("push target %s left the settings a week ago: forgotten with %d letters", target, letters)
    store.expire_subscriptions(now=now)


def context(config: Config, *, base_url: str | None, feeds_dir: Path) -> Context:
    """Return what sending needs to know. `base_url`: where the server is; None: as the settings say."""
    address = base_url or config.settings.address()
    return Context(
        settings=config.settings,
        sources=config.sources,
        watchlists=_names(config) if config.settings.push.digests else {},
        base_url=address.rstrip("/"),
        feeds_dir=feeds_dir,
    )


def watched(settings: Settings) -> frozenset[str]:
    """Return the targets whose failing operators are told of, each with `push:` before it.

    Not the subscribers of the hub: who is lost is none any more.
    """
    mails = (
        mail_target(digest, address) for digest in settings.push.digests for address in mailboxes(digest)
    )
    return frozenset(f"{PREFIX}{id_}" for id_ in (*targets(settings), *mails))


def judged(states: Iterable[TargetState], *, now: datetime) -> dict[str, tuple[str, str]]:
    """Return the health of targets as alerts take it: class and reason by `push:` and the target. Pure."""
    found = {}
    for state in states:
        reason = _trouble(state, now)
        klass = HealthClass.FAILING if reason else HealthClass.WELL
        found[f"{PREFIX}{state.target}"] = (klass.value, reason)
    return found


def _trouble(state: TargetState, now: datetime) -> str:
    if state.last_dead is not None and now - state.last_dead < _RECENT:
        return (
            f"it has new dead letters; see `policywire push dead`{f': {state.error}' if state.error else ''}"
        )
    lately = state.last_sent or state.since
    if state.failures > 1 and now - lately > _PATIENCE and state.waiting:
        return f"nothing came through for over an hour: {state.error}"
    return ""


def _names(config: Config) -> dict[str, str]:
    """Return the watchlists' names by id, without the second that loading their forms takes."""
    names = {}
    for path in yaml_files(config.path / "watchlists"):
        document, _ = read_yaml(path)
        data = document.data if document is not None else None
        if isinstance(data, dict):
            names[path.stem] = str(data.get("name", path.stem))
    return names
