"""The first schema: articles, search, sources and what is published of them."""

from sqlite_utils import Database

# `text` stands last: SQLite reads a long value's overflow pages only for columns at and behind it.
_ARTICLES = (
    """CREATE TABLE stories (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        created TEXT NOT NULL
    )""",
    """CREATE TABLE articles (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        story INTEGER NOT NULL REFERENCES stories(id),
        source TEXT NOT NULL,
        url TEXT NOT NULL,
        canonical_url TEXT NOT NULL,
        language TEXT NOT NULL,
        first_seen TEXT NOT NULL,
        held TEXT,
        revision INTEGER NOT NULL DEFAULT 0,
        revision_kind TEXT,
        read_by TEXT NOT NULL,
        fetched_at TEXT NOT NULL,
        exact_hash BLOB NOT NULL,
        folded_hash BLOB NOT NULL,
        body_hash BLOB,
        words INTEGER NOT NULL,
        published_raw TEXT,
        published_at TEXT,
        published_precision TEXT,
        authors TEXT NOT NULL,
        site_name TEXT,
        title TEXT NOT NULL,
        text TEXT NOT NULL,
        UNIQUE (canonical_url, language)
    )""",
    "CREATE INDEX articles_story ON articles(story)",
    "CREATE INDEX articles_body_hash ON articles(body_hash) WHERE body_hash IS NOT NULL",
    # The texts that an article had before its present one.
    """CREATE TABLE revisions (
        id INTEGER PRIMARY KEY,
        article INTEGER NOT NULL REFERENCES articles(id),
        revision INTEGER NOT NULL,
        kind TEXT,
        fetched_at TEXT NOT NULL,
        exact_hash BLOB NOT NULL,
        title TEXT NOT NULL,
        text TEXT NOT NULL
    )""",
    "CREATE INDEX revisions_article ON revisions(article)",
    """CREATE TABLE decisions (
        id INTEGER PRIMARY KEY,
        article INTEGER NOT NULL REFERENCES articles(id),
        kind TEXT NOT NULL,
        of_article INTEGER REFERENCES articles(id),
        similarity REAL,
        reason TEXT NOT NULL,
        at TEXT NOT NULL
    )""",
    "CREATE INDEX decisions_article ON decisions(article)",
    "CREATE INDEX decisions_of_article ON decisions(of_article) WHERE of_article IS NOT NULL",
    """CREATE TABLE changes (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        article INTEGER NOT NULL REFERENCES articles(id),
        kind TEXT NOT NULL,
        revision INTEGER NOT NULL,
        at TEXT NOT NULL
    )""",
    "CREATE INDEX changes_article ON changes(article)",
)

# Triggers keep the index in step with `articles` within the same transaction, whoever writes.
# Apostrophe letters (U+02B9..U+02BD, U+02C8) part words as ' and ’ do, so all spellings of
# oʻzbek are one phrase.
_SEARCH = (
    """CREATE VIRTUAL TABLE search USING fts5(
        title, text, content='articles', content_rowid='id',
        tokenize="unicode61 remove_diacritics 0 separators 'ʹʺʻʼʽˈ'"
    )""",
    """CREATE TRIGGER articles_search_insert AFTER INSERT ON articles BEGIN
        INSERT INTO search(rowid, title, text) VALUES (new.id, new.title, new.text);
    END""",
    """CREATE TRIGGER articles_search_delete AFTER DELETE ON articles BEGIN
        INSERT INTO search(search, rowid, title, text) VALUES ('delete', old.id, old.title, old.text);
    END""",
    """CREATE TRIGGER articles_search_update AFTER UPDATE OF title, text ON articles BEGIN
        INSERT INTO search(search, rowid, title, text) VALUES ('delete', old.id, old.title, old.text);
        INSERT INTO search(rowid, title, text) VALUES (new.id, new.title, new.text);
    END""",
)

# `pending_*` count the articles of a poll whose report has not come yet.
_SOURCES = (
    """CREATE TABLE sources (
        id TEXT PRIMARY KEY,
        active INTEGER NOT NULL DEFAULT 1,
        due TEXT NOT NULL,
        claimed_until TEXT,
        last_poll TEXT,
        last_success TEXT,
        last_new TEXT,
        last_outcome TEXT,
        last_error TEXT,
        failures INTEGER NOT NULL DEFAULT 0,
        polls INTEGER NOT NULL DEFAULT 0,
        fetched INTEGER NOT NULL DEFAULT 0,
        new INTEGER NOT NULL DEFAULT 0,
        duplicate INTEGER NOT NULL DEFAULT 0,
        revised INTEGER NOT NULL DEFAULT 0,
        pending_new INTEGER NOT NULL DEFAULT 0,
        pending_duplicate INTEGER NOT NULL DEFAULT 0,
        pending_revised INTEGER NOT NULL DEFAULT 0
    )""",
    "CREATE INDEX sources_due ON sources(due) WHERE active",
    """CREATE TABLE polls (
        id INTEGER PRIMARY KEY,
        source TEXT NOT NULL,
        started TEXT NOT NULL,
        finished TEXT NOT NULL,
        outcome TEXT NOT NULL,
        error TEXT,
        links INTEGER NOT NULL,
        fetched INTEGER NOT NULL,
        articles INTEGER NOT NULL,
        failed INTEGER NOT NULL,
        requests INTEGER NOT NULL,
        skipped TEXT NOT NULL,
        warnings TEXT NOT NULL,
        retry_after TEXT,
        new INTEGER NOT NULL,
        duplicate INTEGER NOT NULL,
        revised INTEGER NOT NULL,
        UNIQUE (source, started)
    )""",
    """CREATE TABLE links (
        source TEXT NOT NULL,
        url TEXT NOT NULL,
        version TEXT NOT NULL,
        fetched_at TEXT NOT NULL,
        failures INTEGER NOT NULL DEFAULT 0,
        error TEXT,
        article INTEGER REFERENCES articles(id),
        PRIMARY KEY (source, url)
    ) WITHOUT ROWID""",
    "CREATE INDEX links_article ON links(article) WHERE article IS NOT NULL",
    """CREATE TABLE validators (
        source TEXT NOT NULL,
        url TEXT NOT NULL,
        etag TEXT,
        last_modified TEXT,
        PRIMARY KEY (source, url)
    ) WITHOUT ROWID""",
)

_PUBLICATION = (
    """CREATE TABLE cursors (
        follower TEXT PRIMARY KEY,
        seq INTEGER NOT NULL,
        digest TEXT NOT NULL
    ) WITHOUT ROWID""",
    """CREATE TABLE matches (
        article INTEGER NOT NULL REFERENCES articles(id),
        watchlist TEXT NOT NULL,
        score REAL NOT NULL,
        language TEXT NOT NULL,
        states TEXT NOT NULL,
        why TEXT NOT NULL,
        sentence TEXT NOT NULL,
        evidence TEXT NOT NULL,
        PRIMARY KEY (article, watchlist)
    )""",
    """CREATE TABLE match_states (
        watchlist TEXT NOT NULL,
        article INTEGER NOT NULL,
        state TEXT NOT NULL,
        PRIMARY KEY (watchlist, article, state),
        FOREIGN KEY (article, watchlist) REFERENCES matches(article, watchlist) ON DELETE CASCADE
    ) WITHOUT ROWID""",
    """CREATE TABLE entries (
        id TEXT PRIMARY KEY,
        watchlist TEXT NOT NULL,
        story INTEGER NOT NULL REFERENCES stories(id),
        article INTEGER NOT NULL REFERENCES articles(id),
        revision INTEGER NOT NULL,
        created TEXT NOT NULL
    )""",
    "CREATE INDEX entries_newest ON entries(watchlist, created, id)",
    "CREATE INDEX entries_story ON entries(story, watchlist)",
    "CREATE INDEX entries_article ON entries(article, watchlist)",
    # `state` is "" for the whole watchlist.
    """CREATE TABLE feed_versions (
        watchlist TEXT NOT NULL,
        state TEXT NOT NULL,
        version TEXT NOT NULL,
        PRIMARY KEY (watchlist, state)
    ) WITHOUT ROWID""",
)


def m001_first(db: Database) -> None:
    """Create the first schema."""
    for statement in (*_ARTICLES, *_SEARCH, *_SOURCES, *_PUBLICATION):
        db.execute(statement)
