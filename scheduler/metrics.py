"""Metrics for Prometheus: counted as things happen, or read from the daemon when they are asked for.

Names are a contract with the rules and the board in deploy/; tests/test_deploy.py proves it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600)
_DELAYS = (60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 43200, 86400)


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """What the daemon knows at one moment. `memory` is bytes by process, `stored` rows by kind.

    `deliveries` are counted for ever by (kind, outcome); `waiting` and `dead` are those now, by kind.
    """

    ready: bool
    worker_up: bool
    queue: int
    due: int
    behind: int
    database_bytes: int
    classes: Mapping[str, int] = field(default_factory=dict)
    stored: Mapping[str, int] = field(default_factory=dict)
    memory: Mapping[str, int] = field(default_factory=dict)
    deliveries: Mapping[tuple[str, str], int] = field(default_factory=dict)
    waiting: Mapping[str, int] = field(default_factory=dict)
    dead: Mapping[str, int] = field(default_factory=dict)


class Metrics:
    """One registry. `figures` is called at each request for metrics: it must be quick."""

    def __init__(self, figures: Callable[[], Figures]) -> None:
        self._figures = figures
        self._registry = CollectorRegistry()
        self._registry.register(self)
        made: dict[str, Any] = {"registry": self._registry}
        self._polls = Counter("policywire_polls", "Polls that ended, by outcome", ["outcome"], **made)
        self._articles = Counter("policywire_articles", "Complete articles read from polls", **made)
        self._pages = Counter(
            "policywire_pages", "Pages fetched by polls, by how they ended", ["end"], **made
        )
        self._matches = Counter("policywire_matches", "Matches of articles with watchlists", **made)
        self._entries = Counter("policywire_entries", "Entries published", **made)
        self._errors = Counter(
            "policywire_errors", "Steps of the daemon that failed, by step", ["step"], **made
        )
        self._stages = Histogram(
            "policywire_stage_seconds", "Seconds that a stage took", ["stage"], buckets=_SECONDS, **made
        )
        self._delays = Histogram(
            "policywire_feed_delay_seconds",
            "Seconds from an article's own time of publication to its entry in a feed",
            buckets=_DELAYS,
            **made,
        )

    def hear(self, event: Mapping[str, Any]) -> None:
        """Count one event of a worker."""
        if event.get("event") != "polled":
            return
        self._polls.labels(event.get("outcome", "unknown")).inc()
        self._articles.inc(event.get("articles", 0))
        failed = event.get("failed", 0)
        self._pages.labels("failed").inc(failed)
        self._pages.labels("read").inc(max(0, event.get("fetched", 0) - failed))
        if "seconds" in event:
            self.took("poll", event["seconds"])
        for stage, seconds in event.get("stages", {}).items():
            self.took(stage, seconds)

    def published(self, *, matched: int, entries: int, delays: Sequence[float]) -> None:
        """Count one publish pass."""
        self._matches.inc(matched)
        self._entries.inc(entries)
        for seconds in delays:
            self._delays.observe(max(0.0, seconds))

    def took(self, stage: str, seconds: float) -> None:
        """Count the time that a stage took."""
        self._stages.labels(stage).observe(seconds)

    def failed(self, step: str) -> None:
        """Count a step of the daemon that failed."""
        self._errors.labels(step).inc()

    def collect(self) -> Iterable[Metric]:
        """Give what is read when it is asked for; prometheus_client calls this."""
        now = self._figures()
        plain = (
            ("ready", "1 while the service does its work", now.ready),
            ("worker_up", "1 while a worker can take sources", now.worker_up),
            ("queue", "Sources handed to a worker and not polled yet", now.queue),
            ("sources_due", "Sources that are due and not handed over", now.due),
            ("changes_behind", "Changes that some watchlist has still to be matched with", now.behind),
            ("database_bytes", "Size of the database with its log", now.database_bytes),
        )
        for name, help_, value in plain:
            yield GaugeMetricFamily(f"policywire_{name}", help_, value=float(value))
        labelled = (
            ("sources", "Sources by health class", "class", now.classes),
            ("stored", "Rows in the store, by kind", "kind", now.stored),
            ("memory_bytes", "Resident memory, by process", "process", now.memory),
            ("deliveries_waiting", "Deliveries that wait to be sent, by kind", "kind", now.waiting),
            ("dead_letters", "Deliveries that never came through, by kind", "kind", now.dead),
        )
        for name, help_, label, values in labelled:
            family = GaugeMetricFamily(f"policywire_{name}", help_, labels=[label])
            for key, value in values.items():
                family.add_metric([key], float(value))
            yield family
        # Counted by the process that sends, and read from the store.
        pushed = CounterMetricFamily(
            "policywire_deliveries", "Deliveries by kind and outcome", labels=["kind", "outcome"]
        )
        for labels, value in now.deliveries.items():
            pushed.add_metric(labels, float(value))
        yield pushed

    def text(self) -> bytes:
        """Return all metrics in Prometheus's text form."""
        return generate_latest(self._registry)
