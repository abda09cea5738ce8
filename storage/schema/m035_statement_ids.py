"""Statements have the id that the API shows, to be found by it; who is without one waits (storage.naming)."""

from sqlite_utils import Database

_STATEMENTS = (
    "ALTER TABLE statements ADD COLUMN uuid BLOB",
    "CREATE INDEX statements_uuid ON statements(uuid)",
    # The id is made of the article's address and language, too.
    """CREATE TRIGGER articles_statements_unnamed AFTER UPDATE OF canonical_url, language ON articles
    WHEN old.canonical_url <> new.canonical_url OR old.language <> new.language BEGIN
        UPDATE statements SET uuid = NULL WHERE article = new.id;
    END""",
)


def m035_statement_ids(db: Database) -> None:
    """Let statements be found by their ids."""
    for statement in _STATEMENTS:
        db.execute(statement)
