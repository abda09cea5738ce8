"""Watchlists, sources and health as the API answers them. Pure."""

from collections.abc import Mapping

from publisher.feeds.channels import FORMS
from publisher.matching import Watchlist
from publisher.web.api.models.service import (
    HealthAnswer,
    SourceHealth,
    SourceItem,
    SourcePolls,
    WatchlistItem,
)
from publisher.web.site import InForce
from publisher.web.snapshot import Snapshot, SourceRow
from storage.records.health import HealthState
from storage.records.polling import SourceState
from storage.records.publication import Progress


def watchlist_item(
    watchlist: Watchlist, in_force: InForce, progress: Mapping[str, Progress], address: str
) -> WatchlistItem:
    """Return a watchlist with its feeds, whose addresses begin with `address`, and how far it is matched."""
    met = progress.get(watchlist.id)
    general = in_force.settings.feeds.revisions
    return WatchlistItem(
        id=watchlist.id,
        name=watchlist.name,
        about=watchlist.about,
        states=dict(watchlist.states),
        digest=watchlist.digest,
        revisions=general if watchlist.revisions is None else watchlist.revisions,
        feeds=[
            f"{address}/feeds/{channel.file(form)}"
            for channel in in_force.channels
            if channel.watchlist == watchlist.id
            for form in FORMS
        ],
        matched_to=None if met is None else met.reached,
        changes=None if met is None else met.last,
    )


def source_item(row: SourceRow) -> SourceItem:
    """Return a source with its state and health."""
    source = row.source
    return SourceItem(
        id=source.id,
        name=source.name,
        native_name=source.native_name,
        country=source.country,
        publisher=source.publisher,
        languages=list(source.languages),
        home=source.home,
        kind=source.kind,
        urls=list(source.urls),
        enabled=source.enabled,
        disabled_reason=source.disabled_reason,
        state=None if row.state is None else _polls(row.state),
        health=None if row.health is None else _health(row.health),
    )


def _polls(state: SourceState) -> SourcePolls:
    return SourcePolls(
        last_poll=state.last_poll,
        last_success=state.last_success,
        last_new=state.last_new,
        due=state.due,
        outcome=state.last_outcome,
        error=state.last_error,
        failures=state.failures,
        polls=state.polls,
        fetched=state.totals.fetched,
        new=state.totals.new,
        duplicate=state.totals.duplicate,
        revised=state.totals.revised,
    )


def _health(health: HealthState) -> SourceHealth:
    return SourceHealth(
        klass=health.klass, since=health.since, reason=health.reason, snoozed_until=health.snoozed_until
    )


def health_answer(snapshot: Snapshot) -> HealthAnswer:
    """Return how the service does."""
    return HealthAnswer(
        alive=snapshot.alive,
        healthy=snapshot.healthy,
        reasons=list(snapshot.reasons),
        notices=list(snapshot.notices),
        version=snapshot.version,
        started=snapshot.started,
        taken=snapshot.taken,
        counts=dict(snapshot.counts),
        behind=snapshot.behind,
    )
