"""The publication date of one page: which of the dates that a page shows is the article's. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from selectolax.lexbor import LexborHTMLParser

from core.article import Precision, Published
from core.language import Language
from core.source import Source
from crawler.reading.dates import parse_date
from crawler.reading.facts import Facts
from crawler.reading.page import Page
from crawler.reading.shown_dates import dates_in_scripts, dates_near_headline, edge_dates, labelled_dates

_DATE_LINE_WORDS = 15
_FIRST_LINES = 12


class PageDates:
    """Reads dates as this page's source writes them."""

    def __init__(self, page: Page, source: Source, languages: Mapping[str, Language]) -> None:
        self._page = page
        self._source = source
        self._languages = languages

    def parse(self, raw: str) -> Published:
        source = self._source
        return parse_date(
            raw,
            languages=self._languages,
            zone=source.zone,
            order=source.date_order,
            now=self._page.fetched_at,
            since=source.since,
        )

    def is_line(self, text: str) -> bool:
        """Say whether a paragraph is a line of data with a date in it."""
        few = len(text.split()) <= _DATE_LINE_WORDS
        return few and any(map(str.isdigit, text)) and self.parse(text).at is not None

    def published(self, layers: Iterable[Facts], tree: LexborHTMLParser, text: str) -> Published | None:
        """Return the first date that is understood; else the first that the page states, raw text only."""
        listed = self._page.link.published
        if self._source.read.date_from == "list":
            return listed
        ordered = sorted(layers, key=lambda facts: not facts.is_article)
        tried = [self.parse(raw) for facts in ordered for raw in facts.dates]
        found = next((date for date in tried if date.at is not None), None)
        if found is None and listed is not None and listed.at is not None:
            found = listed
        if found is None:
            found = next(filter(_is_day, map(self.parse, self._shown(tree, text))), None)
        return found or next(iter(tried), listed)

    def _shown(self, tree: LexborHTMLParser, text: str) -> Iterator[str]:
        yield from dates_near_headline(tree, self._page.url)
        yield from labelled_dates(tree)
        yield from edge_dates(text)
        yield from dates_in_scripts(tree)

    def of_text(self, text: str) -> Published | None:
        """Return the date of a text without a page: the list's, else one of its first lines or its edges."""
        listed = self._page.link.published
        if (listed is not None and listed.at is not None) or self._source.read.date_from == "list":
            return listed
        lines = [line for line in text.split("\n") if line.strip()][:_FIRST_LINES]
        tried = map(self.parse, chain(filter(self.is_line, lines), edge_dates(text)))
        return next((date for date in tried if date.at is not None), listed)


def _is_day(date: Published) -> bool:
    """Say whether a date that a page shows is one: a lone year near a headline may be anything."""
    return date.at is not None and date.precision is not Precision.YEAR
