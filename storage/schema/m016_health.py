"""How each source does, as a class, and what its polls tell of that; pages that harm their readers."""

from sqlite_utils import Database

_STATEMENTS = (
    # How often a page killed or hung its reader since its version changed.
    "ALTER TABLE links ADD COLUMN poisoned INTEGER NOT NULL DEFAULT 0",
    "CREATE INDEX links_error ON links(source, fetched_at) WHERE error IS NOT NULL",
    # The poll's name in the logs, and the articles of it that had a title, a date.
    "ALTER TABLE polls ADD COLUMN run TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE polls ADD COLUMN titled INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE polls ADD COLUMN dated INTEGER NOT NULL DEFAULT 0",
    # `class` is one of scheduler.health.HealthClass. `told` is the class that operators were last told of.
    """CREATE TABLE source_health (
        source TEXT PRIMARY KEY,
        class TEXT NOT NULL,
        since TEXT NOT NULL,
        reason TEXT NOT NULL,
        told TEXT NOT NULL,
        snoozed_until TEXT
    ) WITHOUT ROWID""",
)


def m016_health(db: Database) -> None:
    """Add what health is judged by, and the judgement."""
    for statement in _STATEMENTS:
        db.execute(statement)
