"""The other languages of a page, as it names them by hreflang."""

from sqlite_utils import Database


def m007_alternates(db: Database) -> None:
    """Add what pages name as their other languages. `address` is the identity key of `url`."""
    db.execute(
        """CREATE TABLE alternates (
            article INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
            address TEXT NOT NULL,
            hreflang TEXT NOT NULL,
            url TEXT NOT NULL,
            PRIMARY KEY (article, address)
        ) WITHOUT ROWID"""
    )
    db.execute("CREATE INDEX alternates_address ON alternates(address)")
