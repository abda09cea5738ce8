"""What polls have taught of each source, and the plan that all sources share."""

from sqlite_utils import Database


def m014_polling(db: Database) -> None:
    """Add a row for each source: its memory (JSON of scheduler.polling), why it is due; and the plan."""
    db.execute(
        """CREATE TABLE polling (
            source TEXT PRIMARY KEY,
            memory TEXT NOT NULL,
            reason TEXT NOT NULL,
            weight REAL NOT NULL DEFAULT 1
        ) WITHOUT ROWID"""
    )
    db.execute(
        """CREATE TABLE polling_plan (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            made TEXT NOT NULL,
            plan TEXT NOT NULL
        )"""
    )
