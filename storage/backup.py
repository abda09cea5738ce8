"""Copies of the database: made while it is in use, checked before they are put back."""

import os
import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import timedelta
from pathlib import Path

from sqlite_utils import Database

from core.clock import from_iso, to_iso
from core.errors import StorageError
from storage.database import (
    INCREMENTAL,
    check_file,
    connect_read_only,
    is_sqlite,
    make_private,
    storage_errors,
)
from storage.half_restored import put_aside, unfinished
from storage.records.keeping import Backup

_REMEMBERED = 20
_COMPANIONS = ("-wal", "-shm")
# A copy that nobody has written to for so long was left by a process that was killed.
_ABANDONED = timedelta(hours=6)
# For a reader of the old database to finish with it; whoever stays longer is left with the old file.
_READERS_SECONDS = 2


def backup(db: Database, source: Path, target: Path) -> None:
    """Write a checked copy of an open database to `target`, replacing an older backup there whole.

    Raises StorageError if `target` is the database itself or some other kind of file, or cannot be written.
    """
    if target.exists() and (target.samefile(source) or not target.is_file() or not is_sqlite(target)):
        raise StorageError(f"{target}: not a backup that could be replaced; name another file")
    with _replacing(target, abandoned=_ABANDONED) as temporary:
        _copy(db, temporary)
        check_file(temporary)


def restore(backup_file: Path, target: Path, *, force: bool = False) -> None:
    """Put a backup in the place of the database; the old one stays beside it as `*.before-restore`.

    A crash leaves the old database or the new one in place; where the file system knows no links it may leave
    none, and `open_database` then makes none anew. No other process may have the database open.

    Without `force`, refuses to replace a database that holds changes which the backup lacks, or that cannot
    be checked. Raises StorageError and leaves all as it was if the backup is damaged, or of a newer
    policywire.
    """
    seq = check_file(backup_file)
    if target.exists():
        if target.samefile(backup_file):
            raise StorageError(f"{target}: this is the database itself; name a backup")
        if not force:
            _refuse_loss(seq, backup_file, target)
    with _replacing(target, abandoned=timedelta()) as temporary:
        with storage_errors(backup_file), closing(connect_read_only(backup_file)) as db:
            _copy(db, temporary)
        _make_shrinkable(temporary)
        _quiet(temporary)
        check_file(temporary)
        _set_aside(target)


def note_backup(db: Database, made: Backup) -> None:
    """Remember a backup, and forget the oldest ones."""
    db.execute(
        "INSERT OR REPLACE INTO backups (at, file, bytes, seq) VALUES (?, ?, ?, ?)",
        [to_iso(made.at), made.file, made.bytes, made.seq],
    )
    db.execute(
        "DELETE FROM backups WHERE at NOT IN (SELECT at FROM backups ORDER BY at DESC LIMIT ?)", [_REMEMBERED]
    )


def last_backup(db: Database) -> Backup | None:
    """Return the newest backup that is remembered."""
    row = db.execute("SELECT * FROM backups ORDER BY at DESC LIMIT 1").fetchone()
    if row is None:
        return None
    return Backup(at=from_iso(row["at"]), file=row["file"], bytes=row["bytes"], seq=row["seq"])


def _refuse_loss(seq: int, backup_file: Path, target: Path) -> None:
    try:
        newer = check_file(target) - seq
    except StorageError as error:
        raise StorageError(
            f"{target}: the present database cannot be checked ({error}); move it away, or use "
            "--force (it is then kept beside the new one)"
        ) from error
    if newer > 0:
        raise StorageError(
            f"{target}: the present database holds {newer} changes more than {backup_file}; move it away, "
            "or use --force (it is then kept beside the new one)"
        )


@contextmanager
def _replacing(target: Path, *, abandoned: timedelta) -> Iterator[Path]:
    """Give a new file beside `target` to fill, and let it take the target's place if that went well.

    What others left of theirs is removed when nobody has written to it for `abandoned`.
    """
    # A name of its own: two backups to one file at once each write a whole one, and the later one stays.
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}.new")
    try:
        for left in unfinished(target):
            if time.time() - left.stat().st_mtime >= abandoned.total_seconds():
                _remove(left)
        make_private(temporary)
        yield temporary
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.replace(target)
        _sync_folder(target.parent)
    except OSError as error:
        raise StorageError(
            f"{target}: cannot be written ({error.strerror}); see that the folder exists, has room and lets "
            "this user write"
        ) from error
    finally:
        _remove(temporary)


def _copy(db: Database, target: Path) -> None:
    with storage_errors(target), closing(Database(str(target), execute_plugins=False)) as copy:
        db.conn.backup(copy.conn, pages=-1)
        # The copy says WAL in its header; as one plain file it can be moved and read from a read-only disk.
        copy.conn.execute("PRAGMA journal_mode = DELETE")


def _make_shrinkable(path: Path) -> None:
    """Let a file of an older policywire give pages back from now on: only a whole VACUUM can turn that on."""
    with storage_errors(path), closing(Database(str(path), execute_plugins=False)) as db:
        if db.execute("PRAGMA auto_vacuum").fetchone()[0] != INCREMENTAL:
            db.conn.execute(f"PRAGMA auto_vacuum = {INCREMENTAL}")
            db.conn.execute("VACUUM")


def _quiet(path: Path) -> None:
    """Have nothing sent by itself that waited in a backup: it may have been sent since."""
    with storage_errors(path), closing(Database(str(path), execute_plugins=False)) as db:
        if "deliveries" in db.table_names():
            db.conn.execute(
                """UPDATE deliveries SET state = iif(state = 'collected', 'dropped', 'dead'),
                    error = 'it waited in a backup that was restored'
                WHERE state IN ('waiting', 'sending', 'collected')
                    AND kind NOT IN ('hub', 'update', 'verify')"""
            )
            db.conn.commit()


def _set_aside(target: Path) -> None:
    """Keep the database under a name of its own, so that no old log meets the new file.

    Where it can be linked, it stays in its place too until the new file takes that.
    """
    if not target.exists():
        _set_log_aside(target, (put_aside(target) or [_free_name(target)])[-1])
        return
    if _is_one_file(target):
        # A crash after this moment had come before left the link: it need not be made again.
        if any(target.samefile(kept) for kept in put_aside(target)):
            return
        with suppress(OSError):
            _free_name(target).hardlink_to(target)
            _sync_folder(target.parent)
            return
    kept = _free_name(target)
    # The file first: a log is of no use without it, but it would be an older one without its log.
    target.replace(kept)
    _set_log_aside(target, kept)
    _sync_folder(target.parent)


def _set_log_aside(target: Path, kept: Path) -> None:
    for ending in _COMPANIONS:
        path = target.with_name(target.name + ending)
        if path.exists():
            path.replace(kept.with_name(kept.name + ending))


def _free_name(target: Path) -> Path:
    kept = target.with_name(f"{target.name}.before-restore")
    number = 2
    while kept.exists():
        kept = target.with_name(f"{target.name}.before-restore-{number}")
        number += 1
    return kept


def _is_one_file(path: Path) -> bool:
    """Bring what stands in the log into the file, and say whether the log is gone."""
    try:
        with closing(sqlite3.connect(path, timeout=_READERS_SECONDS)) as conn:
            conn.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error:
        # Damaged, or in use: its log is kept with it.
        return False
    return not any(path.with_name(path.name + ending).exists() for ending in _COMPANIONS)


def _sync_folder(folder: Path) -> None:
    """Have the names in a folder outlast a power cut, where the file system can do that."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _remove(path: Path) -> None:
    for ending in ("", *_COMPANIONS, "-journal"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
