"""The publish loop's side of pushing: who is sent what goes into the outbox, with the entries themselves.

Sends nothing: that is done by another process (sender.py), whatever becomes of it.
"""

import logging
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from core.settings import Settings
from publisher.push.targets import audience, hub_addresses, hubs, targets, version_of
from storage.records.delivery import Announcement, Pushing
from storage.store import Store

log = logging.getLogger(__name__)


class Pushes:
    """What one config pushes. `base_url` is the public address of the server, without a closing slash."""

    def __init__(self, store: Store, settings: Settings, *, feeds_dir: Path, base_url: str) -> None:
        self._store = store
        self._settings = settings
        self._feeds_dir = feeds_dir
        # The addresses that feeds name as their hubs.
        self.hubs = hubs(settings, base_url)

    def begin(self, *, now: datetime) -> None:
        """Make the store know the targets of this config: new ones begin with what comes from now on."""
        for target, letters in self._store.keep_targets(targets(self._settings).values(), now=now).items():
            log.warning(
                "push target %s is not in the settings any more: its %d letters are kept for a week",
                target,
                letters,
            )

    def of(self, watchlist: str, *, now: datetime) -> Pushing:
        """Return who is sent the new entries of a watchlist."""
        return Pushing(
            audience=audience(self._settings, watchlist), oldest=now - self._settings.push.max_age, now=now
        )

    def announce(self, files: Iterable[str], *, now: datetime) -> None:
        """Have hubs and subscribers told of these feeds, unless they know this very content already."""
        if not self.hubs:
            return
        contents = {file: self._feeds_dir / file for file in files}
        versions = {file: version_of(path.read_bytes()) for file, path in contents.items() if path.is_file()}
        if versions:
            told = tuple(hub_addresses(self._settings))
            self._store.announce(Announcement(files=versions, hubs=told), now=now)
