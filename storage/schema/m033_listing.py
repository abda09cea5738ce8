"""Indices of what matched and of languages; the overview's sums by month, of no more than it shows."""

from sqlite_utils import Database

_INDICES = (
    "CREATE INDEX articles_in ON articles(language) WHERE held IS NULL",
    "CREATE INDEX matches_watchlist ON matches(watchlist, article)",
    "CREATE INDEX match_states_state ON match_states(state, article)",
)

# In the place of `entry_months` (m031), which counted each state by language, and nobody asked.
_MONTHS = (
    "DROP TRIGGER entry_states_entry_months_insert",
    "DROP TRIGGER entry_states_entry_months_delete",
    """CREATE TABLE month_states (
        watchlist TEXT NOT NULL,
        month TEXT NOT NULL,
        state TEXT NOT NULL,
        source TEXT NOT NULL,
        entries INTEGER NOT NULL,
        PRIMARY KEY (watchlist, month, state, source)
    ) WITHOUT ROWID""",
    """CREATE TABLE month_languages (
        watchlist TEXT NOT NULL,
        month TEXT NOT NULL,
        source TEXT NOT NULL,
        language TEXT NOT NULL,
        entries INTEGER NOT NULL,
        PRIMARY KEY (watchlist, month, source, language)
    ) WITHOUT ROWID""",
    """CREATE TABLE talk_months (
        month TEXT NOT NULL,
        country TEXT NOT NULL,
        about TEXT NOT NULL,
        statements INTEGER NOT NULL,
        PRIMARY KEY (month, country, about)
    ) WITHOUT ROWID""",
    """INSERT INTO month_states SELECT watchlist, month, state, source, sum(entries)
        FROM entry_months WHERE state <> '' GROUP BY watchlist, month, state, source""",
    """INSERT INTO month_languages SELECT watchlist, month, source, language, sum(entries)
        FROM entry_months WHERE state = '' GROUP BY watchlist, month, source, language""",
    """INSERT INTO talk_months SELECT substr(day, 1, 7) AS month, country, about, sum(statements)
        FROM talk_days GROUP BY month, country, about""",
    "DROP TABLE entry_months",
)


def m033_listing(db: Database) -> None:
    """Add indices for listings, and sums by month in the place of others."""
    for statement in (
        *_INDICES,
        *_MONTHS,
        *_counting("month_states", "entries", ("watchlist", "state", "source"), "entry_states", "<> ''"),
        *_counting("month_languages", "entries", ("watchlist", "source", "language"), "entry_states", "= ''"),
        *_counting("talk_months", "statements", ("country", "about"), "mentions", None),
    ):
        db.execute(statement)


def _counting(
    table: str, count: str, keys: tuple[str, ...], counted: str, state: str | None
) -> tuple[str, str]:
    """Return the triggers that keep a table of sums by month in step with the rows that it counts.

    `state`: which states are counted, as SQL.
    """
    new = ", ".join(f"new.{key}" for key in keys)
    same = " AND ".join(["month = substr(old.day, 1, 7)", *(f"{key} = old.{key}" for key in keys)])
    of_new, of_old = ("", "") if state is None else (f"WHEN new.state {state}", f"WHEN old.state {state}")
    return (
        f"""CREATE TRIGGER {counted}_{table}_insert AFTER INSERT ON {counted} {of_new} BEGIN
            INSERT INTO {table} (month, {", ".join(keys)}, {count})
            VALUES (substr(new.day, 1, 7), {new}, 1)
            ON CONFLICT DO UPDATE SET {count} = {count} + 1;
        END""",  # noqa: S608 - names of our schema
        f"""CREATE TRIGGER {counted}_{table}_delete AFTER DELETE ON {counted} {of_old} BEGIN
            UPDATE {table} SET {count} = {count} - 1 WHERE {same};
            DELETE FROM {table} WHERE {same} AND {count} <= 0;
        END""",  # noqa: S608 - names of our schema
    )
