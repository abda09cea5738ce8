"""The feeds folder: documents are written whole or not at all, and only when they differ. Knows no XML."""

import contextlib
import json
import os
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from core.errors import StorageError
from publisher.feeds.channels import FEED_FILE

# Hidden: nothing that serves the folder takes it for a feed.
VERSIONS = ".versions"
_TEMPORARY = ".tmp"
# A temporary file this old is a dead process's; a younger one may be another process at work.
_ABANDONED = timedelta(hours=1)


def write_if_changed(path: Path, content: bytes) -> bool:
    """Replace the file at once, or leave it as it is; return whether it was written.

    Raises StorageError, with the old file in place, when the folder or the disk does not take it.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}{_TEMPORARY}")
    try:
        if _holds(path, content):
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        message = (
            f"cannot write {path}: {error.strerror or error}; readers keep the old file. "
            "Free disk space or mend the folder's permissions; the next publish pass tries again"
        )
        raise StorageError(message) from error
    return True


def read_versions(folder: Path) -> dict[str, str]:
    """Return which version of its entries each feed was rendered from; nothing where that is not known."""
    try:
        data = json.loads((folder / VERSIONS).read_bytes())
    except (OSError, ValueError):
        return {}
    return {str(name): str(version) for name, version in data.items()} if isinstance(data, dict) else {}


def write_versions(folder: Path, versions: Mapping[str, str]) -> None:
    """Record the versions, after the feeds are in place. Raises StorageError."""
    write_if_changed(folder / VERSIONS, json.dumps(versions, indent=1, sort_keys=True).encode())


def remove_others(folder: Path, expected: Collection[str], *, now: datetime) -> tuple[str, ...]:
    """Remove feeds that are not expected and what a killed process left half written; return the feeds.

    Raises StorageError.
    """
    removed = []
    try:
        for path in sorted(folder.iterdir()) if folder.is_dir() else []:
            if FEED_FILE.fullmatch(path.name) and path.name not in expected:
                path.unlink(missing_ok=True)
                removed.append(path.name)
            elif path.name.startswith(".") and path.name.endswith(_TEMPORARY):
                _remove_abandoned(path, now)
    except OSError as error:
        message = f"cannot tidy {folder}: {error.strerror or error}; mend the folder's permissions"
        raise StorageError(message) from error
    return tuple(removed)


def _holds(path: Path, content: bytes) -> bool:
    try:
        return path.read_bytes() == content
    except FileNotFoundError:
        return False


def _remove_abandoned(path: Path, now: datetime) -> None:
    with contextlib.suppress(FileNotFoundError):
        if path.stat().st_mtime < (now - _ABANDONED).timestamp():
            path.unlink()


def _sync_folder(folder: Path) -> None:
    """Make the new name durable too, or a power cut brings the old file back."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
