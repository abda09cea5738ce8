"""Copies of the database: made in use, put back, and what a kill at any moment leaves."""

import multiprocessing
import os
import stat
import sys
import threading
from pathlib import Path

import pytest
from fakes_storage import NOW, article, batch
from test_storage_database import assert_consistent, fill

from core.errors import StorageError
from storage.store import Store, restore

CHANGES = ("os.rename", "os.link", "os.remove")


def test_a_backup_is_made_in_use_and_restored(path: Path, tmp_path: Path) -> None:
    saved = tmp_path / "saved.db"
    with Store.open(path) as store:
        store.keep(batch(article("a")), now=NOW)
        with Store.open(path, read_only=True) as reader:
            reader.backup(saved)
        store.keep(batch(article("b")), now=NOW)
    assert assert_consistent(saved) == 1
    with pytest.raises(StorageError, match="1 changes more"):
        restore(saved, path)
    assert assert_consistent(path) == 2
    restore(saved, path, force=True)
    assert assert_consistent(path) == 1
    assert assert_consistent(tmp_path / "policywire.db.before-restore") == 2
    restore(saved, path)
    assert (tmp_path / "policywire.db.before-restore-2").exists()
    fill(path, "c")
    assert assert_consistent(path) == 2
    assert not list(tmp_path.glob(".*"))


def test_a_backup_replaces_only_a_backup(path: Path, tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("dear to me")
    with Store.open(path) as store:
        for target in (notes, path, tmp_path):
            with pytest.raises(StorageError, match="name another file"):
                store.backup(target)
        with pytest.raises(StorageError, match="cannot be"):
            store.backup(tmp_path / "absent" / "saved.db")
        for _ in range(2):
            store.backup(tmp_path / "saved.db")
    assert notes.read_text() == "dear to me"


def test_a_bad_backup_is_not_restored(path: Path, tmp_path: Path) -> None:
    fill(path, "a")
    damaged, empty, absent = tmp_path / "damaged.db", tmp_path / "empty.db", tmp_path / "absent.db"
    content = bytearray(path.read_bytes())
    content[4096:20480] = os.urandom(16384)
    damaged.write_bytes(content)
    empty.write_bytes(b"")
    for bad in (damaged, empty, absent, path):
        with pytest.raises(StorageError):
            restore(bad, path, force=True)
    assert assert_consistent(path) == 1


def test_a_damaged_database_is_replaced_only_by_force(path: Path, tmp_path: Path) -> None:
    fill(path, "a")
    saved = tmp_path / "saved.db"
    with Store.open(path) as store:
        store.backup(saved)
    path.write_bytes(b"garbage" * 1000)
    with pytest.raises(StorageError, match="cannot be checked"):
        restore(saved, path)
    restore(saved, path, force=True)
    assert assert_consistent(path) == 1
    path.unlink()
    restore(saved, path)
    assert assert_consistent(path) == 1


def test_the_database_and_its_backups_are_their_owners_alone(tmp_path: Path) -> None:
    with Store.open(tmp_path / "a.db") as store:
        store.keep(batch(article()), now=NOW)
        store.backup(tmp_path / "b.db")
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert set(modes.values()) == {0o600}, modes


def restore_until(step: int, saved: Path, path: Path) -> None:
    """Restore, and end as a SIGKILL does before the file of that number is renamed, linked or removed."""
    seen = 0

    def end(event: str, args: tuple[object, ...]) -> None:
        nonlocal seen
        seen += event in CHANGES
        if seen == step:
            os._exit(9)

    sys.addaudithook(end)
    restore(saved, path, force=True)


@pytest.mark.parametrize("damaged", [False, True])
def test_a_restore_killed_anywhere_never_ends_in_an_empty_database(tmp_path: Path, damaged: bool) -> None:
    refused = 0
    for step in range(1, 30):
        path = tmp_path / str(step) / "policywire.db"
        fill(path, "a")
        saved = path.with_name("saved.db")
        with Store.open(path) as store:
            store.backup(saved)
        fill(path, "b")
        if damaged:
            path.write_bytes(b"garbage" * 1000)
        process = multiprocessing.get_context("fork").Process(target=restore_until, args=(step, saved, path))
        process.start()
        process.join(timeout=60)
        if path.exists():
            assert path.read_bytes().startswith(b"garbage") or assert_consistent(path) in (1, 2)
        else:
            refused += 1
            for read_only in (False, True):
                with pytest.raises(StorageError, match="a restore was cut off"):
                    Store.open(path, read_only=read_only)
            assert not path.exists()
        restore(saved, path, force=True)
        assert assert_consistent(path) == 1
        kept = path.with_name("policywire.db.before-restore")
        assert kept.read_bytes().startswith(b"garbage") if damaged else assert_consistent(kept) == 2
        assert not list(path.parent.glob(".*"))
        if process.exitcode == 0:
            break
    assert process.exitcode == 0
    # A sound database never leaves its place; one that cannot be closed properly is moved with its log.
    assert (refused > 0) == damaged


def test_a_database_is_not_begun_beside_the_only_copy(path: Path, tmp_path: Path) -> None:
    fill(path, "a")
    kept = tmp_path / "policywire.db.before-restore"
    path.rename(kept)
    with pytest.raises(StorageError, match=r"policywire\.db\.before-restore lies beside.* another folder"):
        Store.open(path)
    kept.rename(tmp_path / ".policywire.db.1234.new")
    with pytest.raises(StorageError, match=r"policywire\.db\.1234\.new lies beside.* delete that file"):
        Store.open(path)
    assert not path.exists()


def test_backups_to_one_file_at_once_all_end_well(path: Path, tmp_path: Path) -> None:
    fill(path, "a", "b")
    saved, old, failed = tmp_path / "saved.db", tmp_path / ".saved.db.old.new", []
    old.write_bytes(b"left by a kill")
    os.utime(old, (0, 0))

    def back_up() -> None:
        try:
            with Store.open(path, read_only=True) as store:
                store.backup(saved)
        except StorageError as error:
            failed.append(error)

    threads = [threading.Thread(target=back_up) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert assert_consistent(saved) == 2
    assert not list(tmp_path.glob(".*"))


def test_a_backup_that_is_not_there_is_not_taken_for_the_database(path: Path, tmp_path: Path) -> None:
    fill(path, "a")
    with pytest.raises(StorageError, match=r"absent\.db: there is no such backup"):
        restore(tmp_path / "absent.db", path)
