"""The pool of readers: bounded, apart from the writer, mended after a fault."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fakes_storage import NOW, article, batch

from core.errors import StorageError
from storage.readers import Readers
from storage.store import Store


def test_readers_see_what_was_kept_and_cannot_write(tmp_path: Path) -> None:
    with Store.open(tmp_path / "a.db") as store, Readers(tmp_path / "a.db") as readers:
        with readers.lend() as reader:
            assert reader.counts()["articles"] == 0
        store.keep(batch(article()), now=NOW)
        with readers.lend() as reader:
            assert reader.counts()["articles"] == 1
        with pytest.raises(StorageError, match="read-only"), readers.lend() as reader:
            reader.release()


def test_more_askers_than_readers_wait_for_their_turn(tmp_path: Path) -> None:
    with Store.open(tmp_path / "a.db"), Readers(tmp_path / "a.db", size=2) as readers:

        def ask(_: int) -> int:
            with readers.lend() as reader:
                return reader.last_seq()

        with ThreadPoolExecutor(8) as threads:
            assert list(threads.map(ask, range(100))) == [0] * 100


def test_a_missing_file_is_said_and_found_when_it_is_there(tmp_path: Path) -> None:
    with Readers(tmp_path / "a.db", size=1) as readers:
        with pytest.raises(StorageError, match="no database yet"), readers.lend():
            pass
        Store.open(tmp_path / "a.db").close()
        with readers.lend() as reader:
            assert reader.last_seq() == 0
