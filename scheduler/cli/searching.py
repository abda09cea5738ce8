"""The verb that looks into the archive: articles by their words, statements by who said them."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

import click

from core.article import LONGEST_TITLE
from core.clock import utcnow
from core.config import DataDir
from publisher.feeds.text import shorten
from scheduler.cli.common import (
    Duration,
    Whole,
    data_option,
    echo_json,
    json_option,
    require_database,
    say,
    short_time,
    statement_line,
)
from storage.records.articles import StoredArticle
from storage.records.listing import ListedArticle
from storage.records.search import StatementHit
from storage.records.selection import Selection
from storage.store import Store


@click.command()
@click.argument("query", required=False)
@click.option("--speaker", help="Statements of whoever has these words in the name.")
@click.option("--office", help="Statements of whoever has these words in the office, such as minister.")
@click.option("--since", type=Duration(), help="Only what was first seen within this time, such as 7d.")
@click.option("--language", help="Only this language, such as ru or uz-Latn.")
@click.option("--source", help="Only this source.")
@click.option("--limit", type=Whole(1, 1000), default=20, show_default=True)
@data_option
@json_option
def search(
    query: str | None,
    speaker: str | None,
    office: str | None,
    since: timedelta | None,
    language: str | None,
    source: str | None,
    limit: int,
    data: DataDir,
    as_json: bool,
) -> None:
    """Search stored articles, newest first: words, "a phrase", prefix*, AND, OR, NOT.

    With --speaker or --office: what such people said, in the articles that QUERY finds (left out: in all).
    """
    by_name = speaker is not None or office is not None
    if query is None and not by_name:
        raise click.UsageError("Say what to search for: QUERY, --speaker or --office.")
    first = utcnow() - since if since else None
    with Store.open(require_database(data), read_only=True) as store:
        if by_name:
            said = store.statements(
                speaker=speaker,
                office=office,
                query=query,
                since=first,
                language=language,
                source=source,
                limit=limit,
            )
            found = [(_statement_fields(hit), _statement_text(hit)) for hit in said]
        else:
            asked = Selection(
                query=query,
                since=first,
                languages=(language,) if language else None,
                sources=(source,) if source else None,
            )
            hits = store.article_listing(asked, limit=limit).items
            found = [(_article_fields(hit), _article_text(hit)) for hit in hits]
    for fields, text in found:
        if as_json:
            echo_json(fields)
        else:
            say(text)
    if not found and not as_json:
        say("nothing found")


def _article_fields(hit: ListedArticle) -> dict[str, Any]:
    return {"id": hit.stored.id, "snippet": _snippet(hit), **_fields(hit.stored)}


def _statement_fields(hit: StatementHit) -> dict[str, Any]:
    return {"id": hit.stored.id, "statement": asdict(hit.statement), **_fields(hit.stored)}


def _fields(stored: StoredArticle) -> dict[str, Any]:
    article = stored.article
    return {
        "url": article.url,
        "title": article.title,
        "source": article.source,
        "language": article.language,
        "published": article.published.at if article.published else None,
        "first_seen": stored.first_seen,
    }


def _article_text(hit: ListedArticle) -> str:
    return f"{_head(hit.stored)}\n    {_snippet(hit)}\n    {hit.stored.article.url}"


def _snippet(hit: ListedArticle) -> str:
    return "".join(f"[{piece.text}]" if piece.hit else piece.text for piece in hit.snippet)


def _statement_text(hit: StatementHit) -> str:
    words = " ".join(statement_line(hit.statement).split())
    return f"{_head(hit.stored)}\n    {words}\n    {hit.stored.article.url}"


def _head(stored: StoredArticle) -> str:
    article = stored.article
    when = article.published.at if article.published and article.published.at else None
    return f"{stored.id}  {short_time(when)}  {article.source}  {shorten(article.title, LONGEST_TITLE)}"
