"""Read-only stores over the database file, lent to whoever asks: the web reads while the daemon writes."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import LifoQueue
from types import TracebackType
from typing import Self

from core.errors import StorageError
from storage.store import Store

# One for each request that reads at the same moment; the others wait for their turn.
SIZE = 4


class Readers:
    """A bounded pool. Each store opens when it is first needed; any thread may borrow one."""

    def __init__(self, path: Path, *, size: int = SIZE) -> None:
        self._path = path
        self._idle: LifoQueue[Store | None] = LifoQueue()
        for _ in range(size):
            self._idle.put(None)
        self._watch: Store | None = None

    @contextmanager
    def lend(self) -> Iterator[Store]:
        """Lend a store for the length of a block. Raises StorageError where there is no sound database."""
        store = self._idle.get()
        try:
            if store is None:
                store = Store.open(self._path, read_only=True)
            yield store
        except StorageError:
            # The file may have been replaced: the next one opens it anew.
            if store is not None:
                store.close()
            store = None
            raise
        finally:
            self._idle.put(store)

    def pulse(self) -> int | None:
        """Return a number that is another one after each commit, whoever made it; None: it cannot be said.

        Some microseconds, and waits for nobody: it may be asked at each request, by one thread.
        """
        try:
            if self._watch is None:
                self._watch = Store.open(self._path, read_only=True)
            return self._watch.data_version()
        except StorageError:
            self._close_watch()
            return None

    def _close_watch(self) -> None:
        watch, self._watch = self._watch, None
        if watch is not None:
            watch.close()

    def close(self) -> None:
        """Close the stores that are at home; one that is lent is closed by nobody, and read-only."""
        self._close_watch()
        while not self._idle.empty():
            store = self._idle.get_nowait()
            if store is not None:
                store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
