"""Main text on labelled pages: ours beside trafilatura in the same run. Reads the data folder, no more.

The measure is that of the article-extraction-benchmark: multisets of four-word shingles, precision and recall
of each page averaged, F1 of the two averages.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean

from core.clock import utcnow
from core.language import Language
from scheduler.evaluation.pages import (
    OURS,
    TRAFILATURA,
    Labelled,
    Stopwatch,
    labelled_pages,
    read_ours,
    read_peer,
)

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


def evaluate_extraction(data: Path, languages: Mapping[str, Language]) -> ExtractionReport:
    """Measure on `data` or its folder `article_extraction`: truth.json {id: {file, url, text}}.

    Raises PolicywireError where there is no such data.
    """
    now = utcnow()
    pages = list(labelled_pages(data, _FOLDER))
    extractors: dict[str, Callable[[Labelled], str]] = {
        OURS: lambda page: article.text if (article := read_ours(page, languages, now)) else "",
        TRAFILATURA: lambda page: (found.text if (found := read_peer(page)) else "") or "",
    }
    scores: dict[str, list[tuple[float, float, float]]] = {name: [] for name in extractors}
    watch = Stopwatch()
    for extract in extractors.values():
        extract(pages[0])  # models and patterns are loaded once in the life of a reading process
    for page in pages:
        for name, extract in extractors.items():
            with watch.of(name):
                text = extract(page)
            scores[name].append(compare(page.truth["text"], text))
    rows = tuple(_figures(name, scores[name], watch.per_item(name, len(pages))) for name in extractors)
    return ExtractionReport(pages=len(pages), rows=rows)


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
