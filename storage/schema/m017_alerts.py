"""Alerts: changes of a source's health class, told in groups, to each target once."""

from sqlite_utils import Database

_STATEMENTS = (
    # `source` is "" for the service itself. `batch` is the group that it was told in, once there is one.
    """CREATE TABLE alerts (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        source TEXT NOT NULL,
        was TEXT NOT NULL,
        became TEXT NOT NULL,
        reason TEXT NOT NULL,
        at TEXT NOT NULL,
        batch INTEGER
    )""",
    "CREATE INDEX alerts_batch ON alerts(batch)",
    # `target` is a digest of the target's address: addresses are secrets and stay in the settings.
    # state: waiting, sending (a crash may have come before or after it was sent), sent, given up.
    """CREATE TABLE alert_sends (
        batch INTEGER NOT NULL,
        target TEXT NOT NULL,
        state TEXT NOT NULL,
        tries INTEGER NOT NULL DEFAULT 0,
        due TEXT NOT NULL,
        error TEXT,
        PRIMARY KEY (batch, target)
    ) WITHOUT ROWID""",
    "CREATE INDEX alert_sends_state ON alert_sends(state, due)",
)


def m017_alerts(db: Database) -> None:
    """Add alerts and what became of them at each target."""
    for statement in _STATEMENTS:
        db.execute(statement)
