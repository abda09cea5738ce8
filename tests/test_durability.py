"""Nothing acknowledged is lost: kills, files that may not grow, a damaged index, an old database."""

import multiprocessing
import resource
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from fakes_storage import LATER, NOW, article, batch, entries_of, fetched, match, text_of
from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from core.errors import StorageError
from storage import database
from storage.records.publication import Cursor, EntryDraft
from storage.records.selection import Selection
from storage.schema.m001_first import m001_first
from storage.schema.m002_statements import m002_statements
from storage.schema.m003_metadata import m003_metadata
from storage.store import Store
from storage.warc import PageStore

ROOT = Path(__file__).resolve().parent.parent


def test_kills_at_random_moments_leave_everything_consistent() -> None:
    """A few rounds; `python -m benchmarks.kills --rounds 100` does many."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.kills", "--rounds", "3", "--seed", "7"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 of 3 kills left everything consistent" in done.stdout


def fill_until_no_file_may_grow(folder: Path) -> None:
    """Keep batches with pages while no file may pass 2 MB: what a full disk or a quota does."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))
    pages = PageStore(folder / "pages", max_bytes=10_000_000)
    kept = 0
    with Store.open(folder / "policywire.db", pages=pages) as store:
        for number in range(1000):
            words = " ".join(f"word{number}x{place}" for place in range(2000))
            page = fetched(f"https://kz-one.example/{number}", words.encode())
            try:
                store.keep(batch(replace(article(str(number), text=words), fetched=page)), now=NOW)
            except StorageError as error:
                (folder / "said").write_text(str(error))
                break
            kept += 1
            (folder / "kept").write_text(str(kept))


def test_when_no_file_may_grow_what_was_kept_stays(tmp_path: Path) -> None:
    process = multiprocessing.get_context("spawn").Process(
        target=fill_until_no_file_may_grow, args=(tmp_path,)
    )
    process.start()
    process.join(timeout=120)
    assert process.exitcode == 0
    said = (tmp_path / "said").read_text()
    assert "policywire.db" in said
    assert "disk" in said
    with Store.open(tmp_path / "policywire.db") as store:
        assert store.counts()["articles"] == int((tmp_path / "kept").read_text()) > 3
        assert store.faults() == []
        assert store.keep(batch(article("after")), now=LATER).new == 1
        fetch = store.fetches(1)[0]
    assert fetch.page is not None
    assert PageStore(tmp_path / "pages", max_bytes=1).body(fetch.page).startswith(b"word0x0")


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("DELETE FROM search_docsize WHERE id = 1", "1 articles have no search row"),
        ("DELETE FROM sketches WHERE article = 1", "1 stories have no sketch rows"),
        ("INSERT INTO sketches (hash, article) VALUES (1, 99)", "1 sketch rows have no article"),
        ("DELETE FROM changes WHERE article = 2", "1 complete articles are missing from the change sequence"),
        ("DELETE FROM articles WHERE id = 1", "refers to one of articles that is missing"),
        ("INSERT INTO stories (created) VALUES ('x')", "1 stories have no article"),
        (
            "INSERT INTO entries SELECT 'other', watchlist, story, article, revision, created, kind "
            "FROM entries",
            "1 stories have more entries in one watchlist than stories were joined",
        ),
    ],
)
def test_the_check_finds_what_is_missing(tmp_path: Path, damage: str, said: str) -> None:
    path = tmp_path / "policywire.db"
    with Store.open(path) as store:
        words = " ".join(f"word{number}" for number in range(300))
        store.keep(batch(article("a", text=words), article("b")), now=NOW)
        draft = EntryDraft(
            id="e", kind="statement", watchlist="policy", story=2, article=2, revision=0, created=NOW
        )
        store.publish("policy", Cursor(), matches=[(2, match())], drafts=[draft])
        assert store.faults() == []
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute(damage)
    with Store.open(path) as store:
        assert any(said in fault for fault in store.faults()), store.faults()


def test_an_old_database_comes_up_with_everything(tmp_path: Path) -> None:
    path = tmp_path / "policywire.db"
    old = Migrations("policywire")
    for migration in (m001_first, m002_statements, m003_metadata):
        old()(migration)
    with closing(Database(str(path))) as db:
        old.apply(db)
        db.execute("INSERT INTO stories (created) VALUES ('2026-01-01T00:00:00.000000+00:00')")
        db.execute(
            """INSERT INTO articles (story, source, url, canonical_url, language, first_seen, revision,
                revision_kind, read_by, fetched_at, exact_hash, folded_hash, words, authors, title, text)
            VALUES (1, 's', 'https://s.example/1', 'https://s.example/1', 'en', :then, 1, 'substantive', 's',
                :then, x'02', x'02', 3, '[]', 'Title', 'The second text')""",
            {"then": "2026-01-01T00:00:00.000000+00:00"},
        )
        db.execute(
            """INSERT INTO revisions (article, revision, fetched_at, exact_hash, title, text)
            VALUES (1, 0, '2026-01-01T00:00:00.000000+00:00', x'01', 'Title', 'The first text')"""
        )
        for id_, revision in (("e1", 0), ("e2", 1)):
            db.execute(
                "INSERT INTO entries VALUES (?, 'policy', 1, 1, ?, '2026-01-01T00:00:00.000000+00:00')",
                [id_, revision],
            )
        db.execute(
            "INSERT INTO matches VALUES (1, 'policy', 0.9, 'en', '[]', 'It names one.', 'The text.', '[]')"
        )
        db.execute("INSERT INTO changes (article, kind, revision, at) VALUES (1, 'new', 0, '2026')")
        db.conn.commit()
    with Store.open(path) as store:
        assert [text.text for text in store.revisions(1)] == ["The first text", "The second text"]
        entries = {entry.id: entry for entry in entries_of(store)}
        assert {id_: entry.kind for id_, entry in entries.items()} == {"e1": "statement", "e2": "revision"}
        assert entries["e2"].before is not None
        assert entries["e2"].before.text == "The first text"
        assert len(store.article_listing(Selection(query="second"), limit=10).items) == 1
        store.tidy()
        assert store.faults() == []
        assert store.keep(batch(article("a", text=text_of("a"))), now=NOW).new == 1


def test_every_view_answers(tmp_path: Path) -> None:
    path = tmp_path / "policywire.db"
    with Store.open(path) as store:
        store.keep(batch(article("a"), article("b")), now=NOW)
        store.publish(
            "policy",
            Cursor(),
            matches=[(1, match())],
            drafts=[
                EntryDraft(
                    id="e", kind="statement", watchlist="policy", story=1, article=1, revision=0, created=NOW
                )
            ],
        )
    documented = (ROOT / "docs" / "operators.md").read_text(encoding="utf-8")
    with closing(database.connect_read_only(path)) as db:
        rows = {name: len(db.execute(f"SELECT * FROM {name}").fetchall()) for name in db.view_names()}
    assert {name: rows[name] for name in ("view_articles", "view_entries", "view_stories")} == {
        "view_articles": 2,
        "view_entries": 1,
        "view_stories": 2,
    }
    assert all(f"`{name}`" in documented for name in rows)
