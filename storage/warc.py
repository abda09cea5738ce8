"""The fetched pages themselves, compressed, in WARC files of a folder whose size is bounded.

The oldest files go first. Several processes may write: a lock on the folder makes them take turns. A page
that cannot be kept is said in the log; its article is kept all the same. The only place that knows warcio.
"""

import contextlib
import fcntl
import gzip
import io
import logging
import os
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from core.errors import StorageError
from core.fetched import Fetched

log = logging.getLogger(__name__)

# Removing one file of so many loses a twentieth of what is kept, not all of it.
_FILES = 20
_LARGEST_FILE = 256 * 1024 * 1024
_CHUNK = 1 << 20
# Of gzip: over 110 real pages 3.8 ms each. Its highest, 9, is warcio's own: 9.6 ms for 2 % less.
_LEVEL = 5


class PageStore:
    """The folder. `max_bytes` bounds all its files together; 0 keeps no page."""

    def __init__(self, folder: Path, *, max_bytes: int) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._file_bytes = min(_LARGEST_FILE, max(max_bytes // _FILES, 1))
        # Files whose last record this process knows to be whole.
        self._sound: set[str] = set()
        self._complained = False

    def keep(self, fetched: Fetched, at: datetime) -> str | None:
        """Append a page and return its place, "file:offset:length"; None where it cannot be kept."""
        if not self._max_bytes:
            return None
        record = _record(fetched, at)
        if len(record) > self._max_bytes:
            return None
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with self._locked():
                return self._append(record, at)
        except OSError as error:
            if not self._complained:
                log.warning(
                    "%s: pages cannot be kept (%s); articles are. Free some space or mend the permissions",
                    self._folder,
                    error.strerror or error,
                )
            self._complained = True
            return None

    def body(self, place: str) -> bytes:
        """Return the bytes of a page. Raises StorageError where its file is gone or damaged."""
        name, offset, length = place.rsplit(":", 2)
        path = self._folder / name
        try:
            with path.open("rb") as file:
                file.seek(int(offset))
                data = file.read(int(length))
            for record in ArchiveIterator(io.BytesIO(data)):
                return bytes(record.content_stream().read())
        except FileNotFoundError:
            raise StorageError(
                f"{path}: the page is not kept any more: `pages.max_bytes` removes the oldest files"
            ) from None
        except (OSError, ArchiveLoadFailed) as error:
            raise StorageError(f"{path}: the page cannot be read: {error}") from error
        raise StorageError(f"{path}: the page is damaged; the file was cut or changed")

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        lock = os.open(self._folder / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _append(self, record: bytes, at: datetime) -> str:
        files = self._files()
        total = sum(size for _, size in files)
        while files and total + len(record) > self._max_bytes:
            oldest, size = files.pop(0)
            oldest.unlink(missing_ok=True)
            total -= size
        path, offset = files[-1] if files else (self._new_file(at), 0)
        if offset and (offset + len(record) > self._file_bytes or not self._may_append(path)):
            path, offset = self._new_file(at), 0
        try:
            with path.open("ab") as file:
                file.write(record)
        except OSError:
            os.truncate(path, offset)
            raise
        self._sound.add(path.name)
        return f"{path.name}:{offset}:{len(record)}"

    def _may_append(self, path: Path) -> bool:
        """Say whether what is appended to the file can be read by tools that read it from its start."""
        return path.name in self._sound or _is_whole(path)

    def _new_file(self, at: datetime) -> Path:
        stamp = at.astimezone(UTC).strftime("%Y%m%d%H%M%S%f")
        path = self._folder / f"pages-{stamp}.warc.gz"
        newest = max((found.name for found, _ in self._files()), default="")
        # Names tell the order of age, even where the clock was set back.
        return path if path.name > newest else self._folder / f"{newest.removesuffix('.warc.gz')}0.warc.gz"

    def _files(self) -> list[tuple[Path, int]]:
        """Return the files with their sizes, oldest first."""
        if not self._folder.is_dir():
            return []
        return [
            (path, path.stat().st_size) for path in sorted(self._folder.glob("pages-*.warc.gz"), key=_age)
        ]


def _age(path: Path) -> str:
    return path.name.removesuffix(".warc.gz")


def _record(fetched: Fetched, at: datetime) -> bytes:
    """Return one compressed WARC record. The body is the decompressed one, so no encoding is named."""
    buffer = io.BytesIO()
    writer = WARCWriter(buffer, gzip=False)
    head = StatusAndHeaders(f"{fetched.status} ", list(fetched.headers), protocol="HTTP/1.1")
    record = writer.create_warc_record(
        fetched.chain[-1],
        "response",
        payload=io.BytesIO(fetched.body),
        length=len(fetched.body),
        http_headers=head,
        warc_headers_dict={"WARC-Date": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")},
    )
    writer.write_record(record)
    return gzip.compress(buffer.getvalue(), _LEVEL, mtime=0)


def _is_whole(path: Path) -> bool:
    """Say whether a file ends with a whole record: a killed writer may have left half of one."""
    with path.open("rb") as file:
        rest = file.read(_CHUNK)
        while rest:
            member = zlib.decompressobj(wbits=31)
            while rest and not member.eof:
                try:
                    member.decompress(rest, _CHUNK)
                    while member.unconsumed_tail:
                        member.decompress(member.unconsumed_tail, _CHUNK)
                except zlib.error:
                    return False
                rest = member.unused_data or file.read(_CHUNK)
            if not member.eof:
                return False
    return True
