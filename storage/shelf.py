"""The shelf of samples below the data folder: of each source the last good and bad list and page.

Pages that killed or hung their reader are kept too, the newest few. Each sample is a body, gzipped, and a
JSON file with where it came from. Bounded by itself; what cannot be written is logged, never an error.
"""

import gzip
import hashlib
import json
import logging
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from core.clock import from_iso, to_iso
from core.sample import Sample

log = logging.getLogger(__name__)

LARGEST = 2_000_000
MOST_POISONED = 10
# A sample tells little more than the one of an hour ago, and each costs two files.
REPLACED_AFTER = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Shelved:
    """A sample on the shelf. `path` holds its body, gzipped."""

    name: str
    path: Path
    url: str
    content_type: str | None
    at: datetime
    error: str | None


class Shelf:
    """One folder with a folder for each source."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, sample: Sample) -> None:
        """Keep a sample in the place of the one before it, unless that one is young and says the same."""
        folder = self._folder / sample.source
        name = f"{sample.kind}-{sample.state}"
        if sample.state == "poisoned":
            name += "-" + hashlib.sha256(sample.url.encode("utf-8", "replace")).hexdigest()[:12]
        about = folder / f"{name}.json"
        try:
            if self._is_fresh(about, sample):
                return
            folder.mkdir(parents=True, exist_ok=True)
            _replace(folder / f"{name}.body.gz", gzip.compress(sample.body[:LARGEST], 6, mtime=0))
            said = {
                "url": sample.url,
                "content_type": sample.content_type,
                "at": to_iso(sample.at),
                "error": sample.error,
            }
            _replace(about, json.dumps(said, ensure_ascii=False).encode("utf-8", "replace"))
            self._bound(folder)
        except OSError as error:
            log.warning("a sample of %s cannot be kept in %s: %s", sample.source, folder, error)

    def of(self, source: str) -> list[Shelved]:
        """Return the samples of a source, newest first."""
        found = []
        folder = self._folder / source
        for about in folder.glob("*.json") if folder.is_dir() else ():
            said = _read(about)
            if said is not None:
                body = about.with_suffix(".body.gz")
                found.append(
                    Shelved(
                        name=about.stem,
                        path=body,
                        url=said["url"],
                        content_type=said["content_type"],
                        at=from_iso(said["at"]),
                        error=said["error"],
                    )
                )
        return sorted(found, key=lambda one: one.at, reverse=True)

    def keep_sources(self, ids: Collection[str]) -> None:
        """Remove the samples of all other sources."""
        for folder in self._folder.iterdir() if self._folder.is_dir() else ():
            if folder.name not in ids:
                shutil.rmtree(folder, ignore_errors=True)

    def _is_fresh(self, about: Path, sample: Sample) -> bool:
        before = _read(about)
        if before is None or before["error"] != sample.error:
            return False
        return sample.at - from_iso(before["at"]) < REPLACED_AFTER

    def _bound(self, folder: Path) -> None:
        poisoned = sorted(folder.glob("*-poisoned-*.json"), key=lambda path: path.stat().st_mtime)
        for about in poisoned[:-MOST_POISONED]:
            about.unlink(missing_ok=True)
            about.with_suffix(".body.gz").unlink(missing_ok=True)


def _read(about: Path) -> dict[str, Any] | None:
    try:
        said = json.loads(about.read_bytes())
    except (OSError, ValueError):
        return None
    return said if isinstance(said, dict) and {"url", "at", "error", "content_type"} <= said.keys() else None


def _replace(path: Path, content: bytes) -> None:
    fresh = path.with_name(path.name + ".new")
    fresh.write_bytes(content)
    fresh.replace(path)
