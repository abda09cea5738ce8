"""What a source's last pages have in common."""

from sqlite_utils import Database


def m019_page_marks(db: Database) -> None:
    """Add the marks of the paragraphs of each source's last pages, eight bytes each, in order of `id`."""
    db.execute(
        """CREATE TABLE page_marks (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            source TEXT NOT NULL,
            url TEXT NOT NULL,
            marks BLOB NOT NULL,
            UNIQUE (source, url)
        )"""
    )
