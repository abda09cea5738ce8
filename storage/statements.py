"""The statements of an article: kept with it, replaced with its text, searched by speaker and office.

Runs inside the caller's transaction.
"""

from sqlite_utils import Database

from core.article import Article
from core.text import fold_text
from storage.records import StatementHit
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
    db: Database, *, speaker: str | None, office: str | None, limit: int
) -> list[StatementHit]:
    """Return the newest statements of complete articles whose speaker and office contain these words."""
    rows = db.execute(
        f"""SELECT x.id AS statement,
            (SELECT count(*) FROM statements AS y WHERE y.article = x.article AND y.id < x.id) AS position,
            {ARTICLE_COLUMNS}
        FROM statements AS x JOIN articles AS a ON a.id = x.article
        WHERE a.held IS NULL
            AND (:speaker IS NULL OR instr(x.folded_speaker, :speaker) > 0)
            AND (:office IS NULL OR instr(x.folded_office, :office) > 0)
        ORDER BY x.id DESC LIMIT :limit""",  # noqa: S608 - a constant, values bound
        {
            "speaker": None if speaker is None else fold_text(speaker),
            "office": None if office is None else fold_text(office),
            "limit": limit,
        },
    )
    hits = ((stored_article(row), row["position"]) for row in rows)
    return [StatementHit(stored=stored, statement=stored.article.statements[n]) for stored, n in hits]
