"""How many entries there are, by day, state, source and language: what the overview's pictures show.

All sums are kept by triggers (m027, m033); a pair of an entry and a state of its article's match counts once.
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

    def entry_states(self, watchlist: str, *, since: datetime) -> list[tuple[str, str, int]]:
        """Return (state, source, entries) since a day. An entry about two states counts for both."""
        return self._since(watchlist, since, table="month_states", keys="state, source", states="<> ''")

    def entry_languages(self, watchlist: str, *, since: datetime) -> list[tuple[str, str, int]]:
        """Return (source, language, entries) since a day."""
        return self._since(watchlist, since, table="month_languages", keys="source, language", states="= ''")

    def _since(
        self, watchlist: str, since: datetime, *, table: str, keys: str, states: str
    ) -> list[tuple[str, str, int]]:
        with self._reading() as db:
            # The days of the month that is cut, and whole months behind it.
            rows = db.execute(
                f"""SELECT {keys}, sum(entries) FROM (
                    SELECT {keys}, entries FROM entry_origins
                    WHERE watchlist = :watchlist AND day >= :day AND day < :month || '-99' AND state {states}
                    UNION ALL SELECT {keys}, entries FROM {table}
                    WHERE watchlist = :watchlist AND month > :month)
                GROUP BY {keys}""",  # noqa: S608 - names of our schema, values bound
                {"watchlist": watchlist, "day": to_iso(since)[:10], "month": to_iso(since)[:7]},
            )
            return [(row[0], row[1], row[2]) for row in rows]
