"""Indexes of words are filled at the end of a transaction; a source's articles have one index, not two."""

from collections.abc import Iterator

from sqlite_utils import Database

# (index, its columns, the table with the words, what its triggers' names begin with)
_INDEXES = (
    ("search", ("title", "text"), "articles", "articles_search"),
    ("speakers", ("folded_speaker", "folded_office"), "statements", "statements_speakers"),
)
# Listings and retention ask for the same articles in the same order.
_ARTICLES = (
    "DROP INDEX articles_age",
    "DROP INDEX articles_source",
    "CREATE INDEX articles_source ON articles(source, first_seen, id, language, held, size)",
)


def m034_indexing(db: Database) -> None:
    """Let triggers note rows whose words are not in their index yet (storage.indexing); join two indices."""
    for index, columns, table, trigger in _INDEXES:
        for statement in _noting(index, columns, table, trigger):
            db.execute(statement)
    for statement in _ARTICLES:
        db.execute(statement)


def _noting(index: str, columns: tuple[str, ...], table: str, trigger: str) -> Iterator[str]:
    waiting = f"unindexed_{table}"
    names, old = ", ".join(columns), ", ".join(f"old.{column}" for column in columns)
    # What is not in the index yet cannot be taken out of it.
    taken_out = f"""INSERT INTO {index}({index}, rowid, {names}) SELECT 'delete', old.id, {old}
        WHERE NOT EXISTS (SELECT 1 FROM {waiting} WHERE id = old.id);"""  # noqa: S608 - names of our schema
    yield f"CREATE TABLE {waiting} (id INTEGER PRIMARY KEY)"
    for event in ("insert", "update", "delete"):
        yield f"DROP TRIGGER IF EXISTS {trigger}_{event}"
    yield f"""CREATE TRIGGER {trigger}_insert AFTER INSERT ON {table} BEGIN
        INSERT INTO {waiting} VALUES (new.id);
    END"""  # noqa: S608 - names of our schema
    yield f"""CREATE TRIGGER {trigger}_update AFTER UPDATE OF {names} ON {table} BEGIN
        {taken_out}
        INSERT OR IGNORE INTO {waiting} VALUES (new.id);
    END"""  # noqa: S608 - names of our schema
    yield f"""CREATE TRIGGER {trigger}_delete AFTER DELETE ON {table} BEGIN
        {taken_out}
        DELETE FROM {waiting} WHERE id = old.id;
    END"""  # noqa: S608 - names of our schema
