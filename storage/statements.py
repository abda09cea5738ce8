"""The statements of an article: kept with it, replaced with its text, searched by speaker and office.

Runs inside the caller's transaction.
"""

from datetime import datetime

from sqlite_utils import Database

from core.article import Article
from core.clock import to_iso
from core.text import fold_text
from storage.query import of_columns, to_fts5
from storage.records.search import StatementHit
from storage.rows import ARTICLE_COLUMNS, stored_article


def keep_statements(db: Database, article_id: int, article: Article) -> None:
    """Put the statements of the article's present text in the place of former ones."""
    db.execute("DELETE FROM statements WHERE article = ?", [article_id])
    db.conn.executemany(
        """INSERT INTO statements (article, speaker, office, verb, rule, kind, language, confidence,
            start, "end", folded_speaker, folded_office)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        [
            (
                article_id,
                one.speaker,
                one.office,
                one.verb,
                one.rule,
                one.kind.value,
                one.language,
                one.confidence,
                one.start,
                one.end,
                fold_text(one.speaker or ""),
                fold_text(one.office or ""),
            )
            for one in article.statements
        ],
    )


def has_statements(db: Database, article_id: int) -> bool:
    """Say whether any statement of an article is kept."""
    return db.execute("SELECT 1 FROM statements WHERE article = ?", [article_id]).fetchone() is not None


def search_statements(
    db: Database,
    *,
    speaker: str | None,
    office: str | None,
    query: str | None,
    since: datetime | None,
    language: str | None,
    source: str | None,
    limit: int,
) -> list[StatementHit]:
    """Return the newest statements of complete articles whose speaker and office have these words.

    A word is found by its beginning. `query` is asked of the articles, as in `storage.reading.search`.
    """
    names = of_columns(
        folded_speaker=None if speaker is None else fold_text(speaker),
        folded_office=None if office is None else fold_text(office),
    )
    # The index first, its newest row first: it stops at the limit.
    among = "speakers JOIN statements AS x ON x.id = speakers.rowid" if names else "statements AS x"
    by_name = "speakers MATCH :names AND" if names else ""
    newest = "speakers.rowid" if names else "x.id"
    rows = db.execute(
        f"""SELECT x.id AS statement,
            (SELECT count(*) FROM statements AS y WHERE y.article = x.article AND y.id < x.id) AS position,
            {ARTICLE_COLUMNS}
        FROM {among} JOIN articles AS a ON a.id = x.article
        WHERE {by_name} a.held IS NULL
            AND (:query IS NULL OR a.id IN (SELECT rowid FROM search WHERE search MATCH :query))
            AND (:since IS NULL OR a.first_seen >= :since)
            AND (:language IS NULL OR x.language = :language)
            AND (:source IS NULL OR a.source = :source)
        ORDER BY {newest} DESC LIMIT :limit""",  # noqa: S608 - constants, values bound
        {
            "names": names,
            "query": None if query is None else to_fts5(query),
            "since": None if since is None else to_iso(since),
            "language": language,
            "source": source,
            "limit": limit,
        },
    )
    hits = ((stored_article(row), row["position"]) for row in rows)
    return [StatementHit(stored=stored, statement=stored.article.statements[n]) for stored, n in hits]
