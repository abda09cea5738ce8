"""What each paragraph of a text is."""

from sqlite_utils import Database


def m005_structure(db: Database) -> None:
    """Add the structure of an article's text, a character for each paragraph; "": all are plain."""
    db.execute("ALTER TABLE articles ADD COLUMN structure TEXT NOT NULL DEFAULT ''")
