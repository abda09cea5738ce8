"""The statements of an article's text, each in the language of its own words."""

from collections.abc import Mapping
from dataclasses import replace

from core.language import Language
from core.statement import Statement
from crawler.reading.language import identify_language
from crawler.reading.statements.find import find_statements

# From so many words on identification is exact; below, a quotation is in its article's language.
_TELLING_WORDS = 20


def statements_of(text: str, language: str, languages: Mapping[str, Language]) -> tuple[Statement, ...]:
    """Return who said what in a text of this language; none where the language has no tables."""
    tables = languages.get(language)
    found = find_statements(text, language, tables.speech if tables is not None else None)
    return tuple(replace(one, language=_language_of_words(one, language, languages)) for one in found)


def _language_of_words(statement: Statement, language: str, languages: Mapping[str, Language]) -> str:
    """Return the article's language, or another of ours where a quotation is long enough to tell."""
    if len(statement.words.split()) < _TELLING_WORDS:
        return language
    own = identify_language(statement.words, (language,))
    return own if own in languages else language
