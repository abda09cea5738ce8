"""Users, their sessions, known browsers and tokens, kept as digests. Knows no secret and no clock."""

import sqlite3
from datetime import datetime

from core.clock import from_iso, to_iso
from storage.connection import Connection
from storage.logins import LoginTables
from storage.records.accounts import Credentials, Role, Session, Token, User
from storage.rows import storable_text

# So many of each for one user; at one more the oldest session or browser goes, and a token is refused.
MOST_SESSIONS = 20
MOST_TOKENS = 50

_SESSIONS = "SELECT s.*, u.role FROM sessions AS s JOIN users AS u ON u.name = s.user"


class AccountTables(LoginTables, Connection):
    """The part of the store that knows who may do what."""

    # Users

    def add_user(self, name: str, role: Role, password: str, *, now: datetime) -> bool:
        """Add a user with a hashed password; False if there is one of that name."""
        with self._writing() as db:
            found = db.execute(
                "INSERT OR IGNORE INTO users (name, role, password, created) VALUES (?, ?, ?, ?)",
                [name, role, password, to_iso(now)],
            )
            return found.rowcount > 0

    def users(self) -> list[User]:
        """Return all users, by name."""
        with self._reading() as db:
            rows = db.execute(
                """SELECT u.*, (SELECT count(*) FROM sessions WHERE user = u.name) AS sessions,
                    (SELECT count(*) FROM tokens WHERE user = u.name) AS tokens
                FROM users AS u ORDER BY u.name"""
            ).fetchall()
        return [
            User(
                name=row["name"],
                role=row["role"],
                created=from_iso(row["created"]),
                last_login=_moment(row["last_login"]),
                sessions=row["sessions"],
                tokens=row["tokens"],
            )
            for row in rows
        ]

    def credentials(self, name: str) -> Credentials | None:
        """Return what this user's password is checked against; None for no user."""
        with self._reading() as db:
            row = db.execute("SELECT name, role, password FROM users WHERE name = ?", [name]).fetchone()
        return None if row is None else Credentials(**row)

    def remove_user(self, name: str) -> bool:
        """Remove a user with all sessions, browsers and tokens; False for no user."""
        with self._writing() as db:
            return db.execute("DELETE FROM users WHERE name = ?", [name]).rowcount > 0

    def set_role(self, name: str, role: Role) -> bool:
        """Give a user another role, in force at once; False for no user."""
        with self._writing() as db:
            return db.execute("UPDATE users SET role = ? WHERE name = ?", [role, name]).rowcount > 0

    def set_password(self, name: str, password: str, *, keep: int | None = None) -> bool:
        """Give a user another hashed password; all sessions but `keep`, and known browsers, end with it."""
        with self._writing() as db:
            db.execute("DELETE FROM sessions WHERE user = ? AND id IS NOT ?", [name, keep])
            db.execute("DELETE FROM known_browsers WHERE user = ?", [name])
            return db.execute("UPDATE users SET password = ? WHERE name = ?", [password, name]).rowcount > 0

    def rehash(self, name: str, *, before: str, after: str) -> None:
        """Keep the same password hashed anew, unless it was changed meanwhile."""
        with self._writing() as db:
            db.execute("UPDATE users SET password = ? WHERE name = ? AND password = ?", [after, name, before])

    # Sessions

    def begin_session(
        self, user: str, digest: str, *, password: str, now: datetime, address: str, browser: str
    ) -> int | None:
        """Begin a session; None if the user has gone or has another (hashed) password by now."""
        with self._writing() as db:
            found = db.execute(
                "UPDATE users SET last_login = ? WHERE name = ? AND password = ?",
                [to_iso(now), user, password],
            )
            if found.rowcount == 0:
                return None
            added = db.execute(
                """INSERT INTO sessions (digest, user, created, seen, address, browser)
                VALUES (:digest, :user, :now, :now, :address, :browser)""",
                {
                    "digest": digest,
                    "user": user,
                    "now": to_iso(now),
                    "address": address,
                    "browser": storable_text(browser),
                },
            )
            db.execute(
                """DELETE FROM sessions WHERE user = :user AND id NOT IN
                    (SELECT id FROM sessions WHERE user = :user ORDER BY id DESC LIMIT :most)""",
                {"user": user, "most": MOST_SESSIONS},
            )
            return added.lastrowid

    def session(self, digest: str) -> Session | None:
        """Return the session whose id has this digest, whatever its age."""
        with self._reading() as db:
            row = db.execute(f"{_SESSIONS} WHERE s.digest = ?", [digest]).fetchone()
        return None if row is None else _session(row)

    def sessions(self, user: str) -> list[Session]:
        """Return a user's sessions, last used first."""
        with self._reading() as db:
            rows = db.execute(f"{_SESSIONS} WHERE s.user = ? ORDER BY s.seen DESC", [user]).fetchall()
        return [_session(row) for row in rows]

    def session_seen(self, id_: int, *, now: datetime) -> None:
        """Note that a session is in use."""
        with self._writing() as db:
            db.execute("UPDATE sessions SET seen = max(seen, ?) WHERE id = ?", [to_iso(now), id_])

    def end_session(self, user: str, id_: int) -> bool:
        """End one of a user's sessions; False if there is none."""
        with self._writing() as db:
            return db.execute("DELETE FROM sessions WHERE id = ? AND user = ?", [id_, user]).rowcount > 0

    # Tokens

    def add_token(
        self, digest: str, *, user: str | None, name: str, now: datetime, expires: datetime | None
    ) -> int | None:
        """Add a token; None if the user has too many of them."""
        with self._writing() as db:
            held = db.execute("SELECT count(*) FROM tokens WHERE user = ?", [user]).fetchone()[0]
            if held >= MOST_TOKENS:
                return None
            return db.execute(
                "INSERT INTO tokens (digest, user, name, created, expires) VALUES (?, ?, ?, ?, ?)",
                [digest, user, storable_text(name), to_iso(now), expires and to_iso(expires)],
            ).lastrowid

    def token(self, digest: str, *, now: datetime) -> Token | None:
        """Return the token whose secret has this digest, unless it has expired."""
        with self._reading() as db:
            row = db.execute(
                "SELECT * FROM tokens WHERE digest = ? AND (expires IS NULL OR expires > ?)",
                [digest, to_iso(now)],
            ).fetchone()
        return None if row is None else _token(row)

    def tokens(self, user: str | None = None) -> list[Token]:
        """Return the tokens of a user, or all of them, newest first."""
        with self._reading() as db:
            rows = db.execute(
                "SELECT * FROM tokens WHERE :user IS NULL OR user = :user ORDER BY id DESC", {"user": user}
            ).fetchall()
        return [_token(row) for row in rows]

    def token_used(self, id_: int, *, now: datetime) -> None:
        """Note that a token is in use."""
        with self._writing() as db:
            db.execute("UPDATE tokens SET used = ? WHERE id = ?", [to_iso(now), id_])

    def remove_token(self, id_: int, *, user: str | None = None) -> bool:
        """Remove a token (of this user); False if there is none."""
        with self._writing() as db:
            found = db.execute(
                "DELETE FROM tokens WHERE id = :id AND (:user IS NULL OR user = :user)",
                {"id": id_, "user": user},
            )
            return found.rowcount > 0


def _session(row: sqlite3.Row) -> Session:
    return Session(
        id=row["id"],
        user=row["user"],
        role=row["role"],
        created=from_iso(row["created"]),
        seen=from_iso(row["seen"]),
        address=row["address"],
        browser=row["browser"],
    )


def _token(row: sqlite3.Row) -> Token:
    return Token(
        id=row["id"],
        user=row["user"],
        name=row["name"],
        created=from_iso(row["created"]),
        expires=_moment(row["expires"]),
        used=_moment(row["used"]),
    )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else from_iso(text)
