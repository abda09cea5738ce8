"""The relevance figures: counted right on made-up records, and good enough on the labelled ones."""

import gzip
import json
import os
from pathlib import Path

import pytest
from fakes_matching import CONFIG

from core.errors import ConfigError, PolicywireError
from scheduler.evaluation.relevance import Figures, evaluate_relevance, wilson

SHARED = Path(os.environ.get("TEST_POLICYWIRE_SHARED", Path(__file__).parents[2] / "shared")) / "data"


def record(
    number: int, label: str, title: str, *, borderline: bool = False, lang: str = "en"
) -> dict[str, object]:
    return {
        "id": f"tengri-{number}" if number % 2 else f"other-{number}",
        "lang": lang,
        "title": title,
        "text": "",
        "label": label,
        "borderline": borderline,
    }


def write(data: Path, records: list[dict[str, object]]) -> Path:
    (data / "relevance").mkdir(parents=True)
    with gzip.open(data / "relevance" / "records.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(one) + "\n" for one in records)
    return data


def test_figures_leave_borderline_out_and_stand_beside_bare_names(tmp_path: Path) -> None:
    data = write(
        tmp_path,
        [
            record(1, "relevant", "Kazakhstan opens an embassy in Chile"),
            record(2, "relevant", "A relevant piece without any word for it in Tashkent"),
            record(3, "mention", "Rain in Bishkek"),
            record(4, "mention", "Kazakhstan opens an embassy in Peru"),
            record(5, "other", "A day in Rome"),
            record(6, "relevant", "Turkmenistan opens an embassy in Peru", borderline=True),
            record(8, "relevant", "Тошкентда Франция элчиси билан музокара", lang="uz"),
        ],
    )
    report = evaluate_relevance(data, CONFIG)
    assert report.overall == Figures(documents=6, right=2, false=1, missed=1)
    assert report.baseline == Figures(documents=6, right=3, false=2, missed=0)
    assert report.outlet == Figures(documents=3, right=1, false=0, missed=0)
    assert report.by_language["uz-Cyrl"].right == 1
    assert report.matched_by_label["relevant (borderline)"] == (1, 1)
    assert [one.id for one in report.misses] == ["other-2"]
    assert [(one.id, one.terms) for one in report.false_alarms] == [
        ("other-4", ("Kazakhstan", "Peru", "embassy"))
    ]
    text = report.render()
    assert "other-2" in text
    assert "bare names" in text
    assert json.loads(json.dumps(report.to_dict()))["overall"]["recall"] == pytest.approx(2 / 3, abs=1e-4)


def test_intervals_are_wilsons() -> None:
    assert wilson(9, 10) == (0.5958, 0.9821)
    assert wilson(0, 0) == (0.0, 1.0)


def test_a_missing_folder_or_watchlist_is_said(tmp_path: Path) -> None:
    with pytest.raises(PolicywireError, match="no labelled records at"):
        evaluate_relevance(tmp_path, CONFIG)
    with pytest.raises(PolicywireError, match="no watchlist 'nothing'"):
        evaluate_relevance(write(tmp_path, []), CONFIG, watchlist="nothing")


def test_a_bad_config_is_refused(tmp_path: Path) -> None:
    (tmp_path / "watchlists").mkdir()
    (tmp_path / "watchlists" / "bad.yml").write_text("name: x", encoding="utf-8")
    with pytest.raises(ConfigError, match="rules"):
        evaluate_relevance(tmp_path, tmp_path)


@pytest.mark.skipif(
    not (SHARED / "relevance").is_dir(), reason="the labelled records are not on this machine"
)
def test_the_shipped_watchlist_keeps_its_quality_on_the_labelled_records() -> None:
    report = evaluate_relevance(SHARED, CONFIG)
    assert report.overall.f1 >= 0.93
    assert report.overall.recall >= 0.95
    assert report.outlet.recall == 1.0
    assert report.outlet.precision >= 0.7
