"""A small index over the texts of a few articles, as `search` is one over all.

SQLite puts all hits of a prefix together before it gives the first: a third of a second for "the*" among
300,000 articles, where the newest seventy hold a page of them. It lies in one connection, never in the file.
"""

import json
import re
from collections.abc import Iterable

from sqlite_utils import Database

# As `search` (m001) takes texts for words.
TOKENS = "unicode61 remove_diacritics 0 separators 'ʹʺʻʼʽˈ'"
_SETUP = (
    "CREATE TEMP VIEW IF NOT EXISTS desk_texts AS SELECT id, title, text FROM main.articles",
    f"""CREATE VIRTUAL TABLE IF NOT EXISTS temp.desk USING fts5(
        title, text, content='desk_texts', content_rowid='id', columnsize=0, tokenize="{TOKENS}"
    )""",
    # What the request before this one laid there.
    "INSERT INTO temp.desk(desk) VALUES ('delete-all')",
)


# Letters of which `search` and Python say alike which are one, whatever their case.
_PLAIN_PREFIX = re.compile(r'"([A-Za-z0-9\u0400-\u0481\u048a-\u0527]+)"\*')


def needed(expression: str) -> re.Pattern[str] | None:
    """Return what stands in each text that an FTS5 expression finds; None where that is not as simple."""
    found = _PLAIN_PREFIX.fullmatch(expression)
    return None if found is None else re.compile(found[1], re.IGNORECASE)


class Desk:
    """The index of one question. A connection has one at a time; making another clears it."""

    def __init__(self, expression: str) -> None:
        self._needed = needed(expression)
        self._read: set[int] | None = None

    def room_for(self, articles: Iterable[int], most: int) -> bool:
        """Say whether no more than `most` articles have been read with these."""
        return len((self._read or set()).union(articles)) <= most

    def lay(self, db: Database, articles: Iterable[int]) -> None:
        """Index the texts of these articles too, but for those that cannot be found.

        Some tenths of a millisecond each; a tenth of that for one that is passed over.
        """
        if self._read is None:
            for statement in _SETUP:
                db.execute(statement)
            self._read = set()
        new = set(articles) - self._read
        texts = db.execute(
            "SELECT id, title, text FROM main.articles WHERE id IN (SELECT value FROM json_each(?))",
            [json.dumps(list(new))],
        )
        db.conn.executemany(
            "INSERT INTO temp.desk(rowid, title, text) VALUES (?, ?, ?)",
            [tuple(row) for row in texts if self._may_be_found(row["title"], row["text"])],
        )
        self._read |= new

    def _may_be_found(self, *texts: str) -> bool:
        needed = self._needed
        return needed is None or any(needed.search(text) is not None for text in texts)
