"""What a page says of its article."""

from sqlite_utils import Database


def m003_metadata(db: Database) -> None:
    """Add what a page says of its article: whom it credits, its section, its tags as a JSON list."""
    for column in ("credit TEXT", "section TEXT", "tags TEXT NOT NULL DEFAULT '[]'"):
        db.execute(f"ALTER TABLE articles ADD COLUMN {column}")
