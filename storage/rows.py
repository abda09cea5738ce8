"""Rows of `articles` to and from values. Knows columns; runs no query."""

import json
import sqlite3
from dataclasses import replace

from core.article import Article, Precision, Published
from core.clock import from_iso, to_iso
from storage.records import StoredArticle

# What `stored_article` needs of a query over `articles AS a`.
ARTICLE_COLUMNS = """a.id, a.story, a.revision, a.first_seen, a.source, a.url, a.canonical_url, a.language,
    a.published_raw, a.published_at, a.published_precision, a.authors, a.site_name, a.fetched_at, a.held,
    a.title, a.text"""


def stored_article(row: sqlite3.Row) -> StoredArticle:
    """Build an article from the columns of ARTICLE_COLUMNS."""
    article = Article(
        source=row["source"],
        url=row["url"],
        canonical_url=row["canonical_url"],
        language=row["language"],
        title=row["title"],
        text=row["text"],
        published=_published(row),
        authors=tuple(json.loads(row["authors"])),
        site_name=row["site_name"],
        fetched_at=from_iso(row["fetched_at"]),
        held=row["held"],
    )
    return StoredArticle(
        id=row["id"],
        story=row["story"],
        revision=row["revision"],
        first_seen=from_iso(row["first_seen"]),
        article=article,
    )


def storable_text(text: str) -> str:
    """Return the text without halves of surrogate pairs and without NUL."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")


def storable(article: Article) -> Article:
    """Return the article with texts that SQLite can hold."""
    published = article.published
    return replace(
        article,
        title=storable_text(article.title),
        text=storable_text(article.text),
        authors=tuple(storable_text(author) for author in article.authors),
        site_name=None if article.site_name is None else storable_text(article.site_name),
        published=None if published is None else replace(published, raw=storable_text(published.raw)),
    )


def article_values(article: Article) -> dict[str, object]:
    """Return the columns that a reading of the page gives, apart from its address and language."""
    published = article.published
    return {
        "read_by": article.source,
        "title": article.title,
        "text": article.text,
        "authors": json.dumps(article.authors, ensure_ascii=False),
        "site_name": article.site_name,
        "fetched_at": to_iso(article.fetched_at),
        "held": article.held,
        "published_raw": published.raw if published else None,
        "published_at": to_iso(published.at) if published and published.at else None,
        "published_precision": published.precision.value if published and published.precision else None,
    }


def _published(row: sqlite3.Row) -> Published | None:
    if row["published_raw"] is None:
        return None
    at, precision = row["published_at"], row["published_precision"]
    return Published(
        raw=row["published_raw"],
        at=from_iso(at) if at else None,
        precision=Precision(precision) if precision else None,
    )
