"""How far retention has looked: what must stay is not looked at in every step."""

from sqlite_utils import Database


def m028_retention(db: Database) -> None:
    """Add a row for each bound whose last step did not reach the end: it goes on behind `place`."""
    db.execute("CREATE TABLE retention_places (bound TEXT PRIMARY KEY, place NOT NULL) WITHOUT ROWID")
