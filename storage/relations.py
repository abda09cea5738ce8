"""Finds what a new article belongs with: stored articles of the same text, or of the same page.

Runs inside the caller's transaction and writes nothing. The judgement is in `storage.likeness`.
"""

from datetime import datetime, timedelta

from sqlite_utils import Database

from core.article import Article
from core.clock import from_iso, to_iso
from storage.alternates import language_versions
from storage.identity import Fingerprint, Relation
from storage.likeness import BRIEF_WINDOW, Text, judge
from storage.pages import page_of
from storage.sketches import Holders, nearest

# Each is read and compared word by word; a copy of an older text is hardly ever behind the fifth.
_COMPARED = 5
# A page's languages appear within the day, or the number in the address stands for something else.
_TRANSLATED_WITHIN = timedelta(days=2)


def moment_of(article: Article, now: datetime) -> datetime:
    """Return when the article came out, as far as that is known."""
    return article.published.at if article.published is not None and article.published.at is not None else now


def copied(
    db: Database, article: Article, print_: Fingerprint, held: Holders, now: datetime
) -> Relation | None:
    """Return the article of another address whose text is the same or nearest, whether a copy or not."""
    moment = moment_of(article, now)
    twin = _oldest_twin(db, print_, moment)
    if twin is not None:
        return Relation(
            article=twin,
            reason="another address carries the same text, apart from case, spacing and punctuation",
            similarity=1.0,
        )
    text = Text(article.title, article.text, source=article.source, at=moment)
    compared = [_compare(db, text, other) for other in nearest(held, limit=_COMPARED)]
    # Of equals the oldest: `nearest` is stable, and so is max.
    return max(compared, key=lambda one: (one.holds, one.similarity or 0.0), default=None)


def linked(db: Database, article: Article, page: str | None, now: datetime) -> list[Relation]:
    """Return the articles that are this page in other languages: by its address, or by what pages name."""
    moment = moment_of(article, now)
    rows = db.execute(
        """SELECT id FROM articles
        WHERE held IS NULL AND language <> :language AND (canonical_url = :address OR (page = :page
            AND coalesce(published_at, first_seen) BETWEEN :since AND :until))
        ORDER BY id""",
        {
            "language": article.language,
            "address": article.canonical_url,
            "page": page,
            "since": to_iso(moment - _TRANSLATED_WITHIN),
            "until": to_iso(moment + _TRANSLATED_WITHIN),
        },
    )
    by_address = [Relation(article=row["id"], reason="the same page in another language") for row in rows]
    by_name = [
        Relation(article=id_, reason="the pages name each other as language versions (hreflang)")
        for id_ in language_versions(db, article)
    ]
    return list({one.article: one for one in (*by_name, *by_address)}.values())


def official_page(db: Database, article: Article) -> str | None:
    """Return the page's address without its language, if its source is an official one."""
    row = db.execute("SELECT official FROM sources WHERE id = ?", [article.source]).fetchone()
    return page_of(article.canonical_url) if row is not None and row["official"] else None


def _compare(db: Database, text: Text, other: int) -> Relation:
    row = db.execute(
        "SELECT source, title, text, coalesce(published_at, first_seen) AS at FROM articles WHERE id = ?",
        [other],
    ).fetchone()
    verdict = judge(text, Text(row["title"], row["text"], source=row["source"], at=from_iso(row["at"])))
    return Relation(
        article=other, reason=verdict.reason, similarity=verdict.similarity, holds=verdict.is_copy
    )


def _oldest_twin(db: Database, print_: Fingerprint, moment: datetime) -> int | None:
    if print_.body is None:
        return None
    row = db.execute(
        """SELECT id FROM articles WHERE body_hash = :body AND held IS NULL
            AND (:long OR coalesce(published_at, first_seen) BETWEEN :since AND :until)
        ORDER BY id LIMIT 1""",
        {
            "body": print_.body,
            "long": print_.is_long,
            "since": to_iso(moment - BRIEF_WINDOW),
            "until": to_iso(moment + BRIEF_WINDOW),
        },
    ).fetchone()
    return None if row is None else int(row[0])
