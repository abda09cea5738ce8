"""What the suites over labelled pages share: the data, our reading and its peers', a table of figures."""

import gzip
import json
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from trafilatura.core import bare_extraction
from trafilatura.settings import Document

from core.article import Article, Link
from core.errors import PageError, PolicywireError
from core.language import Language
from core.source import ReadRules, Source
from crawler.reading.encoding import decode
from crawler.reading.page import Page
from crawler.reading.read import read

OURS = "policywire (all fields)"
TRAFILATURA = "trafilatura (precision + metadata)"

Value = float | int


@dataclass(frozen=True, kw_only=True, slots=True)
class Labelled:
    """One labelled page: `truth` is its record in truth.json."""

    id: str
    url: str
    body: bytes
    truth: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One contestant's figures, in the order of the table's columns: shares (float) and counts (int)."""

    name: str
    values: tuple[Value, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """The figures of one suite: what was measured, and ours beside the peers'."""

    head: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    def render(self) -> str:
        """Return the figures as a table for people."""
        names = max(len(self.head), *(len(row.name) for row in self.rows)) + 2
        widths = [max(len(column) + 2, 9) for column in self.columns]
        lines = [
            f"{self.head:<{names}}" + "".join(f"{c:>{w}}" for c, w in zip(self.columns, widths, strict=True))
        ]
        for row in self.rows:
            shown = (
                f"{value:>{width}}" for value, width in zip(map(_shown, row.values), widths, strict=True)
            )
            lines.append(f"{row.name:<{names}}" + "".join(shown))
        return "\n".join(lines)

    def to_dict(self) -> dict[str, object]:
        """Return the figures as JSON values."""
        rows = [{"name": row.name, **dict(zip(self.columns, row.values, strict=True))} for row in self.rows]
        return {"head": self.head, "rows": rows}

    def value(self, name: str, column: str) -> Value:
        """Return one figure."""
        row = next(row for row in self.rows if row.name == name)
        return row.values[self.columns.index(column)]


class Stopwatch:
    """Adds up CPU time by name."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        """Run the block on this name's account."""
        start = time.process_time()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.process_time() - start

    def per_item(self, name: str, items: int) -> float:
        """Return CPU milliseconds for one of so many items."""
        return self.seconds.get(name, 0.0) / max(items, 1) * 1000


def labelled_pages(data: Path, folder: str) -> Iterator[Labelled]:
    """Yield the pages of `data` or its folder `folder`: truth.json {id: {file, url, ...}}.

    A record without a url has it as its id, or gets one that says nothing. Raises PolicywireError where there
    is no such data.
    """
    root = data if (data / "truth.json").is_file() else data / folder
    truth = root / "truth.json"
    if not truth.is_file():
        raise PolicywireError(
            f"{data}: no truth.json and no {folder}/truth.json here; "
            "point --data at the folder of the labelled data"
        )
    records = json.loads(truth.read_text(encoding="utf-8"))
    if not records:
        raise PolicywireError(f"{truth}: names no pages")
    for id_, record in records.items():
        path = root / record["file"]
        body = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        url = record.get("url") or (id_ if "://" in id_ else f"https://page.invalid/{id_}")
        yield Labelled(id=id_, url=url, body=body, truth=record)


def warmed(
    pages: Iterable[Labelled], readers: Collection[Callable[[Labelled], object]]
) -> Iterator[Labelled]:
    """Yield pages; all readers have read the first before, so that their models are loaded."""
    for number, page in enumerate(pages):
        for reader in readers if number == 0 else ():
            reader(page)
        yield page


def read_ours(
    page: Labelled, languages: Mapping[str, Language], now: datetime, rules: ReadRules | None = None
) -> Article | None:
    """Read a page as one of an unknown source, or by selectors; None where it is no page at all."""
    source = Source(
        id="evaluation",
        name="evaluation",
        country="INT",
        publisher="press",
        languages=("en",),
        home="https://example.org/",
        kind="feed",
        urls=("https://example.org/",),
        read=rules or ReadRules(),
    )
    fetched = Page(
        source=source.id,
        url=page.url,
        body=page.body,
        content_type=None,
        fetched_at=now,
        link=Link(url=page.url),
    )
    try:
        return read(fetched, source, languages)
    except PageError:
        return None


def read_peer(page: Labelled) -> Document | None:
    """Read a page with trafilatura, precise and with metadata."""
    found = bare_extraction(
        decode(page.body), url=page.url, favor_precision=True, include_comments=False, with_metadata=True
    )
    return found if isinstance(found, Document) else None


def f1(right: float, superfluous: float, missing: float) -> float:
    """Return the harmonic mean of precision and recall from three counts."""
    total = 2 * right + superfluous + missing
    return 2 * right / total if total else 0.0


def share(part: float, whole: Sequence[object] | int) -> float:
    """Return a part of a whole, 0 of nothing."""
    size = whole if isinstance(whole, int) else len(whole)
    return part / size if size else 0.0


def _shown(value: Value) -> str:
    return str(value) if isinstance(value, int) else f"{value:.4f}"
