"""Deliveries: one outbox for all that is sent, to each target once. Takes over the sends of alerts."""

from sqlite_utils import Database

_STATEMENTS = (
    # kind: alert, webhook, message, digest (an entry on its way into one), mail, hub, verify, update.
    # subject: what is sent: an entry's id, a group of alerts, a digest's end, a feed's file, a request.
    # version: of a subject that changes; `batch`: the mail that took an entry in.
    # state: waiting, collected, sending (a crash may have come before or after it was sent), sent, dead.
    """CREATE TABLE deliveries (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        target TEXT NOT NULL,
        subject TEXT NOT NULL,
        version TEXT NOT NULL DEFAULT '',
        batch TEXT,
        state TEXT NOT NULL,
        tries INTEGER NOT NULL DEFAULT 0,
        created TEXT NOT NULL,
        due TEXT NOT NULL,
        error TEXT,
        UNIQUE (target, subject)
    )""",
    "CREATE INDEX deliveries_state ON deliveries(state, due)",
    "CREATE INDEX deliveries_target ON deliveries(target, state)",
    # A configured target gets nothing from before `since`. `told` is the end of its last digest. `failures`
    # in a row, after which nothing is tried before `retry_at`.
    """CREATE TABLE push_targets (
        target TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        since TEXT NOT NULL,
        told TEXT,
        failures INTEGER NOT NULL DEFAULT 0,
        retry_at TEXT,
        last_sent TEXT,
        last_failed TEXT,
        error TEXT
    ) WITHOUT ROWID""",
    # Counted for ever, unlike the rows above, which go after some weeks.
    """CREATE TABLE delivery_counts (
        kind TEXT NOT NULL,
        outcome TEXT NOT NULL,
        number INTEGER NOT NULL,
        PRIMARY KEY (kind, outcome)
    ) WITHOUT ROWID""",
    # Whoever gets a digest; `token` ends that without a login. `address` is a digest of the address.
    """CREATE TABLE digest_recipients (
        target TEXT NOT NULL,
        address TEXT NOT NULL,
        token TEXT NOT NULL UNIQUE,
        left_at TEXT,
        PRIMARY KEY (target, address)
    ) WITHOUT ROWID""",
    # The built-in hub. `topic` is a feed's file. A request waits until its callback has confirmed it.
    """CREATE TABLE subscriptions (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        topic TEXT NOT NULL,
        callback TEXT NOT NULL,
        secret TEXT,
        since TEXT NOT NULL,
        until TEXT NOT NULL,
        UNIQUE (topic, callback)
    )""",
    """CREATE TABLE subscription_requests (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        mode TEXT NOT NULL,
        topic TEXT NOT NULL,
        callback TEXT NOT NULL,
        secret TEXT,
        lease INTEGER NOT NULL,
        at TEXT NOT NULL,
        UNIQUE (topic, callback)
    )""",
    """INSERT INTO deliveries (kind, target, subject, state, tries, created, due, error)
        SELECT 'alert', 'alert:' || target, CAST(batch AS TEXT), replace(state, 'given up', 'dead'), tries,
            due, due, error FROM alert_sends ORDER BY batch, target""",
    "DROP TABLE alert_sends",
)


def m023_deliveries(db: Database) -> None:
    """Add deliveries, their targets, and the built-in hub's subscriptions; move the sends of alerts."""
    for statement in _STATEMENTS:
        db.execute(statement)
