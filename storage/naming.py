"""Gives statements the ids (core.ids) that they are found by, before the commit: those that came, and those
whose article's language is another one now (m035).

Runs inside the caller's transaction.
"""

import json
from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from sqlite_utils import Database

from core.ids import statement_id

# Articles of one step: the words of their statements are in the memory at once.
_STEP = 500


def name_new(db: Database) -> None:
    """Name all statements that wait for it."""
    while articles := _waiting(db):
        _name(db, articles)


def is_waiting(db: Database) -> bool:
    """Say whether any statement has no id yet."""
    return db.execute("SELECT 1 FROM statements WHERE uuid IS NULL LIMIT 1").fetchone() is not None


def _waiting(db: Database) -> list[int]:
    rows = db.execute("SELECT DISTINCT article FROM statements WHERE uuid IS NULL LIMIT ?", [_STEP])
    return [row[0] for row in rows]


def _name(db: Database, articles: Sequence[int]) -> None:
    """Name all statements of these articles: of equal words the second one is told from the first."""
    rows = db.execute(
        """SELECT s.id, s.article, a.canonical_url, a.language,
            substr(a.text, s.start + 1, s."end" - s.start) AS words
        FROM json_each(?) AS j CROSS JOIN articles AS a ON a.id = j.value
        CROSS JOIN statements AS s ON s.article = a.id ORDER BY s.article, s.id""",
        [json.dumps(articles)],
    )
    named, met = [], Counter[tuple[int, str]]()
    for row in rows:
        same = row["article"], row["words"]
        urn = statement_id(row["canonical_url"], row["language"], row["words"], met[same])
        met[same] += 1
        named.append((UUID(urn).bytes, row["id"]))
    db.conn.executemany("UPDATE statements SET uuid = ? WHERE id = ?", named)
