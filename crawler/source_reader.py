"""Reads the pages of one source in the pool, without what its last pages have shown to be furniture."""

import time
from collections.abc import Sequence
from dataclasses import replace

from core.article import Article, PageMarks
from core.source import Source
from crawler.pool import ReadingPool
from crawler.reading.page import Page
from crawler.reading.repeated import name_of
from crawler.repetition import Repetition


class SourceReader:
    """The reading pool for one poll. `last_pages` are the source's, oldest first; `seconds` sums."""

    def __init__(self, pool: ReadingPool, source: Source, last_pages: Sequence[PageMarks]) -> None:
        self._pool = pool
        self._source = source
        self._repetition = Repetition(last_pages)
        self.seconds = 0.0

    @property
    def is_learning(self) -> bool:
        """Too few of the source's pages are known to tell its furniture."""
        return self._repetition.is_young

    async def read(self, page: Page) -> Article:
        """Read a page; raises as the pool does."""
        began = time.monotonic()
        try:
            return await self._pool.read(replace(page, furniture=self._repetition.furniture), self._source)
        finally:
            self.seconds += time.monotonic() - began

    def note(self, article: Article) -> None:
        """Learn from an article that was read to its end."""
        if article.held is None:
            self._repetition.note(PageMarks(url=article.canonical_url, marks=article.marks))

    def is_stale(self, article: Article) -> bool:
        """Say whether an article that was read while learning has what is furniture now."""
        furniture = self._repetition.furniture
        return any(name_of(mark) in furniture for mark in article.marks)
