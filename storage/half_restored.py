"""What a restore that was cut off leaves beside the database's place, by its names. Opens no file."""

from glob import escape
from pathlib import Path

from core.errors import StorageError


def put_aside(path: Path) -> list[Path]:
    """Return what restores kept of older databases beside one, oldest first."""
    found = path.parent.glob(f"{escape(path.name)}.before-restore*")
    return sorted(
        (one for one in found if not one.name.endswith(("-wal", "-shm"))), key=lambda one: one.stat().st_mtime
    )


def unfinished(path: Path) -> list[Path]:
    """Return the copies beside a file that were to take its place, and did not."""
    return sorted(path.parent.glob(f".{escape(path.name)}.*new"))


def refuse_half_restored(path: Path) -> None:
    """Raise StorageError where there is no database because a restore was cut off, or its result removed."""
    if path.exists():
        return
    kept, copies = put_aside(path), unfinished(path)
    if kept:
        raise StorageError(
            f"{path}: there is no database, but {kept[-1].name} lies beside its place: a restore was cut "
            "off, or the database was removed. Run `policywire restore BACKUP` (again), or give "
            f"{kept[-1].name} (with its -wal, if there is one) the name {path.name}; to begin with an empty "
            "database, move it to another folder"
        )
    if copies:
        raise StorageError(
            f"{path}: there is no database, but {copies[-1].name} lies beside its place: a restore was cut "
            "off. Run `policywire restore BACKUP` again; to begin with an empty database, delete that file"
        )
