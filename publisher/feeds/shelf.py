"""Rendered feeds in memory: made once a change, compressed once a change, bounded by bytes. Knows no XML.

Any thread may use a shelf. What nobody asks for goes first.
"""

import gzip
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

import brotli

Encoding = Literal["identity", "gzip", "br"]
# Of all documents in all their encodings.
MOST_BYTES = 64_000_000
# Beyond it a document hardly gets smaller, and takes ten times as long.
_BROTLI_QUALITY, _GZIP_LEVEL = 5, 6
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """One feed in one form. `version` names the data that it was looked up from, `digest` what it shows.

    `modified` has no fraction of a second, and differs from that of the document before it.
    """

    content: bytes
    media_type: str
    version: str
    digest: str
    etag: str
    modified: datetime
    _encoded: dict[Encoding, bytes] = field(default_factory=dict, repr=False, compare=False)

    def encoded(self, encoding: Encoding) -> bytes:
        """Return the content as it is sent in an encoding; compressed when first asked for."""
        if encoding == "identity":
            return self.content
        if encoding not in self._encoded:
            self._encoded[encoding] = _COMPRESS[encoding](self.content)
        return self._encoded[encoding]

    def etag_of(self, encoding: Encoding) -> str:
        """Return the strong ETag of the document in an encoding: other bytes, another tag."""
        return self.etag if encoding == "identity" else f'{self.etag[:-1]}-{encoding}"'

    @property
    def size(self) -> int:
        """The bytes that it holds in memory."""
        return len(self.content) + sum(map(len, self._encoded.values()))


def make_document(
    content: bytes, *, media_type: str, version: str, digest: str, now: datetime, before: Document | None
) -> Document:
    """Return a document; `before` is the one that it takes the place of."""
    modified = now.replace(microsecond=0)
    if before is not None and before.modified >= modified:
        # A date has no finer unit: who asks by date must see that this is another.
        modified = before.modified + _SECOND
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    return Document(
        content=content, media_type=media_type, version=version, digest=digest, etag=etag, modified=modified
    )


class Shelf:
    """Documents by key, the least recently used of which go when there are too many bytes."""

    def __init__(self, *, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._documents: OrderedDict[str, Document] = OrderedDict()
        self._lock = threading.Lock()
        self._turns: dict[str, tuple[threading.Lock, int]] = {}

    def get(self, key: str, make: Callable[[Document | None], Document]) -> Document:
        """Return what `make` makes of the document at hand; of one key, one thread makes at a time."""
        with self._turn(key):
            with self._lock:
                at_hand = self._documents.get(key)
            document = make(at_hand)
            with self._lock:
                self._documents[key] = document
                self._documents.move_to_end(key)
            self._shrink()
            return document

    def holds(self, key: str, document: Document) -> bool:
        """Say whether this very document is still here; it is then the last to go."""
        with self._lock:
            if self._documents.get(key) is not document:
                return False
            self._documents.move_to_end(key)
            return True

    @property
    def size(self) -> int:
        """The bytes of all documents."""
        with self._lock:
            return sum(document.size for document in self._documents.values())

    def _shrink(self) -> None:
        with self._lock:
            size = sum(document.size for document in self._documents.values())
            while size > self._most_bytes and self._documents:
                _, gone = self._documents.popitem(last=False)
                size -= gone.size

    def _turn(self, key: str) -> "_Turn":
        return _Turn(self._turns, self._lock, key)


class _Turn:
    """Lets one thread at a time work for a key; forgets the key when nobody does."""

    def __init__(self, turns: dict[str, tuple[threading.Lock, int]], lock: threading.Lock, key: str) -> None:
        self._turns, self._lock, self._key = turns, lock, key

    def __enter__(self) -> None:
        with self._lock:
            own, waiting = self._turns.get(self._key, (threading.Lock(), 0))
            self._turns[self._key] = own, waiting + 1
        own.acquire()

    def __exit__(self, *_: object) -> None:
        with self._lock:
            own, waiting = self._turns[self._key]
            if waiting == 1:
                del self._turns[self._key]
            else:
                self._turns[self._key] = own, waiting - 1
        own.release()


_COMPRESS: Mapping[str, Callable[[bytes], bytes]] = {
    # Without a time in its header: the same bytes each time.
    "gzip": lambda content: gzip.compress(content, _GZIP_LEVEL, mtime=0),
    "br": lambda content: bytes(brotli.compress(content, quality=_BROTLI_QUALITY)),
}
