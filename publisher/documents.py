"""Makes the document that is matched of a stored article. Values only. Pure."""

from core.source import Source
from publisher.matching import Document
from storage.records import StoredArticle


def to_document(stored: StoredArticle, source: Source | None) -> Document:
    """Return what matching sees. An article without a date is taken to be of the day it was first seen."""
    article = stored.article
    published = article.published.at if article.published is not None else None
    return Document(
        title=article.title,
        text=article.text,
        language=article.language,
        source_country=source.country if source is not None else None,
        published=published or stored.first_seen,
    )
