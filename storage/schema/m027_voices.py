"""Who speaks, how often, and about whom; entries by day. Kept in step by triggers, whoever writes."""

from collections.abc import Iterator

from sqlite_utils import Database

_TABLES = (
    # Statements of which it is not decided yet who says them; see storage.voices.
    "CREATE TABLE unheard (statement INTEGER PRIMARY KEY)",
    """CREATE TRIGGER statements_unheard_insert AFTER INSERT ON statements BEGIN
        INSERT OR IGNORE INTO unheard VALUES (new.id);
    END""",
    """CREATE TRIGGER statements_unheard_delete AFTER DELETE ON statements BEGIN
        DELETE FROM unheard WHERE statement = old.id;
    END""",
    """CREATE TRIGGER articles_unheard AFTER UPDATE OF held ON articles
    WHEN old.held IS NOT NULL AND new.held IS NULL BEGIN
        INSERT OR IGNORE INTO unheard SELECT id FROM statements WHERE article = new.id;
    END""",
    "INSERT INTO unheard SELECT id FROM statements",
    # `digest` is that of the registry that decided.
    "CREATE TABLE hearing (id INTEGER PRIMARY KEY CHECK (id = 1), digest TEXT NOT NULL)",
    # One speaker or office, under all spellings. `kind`: person, office (both of the registry), unknown.
    # `newest` is the last statement's id.
    """CREATE TABLE voices (
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        name TEXT NOT NULL,
        office TEXT,
        folded_office TEXT NOT NULL,
        country TEXT,
        statements INTEGER NOT NULL DEFAULT 0,
        newest INTEGER NOT NULL DEFAULT 0
    )""",
    "CREATE INDEX voices_newest ON voices(newest)",
    "CREATE INDEX voices_statements ON voices(statements)",
    "CREATE INDEX voices_country ON voices(country, newest)",
    """CREATE TABLE utterances (
        statement INTEGER PRIMARY KEY REFERENCES statements(id) ON DELETE CASCADE,
        voice INTEGER NOT NULL,
        name TEXT NOT NULL,
        day TEXT NOT NULL,
        language TEXT NOT NULL
    )""",
    "CREATE INDEX utterances_voice ON utterances(voice, statement)",
    # `about` is the ISO code of a state, or an organisation's short name, that the words name.
    """CREATE TABLE mentions (
        statement INTEGER NOT NULL REFERENCES utterances(statement) ON DELETE CASCADE,
        about TEXT NOT NULL,
        voice INTEGER NOT NULL,
        country TEXT NOT NULL,
        day TEXT NOT NULL,
        PRIMARY KEY (statement, about)
    ) WITHOUT ROWID""",
)
# Sums: table -> (key columns, table that is counted, columns there).
_SUMS = {
    "voice_days": (("voice", "day", "language"), "utterances"),
    "voice_names": (("voice", "name"), "utterances"),
    "voice_mentions": (("voice", "about"), "mentions"),
    "talk_days": (("day", "country", "about"), "mentions"),
}
_VOICES = (
    """CREATE TRIGGER utterances_voices_insert AFTER INSERT ON utterances BEGIN
        UPDATE voices SET statements = statements + 1, newest = max(newest, new.statement)
        WHERE id = new.voice;
    END""",
    """CREATE TRIGGER utterances_voices_delete AFTER DELETE ON utterances BEGIN
        UPDATE voices SET statements = statements - 1, newest = iif(newest > old.statement, newest,
            coalesce((SELECT max(statement) FROM utterances WHERE voice = old.voice), 0))
        WHERE id = old.voice;
        DELETE FROM voices WHERE id = old.voice AND statements <= 0;
    END""",
)
# Pairs of an entry and a state of its article's match are counted; "" is any state.
_ENTRIES = (
    """CREATE TABLE entry_days (
        watchlist TEXT NOT NULL,
        state TEXT NOT NULL,
        day TEXT NOT NULL,
        entries INTEGER NOT NULL,
        PRIMARY KEY (watchlist, state, day)
    ) WITHOUT ROWID""",
    """CREATE TABLE entry_origins (
        watchlist TEXT NOT NULL,
        day TEXT NOT NULL,
        state TEXT NOT NULL,
        source TEXT NOT NULL,
        language TEXT NOT NULL,
        entries INTEGER NOT NULL,
        PRIMARY KEY (watchlist, day, state, source, language)
    ) WITHOUT ROWID""",
    # What was counted: source and language of an article may be gone before its entries are.
    """CREATE TABLE entry_states (
        entry TEXT NOT NULL REFERENCES entries(id) ON DELETE CASCADE,
        state TEXT NOT NULL,
        watchlist TEXT NOT NULL,
        day TEXT NOT NULL,
        source TEXT NOT NULL,
        language TEXT NOT NULL,
        PRIMARY KEY (entry, state)
    ) WITHOUT ROWID""",
)
_ENTRY_TRIGGERS = (
    """CREATE TRIGGER entries_states_insert AFTER INSERT ON entries BEGIN
        INSERT OR IGNORE INTO entry_states
        SELECT e.id, s.state, e.watchlist, substr(e.created, 1, 10), a.source, a.language
        FROM entries AS e JOIN articles AS a ON a.id = e.article
        JOIN (SELECT '' AS state UNION ALL SELECT state FROM match_states
            WHERE watchlist = new.watchlist AND article = new.article) AS s
        WHERE e.id = new.id;
    END""",
    """CREATE TRIGGER match_states_entries_insert AFTER INSERT ON match_states BEGIN
        INSERT OR IGNORE INTO entry_states
        SELECT e.id, new.state, e.watchlist, substr(e.created, 1, 10), a.source, a.language
        FROM entries AS e JOIN articles AS a ON a.id = e.article
        WHERE e.article = new.article AND e.watchlist = new.watchlist;
    END""",
    """CREATE TRIGGER match_states_entries_delete AFTER DELETE ON match_states BEGIN
        DELETE FROM entry_states WHERE state = old.state AND entry IN (
            SELECT id FROM entries WHERE article = old.article AND watchlist = old.watchlist);
    END""",
    # An entry whose article matches no more is not shown.
    """CREATE TRIGGER matches_entries_delete AFTER DELETE ON matches BEGIN
        DELETE FROM entry_states WHERE state = '' AND entry IN (
            SELECT id FROM entries WHERE article = old.article AND watchlist = old.watchlist);
    END""",
    """CREATE TRIGGER matches_entries_insert AFTER INSERT ON matches BEGIN
        INSERT OR IGNORE INTO entry_states
        SELECT e.id, '', e.watchlist, substr(e.created, 1, 10), a.source, a.language
        FROM entries AS e JOIN articles AS a ON a.id = e.article
        WHERE e.article = new.article AND e.watchlist = new.watchlist;
    END""",
    """INSERT INTO entry_states
        SELECT e.id, '', e.watchlist, substr(e.created, 1, 10), a.source, a.language
        FROM entries AS e JOIN articles AS a ON a.id = e.article
        JOIN matches AS m ON m.article = e.article AND m.watchlist = e.watchlist""",
    """INSERT INTO entry_states
        SELECT e.id, s.state, e.watchlist, substr(e.created, 1, 10), a.source, a.language
        FROM entries AS e JOIN articles AS a ON a.id = e.article
        JOIN match_states AS s ON s.article = e.article AND s.watchlist = e.watchlist""",
)


def m027_voices(db: Database) -> None:
    """Add who speaks and about whom (filled by the publisher), and how many entries each day has."""
    for statement in (*_TABLES, *_sums(), *_VOICES, *_ENTRIES, *_entry_sums(), *_ENTRY_TRIGGERS):
        db.execute(statement)


def _sums() -> Iterator[str]:
    for table, (keys, counted) in _SUMS.items():
        yield (
            f"CREATE TABLE {table} ({', '.join(f'{key} NOT NULL' for key in keys)}, "
            f"statements INTEGER NOT NULL, PRIMARY KEY ({', '.join(keys)})) WITHOUT ROWID"
        )
        yield from _counting(table, "statements", keys, counted)


def _entry_sums() -> Iterator[str]:
    yield from _counting("entry_days", "entries", ("watchlist", "state", "day"), "entry_states")
    keys = ("watchlist", "day", "state", "source", "language")
    yield from _counting("entry_origins", "entries", keys, "entry_states")


def _counting(table: str, count: str, keys: tuple[str, ...], counted: str) -> Iterator[str]:
    """Yield the triggers that keep a table of sums in step with the rows that it counts."""
    new = ", ".join(f"new.{key}" for key in keys)
    same = " AND ".join(f"{key} = old.{key}" for key in keys)
    yield f"""CREATE TRIGGER {counted}_{table}_insert AFTER INSERT ON {counted} BEGIN
        INSERT INTO {table} ({", ".join(keys)}, {count}) VALUES ({new}, 1)
        ON CONFLICT DO UPDATE SET {count} = {count} + 1;
    END"""  # noqa: S608 - names of our schema
    yield f"""CREATE TRIGGER {counted}_{table}_delete AFTER DELETE ON {counted} BEGIN
        UPDATE {table} SET {count} = {count} - 1 WHERE {same};
        DELETE FROM {table} WHERE {same} AND {count} <= 0;
    END"""  # noqa: S608 - names of our schema
