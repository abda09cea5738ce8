"""Whether the database is whole: what a kill, a full disk or a damaged file may have broken, in sentences.

Reads everything; changes nothing. A sound database gives no sentence.
"""

import sqlite3
from collections.abc import Iterator

from sqlite_utils import Database

from storage.sketch import sketch
from storage.sketches import MOST_HOLDERS

_COUNTS = {
    "articles have no search row": """SELECT count(*) FROM articles
        WHERE id NOT IN (SELECT id FROM search_docsize)""",
    "search rows have no article": """SELECT count(*) FROM search_docsize
        WHERE id NOT IN (SELECT id FROM articles)""",
    "sketch rows have no article": """SELECT count(*) FROM (SELECT DISTINCT article FROM sketches)
        WHERE article NOT IN (SELECT id FROM articles)""",
    "complete articles are missing from the change sequence": """SELECT count(*) FROM articles
        WHERE held IS NULL AND id NOT IN (SELECT article FROM changes)""",
    "stories are listed twice in one watchlist": """SELECT count(*) FROM (
        SELECT 1 FROM listed WHERE kind = 'statement' GROUP BY watchlist, story HAVING count(*) > 1)""",
    # Stories that were joined keep the entry that each had, as readers know its id: a split needs it again.
    "stories have more entries in one watchlist than stories were joined": """SELECT count(*) FROM (
        SELECT story FROM entries WHERE kind = 'statement' GROUP BY watchlist, story
        HAVING count(*) > (SELECT count(*) FROM articles AS a WHERE a.story = entries.story AND (
            EXISTS (SELECT 1 FROM decisions WHERE article = a.id AND kind IN ('new', 'same_story'))
            OR NOT EXISTS (SELECT 1 FROM decisions WHERE article = a.id))))""",
    "revisions have two entries in one watchlist": """SELECT count(*) FROM (
        SELECT 1 FROM entries WHERE kind = 'revision'
        GROUP BY watchlist, article, revision HAVING count(*) > 1)""",
    "stories have no article": "SELECT count(*) FROM stories WHERE id NOT IN (SELECT story FROM articles)",
}


def faults(db: Database) -> Iterator[str]:
    """Yield what is wrong, a sentence each. A file that SQLite cannot read at all raises its errors."""
    for row in db.execute("PRAGMA integrity_check(20)"):
        if row[0] != "ok":
            yield f"damaged: {row[0]}"
    for row in db.execute("PRAGMA foreign_key_check").fetchmany(20):
        yield f"a row of {row[0]} refers to one of {row[2]} that is missing"
    for what, sql in _COUNTS.items():
        number = db.execute(sql).fetchone()[0]
        if number:
            yield f"{number} {what}"
    missing = sum(_lacks_sketch(db, row) for row in _without_sketch(db))
    if missing:
        yield f"{missing} stories have no sketch rows: copies of them are not found"


def _without_sketch(db: Database) -> Iterator[sqlite3.Row]:
    """Yield the first complete article of each story of which no article has a row, the backlog left out."""
    yield from db.execute(
        """SELECT min(a.id) AS id, a.title, a.text FROM articles AS a
        WHERE a.held IS NULL AND a.id > coalesce((SELECT until FROM backlog), 0) AND a.story NOT IN (
            SELECT story FROM articles WHERE id IN (SELECT article FROM sketches))
        GROUP BY a.story"""
    ).fetchall()


def _lacks_sketch(db: Database, row: sqlite3.Row) -> bool:
    """Say whether a text has a shingle that is no boilerplate, and so should have a row."""
    return any(
        db.execute("SELECT count(*) FROM sketches WHERE hash = ?", [hash_]).fetchone()[0] <= MOST_HOLDERS
        for hash_ in sketch(row["title"], row["text"]).hashes
    )
