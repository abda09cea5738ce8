"""What the pages of a source's lists look like: of each poll, and usually."""

from sqlite_utils import Database

_STATEMENTS = (
    # As core.listshape.ListShape writes it; NULL where the poll's lists have none, or not all came.
    "ALTER TABLE polls ADD COLUMN shape TEXT",
    # `rules` is a digest of what the lists were read by.
    """CREATE TABLE list_shapes (
        source TEXT PRIMARY KEY,
        rules TEXT NOT NULL,
        shape TEXT NOT NULL
    ) WITHOUT ROWID""",
)


def m021_skeleton(db: Database) -> None:
    """Add the shapes of lists."""
    for statement in _STATEMENTS:
        db.execute(statement)
