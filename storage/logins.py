"""Failed logins, which make the next ones wait; browsers known to users; the end of what has expired.

Tries are counted before the password is looked at, so that many at once gain nothing.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlite_utils import Database

from core.clock import from_iso, to_iso
from storage.connection import Connection
from storage.records.accounts import Tally

SHORTEST_WAIT = timedelta(seconds=15)
# A day without a failure, and the count begins anew.
FORGOTTEN = timedelta(days=1)
MOST_FAILURES_KEPT = 10_000
MOST_BROWSERS = 10
BROWSER_KNOWN = timedelta(days=180)


class LoginTables(Connection):
    """The part of the store that slows guessing down."""

    def begin_login(self, tallies: Sequence[Tally], *, now: datetime, longest: timedelta) -> timedelta:
        """Count a try as failed; or, where one of the tallies has to wait, count nothing and return how long.

        Beyond its free tries each further failure doubles the wait, up to `longest`.
        """
        with self._writing() as db:
            wait = max((_wait(db, tally, now) for tally in tallies), default=timedelta())
            if wait <= timedelta():
                for tally in tallies:
                    _count(db, tally, now, longest)
            return max(wait, timedelta())

    def end_login(self, *, forget: Sequence[Tally], take_back: Sequence[Tally]) -> None:
        """Note that a try was good: some tallies begin anew, of others this one try is taken back."""
        with self._writing() as db:
            for tally in forget:
                db.execute("DELETE FROM login_failures WHERE key = ?", [tally.key])
            for tally in take_back:
                db.execute(
                    "UPDATE login_failures SET failures = max(failures - 1, 0), until = last WHERE key = ?",
                    [tally.key],
                )

    def forget_failures(self) -> None:
        """Begin all counts anew; whoever has the machine may always log in."""
        with self._writing() as db:
            db.execute("DELETE FROM login_failures")

    def knows_browser(self, digest: str, user: str, *, now: datetime) -> bool:
        """Say whether this user has logged in from this browser within half a year."""
        with self._reading() as db:
            row = db.execute(
                "SELECT 1 FROM known_browsers WHERE digest = ? AND user = ? AND used > ?",
                [digest, user, to_iso(now - BROWSER_KNOWN)],
            ).fetchone()
        return row is not None

    def know_browser(self, digest: str, user: str, *, now: datetime) -> None:
        """Remember a browser that a user has logged in from; the ten last used are remembered."""
        with self._writing() as db:
            db.execute(
                "INSERT OR REPLACE INTO known_browsers (digest, user, used) VALUES (?, ?, ?)",
                [digest, user, to_iso(now)],
            )
            db.execute(
                """DELETE FROM known_browsers WHERE user = :user AND digest NOT IN
                    (SELECT digest FROM known_browsers WHERE user = :user ORDER BY used DESC LIMIT :most)""",
                {"user": user, "most": MOST_BROWSERS},
            )

    def end_expired(self, *, now: datetime, idle: timedelta, lifetime: timedelta) -> int:
        """Remove what has expired: sessions, tokens, browsers, failures. Return how many sessions ended."""
        with self._writing() as db:
            ended = db.execute(
                "DELETE FROM sessions WHERE seen < ? OR created < ?",
                [to_iso(now - idle), to_iso(now - lifetime)],
            ).rowcount
            db.execute("DELETE FROM tokens WHERE expires <= ?", [to_iso(now)])
            db.execute("DELETE FROM known_browsers WHERE used < ?", [to_iso(now - BROWSER_KNOWN)])
            db.execute("DELETE FROM login_failures WHERE last < ?", [to_iso(now - FORGOTTEN)])
            return ended


def _wait(db: Database, tally: Tally, now: datetime) -> timedelta:
    row = db.execute("SELECT until FROM login_failures WHERE key = ?", [tally.key]).fetchone()
    return timedelta() if row is None else from_iso(row["until"]) - now


def _count(db: Database, tally: Tally, now: datetime, longest: timedelta) -> None:
    row = db.execute("SELECT failures, last FROM login_failures WHERE key = ?", [tally.key]).fetchone()
    recent = row is not None and from_iso(row["last"]) > now - FORGOTTEN
    failures = 1 + (row["failures"] if recent else 0)
    beyond = failures - tally.free
    # Past 2^16 times the shortest wait any bound is reached.
    wait = min(SHORTEST_WAIT * 2 ** min(beyond, 16), longest) if beyond >= 0 else timedelta()
    db.execute(
        "INSERT OR REPLACE INTO login_failures (key, failures, last, until) VALUES (?, ?, ?, ?)",
        [tally.key, failures, to_iso(now), to_iso(now + wait)],
    )
    db.execute(
        """DELETE FROM login_failures WHERE key IN
            (SELECT key FROM login_failures ORDER BY last DESC LIMIT -1 OFFSET ?)""",
        [MOST_FAILURES_KEPT],
    )
