"""Main text on labelled pages: ours beside trafilatura in the same run. Reads the data folder, no more.

The measure is that of the article-extraction-benchmark: multisets of four-word shingles, precision and recall
of each page averaged, F1 of the two averages.
"""

import gzip
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean

from trafilatura.core import bare_extraction

from core.article import Link
from core.clock import utcnow
from core.errors import PageError, PolicywireError
from core.language import Language
from core.source import Source
from crawler.reading.encoding import decode
from crawler.reading.page import Page
from crawler.reading.read import read

_FOLDER = "article_extraction"
_SHINGLE = 4
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, kw_only=True, slots=True)
class ExtractorFigures:
    """One extractor over all pages: shares from 0 to 1, CPU milliseconds a page on average."""

    name: str
    f1: float
    precision: float
    recall: float
    cpu_ms: float


@dataclass(frozen=True, kw_only=True, slots=True)
class ExtractionReport:
    """Ours and its peer on the same pages."""

    pages: int
    rows: tuple[ExtractorFigures, ...]

    def render(self) -> str:
        """Return the figures as a table."""
        head = f"{'main text of ' + str(self.pages) + ' pages':<36}{'F1':>8}{'P':>8}{'R':>8}{'CPU ms':>8}"
        lines = (
            f"{row.name:<36}{row.f1:>8.4f}{row.precision:>8.4f}{row.recall:>8.4f}{row.cpu_ms:>8.1f}"
            for row in self.rows
        )
        return "\n".join([head, *lines])

    def to_dict(self) -> dict[str, object]:
        """Return the figures as JSON values."""
        return {"pages": self.pages, "rows": [asdict(row) for row in self.rows]}


@dataclass(frozen=True, slots=True)
class _Sample:
    url: str
    body: bytes
    text: str


Extract = Callable[[_Sample], str]


def evaluate_extraction(data: Path, languages: Mapping[str, Language]) -> ExtractionReport:
    """Measure on `data` or its folder `article_extraction`: truth.json {id: {file, url, text}}.

    Raises PolicywireError where there is no such data.
    """
    samples = list(_samples(data))
    extractors: dict[str, Extract] = {
        "policywire (all fields)": lambda sample: _ours(sample, languages),
        "trafilatura (precision + metadata)": _peer,
    }
    scores: dict[str, list[tuple[float, float, float]]] = {name: [] for name in extractors}
    seconds = dict.fromkeys(extractors, 0.0)
    for extract in extractors.values():
        extract(samples[0])  # models and patterns are loaded once in the life of a reading process
    for sample in samples:
        for name, extract in extractors.items():
            start = time.process_time()
            text = extract(sample)
            seconds[name] += time.process_time() - start
            scores[name].append(compare(sample.text, text))
    rows = tuple(_figures(name, scores[name], seconds[name] / len(samples) * 1000) for name in extractors)
    return ExtractionReport(pages=len(samples), rows=rows)


def compare(expected: str, found: str) -> tuple[float, float, float]:
    """Return the shares of right, superfluous and missing shingles; they sum to 1, or to 0 without text."""
    wanted, got = _shingles(expected), _shingles(found)
    right = (wanted & got).total()
    superfluous, missing = (got - wanted).total(), (wanted - got).total()
    total = right + superfluous + missing
    return (right / total, superfluous / total, missing / total) if total else (0.0, 0.0, 0.0)


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    starts = range(max(1, len(words) - _SHINGLE + 1))
    return Counter(shingle for start in starts if (shingle := tuple(words[start : start + _SHINGLE])))


def _figures(name: str, scores: Sequence[tuple[float, float, float]], cpu_ms: float) -> ExtractorFigures:
    precisions = [right / (right + superfluous) for right, superfluous, _ in scores if right + superfluous]
    recalls = [right / (right + missing) for right, _, missing in scores if right + missing]
    precision, recall = (fmean(values) if values else 0.0 for values in (precisions, recalls))
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return ExtractorFigures(name=name, f1=f1, precision=precision, recall=recall, cpu_ms=cpu_ms)


def _samples(data: Path) -> Iterator[_Sample]:
    folder = data if (data / "truth.json").is_file() else data / _FOLDER
    truth = folder / "truth.json"
    if not truth.is_file():
        raise PolicywireError(
            f"{data}: no truth.json and no {_FOLDER}/truth.json here; "
            "point --data at the folder of the labelled data"
        )
    records = json.loads(truth.read_text(encoding="utf-8"))
    if not records:
        raise PolicywireError(f"{truth}: names no pages")
    for record in records.values():
        path = folder / record["file"]
        body = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        yield _Sample(record["url"], body, record["text"])


def _ours(sample: _Sample, languages: Mapping[str, Language]) -> str:
    source = Source(
        id="evaluation",
        name="evaluation",
        country="INT",
        publisher="press",
        languages=("en",),
        home="https://example.org/",
        kind="feed",
        urls=("https://example.org/",),
    )
    page = Page(
        source=source.id,
        url=sample.url,
        body=sample.body,
        content_type=None,
        fetched_at=utcnow(),
        link=Link(url=sample.url),
    )
    try:
        return read(page, source, languages).text
    except PageError:
        return ""


def _peer(sample: _Sample) -> str:
    document = bare_extraction(
        decode(sample.body),
        url=sample.url,
        favor_precision=True,
        include_comments=False,
        with_metadata=True,
    )
    text = getattr(document, "text", None)
    return text if isinstance(text, str) else ""
