"""What was removed and must not come back as new, what is kept but no news, and when a backup was made."""

from sqlite_utils import Database

_STATEMENTS = (
    # Why an article has no entry although it matches: it was there when its source was polled first.
    "ALTER TABLE articles ADD COLUMN withheld TEXT",
    # Bytes of the text: the sum for a source is read off the index.
    "ALTER TABLE articles ADD COLUMN size INTEGER NOT NULL DEFAULT 0",
    "UPDATE articles SET size = length(CAST(text AS BLOB))",
    "CREATE INDEX articles_age ON articles(source, first_seen, size)",
    # Whether a source's first poll has come to everything that its lists named.
    "ALTER TABLE sources ADD COLUMN settled INTEGER NOT NULL DEFAULT 0",
    "UPDATE sources SET settled = last_success IS NOT NULL",
    # `address` is a digest of the canonical URL.
    """CREATE TABLE tombstones (
        address BLOB NOT NULL,
        language TEXT NOT NULL,
        body_hash BLOB,
        removed TEXT NOT NULL,
        PRIMARY KEY (address, language)
    ) WITHOUT ROWID""",
    "CREATE INDEX tombstones_body ON tombstones(body_hash) WHERE body_hash IS NOT NULL",
    "CREATE INDEX links_without_article ON links(fetched_at) WHERE article IS NULL",
    """CREATE TABLE backups (
        at TEXT PRIMARY KEY,
        file TEXT NOT NULL,
        bytes INTEGER NOT NULL,
        seq INTEGER NOT NULL
    ) WITHOUT ROWID""",
)


def m012_retention(db: Database) -> None:
    """Add what retention and backups need."""
    for statement in _STATEMENTS:
        db.execute(statement)
