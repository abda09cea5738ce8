"""What the pages of entries and of the archive are read off."""

from sqlite_utils import Database

_LISTED = (
    # An item for each thing that a reader sees once; `watchlist` "" is that of all that are followed.
    # `states` has blanks around each code. `article` is the one that is shown.
    """CREATE TABLE listed (
        watchlist TEXT NOT NULL,
        created TEXT NOT NULL,
        entry TEXT NOT NULL,
        kind TEXT NOT NULL,
        story INTEGER NOT NULL,
        article INTEGER NOT NULL,
        revision INTEGER NOT NULL,
        source TEXT NOT NULL,
        language TEXT NOT NULL,
        states TEXT NOT NULL,
        PRIMARY KEY (watchlist, created, entry)
    ) WITHOUT ROWID""",
    "CREATE INDEX listed_story ON listed(story)",
    "CREATE INDEX listed_article ON listed(article, watchlist)",
    "CREATE INDEX listed_source ON listed(watchlist, source, created, entry)",
    "CREATE INDEX listed_language ON listed(watchlist, language, created, entry)",
    # Stories whose items are to be made anew before the transaction ends: see storage.listed.
    "CREATE TABLE unlisted (story INTEGER PRIMARY KEY)",
    "INSERT INTO unlisted SELECT DISTINCT story FROM entries",
)

# Whoever writes, whatever changes what a listing shows: the triggers see it.
_TRIGGERS = (
    """CREATE TRIGGER listed_entry AFTER INSERT ON entries BEGIN
        INSERT OR IGNORE INTO unlisted VALUES (new.story);
    END""",
    """CREATE TRIGGER listed_entry_moved AFTER UPDATE ON entries BEGIN
        INSERT OR IGNORE INTO unlisted VALUES (old.story);
        INSERT OR IGNORE INTO unlisted VALUES (new.story);
    END""",
    """CREATE TRIGGER listed_entry_gone AFTER DELETE ON entries BEGIN
        INSERT OR IGNORE INTO unlisted VALUES (old.story);
    END""",
    """CREATE TRIGGER listed_match AFTER INSERT ON matches BEGIN
        INSERT OR IGNORE INTO unlisted SELECT story FROM articles WHERE id = new.article;
    END""",
    """CREATE TRIGGER listed_match_gone AFTER DELETE ON matches BEGIN
        INSERT OR IGNORE INTO unlisted SELECT story FROM articles WHERE id = old.article;
    END""",
    """CREATE TRIGGER listed_article_moved
    AFTER UPDATE OF story, source, language, first_seen ON articles BEGIN
        INSERT OR IGNORE INTO unlisted
        SELECT DISTINCT story FROM entries WHERE story IN (old.story, new.story);
    END""",
    """CREATE TRIGGER listed_article_gone AFTER DELETE ON articles BEGIN
        INSERT OR IGNORE INTO unlisted SELECT DISTINCT story FROM entries WHERE story = old.story;
    END""",
    """CREATE TRIGGER listed_official
    AFTER UPDATE OF official ON sources WHEN old.official <> new.official BEGIN
        INSERT OR IGNORE INTO unlisted SELECT DISTINCT e.story
        FROM entries AS e JOIN articles AS a ON a.story = e.story WHERE a.source = new.id;
    END""",
    # Before: a cursor that only moves is there already.
    """CREATE TRIGGER listed_follower BEFORE INSERT ON cursors
    WHEN NOT EXISTS (SELECT 1 FROM cursors WHERE follower = new.follower) BEGIN
        INSERT OR IGNORE INTO unlisted SELECT story FROM entries WHERE watchlist = new.follower;
    END""",
    """CREATE TRIGGER listed_follower_gone AFTER DELETE ON cursors BEGIN
        INSERT OR IGNORE INTO unlisted SELECT story FROM entries WHERE watchlist = old.follower;
    END""",
)

# Each holds all that a listing asks of an article before it is chosen: no other page of the file is read.
_ARTICLES = (
    "CREATE INDEX articles_seen ON articles(first_seen, id, source, language) WHERE held IS NULL",
    "CREATE INDEX articles_language ON articles(language, first_seen, id, source) WHERE held IS NULL",
    "CREATE INDEX articles_source ON articles(source, first_seen, id, language) WHERE held IS NULL",
)


def m026_listing(db: Database) -> None:
    """Add the table of listed entries with what keeps it in step, and indices for listings of articles."""
    for statement in (*_LISTED, *_TRIGGERS, *_ARTICLES):
        db.execute(statement)
