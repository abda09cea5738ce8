"""Who said what, on labelled documents: our speakers beside the nearest capitalised name, in the same run.

In: `DATA/quotes/records.jsonl.gz` (English, with source, cue and content spans) and the languages. Out: a
report, of direct quotations and of reported speech. A quotation is right where the speaker is the labelled
source. Where the label is a pronoun or a bare role ("he", "the president") that we resolved to a name, the
label cannot tell: such ones are counted apart.
"""

import gzip
import hashlib
import json
import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from core.errors import PolicywireError
from core.language import Language
from core.statement import Statement, StatementKind
from core.text import fold_text
from crawler.reading.statements import find_statements
from scheduler.evaluation.relevance import wilson

RECORDS = Path("quotes") / "records.jsonl.gz"
OURS = "policywire"
REPORTED = "policywire, reported speech"
BASELINE = "nearest capitalised name"
_PARTS = ("tuned on", "not looked at")
_NAME = re.compile(r"(?:[A-Z][\w’'.-]+ ){0,3}[A-Z][\w’'-]+")
_NEAR = 200
# A label without any such word names nobody: "he", "the president", "a spokesman for the company".
_CAPITAL = re.compile(r"\b[A-Z][\w’'.-]*")
_PRONOUNS = frozenset({"he", "she", "they", "it", "we", "i", "who", "the", "a", "an", "his", "her", "their"})

Said = Sequence[tuple[int, int, str, str]]  # start, end, speaker, rule


@dataclass(frozen=True, kw_only=True, slots=True)
class SpeakerFigures:
    """Counts of one finder on one part. `right`, `wrong`, `unverifiable` are published speakers.

    `direct` are labelled attributions of the finder's kind, direct ones but for REPORTED, `named` those whose
    label has a name; `found` those with a right speaker.
    """

    finder: str
    part: str
    documents: int
    right: int
    wrong: int
    unverifiable: int
    direct: int
    named: int
    found: int

    @property
    def precision(self) -> float:
        """Right ones among the published that the labels can tell."""
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        """Attributions of the kind with the right speaker among all, pronouns included."""
        return self.found / max(1, self.direct)

    @property
    def recall_named(self) -> float:
        """The same among those whose label has a name."""
        return self.found / max(1, self.named)

    def to_dict(self) -> dict[str, Any]:
        """Return counts and shares, precision with its 95 % interval."""
        return {
            **asdict(self),
            "precision": round(self.precision, 4),
            "precision_interval": wilson(self.right, self.right + self.wrong),
            "recall": round(self.recall, 4),
            "recall_named": round(self.recall_named, 4),
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class QuotesReport:
    """Ours and the baseline on both halves and on all; our rules one by one; CPU for 5,000 characters."""

    rows: tuple[SpeakerFigures, ...]
    by_rule: dict[str, tuple[int, int, int]]
    cpu_ms: float
    wrong: tuple[str, ...]

    def render(self) -> str:
        """Return the figures as tables."""
        head = f"{'docs':>6}{'P':>8}{'R':>8}{'R named':>9}{'right':>7}{'wrong':>7}{'?':>6}"
        lines = [f"{'speaker of direct quotations':<42}{head}"]
        for row in self.rows:
            low, high = wilson(row.right, row.right + row.wrong)
            lines.append(
                f"{f'{row.finder}, {row.part}':<42}{row.documents:>6}{row.precision:>8.3f}{row.recall:>8.3f}"
                f"{row.recall_named:>9.3f}{row.right:>7}{row.wrong:>7}{row.unverifiable:>6}"
                f"   P {low:.2f}-{high:.2f}"
            )
        lines += ["", f"{'rule (all documents)':<42}{'right':>7}{'wrong':>7}{'?':>6}"]
        lines += [
            f"{rule:<42}{right:>7}{wrong:>7}{unknown:>6}"
            for rule, (right, wrong, unknown) in sorted(self.by_rule.items())
        ]
        lines += ["", f"CPU for 5,000 characters: {self.cpu_ms:.2f} ms", f"wrong: {len(self.wrong)}"]
        return "\n".join([*lines, *self.wrong[:40]])

    def to_dict(self) -> dict[str, object]:
        """Return the figures as JSON values."""
        return {
            "rows": [row.to_dict() for row in self.rows],
            "by_rule": self.by_rule,
            "cpu_ms": round(self.cpu_ms, 3),
            "wrong": list(self.wrong),
        }


@dataclass(frozen=True, slots=True)
class _Label:
    spans: tuple[tuple[int, int], ...]
    source: str
    direct: bool

    def overlaps(self, start: int, end: int) -> bool:
        return any(first < end and start < last for first, last in self.spans)

    @property
    def names(self) -> bool:
        words = _CAPITAL.findall(self.source)
        return any(word.lower() not in _PRONOUNS for word in words)


@dataclass(slots=True)
class _Tally:
    documents: int = 0
    right: int = 0
    wrong: int = 0
    unverifiable: int = 0
    direct: int = 0
    named: int = 0
    found: int = 0


def evaluate_quotes(data: Path, languages: Mapping[str, Language]) -> QuotesReport:
    """Measure on DATA/quotes/records.jsonl.gz. Raises PolicywireError where there is no such data."""
    records = _read(data / RECORDS)
    rules: dict[str, Counter[str]] = {}
    wrong: list[str] = []
    spent = characters = 0.0
    tallies = {(name, part): _Tally() for name in (OURS, BASELINE, REPORTED) for part in (*_PARTS, "all")}
    for record in records:
        text = record["text"]
        language = languages.get(record["lang"])
        labels = [_label(one) for one in record["attributions"]]
        began = time.process_time()
        statements = find_statements(text, record["lang"], language.speech if language else None)
        spent += time.process_time() - began
        characters += len(text)
        direct = [one for one in statements if one.kind is StatementKind.DIRECT]
        reported = [one for one in statements if one.kind is StatementKind.INDIRECT]
        by_finder = ((OURS, _said(direct)), (BASELINE, _nearest(text, direct)), (REPORTED, _said(reported)))
        for name, said in by_finder:
            verdicts = list(_judge(said, labels))
            for part in (_part(record["id"]), "all"):
                _count(tallies[name, part], verdicts, said, labels, direct=name != REPORTED)
            if name != BASELINE:
                for (start, end, speaker, rule), verdict in zip(said, verdicts, strict=True):
                    rules.setdefault(rule, Counter())[verdict] += 1
                    if verdict == "wrong":
                        words = " ".join(text[start:end].split())[:60]
                        wrong.append(f"  {record['id'][:40]} [{rule}] {speaker!r}: {words!r}")
    return QuotesReport(
        rows=tuple(
            SpeakerFigures(finder=name, part=part, **asdict(tally)) for (name, part), tally in tallies.items()
        ),
        by_rule={
            rule: (found["right"], found["wrong"], found["unverifiable"]) for rule, found in rules.items()
        },
        cpu_ms=spent * 1000 / max(1.0, characters) * 5000,
        wrong=tuple(wrong),
    )


def _read(path: Path) -> list[dict[str, Any]]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]
    except (OSError, ValueError) as error:
        raise PolicywireError(
            f"no labelled quotations at {path}: {error}; give the folder that holds quotes/"
        ) from error


def _part(id_: str) -> str:
    """Return the half of a document: rules were written looking at the first one only."""
    return _PARTS[int(hashlib.sha1(id_.encode(), usedforsecurity=False).hexdigest(), 16) % 2]


def _label(attribution: Mapping[str, Any]) -> _Label:
    spans = [
        tuple(map(int, bounds.split()))
        for piece in attribution["content"]
        for bounds in piece["spans"].split(";")
    ]
    source = " ".join(piece["text"] for piece in attribution["source"])
    return _Label(
        spans=tuple((bounds[0], bounds[-1]) for bounds in spans), source=source, direct=attribution["direct"]
    )


def _said(statements: Iterable[Statement]) -> Said:
    return [(one.start, one.end, one.speaker, one.rule) for one in statements if one.speaker is not None]


def _nearest(text: str, statements: Iterable[Statement]) -> Said:
    """Return for each quotation the capitalised run that stands nearest to it in its paragraph."""
    found: list[tuple[int, int, str, str]] = []
    for one in statements:
        first = max(text.rfind("\n", 0, one.start) + 1, one.start - _NEAR)
        line_end = text.find("\n", one.end)
        last = min(len(text) if line_end < 0 else line_end, one.end + _NEAR)
        near = [(match.start() - one.end, match[0]) for match in _NAME.finditer(text, one.end, last)] + [
            (one.start - match.end(), match[0]) for match in _NAME.finditer(text, first, one.start)
        ]
        if near:
            found.append((one.start, one.end, min(near)[1], "nearest"))
    return found


def _judge(said: Said, labels: Sequence[_Label]) -> Iterator[str]:
    """Yield right, wrong or unverifiable for each published speaker."""
    for start, end, speaker, rule in said:
        meant = [label for label in labels if label.overlaps(start, end)]
        if any(_same(speaker, label.source) for label in meant):
            yield "right"
        elif rule in ("pronoun", "office", "nearest") and any(not label.names for label in meant):
            yield "unverifiable"
        else:
            yield "wrong"


def _same(speaker: str, source: str) -> bool:
    """Say whether a label names the speaker: by the last word of the name."""
    surname = fold_text(speaker).split()[-1]
    return re.search(rf"\b{re.escape(surname)}\b", fold_text(source)) is not None


def _count(
    tally: _Tally, verdicts: Sequence[str], said: Said, labels: Sequence[_Label], *, direct: bool
) -> None:
    tally.documents += 1
    tally.right += verdicts.count("right")
    tally.wrong += verdicts.count("wrong")
    tally.unverifiable += verdicts.count("unverifiable")
    for label in labels:
        if label.direct is not direct:
            continue
        tally.direct += 1
        tally.named += label.names
        tally.found += any(
            label.overlaps(start, end) and _same(speaker, label.source) for start, end, speaker, _ in said
        )
