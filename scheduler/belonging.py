"""Which config folder a data folder belongs to: noted there, so that a forgotten --config can do no damage.

Config and data folders in, a refusal out where they do not go together. Only the daemon, started with another
--config by name, gives a data folder to that one.
"""

import logging
import os
from pathlib import Path

from core.config import DataDir
from core.errors import PolicywireError

log = logging.getLogger(__name__)


def folder_of(data: DataDir) -> Path | None:
    """Return the config folder that a data folder belongs to; None: nobody said. Raises PolicywireError."""
    try:
        noted = data.config_note.read_bytes().strip(b"\n")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise PolicywireError(
            f"{data.config_note} cannot be read: {error.strerror}; name --config"
        ) from error
    return Path(os.fsdecode(noted)) if noted else None


def take(folder: Path, data: DataDir) -> None:
    """Let a data folder belong to this config folder from now on. Raises PolicywireError."""
    old = folder_of(data)
    if old is not None and _same(folder, old):
        return
    if old is not None:
        log.warning("%s belonged to the configuration in %s, and belongs to %s now", data.path, old, folder)
    fresh = data.config_note.with_name(data.config_note.name + ".new")
    try:
        data.make()
        fresh.write_bytes(os.fsencode(folder.absolute()) + b"\n")
        fresh.replace(data.config_note)
    except OSError as error:
        raise PolicywireError(f"{fresh} cannot be written: {error.strerror}; make room there") from error


def require_known(data: DataDir, *, named: bool) -> None:
    """Refuse the shipped configuration for what an unknown one has stored. Raises PolicywireError."""
    if not named and data.database.exists() and folder_of(data) is None:
        message = f"{data.path} does not say which configuration it belongs to"
        raise PolicywireError(f"{message}: name the folder with --config; from then on it is kept there")


def require_own(folder: Path, data: DataDir, *, named: bool) -> None:
    """Refuse to write with another configuration than the data folder's own. Raises PolicywireError.

    `named`: somebody said so, in words or by a variable. A data folder of nobody's is this one's from now on.
    """
    own = folder_of(data)
    if own is None:
        require_known(data, named=named)
        take(folder, data)
    elif not _same(folder, own) and not _same(folder, data.config_copy):
        raise PolicywireError(
            f"{data.path} belongs to the configuration in {own}, and {folder} was named: leave out --config "
            "and POLICYWIRE_CONFIG, or name another --data; `policywire run` with both gives "
            f"{data.path} to {folder} for good"
        )


def _same(one: Path, other: Path) -> bool:
    # A link may lead elsewhere after an upgrade, and is the same folder all the same.
    return one.absolute() == other.absolute() or one.resolve() == other.resolve()
