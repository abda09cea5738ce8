"""The suites over labelled pages and texts, on tiny data of our own."""

import gzip
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from fakes_pages import PARAGRAPHS, article_html, languages

from core.errors import PolicywireError
from scheduler.evaluation.boilerplate import evaluate_boilerplate, judge
from scheduler.evaluation.dates import evaluate_dates
from scheduler.evaluation.language import evaluate_language, is_right
from scheduler.evaluation.pages import OURS, TRAFILATURA, Table
from scheduler.evaluation.publishers import evaluate_publishers, expected

HEAD = (
    '<meta property="article:published_time" content="2026-11-20T09:30:00+05:00">'
    '<meta name="author" content="Aigerim Testova">'
)


def write(folder: Path, truth: Mapping[str, Mapping[str, object]], html: str) -> Path:
    """Write one page for each record."""
    (folder / "html").mkdir(parents=True)
    written: dict[str, object] = {}
    for name, record in truth.items():
        file = f"html/{len(list((folder / 'html').iterdir()))}.html.gz"
        (folder / file).write_bytes(gzip.compress(html.encode("utf-8")))
        written[name] = {**record, "file": file}
    (folder / "truth.json").write_text(json.dumps(written), encoding="utf-8")
    return folder


def version(day: str, title: str = "Road talks in Astana") -> dict[str, object]:
    return {
        "title": title,
        "authors": ["Aigerim Testova"],
        "publishing_date": f"{day} 04:30:00+00:00",
        "body": {"summary": [], "sections": [{"headline": [], "paragraphs": list(PARAGRAPHS)}]},
    }


def test_furniture_is_counted_by_snippets(tmp_path: Path) -> None:
    truth = {"https://news.example.org/1": {"with": [PARAGRAPHS[0][:40]], "without": ["Home", "no such"]}}
    report = evaluate_boilerplate(write(tmp_path / "boilerplate", truth, article_html()).parent, languages())
    assert report.value(OURS, "F1") == 1.0
    assert (report.value(OURS, "missing"), report.value(OURS, "let in")) == (0, 0)
    assert report.rows[1].name == TRAFILATURA


def test_judging_snippets() -> None:
    truth = {"with": ["one  two", "three"], "without": ["four", "five"]}
    assert judge(truth, "one two and four") == (1, 1, 1)


def test_days_are_right_wrong_or_none(tmp_path: Path) -> None:
    truth = {
        "https://news.example.org/1": {"date": "2026-11-20"},
        "https://news.example.org/2": {"date": "2026-11-19"},
    }
    report = evaluate_dates(write(tmp_path, truth, article_html(head=HEAD)), languages())
    assert (report.value(OURS, "right"), report.value(OURS, "wrong"), report.value(OURS, "none")) == (1, 1, 0)
    assert [row.name.split()[0] for row in report.rows] == ["policywire", "htmldate", "trafilatura"]


def test_publishers_by_the_version_of_their_time(tmp_path: Path) -> None:
    versions = {"V1": version("2026-11-20"), "V2": version("2026-12-24", "Of a later page")}
    truth = {"xx_One": {"crawl_date": "2026_11_21", "expected_by_parser_version": versions}}
    report = evaluate_publishers(write(tmp_path, truth, article_html(head=HEAD)), languages())
    assert [report.value(OURS, fact) for fact in ("all", "title", "date", "authors", "day")] == [1.0] * 5
    assert report.value(OURS, "body F1") == 1.0
    assert report.value(TRAFILATURA, "day") == 1.0
    assert report.value(TRAFILATURA, "date") == 0.0, "it gives the day only"


def test_a_page_older_than_all_versions_is_left_out() -> None:
    truth = {"crawl_date": "2020_01_01", "expected_by_parser_version": {"V1": version("2026-11-20")}}
    assert expected(truth) is None


def test_languages(tmp_path: Path) -> None:
    texts = [
        ("en", PARAGRAPHS[0]),
        ("ru", "Министр иностранных дел принял посла соседнего государства."),
        ("tk-Cyrl", "Ол дөвлет ве халк үчин билен."),
    ]
    (tmp_path / "language").mkdir()
    lines = "\n".join(json.dumps({"lang": lang, "text": text}) for lang, text in texts)
    (tmp_path / "language" / "records.jsonl.gz").write_bytes(gzip.compress(lines.encode("utf-8")))
    report = evaluate_language(tmp_path)
    assert [report.value("policywire", column) for column in ("ours", "en", "ru", "tk-Cyrl")] == [1.0] * 4
    assert len(report.render().splitlines()) == 3


def test_a_script_counts_where_a_language_is_parted_by_it() -> None:
    assert is_right("uz-Cyrl", "uz-Cyrl")
    assert not is_right("uz-Cyrl", "uz-Latn")
    assert is_right("tk-Latn", "tk")
    assert is_right("zh-Hans", "zh")


@pytest.mark.parametrize("suite", [evaluate_boilerplate, evaluate_dates, evaluate_publishers])
def test_no_data(tmp_path: Path, suite: Callable[..., Table]) -> None:
    with pytest.raises(PolicywireError, match="point --data"):
        suite(tmp_path, languages())


def test_no_texts(tmp_path: Path) -> None:
    with pytest.raises(PolicywireError, match="point --data"):
        evaluate_language(tmp_path)
