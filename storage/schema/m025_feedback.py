"""What analysts say of entries, and where the numbers of removed articles and joined stories lead."""

from sqlite_utils import Database

_STATEMENTS = (
    # `address` and `language` are the article's identity; language is "" where it is not known. `rules` is
    # the watchlist's digest at the time; matched, score and why are what it said. `title` and `text` are
    # those that were judged: a label outlives its article.
    """CREATE TABLE feedback (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        watchlist TEXT NOT NULL,
        address TEXT NOT NULL,
        language TEXT NOT NULL,
        given_by TEXT NOT NULL,
        at TEXT NOT NULL,
        note TEXT NOT NULL,
        article INTEGER REFERENCES articles(id),
        source TEXT,
        country TEXT,
        published_at TEXT,
        rules TEXT NOT NULL,
        matched INTEGER,
        score REAL,
        why TEXT NOT NULL,
        is_cut INTEGER NOT NULL,
        title TEXT NOT NULL,
        text TEXT NOT NULL,
        UNIQUE (watchlist, address, language, given_by)
    )""",
    "CREATE INDEX feedback_article ON feedback(article) WHERE article IS NOT NULL",
    # The number that the removed article had; NULL for those that were removed before this.
    "ALTER TABLE tombstones ADD COLUMN article INTEGER",
    "CREATE INDEX tombstones_article ON tombstones(article) WHERE article IS NOT NULL",
    # A story's number still leads to its articles when it has become part of another.
    """CREATE TABLE joined_stories (
        story INTEGER PRIMARY KEY,
        "into" INTEGER NOT NULL REFERENCES stories(id) ON DELETE CASCADE
    )""",
    'CREATE INDEX joined_stories_into ON joined_stories("into")',
)


def m025_feedback(db: Database) -> None:
    """Add feedback, the numbers of tombstones, and what became of joined stories."""
    for statement in _STATEMENTS:
        db.execute(statement)
