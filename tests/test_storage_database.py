import dataclasses
import multiprocessing
import os
import sqlite3
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes_storage import NOW, article, batch, report

from core.article import Seen
from core.errors import StorageError
from storage.database import open_database
from storage.store import Store


def fill(path: Path, *names: str) -> None:
    with Store.open(path) as store:
        store.keep(batch(*(article(name) for name in names)), now=NOW)


def query(path: Path, sql: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    try:
        with connection:
            return connection.execute(sql).fetchall()
    finally:
        connection.close()


def assert_consistent(path: Path) -> int:
    """Check that articles, search rows, decisions and changes tell one tale; return how many articles."""
    assert query(path, "PRAGMA integrity_check") == [("ok",)]
    assert query(path, "PRAGMA foreign_key_check") == []
    query(path, "INSERT INTO search(search, rank) VALUES ('integrity-check', 1)")
    sizes = {
        query(path, f"SELECT count(*) FROM {table}")[0][0]
        for table in ("articles", "search_docsize", "decisions", "changes", "stories", "links")
    }
    assert len(sizes) == 1, sizes
    return int(str(sizes.pop()))


def test_opening_makes_the_folder_and_the_schema(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "er" / "policywire.db"
    Store.open(path).close()
    db = open_database(path)
    pragmas = {name: db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")}
    assert pragmas == {"journal_mode": "wal", "synchronous": 1}
    assert db.execute("PRAGMA foreign_keys").fetchone()[0] == 1
    db.close()


def test_what_is_stored_is_there_after_opening_again(path: Path) -> None:
    fill(path, "a", "b")
    with Store.open(path) as store:
        assert store.counts()["articles"] == 2
    assert assert_consistent(path) == 2


def test_reading_only(path: Path) -> None:
    with pytest.raises(StorageError, match="no database yet"):
        Store.open(path, read_only=True)
    fill(path, "a")
    with Store.open(path, read_only=True) as store, Store.open(path) as writer:
        assert store.counts()["articles"] == 1
        writer.keep(batch(article("b")), now=NOW)
        assert store.counts()["articles"] == 2
        with pytest.raises(StorageError, match="read-only"):
            store.release()


def test_a_file_that_is_not_sqlite(path: Path) -> None:
    path.write_bytes(b"not a database at all, but long enough to be looked at\n" * 100)
    for read_only in (False, True):
        with pytest.raises(StorageError, match=f"{path}: this is not a SQLite database"):
            Store.open(path, read_only=read_only)


def test_a_database_of_another_program(path: Path) -> None:
    query(path, "CREATE TABLE bookmarks (url TEXT)")
    with pytest.raises(StorageError, match=r"another program's database .*bookmarks"):
        Store.open(path)
    assert query(path, "SELECT name FROM sqlite_master") == [("bookmarks",)]


def test_a_newer_schema(path: Path) -> None:
    fill(path, "a")
    query(
        path,
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) "
        "VALUES ('policywire', 'm999_x', '')",
    )
    for read_only in (False, True):
        with pytest.raises(StorageError, match=r"policywire\.db: .*m999_x.*newer policywire or restore"):
            Store.open(path, read_only=read_only)


def test_an_older_schema_is_migrated_by_a_writer_only(path: Path) -> None:
    query(path, "PRAGMA user_version = 1")  # a database before the first migration
    with pytest.raises(
        StorageError, match=r"older schema \(missing: m001_first.*\); run a command that writes"
    ):
        Store.open(path, read_only=True)
    fill(path, "a")
    Store.open(path, read_only=True).close()


def test_a_folder_in_the_place_of_the_file(path: Path) -> None:
    path.mkdir()
    with pytest.raises(StorageError, match="cannot be opened"):
        Store.open(path)


def test_a_file_in_the_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("")
    with pytest.raises(StorageError, match="data folder cannot be made"):
        Store.open(tmp_path / "var" / "policywire.db")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that other users may enter: pytest's own are closed to them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@pytest.fixture
def ordinary_user(open_folder: Path) -> Iterator[None]:
    """Run as a user whom file modes bind."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize("what", ["file", "folder"])
def test_no_right_to_write(open_folder: Path, request: pytest.FixtureRequest, what: str) -> None:
    path = open_folder / "policywire.db"
    fill(path, "a")
    path.chmod(stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH | (0 if what == "file" else stat.S_IWOTH))
    open_folder.chmod(0o777 if what == "file" else 0o555)
    request.getfixturevalue("ordinary_user")
    with pytest.raises(StorageError, match=r"read-only|cannot be opened"), Store.open(path) as store:
        store.keep(batch(article("b")), now=NOW)


def test_another_process_holds_the_file(path: Path) -> None:
    fill(path, "a")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with Store.open(path) as store:
        assert store.counts()["articles"] == 1
        store._db.conn.execute("PRAGMA busy_timeout = 50")
        with pytest.raises(StorageError, match="another process holds the database"):
            store.release()
        other.execute("COMMIT")
        store.release()
    other.close()


def test_a_full_disk_loses_one_batch_and_nothing_else(path: Path) -> None:
    fill(path, "a", "b")
    with Store.open(path) as store:
        pages = store._db.execute("PRAGMA page_count").fetchone()[0]
        store._db.execute(f"PRAGMA max_page_count = {pages + 20}")
        texts = [" ".join(f"word-{number}-{place}" for place in range(400)) for number in range(50)]
        large = [article(f"large-{number}", text=text) for number, text in enumerate(texts)]
        with pytest.raises(StorageError, match=r"disk is full.*safe"):
            store.keep(batch(*large, poll=report()), now=NOW)
        assert store.counts()["articles"] == 2
        store._db.execute("PRAGMA max_page_count = 100000")
        assert store.keep(batch(*large), now=NOW).new == 50
    assert assert_consistent(path) == 52


def test_a_batch_that_fails_half_way_leaves_no_trace(path: Path) -> None:
    bad = dataclasses.replace(article("b"), url=object())  # type: ignore[arg-type]  # no text at all
    with Store.open(path) as store:
        with pytest.raises(sqlite3.Error):
            store.keep(batch(article("a"), bad, seen=[]), now=NOW)
        assert store.counts()["articles"] == 0
        assert store.keep(batch(article("a")), now=NOW).new == 1


def test_characters_that_sqlite_cannot_hold_do_not_stop_a_batch(path: Path) -> None:
    with Store.open(path) as store:
        assert store.keep(batch(article("a", title="half \ud83d", text="nul \0 here")), now=NOW).new == 1
        stored = store.article(1)
    assert stored is not None
    assert (stored.article.title, stored.article.text) == ("half ?", "nul  here")
    with Store.open(path) as store:
        odd = Seen(url="https://one.example/\ud83d", version="\ud83d", error="\ud83d")
        poll = dataclasses.replace(report(), error="\ud83d", warnings=("\ud83d",))
        store.keep(batch(seen=[odd], poll=poll), now=NOW)
        assert store.polls("kz-one", limit=1)[0].report.warnings == poll.warnings


def test_several_processes_may_make_the_database_at_once(path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=fill, args=(path, name)) for name in ("a", "b", "c")]
    for process in processes:
        process.start()
    for process in processes:
        process.join(timeout=60)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert assert_consistent(path) == 3


def write_for_ever(path: Path, acknowledged: Path) -> None:
    with Store.open(path) as store:
        number = 0
        while True:
            store.keep(batch(*(article(f"p{number + step}") for step in range(10))), now=NOW)
            number += 10
            acknowledged.write_text(str(number))


def test_a_killed_writer_leaves_whole_batches(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    for number in range(4):
        path, acknowledged = tmp_path / f"{number}.db", tmp_path / f"{number}.txt"
        process = context.Process(target=write_for_ever, args=(path, acknowledged))
        process.start()
        while not acknowledged.exists():
            process.join(timeout=0.01)
            assert process.is_alive()
        process.join(timeout=0.05 + 0.037 * number)
        process.kill()
        process.join()
        stored = assert_consistent(path)
        assert stored >= int(acknowledged.read_text() or 0)
        assert stored % 10 == 0
        fill(path, "after")
