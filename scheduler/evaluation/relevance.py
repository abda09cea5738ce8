"""Measures matching on labelled documents: precision, recall, F1 with intervals, beside a bare name match.

In: `DATA/relevance/records.jsonl.gz` and a config folder. Out: a report. Prints nothing.
"""

import gzip
import json
import math
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.config import load_languages
from core.errors import ConfigError, PolicywireError
from core.language import with_script
from core.match import Match
from core.text import begins_word, fold_text
from publisher.matching import Document, Matcher, Watchlist, load_watchlists

RECORDS = Path("relevance") / "records.jsonl.gz"
OUTLET = "tengri"
_LENGTHS = ((0, "no text"), (300, "to 300"), (3000, "to 3,000"), (None, "over 3,000"))
_HEAD = " " * 20 + "  docs       P       R      F1  right  false missed   95 % of P, of R"
_ROUNDS = 400
_Z = 1.96


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """Counts of one part of the records, and what follows from them. Intervals are of 95 %."""

    documents: int
    right: int
    false: int
    missed: int

    @property
    def precision(self) -> float:
        """Right ones among the matched; 1 where nothing matched and nothing should."""
        return _share(self.right, self.right + self.false)

    @property
    def recall(self) -> float:
        """Found ones among the relevant."""
        return _share(self.right, self.right + self.missed)

    @property
    def f1(self) -> float:
        """Harmonic mean of the two."""
        return _share(2 * self.right, 2 * self.right + self.false + self.missed)

    def to_dict(self) -> dict[str, Any]:
        """Return the figures with Wilson intervals of precision and recall."""
        return {
            **asdict(self),
            "precision": round(self.precision, 4),
            "precision_interval": wilson(self.right, self.right + self.false),
            "recall": round(self.recall, 4),
            "recall_interval": wilson(self.right, self.right + self.missed),
            "f1": round(self.f1, 4),
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Wrong:
    """One document decided otherwise than its label says."""

    id: str
    language: str
    label: str
    score: float
    title: str
    why: str
    terms: tuple[str, ...]

    def render(self) -> str:
        """Return two lines: what it is, and why it was decided so."""
        head = f"  {self.id} [{self.language}, {self.label}] {self.score:.2f} {self.title[:90]!r}"
        return f"{head}\n      {self.why}"


@dataclass(frozen=True, kw_only=True, slots=True)
class RelevanceReport:
    """All figures. `matched_by_label` also tells of the borderline records, which no other figure holds."""

    watchlist: str
    overall: Figures
    f1_interval: tuple[float, float]
    baseline: Figures
    outlet: Figures
    by_language: dict[str, Figures]
    by_length: dict[str, Figures]
    matched_by_label: dict[str, tuple[int, int]]
    misses: tuple[Wrong, ...]
    false_alarms: tuple[Wrong, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return {
            "watchlist": self.watchlist,
            "overall": {**self.overall.to_dict(), "f1_interval": self.f1_interval},
            "baseline": self.baseline.to_dict(),
            OUTLET: self.outlet.to_dict(),
            "by_language": {name: part.to_dict() for name, part in self.by_language.items()},
            "by_length": {name: part.to_dict() for name, part in self.by_length.items()},
            "matched_by_label": self.matched_by_label,
            "misses": [asdict(one) for one in self.misses],
            "false_alarms": [asdict(one) for one in self.false_alarms],
        }

    def render(self) -> str:
        """Return the report as text: a table, then each miss and each false alarm with its reason."""
        low, high = self.f1_interval
        rows = [
            ("overall", self.overall),
            ("bare names", self.baseline),
            (f"ids {OUTLET}...", self.outlet),
            *((f"language {name}", part) for name, part in self.by_language.items()),
            *((f"text {name}", part) for name, part in self.by_length.items()),
        ]
        lines = [
            f"watchlist {self.watchlist}: F1 {self.overall.f1:.3f} ({low:.3f}-{high:.3f}) without borderline",
            _HEAD,
            *(_row(name, part) for name, part in rows),
            "",
            "matched, by label: "
            + ", ".join(f"{label} {n} of {of}" for label, (n, of) in self.matched_by_label.items()),
        ]
        for heading, wrong in (("misses", self.misses), ("false alarms", self.false_alarms)):
            lines += ["", f"{heading}: {len(wrong)}"]
            lines += [one.render() for one in wrong]
        return "\n".join(lines)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Judged:
    record: dict[str, Any]
    language: str
    match: Match
    bare: bool

    @property
    def relevant(self) -> bool:
        return bool(self.record["label"] == "relevant")


def evaluate_relevance(data: Path, config: Path, *, watchlist: str = "central-asia") -> RelevanceReport:
    """Match every labelled document. ConfigError: a bad config; PolicywireError: no records, no watchlist."""
    languages, problems = load_languages(config)
    watchlists, found = load_watchlists(config, languages)
    if problems or found:
        raise ConfigError([*problems, *found])
    if watchlist not in watchlists:
        known = ", ".join(sorted(watchlists)) or "none"
        raise PolicywireError(f"no watchlist {watchlist!r} in {config / 'watchlists'}; there are: {known}")
    judged = list(_judge(_read(data / RECORDS), watchlists[watchlist]))
    clear = [one for one in judged if not one.record["borderline"]]
    labels = ("relevant", "mention", "other")
    return RelevanceReport(
        watchlist=watchlist,
        overall=_figures(clear),
        f1_interval=_bootstrap(clear),
        baseline=_figures(clear, lambda one: one.bare),
        outlet=_figures([one for one in clear if one.record["id"].startswith(OUTLET)]),
        by_language=_parts(clear, lambda one: one.language, sorted({one.language for one in clear})),
        by_length=_parts(clear, lambda one: _length(one.record["text"]), [name for _, name in _LENGTHS]),
        matched_by_label={
            f"{label}{' (borderline)' if borderline else ''}": _matched(judged, label, borderline=borderline)
            for borderline in (False, True)
            for label in labels
        },
        misses=tuple(_wrong(one) for one in clear if one.relevant and not one.match.matched),
        false_alarms=tuple(_wrong(one) for one in clear if not one.relevant and one.match.matched),
    )


def wilson(right: int, of: int) -> tuple[float, float]:
    """Return the 95 % interval of a share, by Wilson; (0, 1) where nothing was counted."""
    if of == 0:
        return 0.0, 1.0
    share, squared = right / of, _Z * _Z
    middle = (share + squared / (2 * of)) / (1 + squared / of)
    half = _Z * math.sqrt(share * (1 - share) / of + squared / (4 * of * of)) / (1 + squared / of)
    return round(max(0.0, middle - half), 4), round(min(1.0, middle + half), 4)


def _read(path: Path) -> list[dict[str, Any]]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]
    except (OSError, ValueError) as error:
        raise PolicywireError(
            f"no labelled records at {path}: {error}; give the folder that holds relevance/"
        ) from error


def _judge(records: Iterable[dict[str, Any]], watchlist: Watchlist) -> Iterable[_Judged]:
    matcher = Matcher([watchlist])
    names = bare_names(watchlist)
    for record in records:
        title, text = record["title"] or "", record["text"] or ""
        language = with_script(record["lang"], text or title)
        published = _date(record.get("date"))
        (match,) = matcher.match(Document(title=title, text=text, language=language, published=published))
        folded = fold_text(f"{title}\n{text}")
        bare = any(_at_word_start(folded, name) for name in names)
        yield _Judged(record=record, language=language, match=match, bare=bare)


def _date(given: str | None) -> datetime | None:
    """Return a whole date; None for a month, a year or words, of which some records have no more."""
    try:
        return datetime.fromisoformat(given or "").replace(tzinfo=UTC)
    except ValueError:
        return None


def bare_names(watchlist: Watchlist) -> list[str]:
    """Return the names of the watchlist's states and capitals as written: what a plain search would use."""
    return sorted(
        {
            form.folded
            for form_list in watchlist.lists.values()
            for form in form_list.forms
            if form.term.country in watchlist.states
            and form.term.office is None
            and form.rule == "as written"
            and form.shown[:1].isupper()
            and form.exact is None
        }
    )


def _at_word_start(folded: str, name: str) -> bool:
    at = folded.find(name)
    while at >= 0:
        if begins_word(folded, at):
            return True
        at = folded.find(name, at + 1)
    return False


def _figures(
    judged: Sequence[_Judged], matched: Callable[[_Judged], bool] = lambda one: one.match.matched
) -> Figures:
    return Figures(
        documents=len(judged),
        right=sum(1 for one in judged if one.relevant and matched(one)),
        false=sum(1 for one in judged if not one.relevant and matched(one)),
        missed=sum(1 for one in judged if one.relevant and not matched(one)),
    )


def _parts(
    judged: Sequence[_Judged], part_of: Callable[[_Judged], str], names: Iterable[str]
) -> dict[str, Figures]:
    return {name: _figures([one for one in judged if part_of(one) == name]) for name in names}


def _length(text: str | None) -> str:
    length = len(text or "")
    return next(name for limit, name in _LENGTHS if limit is None or length <= limit)


def _matched(judged: Sequence[_Judged], label: str, *, borderline: bool) -> tuple[int, int]:
    of = [one for one in judged if one.record["label"] == label and one.record["borderline"] is borderline]
    return sum(1 for one in of if one.match.matched), len(of)


def _bootstrap(judged: Sequence[_Judged]) -> tuple[float, float]:
    """Return the 95 % interval of F1 over documents drawn again and again, with a fixed seed."""
    if not judged:
        return 0.0, 1.0
    draw = random.Random(1)  # noqa: S311 - a statistic, nothing secret
    kinds = [(one.relevant, one.match.matched) for one in judged]
    scores = []
    for _ in range(_ROUNDS):
        sample = draw.choices(kinds, k=len(kinds))
        right, missed, false = (sample.count(kind) for kind in ((True, True), (True, False), (False, True)))
        scores.append(_share(2 * right, 2 * right + false + missed))
    scores.sort()
    return round(scores[int(_ROUNDS * 0.025)], 4), round(scores[int(_ROUNDS * 0.975)], 4)


def _share(part: int, of: int) -> float:
    return part / of if of else 1.0


def _wrong(one: _Judged) -> Wrong:
    return Wrong(
        id=one.record["id"],
        language=one.language,
        label=one.record["label"],
        score=one.match.score,
        title=" ".join((one.record["title"] or one.record["text"] or "").split()),
        why=one.match.why,
        terms=tuple(evidence.form for evidence in one.match.evidence),
    )


def _row(name: str, part: Figures) -> str:
    precision = wilson(part.right, part.right + part.false)
    recall = wilson(part.right, part.right + part.missed)
    return (
        f"{name:<20}{part.documents:>6}{part.precision:>8.3f}{part.recall:>8.3f}{part.f1:>8.3f}"
        f"{part.right:>7}{part.false:>7}{part.missed:>7}   "
        f"{precision[0]:.2f}-{precision[1]:.2f}, {recall[0]:.2f}-{recall[1]:.2f}"
    )
