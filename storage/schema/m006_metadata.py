"""What else a page says of its article: the line under its headline, and its picture with the caption."""

from sqlite_utils import Database


def m006_metadata(db: Database) -> None:
    """Add the subtitle, and the picture's address and caption."""
    for column in ("subtitle", "image", "image_caption"):
        db.execute(f"ALTER TABLE articles ADD COLUMN {column} TEXT")
