"""Later texts of a page in the database: their reasons, pages that are gone, readings by other sources."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from fakes_storage import LATER, NOW, article, batch, text_of

from core.article import Article
from storage import database
from storage.records.keeping import KeepLimits, Limits
from storage.revising import MOST_TEXTS, withdraw
from storage.store import Store

TEXT = text_of("rail") + " The parties recieved four reports."


def kinds(store: Store) -> list[str]:
    return [change.kind for change in store.changes_after(0, limit=100)]


def watch(path: Path, article_id: int) -> None:
    """Have the article's page looked at again."""
    db = database.open_database(path)
    with database.writing(db):
        db.execute(
            "INSERT INTO looks (article, source, due, base, looked) VALUES (?, 'kz-one', ?, ?, ?)",
            [article_id, "2027", "2026", "2026"],
        )
    db.close()


def gone(path: Path, reason: str = "the page answered 410") -> bool:
    db = database.open_database(path)
    with database.writing(db):
        found = withdraw(db, 1, reason, LATER)
    db.close()
    return found


def read(text: str, **changes: Any) -> Article:
    return replace(article("a", text=text), **changes)


def test_a_mended_typo_is_cosmetic_and_another_number_is_not(store: Store) -> None:
    store.keep(batch(read(TEXT)), now=NOW)
    kept = store.keep(batch(read(TEXT.replace("recieved", "received"))), now=LATER)
    assert (kept.cosmetic, kept.revised) == (1, 0)
    kept = store.keep(batch(read(TEXT.replace("recieved four", "received six"))), now=LATER)
    assert (kept.cosmetic, kept.revised) == (0, 1)
    assert kinds(store) == ["new", "cosmetic", "revision"]
    first, second, third = store.revisions(1)
    assert (first.kind, first.reason, second.kind) == (None, None, "cosmetic")
    assert second.reason is not None
    assert "“recieved” became “received”" in second.reason
    assert (third.kind, third.revision) == ("substantive", 1)
    assert third.reason is not None
    assert "“four” became “six”" in third.reason


def test_a_change_carries_the_text_that_came_with_it(store: Store) -> None:
    for text in (
        TEXT,
        TEXT.replace("four", "five"),
        TEXT.replace("four", "six"),
        TEXT.replace("four", "SIX"),
    ):
        store.keep(batch(read(text)), now=NOW)
    texts = [change.text for change in store.changes_after(0, limit=10)]
    assert texts == [
        TEXT,
        TEXT.replace("four", "five"),
        TEXT.replace("four", "six"),
        TEXT.replace("four", "six"),
    ]


def test_a_page_is_gone_once_and_can_come_back(store: Store, path: Path) -> None:
    store.keep(batch(read(TEXT)), now=NOW)
    assert gone(path)
    assert not gone(path)
    stored = store.article(1)
    assert stored is not None
    assert stored.gone is not None
    assert (stored.gone.at, stored.gone.reason) == (LATER, "the page answered 410")
    assert kinds(store) == ["new", "gone"]
    store.keep(batch(read(TEXT)), now=LATER)
    stored = store.article(1)
    assert stored is not None
    assert stored.gone is None


def test_a_page_that_was_never_complete_is_not_withdrawn(store: Store, path: Path) -> None:
    store.keep(batch(read("", held="no text")), now=NOW)
    assert not gone(path)


def test_two_sources_that_read_one_page_differently_do_not_take_turns(store: Store, path: Path) -> None:
    store.keep(batch(read(TEXT)), now=NOW)
    watch(path, 1)
    other = read(TEXT + " Our paper adds a remark of its own.", source="kz-two")
    for _ in range(3):
        assert store.keep(batch(other), now=LATER).unchanged == 1
        assert store.keep(batch(read(TEXT)), now=LATER).unchanged == 1
    assert kinds(store) == ["new"]
    db = database.open_database(path)
    assert db.execute("SELECT due FROM looks").fetchone()["due"].startswith("2026")
    db.close()


def test_a_page_that_nobody_watches_any_more_is_revised_by_whoever_reads_it(store: Store) -> None:
    store.keep(batch(read(TEXT)), now=NOW)
    assert store.keep(batch(read(TEXT + " It was denied.", source="kz-two")), now=LATER).revised == 1
    assert store.keep(batch(read(TEXT)), now=LATER + timedelta(days=1)).unchanged == 1


def test_a_live_report_keeps_its_first_text_and_its_last_ones(store: Store) -> None:
    for number in range(MOST_TEXTS + 30):
        store.keep(
            batch(read(f"{TEXT} Minute {number}: " + " ".join(f"w{number}x{place}" for place in range(60)))),
            now=NOW,
        )
    texts = store.revisions(1)
    assert len(texts) == MOST_TEXTS + 1
    assert (texts[0].kind, texts[-1].revision) == (None, MOST_TEXTS + 29)
    assert store.remove_expired(KeepLimits(default=Limits(age=timedelta(0))), now=LATER) == 1
    assert store.faults() == []
