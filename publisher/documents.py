"""Makes the document that is matched of a stored article. Values only. Pure."""

from collections.abc import Iterable

from core.source import Source
from core.statement import Statement
from publisher.matching import Document, Said
from storage.records.articles import StoredArticle


def to_document(stored: StoredArticle, source: Source | None) -> Document:
    """Return what matching sees. An article without a date is taken to be of the day it was first seen."""
    article = stored.article
    published = article.published.at if article.published is not None else None
    return Document(
        title=article.title,
        text=article.text,
        language=article.language,
        source_country=source.country if source is not None else None,
        official=source is not None and source.publisher == "official",
        said=said_in(article.statements),
        published=published or stored.first_seen,
    )


def said_in(statements: Iterable[Statement]) -> tuple[Said, ...]:
    """Return the statements that have a speaker as matching sees them."""
    return tuple(
        Said(speaker=", ".join(filter(None, (one.speaker, one.office))), start=one.start, end=one.end)
        for one in statements
        if one.speaker or one.office
    )
