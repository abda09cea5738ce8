"""Rows of `articles` to and from values. Knows columns; decides nothing."""

import json
import sqlite3
from dataclasses import replace
from typing import Any

from sqlite_utils import Database

from core.article import Article, Precision, Published
from core.clock import from_iso, to_iso
from core.statement import Statement, StatementKind
from storage.identity import Fingerprint
from storage.records.articles import Gone, StoredArticle

# What `stored_article` needs of a query over `articles AS a`.
ARTICLE_COLUMNS = """a.id, a.story, a.revision, a.first_seen, a.source, a.url, a.canonical_url, a.language,
    a.published_raw, a.published_at, a.published_precision, a.authors, a.site_name, a.fetched_at, a.held,
    a.gone_at, a.gone_reason, a.withheld, a.credit, a.section, a.tags, a.subtitle, a.image,
    a.image_caption, a.image_credit, a.title, a.text,
    a.structure,
    (SELECT json_group_array(json_array(
        s.speaker, s.office, s.verb, s.rule, s.kind, s.language, s.confidence, s.start, s."end"
    )) FROM (SELECT * FROM statements WHERE article = a.id ORDER BY id) AS s) AS statements,
    (SELECT json_group_array(json_array(hreflang, url)) FROM alternates WHERE article = a.id) AS alternates"""


def stored_article(row: sqlite3.Row) -> StoredArticle:
    """Build an article from the columns of ARTICLE_COLUMNS."""
    article = Article(
        source=row["source"],
        url=row["url"],
        canonical_url=row["canonical_url"],
        language=row["language"],
        title=row["title"],
        text=row["text"],
        structure=row["structure"],
        published=published_of(row),
        authors=tuple(json.loads(row["authors"])),
        site_name=row["site_name"],
        fetched_at=from_iso(row["fetched_at"]),
        held=row["held"],
        credit=row["credit"],
        section=row["section"],
        tags=tuple(json.loads(row["tags"])),
        subtitle=row["subtitle"],
        image=row["image"],
        image_caption=row["image_caption"],
        image_credit=row["image_credit"],
        statements=tuple(_statement(values, row["text"]) for values in json.loads(row["statements"])),
        alternates=tuple((code, url) for code, url in json.loads(row["alternates"])),
    )
    return StoredArticle(
        id=row["id"],
        story=row["story"],
        revision=row["revision"],
        first_seen=from_iso(row["first_seen"]),
        gone=Gone(at=from_iso(row["gone_at"]), reason=row["gone_reason"]) if row["gone_at"] else None,
        withheld=row["withheld"],
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
        site_name=_storable_or_none(article.site_name),
        credit=_storable_or_none(article.credit),
        section=_storable_or_none(article.section),
        tags=tuple(storable_text(tag) for tag in article.tags),
        subtitle=_storable_or_none(article.subtitle),
        image=_storable_or_none(article.image),
        image_caption=_storable_or_none(article.image_caption),
        image_credit=_storable_or_none(article.image_credit),
        published=None if published is None else replace(published, raw=storable_text(published.raw)),
        statements=tuple(_storable_statement(statement, article.text) for statement in article.statements),
        alternates=tuple((storable_text(code), storable_text(url)) for code, url in article.alternates),
    )


def _storable_or_none(text: str | None) -> str | None:
    return None if text is None else storable_text(text)


def _storable_statement(statement: Statement, text: str) -> Statement:
    """Return the statement with the offsets that it has in the storable text."""

    def moved(position: int) -> int:
        return len(storable_text(text[:position]))

    return replace(
        statement,
        words=storable_text(statement.words),
        start=moved(statement.start),
        end=moved(statement.end),
    )


def _statement(values: list[Any], text: str) -> Statement:
    speaker, office, verb, rule, kind, language, confidence, start, end = values
    return Statement(
        speaker=speaker,
        office=office,
        words=text[start:end],
        verb=verb,
        rule=rule,
        kind=StatementKind(kind),
        language=language,
        confidence=confidence,
        start=start,
        end=end,
    )


def article_values(article: Article) -> dict[str, object]:
    """Return the columns that a reading of the page gives, apart from its address and language."""
    published = article.published
    return {
        "read_by": article.source,
        "title": article.title,
        "text": article.text,
        "size": len(article.text.encode()),
        "structure": article.structure,
        "authors": json.dumps(article.authors, ensure_ascii=False),
        "site_name": article.site_name,
        "credit": article.credit,
        "section": article.section,
        "tags": json.dumps(article.tags, ensure_ascii=False),
        "subtitle": article.subtitle,
        "image": article.image,
        "image_caption": article.image_caption,
        "image_credit": article.image_credit,
        "fetched_at": to_iso(article.fetched_at),
        "held": article.held,
        "published_raw": published.raw if published else None,
        "published_at": to_iso(published.at) if published and published.at else None,
        "published_precision": published.precision.value if published and published.precision else None,
    }


def hash_values(print_: Fingerprint) -> dict[str, object]:
    """Return the columns that identity compares."""
    return {
        "exact_hash": print_.exact,
        "folded_hash": print_.folded,
        "body_hash": print_.body,
        "words": print_.words,
    }


def update_article(db: Database, article: int, values: dict[str, object]) -> None:
    """Set columns of an article's row."""
    names = ", ".join(f"{name} = ?" for name in values)
    sql = f"UPDATE articles SET {names} WHERE id = ?"  # noqa: S608 - names are our own, values bound
    db.execute(sql, [*values.values(), article])


def published_of(row: sqlite3.Row) -> Published | None:
    """Return the date of the columns `published_*`."""
    if row["published_raw"] is None:
        return None
    at, precision = row["published_at"], row["published_precision"]
    return Published(
        raw=row["published_raw"],
        at=from_iso(at) if at else None,
        precision=Precision(precision) if precision else None,
    )
