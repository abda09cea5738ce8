"""A small index over the texts of a few articles, as `search` is one over all.

SQLite puts all hits of a prefix together before it gives the first: a third of a second for "the*" among
300,000 articles, where the newest seventy hold a page of them. It lies in one connection, never in the file.
"""

import json
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


class Desk:
    """The index of one question. A connection has one at a time; making another clears it."""

    def __init__(self) -> None:
        self._laid: set[int] | None = None

    def room_for(self, articles: Iterable[int], most: int) -> bool:
        """Say whether no more than `most` articles lie here with these."""
        return len((self._laid or set()).union(articles)) <= most

    def lay(self, db: Database, articles: Iterable[int]) -> None:
        """Index the texts of these articles too: some tenths of a millisecond each."""
        if self._laid is None:
            for statement in _SETUP:
                db.execute(statement)
            self._laid = set()
        new = set(articles) - self._laid
        db.execute(
            """INSERT INTO temp.desk(rowid, title, text) SELECT id, title, text FROM main.articles
            WHERE id IN (SELECT value FROM json_each(?))""",
            [json.dumps(list(new))],
        )
        self._laid |= new
