import multiprocessing
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fakes_storage import LATER, NOW, article, batch, match, report

from storage.records.publication import Cursor
from storage.store import Store

SECOND = timedelta(seconds=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "policywire.db") as opened:
        yield opened


def claim(store: Store, limit: int = 10) -> list[str]:
    return store.claim_due(now=NOW, limit=limit, until=LATER)


def test_new_sources_are_due_at_once(store: Store) -> None:
    store.sync_sources(["b", "a"], now=NOW)
    assert claim(store) == ["a", "b"]


def test_the_longest_due_is_claimed_first(store: Store) -> None:
    store.sync_sources(["a"], now=NOW)
    store.sync_sources(["a", "b"], now=NOW - SECOND)
    assert claim(store, limit=1) == ["b"]
    assert claim(store, limit=1) == ["a"]


def test_a_claim_holds_until_it_ends(store: Store) -> None:
    store.sync_sources(["a"], now=NOW)
    assert claim(store) == ["a"]
    assert claim(store) == []
    assert store.claim_due(now=LATER - SECOND, limit=1, until=LATER) == []
    assert store.claim_due(now=LATER, limit=1, until=LATER + SECOND) == ["a"]


def test_a_released_source_is_free(store: Store) -> None:
    store.sync_sources(["a", "b", "c"], now=NOW)
    claim(store)
    store.release(["b"])
    assert claim(store) == ["b"]
    store.release()
    assert claim(store) == ["a", "b", "c"]


def test_a_source_that_is_not_due_waits(store: Store) -> None:
    store.sync_sources(["a"], now=LATER)
    assert claim(store) == []
    store.make_due(["a"], now=NOW)
    assert claim(store) == ["a"]


def test_make_due_does_not_push_a_source_back(store: Store) -> None:
    store.sync_sources(["a", "b"], now=NOW)
    store.make_due(None, now=LATER)
    assert [state.due for state in store.source_states()] == [NOW, NOW]


def test_a_source_that_left_the_config_is_never_due_and_comes_back_with_its_history(store: Store) -> None:
    store.sync_sources(["kz-one"], now=NOW)
    store.keep(batch(article(), poll=report()), now=NOW, due=NOW)
    store.sync_sources(["other"], now=NOW)
    assert claim(store) == ["other"]
    assert [state.id for state in store.source_states()] == ["other"]
    store.sync_sources(["kz-one", "other"], now=LATER)
    assert claim(store) == ["kz-one"]
    assert store.source_states()[0].polls == 1


def test_matched_counts_articles_not_watchlists(store: Store) -> None:
    store.sync_sources(["kz-one", "kz-two"], now=NOW)
    store.keep(batch(article("a"), article("b")), now=NOW)
    found = [(1, match("policy")), (1, match("rivers")), (2, match("policy", matched=False))]
    store.publish("publisher", Cursor(seq=2), matches=found, drafts=[])
    assert [state.totals.matched for state in store.source_states()] == [1, 0]
    one_left = [(1, match("policy", matched=False)), (2, match("policy"))]
    store.publish("publisher", Cursor(seq=2), matches=one_left, drafts=[])
    assert [state.totals.matched for state in store.source_states()] == [2, 0]
    store.publish("publisher", Cursor(seq=2), matches=[(1, match("rivers", matched=False))], drafts=[])
    assert [state.totals.matched for state in store.source_states()] == [1, 0]


def test_a_source_that_comes_after_its_articles_counts_them(store: Store) -> None:
    store.keep(batch(article("a")), now=NOW)
    store.publish("publisher", Cursor(seq=1), matches=[(1, match("policy"))], drafts=[])
    store.sync_sources(["kz-one"], now=NOW)
    assert [state.totals.matched for state in store.source_states()] == [1]


def _claim_all(path: Path, ready: object, results: object) -> None:
    with Store.open(path) as store:
        ready.wait()  # type: ignore[attr-defined]  # a Barrier made by the context
        while claimed := store.claim_due(now=NOW, limit=3, until=LATER):
            results.put(claimed)  # type: ignore[attr-defined]  # a Queue made by the context
    results.put(None)  # type: ignore[attr-defined]


def test_two_processes_never_claim_one_source(tmp_path: Path) -> None:
    path = tmp_path / "policywire.db"
    ids = [f"source-{number}" for number in range(60)]
    with Store.open(path) as store:
        store.sync_sources(ids, now=NOW)
    context = multiprocessing.get_context("spawn")
    ready, results = context.Barrier(2), context.Queue()
    processes = [context.Process(target=_claim_all, args=(path, ready, results)) for _ in range(2)]
    for process in processes:
        process.start()
    claimed: list[str] = []
    ended = 0
    while ended < 2:
        found = results.get(timeout=60)
        ended += found is None
        claimed += found or []
    for process in processes:
        process.join(timeout=60)
    results.close()
    results.join_thread()
    assert sorted(claimed) == sorted(ids)
