"""Where texts came from: a row for each text that came as a page, and the page itself in its file.

Runs inside the caller's transaction. The page is written first: a crash leaves a page without a row, never a
row that points nowhere.
"""

import json
import sqlite3

from sqlite_utils import Database

from core.article import Article
from core.clock import from_iso, to_iso
from storage.records.articles import Fetch
from storage.warc import PageStore


def keep_fetch(db: Database, article_id: int, article: Article, pages: PageStore | None) -> None:
    """Keep how the present text of an article came; nothing where the list carried it."""
    fetched = article.fetched
    if fetched is None:
        return
    place = pages.keep(fetched, article.fetched_at) if pages is not None else None
    db.execute(
        """INSERT INTO fetches (article, exact_hash, source, at, chain, status, headers, body_hash, size,
            reader, page)
        SELECT id, exact_hash, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM articles WHERE id = ?""",
        [
            article.source,
            to_iso(article.fetched_at),
            json.dumps(fetched.chain),
            fetched.status,
            json.dumps(fetched.headers, ensure_ascii=False),
            fetched.body_hash,
            len(fetched.body),
            fetched.reader,
            place,
            article_id,
        ],
    )


def fetches(db: Database, article_id: int) -> list[Fetch]:
    """Return how the texts of an article came, oldest first, each with the hash of the text it gave."""
    rows = db.execute("SELECT * FROM fetches WHERE article = ? ORDER BY id", [article_id]).fetchall()
    return [fetch_of_row(row) for row in rows]


def last_fetch(db: Database, article_id: int) -> Fetch | None:
    """Return how the present text of an article came; None where that is not known."""
    row = db.execute(
        """SELECT f.* FROM fetches AS f JOIN articles AS a ON a.id = f.article
        WHERE f.article = ? AND f.exact_hash = a.exact_hash ORDER BY f.id DESC LIMIT 1""",
        [article_id],
    ).fetchone()
    return None if row is None else fetch_of_row(row)


def drop_unused_fetches(db: Database, article_id: int) -> None:
    """Forget how texts came that are not kept any more."""
    db.execute(
        """DELETE FROM fetches WHERE article = :article
            AND exact_hash NOT IN (SELECT exact_hash FROM revisions WHERE article = :article)
            AND exact_hash <> (SELECT exact_hash FROM articles WHERE id = :article)""",
        {"article": article_id},
    )


def fetch_of_row(row: sqlite3.Row) -> Fetch:
    """Build a fetch from a row of `fetches`."""
    return Fetch(
        text_hash=row["exact_hash"].hex(),
        source=row["source"],
        at=from_iso(row["at"]),
        chain=tuple(json.loads(row["chain"])),
        status=row["status"],
        headers=tuple((name, value) for name, value in json.loads(row["headers"])),
        body_hash=row["body_hash"],
        size=row["size"],
        reader=row["reader"],
        page=row["page"],
    )
