"""Polls, the store and the plan together: what is learned is kept, and decides the next due."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from fakes_daemon import write_config
from fakes_storage import NOW, article, batch, match, report

from core.article import Outcome
from scheduler import polling
from scheduler.cli import cli
from scheduler.config import Config, load_config
from scheduler.planning import Planner, replan
from scheduler.rhythm import load_plan
from storage.records.polling import NextPoll, Polled
from storage.records.publication import Cursor
from storage.store import Store

SOURCE = """\
name: One
country: KZ
publisher: press
languages: [en]
home: https://kz-one.example/
kind: feed
urls: ["https://kz-one.example/rss"]
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "policywire.db") as opened:
        yield opened


@pytest.fixture
def config(tmp_path: Path) -> Config:
    sources = {"kz-one": SOURCE, "kz-two": SOURCE, "kz-fixed": SOURCE + "every: 10m\n"}
    return load_config(write_config(tmp_path / "config", sources), watchlists=False)


def poll(planner: Planner, store: Store, source: str, *paths: str, minute: int = 0) -> bool:
    """Keep a poll that found new articles; return whether it was to ask in full."""
    in_full = planner.begin(source)
    started = NOW + timedelta(minutes=minute)
    articles = [article(path, source=source, published=started - timedelta(minutes=3)) for path in paths]
    whole = batch(*articles, source=source, poll=report(source, started=started))
    planner.note(whole)
    assert whole.report is not None
    store.keep(whole, now=started, decide=planner.end(whole.report))
    return in_full


def test_a_poll_is_learned_from_and_the_reason_is_kept(config: Config, store: Store) -> None:
    store.sync_sources(config.enabled, now=NOW)
    planner = Planner(config, store)
    poll(planner, store, "kz-one")
    poll(planner, store, "kz-one", "a", "b", minute=60)
    kept = store.polling("kz-one")
    assert kept is not None
    assert polling.load(kept.memory).rhythm.items == pytest.approx(3, abs=0.1)
    assert "articles an hour are expected" in kept.reason
    (state,) = [one for one in store.source_states() if one.id == "kz-one"]
    assert NOW + timedelta(minutes=65) <= state.due <= NOW + timedelta(minutes=241)


def test_the_first_poll_and_one_a_day_ask_in_full(config: Config, store: Store) -> None:
    planner = Planner(config, store)
    assert poll(planner, store, "kz-one")
    # The clock says now, the polls say March: the last full one is long ago.
    assert poll(planner, store, "kz-one", minute=30)
    kept = store.polling("kz-one")
    assert kept is not None
    assert polling.load(kept.memory).full == NOW + timedelta(minutes=30, seconds=10)


def test_a_report_kept_twice_is_learned_from_once(store: Store) -> None:
    asked: list[Polled] = []

    def decide(polled: Polled) -> NextPoll:
        asked.append(polled)
        return NextPoll(at=NOW + timedelta(hours=len(asked)), reason="because", memory="{}")

    failed = batch(poll=report(outcome=Outcome.REFUSED))
    for _ in range(2):
        store.keep(failed, now=NOW, decide=decide)
    store.keep(
        batch(article("x"), article("y"), poll=report(started=NOW + timedelta(hours=1))),
        now=NOW,
        decide=decide,
    )
    assert [(one.failures, one.new) for one in asked] == [(0, 0), (1, 2)]
    assert store.source_states()[0].due == NOW + timedelta(hours=2)


def test_the_plan_is_made_once_an_hour_and_weighs_by_matches(config: Config, store: Store) -> None:
    store.sync_sources(config.enabled, now=NOW)
    planner = Planner(config, store)
    for source in config.enabled:
        poll(planner, store, source, *(f"{source}-{n}" for n in range(40)))
    found = [
        change for change in store.changes_after(0, limit=500) if change.stored.article.source == "kz-one"
    ]
    matches = [(change.stored.id, match()) for change in found]
    store.publish("policy", Cursor(seq=store.last_seq()), matches=matches, drafts=[])
    plan = replan(config, store, now=NOW)
    assert plan is not None
    assert plan.per_hour == pytest.approx(6.67, rel=0.02)
    assert replan(config, store, now=NOW + timedelta(minutes=59)) is None
    stored = store.plan()
    assert stored is not None
    assert load_plan(stored[1]).theta == plan.theta
    weights = {source: store.polling(source).weight for source in config.enabled}  # type: ignore[union-attr]  # all were polled
    assert weights["kz-one"] > 2 > 1 > weights["kz-two"] > 0.3
    assert replan(config, store, now=NOW + timedelta(minutes=61)) is not None


def test_a_worker_takes_the_newest_plan(config: Config, store: Store) -> None:
    planner = Planner(config, store)
    poll(planner, store, "kz-one", "a")
    replan(config, store, now=NOW)
    planner.refresh()
    assert planner._plan == load_plan(store.plan()[1])  # type: ignore[index]  # it was just made


def test_sources_show_tells_why(config: Config, store: Store, tmp_path: Path) -> None:
    store.sync_sources(config.enabled, now=NOW)
    poll(Planner(config, store), store, "kz-fixed", "a")
    words = ["sources", "show", "kz-fixed", "--config", str(config.path), "--data", str(tmp_path)]
    shown = CliRunner().invoke(cli, words)
    assert "# next poll 2026-03-02T08:40:10+00:00: `every: 10m` in the source file" in shown.output
    told = json.loads(CliRunner().invoke(cli, [*words, "--json"]).output)["next_poll"]
    assert told["reason"] == "`every: 10m` in the source file"
    assert told["articles_a_day"] > 0
    words[2] = "kz-two"
    assert "# never polled" in CliRunner().invoke(cli, words).output
