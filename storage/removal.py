"""Removes an article with all that hangs on it, and leaves a tombstone: it never comes back as new.

Runs inside the caller's transaction. Which articles go is decided in `storage.retention`.
"""

import hashlib
from datetime import datetime

from sqlite_utils import Database

from core.article import Article
from core.clock import from_iso, to_iso
from storage.identity import UNDETERMINED, Fingerprint
from storage.sketches import forget
from storage.versions import touch_story


def remove_article(db: Database, article_id: int, *, now: datetime) -> None:
    """Remove an article that there is. Its story goes with its last article."""
    row = db.execute(
        "SELECT canonical_url, language, body_hash, story FROM articles WHERE id = ?", [article_id]
    ).fetchone()
    db.execute(
        """INSERT OR REPLACE INTO tombstones (address, language, body_hash, removed, article)
        VALUES (?, ?, ?, ?, ?)""",
        [_digest(row["canonical_url"]), row["language"], row["body_hash"], to_iso(now), article_id],
    )
    touch_story(db, row["story"])
    forget(db, article_id)
    _let_go(db, "articles", article_id)
    db.execute("DELETE FROM articles WHERE id = ?", [article_id])
    if db.execute("SELECT 1 FROM articles WHERE story = ?", [row["story"]]).fetchone() is None:
        _let_go(db, "stories", row["story"])
        db.execute("DELETE FROM stories WHERE id = ?", [row["story"]])


def removed_before(db: Database, article: Article, print_: Fingerprint) -> datetime | None:
    """Return when this article, which is not stored, was removed: its address, or its text elsewhere."""
    row = db.execute(
        """SELECT removed FROM tombstones
        WHERE address = :address AND (language IN (:language, :unsure) OR :language = :unsure)""",
        {
            "address": _digest(article.canonical_url),
            "language": article.language,
            "unsure": UNDETERMINED,
        },
    ).fetchone()
    if row is None and print_.is_long:
        row = db.execute(
            """SELECT removed FROM tombstones WHERE body_hash = :body
                AND NOT EXISTS (SELECT 1 FROM articles WHERE body_hash = :body) LIMIT 1""",
            {"body": print_.body},
        ).fetchone()
    return None if row is None else from_iso(row["removed"])


def when_removed(db: Database, article_id: int) -> datetime | None:
    """Return when the article of a number was removed; None where there was none, or that is not known."""
    row = db.execute("SELECT max(removed) FROM tombstones WHERE article = ?", [article_id]).fetchone()
    return None if row[0] is None else from_iso(row[0])


def _let_go(db: Database, parent: str, id_: int) -> None:
    """Remove the rows that refer to a row, or the reference where it may be empty; cascades do the rest.

    The schema says which those are, so that a table that is added later is not forgotten here.
    """
    references = db.execute(
        """SELECT t.name AS child, f."from" AS field, c."notnull" AS needed
        FROM sqlite_master AS t, pragma_foreign_key_list(t.name) AS f, pragma_table_info(t.name) AS c
        WHERE t.type = 'table' AND f."table" = ? AND f.on_delete = 'NO ACTION' AND c.name = f."from"
        ORDER BY c."notnull\"""",
        [parent],
    ).fetchall()
    for row in references:
        child, field = row["child"], row["field"]
        if row["needed"]:
            db.execute(f'DELETE FROM "{child}" WHERE "{field}" = ?', [id_])  # noqa: S608 - names of our schema
        else:
            db.execute(f'UPDATE "{child}" SET "{field}" = NULL WHERE "{field}" = ?', [id_])  # noqa: S608 - see above


def _digest(canonical_url: str) -> bytes:
    return hashlib.blake2b(canonical_url.encode("utf-8", "replace"), digest_size=16).digest()
