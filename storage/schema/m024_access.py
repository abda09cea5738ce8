"""Users, their sessions, known browsers and tokens; failed logins. Of secrets only digests are kept."""

from sqlite_utils import Database

_STATEMENTS = (
    # `password` is what publisher.web.access.passwords wrote: scheme, its parameters, salt, digest.
    """CREATE TABLE users (
        name TEXT PRIMARY KEY,
        role TEXT NOT NULL,
        password TEXT NOT NULL,
        created TEXT NOT NULL,
        last_login TEXT
    ) WITHOUT ROWID""",
    # `digest` is of the id in the cookie. Numbers are never used again: a form may still name an old one.
    """CREATE TABLE sessions (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        digest TEXT NOT NULL UNIQUE,
        user TEXT NOT NULL REFERENCES users(name) ON DELETE CASCADE,
        created TEXT NOT NULL,
        seen TEXT NOT NULL,
        address TEXT NOT NULL,
        browser TEXT NOT NULL
    )""",
    "CREATE INDEX sessions_user ON sessions(user)",
    "CREATE INDEX sessions_seen ON sessions(seen)",
    # Browsers in which a user has logged in before: their tries are counted apart from strangers'.
    """CREATE TABLE known_browsers (
        digest TEXT PRIMARY KEY,
        user TEXT NOT NULL REFERENCES users(name) ON DELETE CASCADE,
        used TEXT NOT NULL
    ) WITHOUT ROWID""",
    "CREATE INDEX known_browsers_user ON known_browsers(user, used)",
    # `user` is NULL for tokens that an operator made on the command line for nobody's account.
    """CREATE TABLE tokens (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        digest TEXT NOT NULL UNIQUE,
        user TEXT REFERENCES users(name) ON DELETE CASCADE,
        name TEXT NOT NULL,
        created TEXT NOT NULL,
        expires TEXT,
        used TEXT
    )""",
    "CREATE INDEX tokens_user ON tokens(user)",
    # `key` is a digest of an address, a name or both: what is typed as a name may be a password.
    """CREATE TABLE login_failures (
        key TEXT PRIMARY KEY,
        failures INTEGER NOT NULL,
        last TEXT NOT NULL,
        until TEXT NOT NULL
    ) WITHOUT ROWID""",
    "CREATE INDEX login_failures_last ON login_failures(last)",
)


def m024_access(db: Database) -> None:
    """Add who may do what."""
    for statement in _STATEMENTS:
        db.execute(statement)
