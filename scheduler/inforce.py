"""The configuration in force: loaded at the start, exchanged when its files change, kept when they are wrong.

It is loaded from a copy in the data folder, which workers start from: what they get is what was found good,
whatever happens to the original meanwhile.
"""

import asyncio
import logging
import shutil
from dataclasses import replace
from pathlib import Path

from core.config import DataDir, is_yaml, visible_files
from core.errors import ConfigError, PolicywireError, Problem
from core.yamlfile import read_regular, unreadable
from scheduler.config import Config, config_digest, config_stamps, load_config, require_contact

log = logging.getLogger(__name__)


class ConfigInForce:
    """`config` is what counts now; `error` says why the files as they lie there do not.

    Only one at a time for a data folder. Raises ConfigError, and PolicywireError where it cannot be copied.
    """

    def __init__(self, folder: Path, data: DataDir) -> None:
        self._folder = folder
        self._fresh = data.path / "config.new"
        self._refused: str | None = None
        self._stamps: object = None
        self.copy = data.config_copy
        self.config = self._load()
        self.error: str | None = None

    async def changed(self, *, asked: bool) -> Config | None:
        """Return the changed config, its copy ready to be put; None without a change, or when it is not good.

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
            config = await asyncio.to_thread(self._load)
        except ConfigError as error:
            # Of what was judged, which may be newer than what was looked at.
            self._refused, self._stamps = await asyncio.to_thread(config_digest, self._fresh), stamps
            self.error = str(error)
            log.error("the changed configuration is not taken, the old one stays in force: %s", error)  # noqa: TRY400 - all is said
            return None
        self.error = None
        if config.settings.serve != self.config.settings.serve:
            log.warning("serve.host, .port, .prefix and .connections take effect at the next start")
        return config

    def put_copy(self) -> None:
        """Put the copy of what was loaded last where workers find it. Raises PolicywireError."""
        old = self.copy.with_name("config.old")
        try:
            shutil.rmtree(old, ignore_errors=True)
            if self.copy.exists():
                self.copy.rename(old)
            self._fresh.rename(self.copy)
        except OSError as error:
            raise _unwritable(self.copy, error) from error
        shutil.rmtree(old, ignore_errors=True)

    def _load(self) -> Config:
        """Copy the folder and load the copy; problems name the files that people wrote."""
        problems = _copy(self._folder, self._fresh)
        try:
            config = load_config(self._fresh)
            require_contact(config)
        except ConfigError as error:
            problems += [self._original(problem) for problem in error.problems]
        if problems:
            raise ConfigError(problems)
        # Other paths in it are of the copy, and for its workers only.
        return replace(config, path=self._folder)

    def _original(self, problem: Problem) -> Problem:
        path, message = problem.path, problem.message
        if path.is_relative_to(self._fresh):
            path = self._folder / path.relative_to(self._fresh)
        return replace(problem, path=path, message=message.replace(str(self._fresh), str(self._folder)))


def _copy(folder: Path, fresh: Path) -> list[Problem]:
    """Copy the visible files; return the problems of config files that cannot be read.

    Nobody else may look into the copy: there may be secrets in it. Raises PolicywireError.
    """
    problems = []
    try:
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        for path in visible_files(folder):
            try:
                content = read_regular(path)
            except OSError as error:
                # A config file that has just been removed is none; a link to nowhere is one.
                if is_yaml(path) and (path.is_symlink() or not isinstance(error, FileNotFoundError)):
                    problems.append(unreadable(path, error))
                continue
            target = fresh / path.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    except OSError as error:
        raise _unwritable(fresh, error) from error
    return problems


def _unwritable(path: Path, error: OSError) -> PolicywireError:
    return PolicywireError(f"{path} cannot be written: {error}; free some room there")
