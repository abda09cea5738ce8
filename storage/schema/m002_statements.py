"""Who said what."""

from sqlite_utils import Database


def m002_statements(db: Database) -> None:
    """Add what articles attribute to speakers. The words are the article's text from `start` to `end`."""
    db.execute(
        """CREATE TABLE statements (
            id INTEGER PRIMARY KEY,
            article INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
            speaker TEXT,
            office TEXT,
            verb TEXT,
            rule TEXT NOT NULL,
            kind TEXT NOT NULL,
            language TEXT NOT NULL,
            confidence REAL NOT NULL,
            start INTEGER NOT NULL,
            "end" INTEGER NOT NULL,
            folded_speaker TEXT NOT NULL,
            folded_office TEXT NOT NULL
        )"""
    )
    db.execute("CREATE INDEX statements_article ON statements(article)")
