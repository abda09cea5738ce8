"""Who said what: a text and its language's tables in, statements with exact offsets out."""

from crawler.reading.statements.article import statements_of
from crawler.reading.statements.find import find_statements

__all__ = ["find_statements", "statements_of"]
