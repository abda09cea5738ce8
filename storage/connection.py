"""One SQLite file, opened: what every part of the store works with. Knows no table."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlite_utils import Database

from core.errors import StorageError
from storage import database
from storage.warc import PageStore


class Connection:
    """The database file. Any thread may use it, one at a time; each process opens its own."""

    def __init__(self, db: Database, path: Path, pages: PageStore | None = None) -> None:
        self._db = db
        self._path = path
        self._pages = pages

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False, pages: PageStore | None = None) -> Self:
        """Open the file; make it, or bring its schema up to date, unless `read_only`.

        Fetched pages are kept in `pages`; without it they are not.
        """
        return cls(database.open_database(path, read_only=read_only), path, pages)

    def close(self) -> None:
        """Close the file. Closing twice does nothing."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def data_version(self) -> int:
        """Return a number that differs after each commit of another connection, in any process."""
        try:
            return int(self._db.conn.execute("PRAGMA data_version").fetchone()[0])
        except sqlite3.Error as error:
            raise StorageError(f"{self._path}: {error}") from error

    @contextmanager
    def _reading(self) -> Iterator[Database]:
        with database.storage_errors(self._path), database.reading(self._db):
            yield self._db

    @contextmanager
    def _writing(self) -> Iterator[Database]:
        with database.storage_errors(self._path), database.writing(self._db):
            yield self._db
