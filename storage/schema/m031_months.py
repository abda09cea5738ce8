"""Entries by month, so that a year's origins are few rows; who names what, found without reading all."""

from sqlite_utils import Database

_STATEMENTS = (
    """CREATE TABLE entry_months (
        watchlist TEXT NOT NULL,
        month TEXT NOT NULL,
        state TEXT NOT NULL,
        source TEXT NOT NULL,
        language TEXT NOT NULL,
        entries INTEGER NOT NULL,
        PRIMARY KEY (watchlist, month, state, source, language)
    ) WITHOUT ROWID""",
    """CREATE TRIGGER entry_states_entry_months_insert AFTER INSERT ON entry_states BEGIN
        INSERT INTO entry_months
        VALUES (new.watchlist, substr(new.day, 1, 7), new.state, new.source, new.language, 1)
        ON CONFLICT DO UPDATE SET entries = entries + 1;
    END""",
    """CREATE TRIGGER entry_states_entry_months_delete AFTER DELETE ON entry_states BEGIN
        UPDATE entry_months SET entries = entries - 1
        WHERE watchlist = old.watchlist AND month = substr(old.day, 1, 7) AND state = old.state
            AND source = old.source AND language = old.language;
        DELETE FROM entry_months
        WHERE watchlist = old.watchlist AND month = substr(old.day, 1, 7) AND state = old.state
            AND source = old.source AND language = old.language AND entries <= 0;
    END""",
    """INSERT INTO entry_months
        SELECT watchlist, substr(day, 1, 7) AS month, state, source, language, sum(entries)
        FROM entry_origins GROUP BY watchlist, month, state, source, language""",
    "CREATE INDEX mentions_about ON mentions(about, voice, day)",
)


def m031_months(db: Database) -> None:
    """Add the months of entries, and an index of mentions."""
    for statement in _STATEMENTS:
        db.execute(statement)
