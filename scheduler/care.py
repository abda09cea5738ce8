"""Looks after the sources: judges how each does, keeps that, groups what changed, writes the operators' feed.

Runs in the daemon's store thread, once a minute. The judgement itself is pure: scheduler/health.py.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from core.article import PollReport
from core.config import DataDir
from core.listshape import ListShape
from core.source import Source
from publisher.feeds.operators import write_operators_feed
from publisher.push.targets import alert_addresses
from scheduler import listshape, polling, pushing, rhythm
from scheduler.config import Config
from scheduler.health import Facts, HealthClass, judge
from scheduler.rhythm import load_plan
from storage.records.polling import SourceState
from storage.shelf import Shelf
from storage.store import Store

log = logging.getLogger(__name__)

# So many of a source's last polls tell how it does.
_POLLS = 25
# A source that is not polled changes its class by time alone: silence, lateness.
_JUDGED_FOR = timedelta(minutes=30)
_GROUPS_SHOWN = 100


class Caretaker:
    """Judges the sources of one config. `base_url` is the public address of the server."""

    def __init__(self, config: Config, store: Store, data: DataDir, *, base_url: str) -> None:
        self._config = config
        self._store = store
        self._feeds: Path = data.feeds
        self._base_url = base_url
        self._judged: dict[str, tuple[datetime | None, datetime]] = {}
        self._names = {source.id: source.name for source in config.sources.values()}
        self._targets = pushing.watched(config.settings)
        store.forget_health({*config.enabled, "", *self._targets})
        store.forget_shapes(config.enabled.keys())
        Shelf(data.samples).keep_sources(config.sources.keys())
        self._write_feed()

    def look(self, *, now: datetime, awake: datetime, faults: Sequence[str]) -> None:
        """Judge what may have changed, and have operators told of it.

        `awake` is since when this machine has polled without a break, `faults` why the service is not well.
        """
        judged: dict[str, tuple[str, str]] = {
            "": (
                (HealthClass.LATE if faults else HealthClass.WELL).value,
                "; ".join(faults),
            )
        }
        pool = load_plan(stored[1]).pool if (stored := self._store.plan()) is not None else rhythm.FLAT
        for state in self._store.source_states():
            source = self._config.enabled.get(state.id)
            if source is None or not self._is_due(state, now):
                continue
            reports = [poll.report for poll in self._store.polls(state.id, limit=_POLLS)]
            facts = Facts(
                due=state.due,
                polls=reports,
                last_new=state.last_new,
                silence=self._silence(state, pool, now),
                awake=awake,
                usual=self._usual(source, reports),
            )
            health = judge(source, facts, now=now)
            judged[state.id] = (health.klass.value, health.reason)
            self._judged[state.id] = (state.last_poll, now)
        told = pushing.judged(self._store.outbox().targets, now=now)
        judged |= {target: one for target, one in told.items() if target in self._targets}
        for_all = self._store.keep_health(judged, now=now)
        settings = self._config.settings
        addresses = alert_addresses(settings).keys()
        number = self._store.close_group(now=now, wait=settings.alerts.wait, targets=addresses)
        if for_all or number is not None:
            log.info("health changes=%d group=%s", for_all, number)
        if number is not None:
            self._write_feed()

    def _is_due(self, state: SourceState, now: datetime) -> bool:
        """A source is judged after each poll, when it is overdue, and now and then."""
        polled, at = self._judged.get(state.id, (None, now - 2 * _JUDGED_FOR))
        return polled != state.last_poll or now - at >= _JUDGED_FOR or now - state.due > _JUDGED_FOR / 2

    def _usual(self, source: Source, reports: Sequence[PollReport]) -> ListShape | None:
        """Return what the source's lists usually look like, these polls included."""
        rules = listshape.rules_of(source)
        before = self._store.usual_shape(source.id, rules)
        usual = listshape.learn(before, reports)
        if usual is not None and usual != before:
            self._store.keep_shape(source.id, rules, usual)
        return usual

    def _silence(self, state: SourceState, pool: Sequence[float], now: datetime) -> float | None:
        remembered = self._store.polling(state.id)
        if remembered is None or state.last_new is None:
            return None
        memory = polling.load(remembered.memory)
        return rhythm.silence(
            memory.rhythm, pool, since=polling.minutes(state.last_new), now=polling.minutes(now)
        )

    def _write_feed(self) -> None:
        groups = self._store.alert_groups(limit=_GROUPS_SHOWN)
        write_operators_feed(self._feeds, groups, self._names, base_url=self._base_url)
