"""What a poll hands to its sink: batches of articles, the last one with the report. Stores nothing."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeAlias

from core.article import Article, Batch, PollReport, Seen, Validators
from core.fetched import Looked

Sink: TypeAlias = Callable[[Batch], None]

_LARGEST = 50
# Pages wait in memory with their articles.
_LARGEST_BYTES = 20_000_000
# Seconds that an article waits for others at most: a slow site must not hold up its first news.
_LONGEST_WAIT = 15.0


class Outbox:
    """Gathers what was read and hands it on. What the sink raises goes to the caller.

    `articles` counts the complete ones, `incomplete` those that are held, by reason; `titled` and `dated`
    count those of both that have a title, a date.
    """

    def __init__(self, source: str, sink: Sink) -> None:
        self._source = source
        self._sink = sink
        self._articles: list[Article] = []
        self._seen: list[Seen] = []
        self._looked: list[Looked] = []
        self._bytes = 0
        self._since = 0.0
        self.articles = self.titled = self.dated = 0
        self.incomplete: Counter[str] = Counter()

    def add(self, seen: Seen, article: Article | None = None) -> None:
        """Take the end of one page."""
        self._begin()
        self._seen.append(seen)
        self._take(article)

    def add_look(self, looked: Looked, article: Article | None = None) -> None:
        """Take the end of a second look, with the article if the page was read again."""
        self._begin()
        self._looked.append(looked)
        self._take(article)

    def _begin(self) -> None:
        if not self._seen and not self._looked:
            self._since = time.monotonic()

    def _take(self, article: Article | None) -> None:
        if article is not None:
            self._articles.append(article)
            self._bytes += len(article.fetched.body) if article.fetched is not None else 0
            self.titled += bool(article.title.strip())
            self.dated += article.published is not None and article.published.at is not None
            if article.held is None:
                self.articles += 1
            else:
                self.incomplete[article.held] += 1
        full = len(self._seen) + len(self._looked) >= _LARGEST or self._bytes >= _LARGEST_BYTES
        if full or time.monotonic() - self._since >= _LONGEST_WAIT:
            self._send(self._batch())

    def _batch(self) -> Batch:
        return Batch(
            source=self._source,
            articles=tuple(self._articles),
            seen=tuple(self._seen),
            looked=tuple(self._looked),
        )

    def close(self, report: PollReport, validators: Sequence[Validators]) -> None:
        """Hand on the rest, with the report."""
        self._send(replace(self._batch(), validators=tuple(validators), report=report))

    def _send(self, batch: Batch) -> None:
        # Emptied first: what a sink refused is not offered again with the report of the crash.
        self._articles, self._seen, self._looked, self._bytes = [], [], [], 0
        self._sink(batch)
