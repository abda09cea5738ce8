"""Keeps the indexes of words in step: triggers note what came (m034), and it is indexed before the commit.

Runs inside the caller's transaction. FTS5 collects in memory what it is given, but writes it out whenever a
statement with a trigger begins: article by article, that cost four times as much and left as many pieces to
be merged.
"""

from sqlite_utils import Database

# (index, its columns, the table with the words)
_INDEXES = (
    ("search", "title, text", "articles"),
    ("speakers", "folded_speaker, folded_office", "statements"),
)


def index_new(db: Database) -> None:
    """Index the words of all rows that wait for it."""
    for index, columns, table in _INDEXES:
        waiting = f"unindexed_{table}"
        if db.execute(f"SELECT 1 FROM {waiting} LIMIT 1").fetchone() is None:  # noqa: S608 - names of our schema
            continue
        db.execute(
            f"""INSERT INTO {index}(rowid, {columns})
            SELECT id, {columns} FROM {waiting} CROSS JOIN {table} USING (id) ORDER BY id"""  # noqa: S608 - names of our schema
        )
        db.execute(f"DELETE FROM {waiting}")  # noqa: S608 - names of our schema
