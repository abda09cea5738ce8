"""Why a text is a revision, pages that are gone, pages to be looked at again, entries of three kinds."""

from sqlite_utils import Database

_STATEMENTS = (
    # Why this text is not the one before it, beside its kind.
    "ALTER TABLE revisions ADD COLUMN reason TEXT",
    "ALTER TABLE articles ADD COLUMN revision_reason TEXT",
    "ALTER TABLE articles ADD COLUMN gone_at TEXT",
    "ALTER TABLE articles ADD COLUMN gone_reason TEXT",
    # Pages that are looked at again. `base`: since when the text stands, from which the plan counts.
    # `missing` counts looks in a row that found no page. A row goes when its plan has ended.
    """CREATE TABLE looks (
        article INTEGER PRIMARY KEY REFERENCES articles(id) ON DELETE CASCADE,
        source TEXT NOT NULL,
        due TEXT NOT NULL,
        base TEXT NOT NULL,
        looked TEXT NOT NULL,
        missing INTEGER NOT NULL DEFAULT 0,
        etag TEXT,
        last_modified TEXT,
        body_hash TEXT
    )""",
    "CREATE INDEX looks_due ON looks(source, due)",
    # What a source last read on a page whose text stands as another source reads it.
    """CREATE TABLE other_readings (
        article INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
        source TEXT NOT NULL,
        exact_hash BLOB NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (article, source)
    ) WITHOUT ROWID""",
    # statement, revision or gone
    "ALTER TABLE entries ADD COLUMN kind TEXT NOT NULL DEFAULT 'statement'",
    "UPDATE entries SET kind = 'revision' WHERE revision > 0",
)


def m010_revisions(db: Database) -> None:
    """Add what revisions, disappearances and second looks need."""
    for statement in _STATEMENTS:
        db.execute(statement)
