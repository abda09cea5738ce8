"""When, from where and how each text was fetched, and where the page itself is kept."""

from sqlite_utils import Database


def m011_provenance(db: Database) -> None:
    """A row for each text that came as a page: `exact_hash` is the text's, `page` its place in the files."""
    db.execute(
        """CREATE TABLE fetches (
            id INTEGER PRIMARY KEY,
            article INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
            exact_hash BLOB NOT NULL,
            source TEXT NOT NULL,
            at TEXT NOT NULL,
            chain TEXT NOT NULL,
            status INTEGER NOT NULL,
            headers TEXT NOT NULL,
            body_hash TEXT NOT NULL,
            size INTEGER NOT NULL,
            reader TEXT NOT NULL,
            page TEXT
        )"""
    )
    db.execute("CREATE INDEX fetches_article ON fetches(article)")
