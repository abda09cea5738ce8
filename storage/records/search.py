"""What searches give back."""

from dataclasses import dataclass

from core.statement import Statement
from storage.records.articles import StoredArticle


@dataclass(frozen=True, kw_only=True, slots=True)
class StatementHit:
    """One statement found by its speaker or office, with the article that carries it."""

    stored: StoredArticle
    statement: Statement
