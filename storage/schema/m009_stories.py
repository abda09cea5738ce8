"""By what copies are found, and what an operator has ruled about stories."""

from sqlite_utils import Database


def m009_stories(db: Database) -> None:
    """Add sketches, the operators' rulings, which sources are official, and what tells language versions.

    `sketches` has no index by article: the hashes of an article follow from its text. `backlog` says how far
    the articles that were stored before have got their sketches. `articles.page` is an official page's
    address without its language.
    """
    for statement in (
        """CREATE TABLE sketches (
            hash INTEGER NOT NULL,
            article INTEGER NOT NULL,
            PRIMARY KEY (hash, article)
        ) WITHOUT ROWID""",
        # Two articles that stay in different stories, the smaller id first.
        """CREATE TABLE kept_apart (
            article INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
            other INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
            at TEXT NOT NULL,
            PRIMARY KEY (article, other)
        ) WITHOUT ROWID""",
        "CREATE INDEX kept_apart_other ON kept_apart(other)",
        "ALTER TABLE sources ADD COLUMN official INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE articles ADD COLUMN page TEXT",
        "CREATE INDEX articles_page ON articles(page) WHERE page IS NOT NULL",
        "CREATE TABLE backlog (done INTEGER NOT NULL, until INTEGER NOT NULL)",
        "INSERT INTO backlog SELECT 0, max(id) FROM articles HAVING max(id) IS NOT NULL",
    ):
        db.execute(statement)
