"""Versions of feeds: one random token for a watchlist and state, drawn anew when its entries would change.

Random rather than counted: after a restore no old token can stand for new content.
"""

from collections.abc import Iterable

from sqlite_utils import Database

WHOLE = ""
NONE_YET = "0"


def feed_version(db: Database, watchlist: str, state: str | None) -> str:
    """Return the token of a watchlist, or of one state in it."""
    row = db.execute(
        "SELECT version FROM feed_versions WHERE watchlist = ? AND state = ?", [watchlist, state or WHOLE]
    ).fetchone()
    return NONE_YET if row is None else str(row[0])


def touch_story(db: Database, story: int) -> None:
    """Draw new tokens for all feeds that show entries of this story."""
    db.execute(
        """INSERT OR REPLACE INTO feed_versions (watchlist, state, version)
        SELECT watchlist, state, hex(randomblob(8)) FROM (
            SELECT DISTINCT watchlist, '' AS state FROM entries WHERE story = :story
            UNION
            SELECT s.watchlist, s.state FROM entries AS e
            JOIN articles AS a ON a.story = e.story
            JOIN match_states AS s ON s.watchlist = e.watchlist AND s.article = a.id
            WHERE e.story = :story)""",
        {"story": story},
    )


def touch_all(db: Database) -> None:
    """Draw new tokens for all feeds: what stands first in their entries may have changed."""
    db.execute("UPDATE feed_versions SET version = hex(randomblob(8))")


def touch_feeds(db: Database, watchlist: str, states: Iterable[str]) -> None:
    """Draw new tokens for a watchlist as a whole and for some of its states."""
    db.conn.executemany(
        "INSERT OR REPLACE INTO feed_versions (watchlist, state, version) VALUES (?, ?, hex(randomblob(8)))",
        [(watchlist, state) for state in {WHOLE, *states}],
    )
