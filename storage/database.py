"""Opens the SQLite file, brings its schema up to date, runs transactions, explains SQLite's errors.

Knows hardly a table by its meaning.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from sqlite_utils import Database

from core.errors import StorageError
from storage.half_restored import refuse_half_restored
from storage.schema import migrations

BUSY_SECONDS = 30.0
# The value of PRAGMA auto_vacuum.
INCREMENTAL = 2
_HEADER = b"SQLite format 3\x00"
_WAL_LIMIT = 64 * 1024 * 1024
# A batch of new articles touches two thousand pages all over a large file. Copied back once for several
# batches, and with more of them at hand, keeping costs a quarter less at a million articles.
_CACHE_KIB = 32_000
_WAL_PAGES = 16_000

_EXPLANATIONS = {
    sqlite3.SQLITE_NOTADB: "this is not a SQLite database. Name another data folder, or move the file away",
    sqlite3.SQLITE_CORRUPT: "the database is damaged. Stop policywire and `policywire restore` a backup",
    sqlite3.SQLITE_READONLY: "the file, or the folder that it lies in, is read-only or this Store was opened "
    "for reading only. Give this user the right to write to both",
    sqlite3.SQLITE_CANTOPEN: "the file cannot be opened. See that the folder exists and that this user may "
    "read and write it",
    sqlite3.SQLITE_PERM: "this user may not use the file. Give it the right to read and write",
    sqlite3.SQLITE_BUSY: "another process holds the database. See whether a second policywire, a backup tool "
    "or a database browser is busy with it, and run again",
    sqlite3.SQLITE_LOCKED: "another part of this process is using the database. Run again",
    sqlite3.SQLITE_FULL: "the disk is full. What was stored before is safe, this batch was not stored. Free "
    "some space and run again",
    sqlite3.SQLITE_IOERR: "the disk could not be read or written. See its free space and its health; what "
    "was stored before is safe",
}


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turn what SQLite says of the file into a StorageError that names it. Faults of our own SQL pass."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code not in _EXPLANATIONS:
            raise
        raise StorageError(f"{path}: {_EXPLANATIONS[code]} (SQLite: {error})") from error


@contextmanager
def writing(db: Database) -> Iterator[None]:
    """Run a transaction that waits for its turn to write: all of it is kept, or nothing."""
    # A deferred BEGIN that reads first fails at once, without waiting, when another process writes.
    with _transaction(db, "BEGIN IMMEDIATE"):
        yield


@contextmanager
def reading(db: Database) -> Iterator[None]:
    """Let several queries see one state of the database."""
    with _transaction(db, "BEGIN"):
        yield


@contextmanager
def _transaction(db: Database, begin: str) -> Iterator[None]:
    db.conn.execute(begin)
    try:
        yield
        db.conn.execute("COMMIT")
    except BaseException:
        # A full disk may have ended the transaction already.
        if db.conn.in_transaction:
            db.conn.execute("ROLLBACK")
        raise


def open_database(path: Path, *, read_only: bool = False) -> Database:
    """Open the file, creating and migrating it unless `read_only`.

    Raises StorageError for: no such file (read-only), not SQLite, not ours, newer than this code, no right
    to write, locked.
    """
    with storage_errors(path):
        if read_only:
            _refuse_missing(path)
            db = connect_read_only(path)
        else:
            _make_folder(path.parent)
            refuse_half_restored(path)
            make_private(path)
            db = _connect(path.absolute().as_uri())
        try:
            if read_only:
                _refuse_foreign(db, path)
                _refuse_older(db, path)
            else:
                _prepare(db, path)
        except BaseException:
            db.close()
            raise
    db.conn.row_factory = sqlite3.Row
    return db


def make_private(path: Path) -> None:
    """Make an empty file that its owner alone reads, for people's logins. One that is there stays."""
    # What does not let itself be made is told by SQLite, with its reason.
    with suppress(OSError):
        path.touch(mode=0o600, exist_ok=True)


def open_memory() -> Database:
    """Open a database that lives as long as its connection, with our schema."""
    db = _connect("file::memory:")
    _prepare(db, Path(":memory:"))
    db.conn.row_factory = sqlite3.Row
    return db


def connect_read_only(path: Path) -> Database:
    """Connect to a file whatever its schema. SQLite's own errors pass."""
    return _connect(f"{path.absolute().as_uri()}?mode=ro")


def check_file(path: Path) -> int:
    """Return the last number of the change sequence of a sound database of ours; else raise StorageError."""
    if not path.is_file():
        raise StorageError(f"{path}: there is no such backup; see that its name is right")
    with storage_errors(path), closing(connect_read_only(path)) as db:
        _refuse_foreign(db, path)
        _refuse_empty(db, path)
        found = db.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if found != "ok":
            raise StorageError(f"{path}: the database is damaged ({found}); use another backup")
        if db.execute("PRAGMA foreign_key_check").fetchone() is not None:
            raise StorageError(f"{path}: rows refer to others that are missing; use another backup")
        return int(db.execute("SELECT coalesce(max(seq), 0) FROM changes").fetchone()[0])


def is_sqlite(path: Path) -> bool:
    """Say whether the file begins as SQLite files do."""
    with path.open("rb") as file:
        return file.read(len(_HEADER)) == _HEADER


def _connect(uri: str) -> Database:
    # isolation_level=None: transactions begin and end only where this module says so.
    conn = sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        db = Database(conn, execute_plugins=False)
        conn.execute("PRAGMA foreign_keys = ON")
    except BaseException:
        conn.close()
        raise
    return db


def _prepare(db: Database, path: Path) -> None:
    _refuse_foreign(db, path)
    if db.execute("PRAGMA page_count").fetchone()[0] == 0:
        # Before the first page is written, or never: free pages can then be given back in small steps.
        db.conn.execute(f"PRAGMA auto_vacuum = {INCREMENTAL}")
    db.conn.execute("PRAGMA journal_mode = WAL")
    db.conn.execute("PRAGMA synchronous = NORMAL")
    db.conn.execute(f"PRAGMA journal_size_limit = {_WAL_LIMIT}")
    db.conn.execute(f"PRAGMA wal_autocheckpoint = {_WAL_PAGES}")
    db.conn.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    if not migrations.pending(db):
        return
    with writing(db):
        # Another process may have migrated while this one waited.
        _refuse_foreign(db, path)
        migrations.apply(db)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            f"{folder}: the data folder cannot be made ({error.strerror}); name another with --data, or give "
            "this user the right to write there"
        ) from error


def _refuse_missing(path: Path) -> None:
    refuse_half_restored(path)
    if not path.is_file():
        raise StorageError(
            f"{path}: there is no database yet; `policywire crawl` or `policywire run` makes it"
        )


def _refuse_foreign(db: Database, path: Path) -> None:
    """Refuse a file of another program, or of a policywire with migrations that this one does not know."""
    applied = {migration.name for migration in migrations.applied(db)}
    if not applied and db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        tables = ", ".join(sorted(db.table_names())[:5])
        raise StorageError(
            f"{path}: another program's database (it has the tables {tables}); name another data folder"
        )
    unknown = sorted(applied - _known_migrations())
    if unknown:
        raise StorageError(
            f"{path}: the schema is that of a newer policywire (unknown here: {', '.join(unknown)}); use a "
            "newer policywire or restore a backup"
        )


def _refuse_older(db: Database, path: Path) -> None:
    pending = [migration.name for migration in migrations.pending(db)]
    if pending:
        raise StorageError(
            f"{path}: the database has an older schema (missing: {', '.join(pending)}); run a command that "
            "writes, such as `policywire publish`, once to bring it up to date"
        )


def _refuse_empty(db: Database, path: Path) -> None:
    if not migrations.applied(db):
        raise StorageError(f"{path}: the database is empty; use another backup")


def _known_migrations() -> frozenset[str]:
    with closing(Database(memory=True)) as empty:
        return frozenset(migration.name for migration in migrations.pending(empty))
