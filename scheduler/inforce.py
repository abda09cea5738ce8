"""The configuration in force: loaded at the start, exchanged when its files change, kept when they are wrong.

A copy of it lies in the data folder, where workers start from it whatever happens to the original.
"""

import asyncio
import logging
import shutil
from pathlib import Path

from core.config import DataDir
from core.errors import ConfigError, PolicywireError
from scheduler.config import Config, config_digest, config_stamps, load_config, require_contact

log = logging.getLogger(__name__)


class ConfigInForce:
    """`config` is what counts now; `error` says why the files as they lie there do not."""

    def __init__(self, folder: Path, data: DataDir) -> None:
        self._folder = folder
        self._data = data
        self._refused: str | None = None
        self._stamps: object = None
        self.config = _load(folder)
        self.error: str | None = None

    async def changed(self, *, asked: bool) -> Config | None:
        """Return the changed config; None without a change, or when it is not good.

        A change that was refused is looked at again only when it is `asked` for, or changes. Files are read
        when names, sizes or times differ from the last time, or when it is `asked` for.
        """
        stamps = await asyncio.to_thread(config_stamps, self._folder)
        if stamps == self._stamps and not asked:
            return None
        digest = await asyncio.to_thread(config_digest, self._folder)
        if digest == self.config.digest:
            # A refused change that was taken back is no fault any more.
            self._refused = self.error = None
        if digest == self.config.digest or (digest == self._refused and not asked):
            # Taken before the files were read: what changes meanwhile is seen the next time.
            self._stamps = stamps
            return None
        try:
            config = await asyncio.to_thread(_load, self._folder)
        except ConfigError as error:
            self._refused, self._stamps = digest, stamps
            self.error = str(error)
            log.error("the changed configuration is not taken, the old one stays in force: %s", error)  # noqa: TRY400 - all is said
            return None
        self.error = None
        if config.settings.serve != self.config.settings.serve:
            log.warning("serve.host, .port, .prefix and .connections take effect at the next start")
        return config

    @property
    def copy(self) -> Path:
        """Where the copy lies."""
        return self._data.path / "config"

    def copy_of(self, config: Config) -> None:
        """Write the copy. Raises PolicywireError."""
        fresh = self._data.path / "config.new"
        try:
            shutil.rmtree(fresh, ignore_errors=True)
            shutil.copytree(config.path, fresh)
            shutil.rmtree(self.copy, ignore_errors=True)
            fresh.rename(self.copy)
        except OSError as error:
            raise PolicywireError(f"{self.copy} cannot be written: {error}; free some room there") from error


def _load(folder: Path) -> Config:
    config = load_config(folder)
    require_contact(config)
    return config
