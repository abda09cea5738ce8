"""Counts that the daemon asks for every few seconds: of a source's articles that match anything."""

from sqlite_utils import Database

_STATEMENTS = (
    "ALTER TABLE sources ADD COLUMN matched INTEGER NOT NULL DEFAULT 0",
    """UPDATE sources SET matched = found.number FROM (
        SELECT a.source AS id, count(DISTINCT m.article) AS number
        FROM matches AS m JOIN articles AS a ON a.id = m.article GROUP BY a.source
    ) AS found WHERE sources.id = found.id""",
    # A source that is met again, or that an import brings articles of.
    """CREATE TRIGGER sources_matched_insert AFTER INSERT ON sources BEGIN
        UPDATE sources SET matched = (
            SELECT count(DISTINCT m.article) FROM articles AS a JOIN matches AS m ON m.article = a.id
            WHERE a.source = new.id AND a.held IS NULL
        ) WHERE id = new.id;
    END""",
    """CREATE TRIGGER matches_matched_insert AFTER INSERT ON matches
    WHEN (SELECT count(*) FROM matches WHERE article = new.article) = 1 BEGIN
        UPDATE sources SET matched = matched + 1
        WHERE id = (SELECT source FROM articles WHERE id = new.article);
    END""",
    """CREATE TRIGGER matches_matched_delete AFTER DELETE ON matches
    WHEN NOT EXISTS (SELECT 1 FROM matches WHERE article = old.article) BEGIN
        UPDATE sources SET matched = matched - 1
        WHERE id = (SELECT source FROM articles WHERE id = old.article);
    END""",
    "CREATE INDEX changes_revisions ON changes(seq) WHERE kind = 'revision'",
)


def m032_matched(db: Database) -> None:
    """Add `sources.matched`, kept in step with `matches` by triggers, and an index of revisions."""
    for statement in _STATEMENTS:
        db.execute(statement)
