"""What a poll hands to its sink: batches of articles, the last one with the report. Stores nothing."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TypeAlias

from core.article import Article, Batch, PollReport, Seen, Validators

Sink: TypeAlias = Callable[[Batch], None]

_LARGEST = 50
# Seconds that an article waits for others at most: a slow site must not hold up its first news.
_LONGEST_WAIT = 15.0


class Outbox:
    """Gathers what was read and hands it on. What the sink raises goes to the caller.

    `articles` counts the complete ones, `incomplete` those that are held, by reason.
    """

    def __init__(self, source: str, sink: Sink) -> None:
        self._source = source
        self._sink = sink
        self._articles: list[Article] = []
        self._seen: list[Seen] = []
        self._since = 0.0
        self.articles = 0
        self.incomplete: Counter[str] = Counter()

    def add(self, seen: Seen, article: Article | None = None) -> None:
        """Take the end of one page."""
        if not self._seen:
            self._since = time.monotonic()
        self._seen.append(seen)
        if article is not None:
            self._articles.append(article)
            if article.held is None:
                self.articles += 1
            else:
                self.incomplete[article.held] += 1
        if len(self._seen) >= _LARGEST or time.monotonic() - self._since >= _LONGEST_WAIT:
            self._send(Batch(source=self._source, articles=tuple(self._articles), seen=tuple(self._seen)))

    def close(self, report: PollReport, validators: Sequence[Validators]) -> None:
        """Hand on the rest, with the report."""
        batch = Batch(
            source=self._source,
            articles=tuple(self._articles),
            seen=tuple(self._seen),
            validators=tuple(validators),
            report=report,
        )
        self._send(batch)

    def _send(self, batch: Batch) -> None:
        # Emptied first: what a sink refused is not offered again with the report of the crash.
        self._articles, self._seen = [], []
        self._sink(batch)
