"""The quotes suite on made-up records."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from fakes_pages import languages

from core.errors import PolicywireError
from scheduler.evaluation.quotes import BASELINE, OURS, evaluate_quotes

TEXT = (
    "Bolat Probov listened in Astana.\n\n“We want peace in the region,” Aman Testov said. "
    "Near him sat Bolat Probov.\n\n“The tunnel is closed for good,” Erlan Falshov said."
)


def span(text: str) -> list[dict[str, Any]]:
    start = TEXT.index(text)
    return [{"spans": f"{start} {start + 3};{start + 4} {start + len(text)}", "text": text}]


def record(*, last: str) -> dict[str, Any]:
    said = [("Aman Testov", "“We want peace in the region,”"), (last, "“The tunnel is closed for good,”")]
    return {
        "id": "one",
        "lang": "en",
        "text": TEXT,
        "attributions": [
            {"source": [{"spans": "0 1", "text": source}], "cue": [], "content": span(words), "direct": True}
            for source, words in said
        ],
    }


def write(folder: Path, *records: dict[str, Any]) -> None:
    (folder / "quotes").mkdir()
    lines = "\n".join(json.dumps(one) for one in records)
    (folder / "quotes" / "records.jsonl.gz").write_bytes(gzip.compress(lines.encode()))


def test_ours_beside_the_baseline(tmp_path: Path) -> None:
    write(tmp_path, record(last="somebody else"), record(last="Erlan Falshov"))
    report = evaluate_quotes(tmp_path, languages())
    rows = {(row.finder, row.part): row for row in report.rows}
    ours = rows[OURS, "all"]
    assert (ours.documents, ours.right, ours.wrong, ours.direct, ours.found) == (2, 3, 1, 4, 3)
    assert (ours.precision, ours.recall) == (0.75, 0.75)
    assert ours.named == 3
    assert rows[BASELINE, "all"].documents == 2
    assert sum(row.documents for row in report.rows if row.finder == OURS) == 4
    assert report.by_rule == {"name verb": (3, 1, 0)}
    assert "Falshov" in report.wrong[0]
    assert "nearest capitalised name" in report.render()
    assert json.loads(json.dumps(report.to_dict()))["rows"][2]["precision"] == 0.75


def test_no_data(tmp_path: Path) -> None:
    with pytest.raises(PolicywireError, match="no labelled quotations"):
        evaluate_quotes(tmp_path, languages())
