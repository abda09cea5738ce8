"""Copies on labelled pairs: what `identify` joins, beside MinHash of the same shingles, as counts and shares.

Each pair is given to a store of its own, the older text first; `in one stream` gives all records to one store
and asks whether the two of a pair ended in one story. Pairs about one event told twice are not scored.
"""

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from core.errors import PolicywireError
from scheduler.evaluation.pages import Row, Stopwatch, Table
from storage.sketch import compared_words
from storage.stream import identify_records

RECORDS = Path("near_duplicates") / "records.jsonl.gz"
OURS = "policywire"
STREAM = "policywire, in one stream"
PEER = "datasketch MinHash"
_PERMUTATIONS = 128
_THRESHOLDS = (0.5, 0.7)


@dataclass(frozen=True, kw_only=True, slots=True)
class DuplicatesReport:
    """The table, and each pair that ours decides otherwise than its label."""

    table: Table
    wrong: tuple[Mapping[str, Any], ...]

    def render(self) -> str:
        """Return the figures, then the wrong pairs with their reasons."""
        lines = [
            f"  {one['id']} ({one['label']}): {one['decision']}, {one['similarity']}: {one['reason']}"
            for one in self.wrong
        ]
        return "\n".join([self.table.render(), f"wrong: {len(lines)}", *lines])

    def to_dict(self) -> dict[str, object]:
        """Return the report as JSON values."""
        return {**self.table.to_dict(), "wrong": [dict(one) for one in self.wrong]}


def evaluate_duplicates(data: Path) -> DuplicatesReport:
    """Measure on `data`/near_duplicates/records.jsonl.gz. Raises PolicywireError where it is not there."""
    pairs = [pair for pair in _pairs(data) if pair["label"] != "same_event"]
    watch = Stopwatch()
    with watch.of(OURS):
        decided = [_second(pair) for pair in pairs]
    with watch.of(STREAM):
        streamed = _in_one_stream(pairs)
    rows = [
        _row(OURS, pairs, [one["decision"] != "new" for one in decided], watch),
        _row(STREAM, pairs, streamed, watch),
    ]
    if find_spec("datasketch") is not None:
        for threshold in _THRESHOLDS:
            name = f"{PEER} >= {threshold}"
            with watch.of(name):
                joined = _min_hash(pairs, threshold)
            rows.append(_row(name, pairs, joined, watch))
    wrong = tuple(
        {**one, "id": pair["id"], "label": pair["label"]}
        for pair, one in zip(pairs, decided, strict=True)
        if (one["decision"] != "new") is not _is_duplicate(pair)
    )
    table = Table(
        head=f"{len(pairs)} pairs, {sum(map(_is_duplicate, pairs))} of them duplicates",
        columns=("F1", "precision", "recall", "false joins", "of different", "missed", "ms a pair"),
        rows=tuple(rows),
    )
    return DuplicatesReport(table=table, wrong=wrong)


def _pairs(data: Path) -> list[dict[str, Any]]:
    path = data / RECORDS if (data / RECORDS).is_file() else data / RECORDS.name
    if not path.is_file():
        raise PolicywireError(f"{data}: no {RECORDS} here; point --data at the folder of the labelled data")
    pairs = [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines() if line.strip()]
    if not pairs:
        raise PolicywireError(f"{path}: names no pairs")
    return pairs


def _is_duplicate(pair: Mapping[str, Any]) -> bool:
    return bool(pair["label"] == "duplicate")


def _second(pair: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is decided on the later of a pair's two texts, in a store that knows the other alone."""
    first, second = (
        _record(pair[side], side) for side in sorted("ab", key=lambda side: str(pair[side].get("date") or ""))
    )
    *_, decided = identify_records([first, second])
    return {key: decided[key] for key in ("decision", "similarity", "reason")}


def _in_one_stream(pairs: Sequence[Mapping[str, Any]]) -> list[bool]:
    stories: dict[str, str] = {}
    for decided in identify_records(_stream(pairs)):
        before = decided["of"]
        stories[decided["id"]] = decided["id"] if before is None else stories[before]
    return [stories[f"{pair['id']} a"] == stories[f"{pair['id']} b"] for pair in pairs]


def _stream(pairs: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    for pair in pairs:
        for side in "ab":
            yield _record(pair[side], f"{pair['id']} {side}")


def _record(text: Mapping[str, Any], id_: str) -> dict[str, Any]:
    return {
        "id": id_,
        "url": text.get("url") or "",
        "source": text["source"],
        "language": text.get("lang"),
        "title": text["title"] or "",
        "text": text["text"] or "",
        "published": text.get("date") or None,
    }


def _min_hash(pairs: Sequence[Mapping[str, Any]], threshold: float) -> list[bool]:
    from datasketch import MinHash

    def hashed(text: Mapping[str, Any]) -> MinHash:
        words = compared_words(text["title"] or "", text["text"] or "")
        made = MinHash(num_perm=_PERMUTATIONS)
        made.update_batch([" ".join(words[at : at + 4]).encode() for at in range(max(1, len(words) - 3))])
        return made

    return [bool(hashed(pair["a"]).jaccard(hashed(pair["b"])) >= threshold) for pair in pairs]


def _row(name: str, pairs: Sequence[Mapping[str, Any]], joined: Sequence[bool], watch: Stopwatch) -> Row:
    right = sum(1 for pair, one in zip(pairs, joined, strict=True) if one and _is_duplicate(pair))
    false = sum(joined) - right
    duplicates = sum(map(_is_duplicate, pairs))
    precision = right / (right + false) if right + false else 1.0
    recall = right / duplicates if duplicates else 1.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    different = len(pairs) - duplicates
    values = (
        *(f1, precision, recall, false, false / different if different else 0.0, duplicates - right),
        watch.per_item(name, len(pairs)),
    )
    return Row(name=name, values=values)
