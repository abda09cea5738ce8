"""How many entries there are, by day, state, source and language: what the overview's pictures show.

All sums are kept by triggers (m027); a pair of an entry and a state of its article's match counts once.
"""

from datetime import datetime

from core.clock import to_iso
from storage.connection import Connection


class OverviewQueries(Connection):
    """The part of the store that counts entries."""

    def entry_days(self, watchlist: str, *, since: datetime) -> dict[str, dict[str, int]]:
        """Return the entries of each state by day ("2026-09-20"); "" is the whole watchlist."""
        found: dict[str, dict[str, int]] = {}
        with self._reading() as db:
            rows = db.execute(
                """SELECT state, day, entries FROM entry_days
                WHERE watchlist = ? AND day >= ? ORDER BY state, day""",
                [watchlist, to_iso(since)[:10]],
            )
            for row in rows:
                found.setdefault(row[0], {})[row[1]] = row[2]
        return found

    def entry_origins(self, watchlist: str, *, since: datetime) -> list[tuple[str, str, str, int]]:
        """Return (state, source, language, entries) since a day; state "" is the whole watchlist."""
        with self._reading() as db:
            # The days of the month that is cut, and whole months behind it.
            rows = db.execute(
                """SELECT state, source, language, sum(entries) FROM (
                    SELECT state, source, language, entries FROM entry_origins
                    WHERE watchlist = :watchlist AND day >= :day AND day < :month || '-99'
                    UNION ALL SELECT state, source, language, entries FROM entry_months
                    WHERE watchlist = :watchlist AND month > :month)
                GROUP BY state, source, language""",
                {"watchlist": watchlist, "day": to_iso(since)[:10], "month": to_iso(since)[:7]},
            )
            return [(row[0], row[1], row[2], row[3]) for row in rows]
