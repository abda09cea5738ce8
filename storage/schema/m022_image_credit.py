"""Whose picture an article shows."""

from sqlite_utils import Database


def m022_image_credit(db: Database) -> None:
    """Add the picture's credit."""
    db.execute("ALTER TABLE articles ADD COLUMN image_credit TEXT")
