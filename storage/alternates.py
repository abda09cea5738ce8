"""Which articles are one page in several languages: by the addresses that the pages name (hreflang).

Runs inside the caller's transaction. An article is given as a value, so that one that is not
kept yet can be asked about.
"""

import json

from sqlite_utils import Database

from core.article import Article
from core.urls import canonical_url

# No page has more languages than this; a longer answer is a site that names one address everywhere.
MOST_LINKED = 20


def keep_alternates(db: Database, article_id: int, article: Article) -> None:
    """Put what the page names now in the place of what it named before."""
    named = {address: (code, url) for address, code, url in reversed(_named(article))}
    kept = db.execute("SELECT address, hreflang, url FROM alternates WHERE article = ?", [article_id])
    if {row["address"]: (row["hreflang"], row["url"]) for row in kept} == named:
        return
    db.execute("DELETE FROM alternates WHERE article = ?", [article_id])
    db.conn.executemany(
        "INSERT INTO alternates (article, address, hreflang, url) VALUES (?, ?, ?, ?)",
        [(article_id, address, code, url) for address, (code, url) in named.items()],
    )


def language_versions(db: Database, article: Article) -> tuple[int, ...]:
    """Return the ids of the kept articles, complete ones, that are this page in other languages, by id.

    Two pages are linked where each names the other; or where one names the other and no second page of its
    language does: a section's or a home page's address, put on every page, links nothing.
    """
    address = article.canonical_url
    named = [named for named, _, _ in _named(article)]
    if not named and db.execute("SELECT 1 FROM alternates WHERE address = ?", [address]).fetchone() is None:
        return ()
    rows = db.execute(
        """SELECT id, canonical_url AS address FROM articles
        WHERE held IS NULL AND language <> :language AND canonical_url <> :address AND (
            canonical_url IN (SELECT value FROM json_each(:named))
            OR id IN (SELECT article FROM alternates WHERE address = :address)
        ) ORDER BY address NOT IN (SELECT value FROM json_each(:named)), id LIMIT :limit""",
        {
            "language": article.language,
            "address": address,
            "named": json.dumps(named),
            "limit": MOST_LINKED,
        },
    ).fetchall()
    linked = (
        row["id"]
        for row in rows
        if _is_linked(db, article, row["id"], row["address"], is_named=row["address"] in named)
    )
    return tuple(sorted(linked))


def _is_linked(db: Database, article: Article, other: int, other_address: str, *, is_named: bool) -> bool:
    names_back = db.execute(
        "SELECT 1 FROM alternates WHERE article = ? AND address = ?", [other, article.canonical_url]
    ).fetchone()
    if names_back is not None and is_named:
        return True
    namer, named = (
        (article.canonical_url, other_address) if is_named else (other_address, article.canonical_url)
    )
    rival = db.execute(
        """SELECT 1 FROM alternates JOIN articles ON articles.id = alternates.article
        WHERE alternates.address = :named AND articles.canonical_url <> :namer AND articles.language = (
            CASE WHEN :own THEN :language ELSE (SELECT language FROM articles WHERE id = :other) END
        ) LIMIT 1""",
        {"named": named, "namer": namer, "own": is_named, "language": article.language, "other": other},
    ).fetchone()
    return rival is None


def _named(article: Article) -> list[tuple[str, str, str]]:
    """Return (identity key, hreflang, URL) of the other addresses that a page names."""
    found = ((canonical_url(url), code, url) for code, url in article.alternates)
    return [one for one in found if one[0] != article.canonical_url]
