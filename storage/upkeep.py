"""What keeps the database small, whole and safe: retention, upkeep, checks, backups, export and import."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from storage import backup as backups
from storage import consistency, database, retention, transfer
from storage.connection import Connection
from storage.records.keeping import Backup, KeepLimits


class Upkeep(Connection):
    """The part of the store that the operator's verbs and the daemon's idle moments use."""

    def remove_expired(self, limits: KeepLimits, *, now: datetime, limit: int = 100) -> int:
        """Remove some of the articles that are over a bound; return how many went, 0 when none is left."""
        with self._writing() as db:
            return retention.remove_expired(db, limits, now=now, limit=limit)

    def tidy(self) -> None:
        """Do a small step of what keeps the file small and quick; call it now and then."""
        with self._writing() as db:
            retention.tidy(db)
        with database.storage_errors(self._path):
            retention.give_back(self._db)

    def backup_made(self, backup: Backup) -> None:
        """Note that a backup was made; the last 20 are remembered."""
        with self._writing() as db:
            backups.note_backup(db, backup)

    def last_backup(self) -> Backup | None:
        """Return the newest backup that is remembered."""
        with self._reading() as db:
            return backups.last_backup(db)

    def export_lines(self) -> Iterator[dict[str, Any]]:
        """Yield everything that is known of articles, a line each; see `storage.transfer`."""
        with self._reading() as db:
            yield from transfer.export_lines(db)

    def import_lines(self, lines: Iterable[Mapping[str, Any]]) -> tuple[int, int, int]:
        """Take an export in, whole or not at all; return how many articles were added, known, renumbered."""
        with self._writing() as db:
            taken = transfer.Import(db=db)
            for line in lines:
                taken.take(line)
        return taken.added, taken.known, taken.renumbered

    def faults(self) -> list[str]:
        """Return what is wrong with the database, a sentence each; reads all of it."""
        with self._reading() as db:
            return list(consistency.faults(db))

    def backup(self, path: Path) -> None:
        """Write a checked copy to `path` while the database is in use, replacing an older backup there."""
        with database.storage_errors(self._path):
            backups.backup(self._db, self._path, path)
