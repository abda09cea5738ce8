"""Why articles are held."""

from sqlite_utils import Database


def m015_incomplete(db: Database) -> None:
    """Add the counts of incomplete articles to polls, by reason, as a JSON object."""
    db.execute("CREATE INDEX articles_held ON articles(source, held) WHERE held IS NOT NULL")
    db.execute("ALTER TABLE polls ADD COLUMN incomplete TEXT NOT NULL DEFAULT '{}'")
