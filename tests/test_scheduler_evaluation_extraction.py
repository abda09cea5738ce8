"""The extraction suite on tiny pages of our own."""

import gzip
import json
from pathlib import Path

import pytest
from fakes_pages import PARAGRAPHS, article_html, languages

from core.errors import PolicywireError
from scheduler.evaluation.extraction import compare, evaluate_extraction


def write_pages(folder: Path) -> None:
    (folder / "html").mkdir(parents=True)
    (folder / "html" / "a.html.gz").write_bytes(gzip.compress(article_html().encode("utf-8")))
    (folder / "html" / "b.html").write_text(article_html(after="<h3>Popular</h3>"), encoding="utf-8")
    text = "\n\n".join(PARAGRAPHS)
    truth = {
        name: {"file": f"html/{name}", "url": f"https://news.example.org/{name}", "text": text}
        for name in ("a.html.gz", "b.html")
    }
    (folder / "truth.json").write_text(json.dumps(truth), encoding="utf-8")


@pytest.mark.parametrize("below", ["", "article_extraction"])
def test_both_extractors_are_measured_on_the_same_pages(tmp_path: Path, below: str) -> None:
    write_pages(tmp_path / below)
    report = evaluate_extraction(tmp_path, languages())
    ours, peer = report.rows
    assert report.pages == 2
    assert (ours.f1, ours.precision, ours.recall) == (1.0, 1.0, 1.0)
    assert peer.name.startswith("trafilatura")
    assert 0 < peer.f1 <= 1
    assert ours.cpu_ms > 0
    assert json.loads(json.dumps(report.to_dict()))["rows"][0]["f1"] == 1.0
    assert [line.split()[0] for line in report.render().splitlines()] == ["main", "policywire", "trafilatura"]


def test_no_data(tmp_path: Path) -> None:
    with pytest.raises(PolicywireError, match=r"no truth\.json.*point --data"):
        evaluate_extraction(tmp_path, languages())
    (tmp_path / "truth.json").write_text("{}", encoding="utf-8")
    with pytest.raises(PolicywireError, match="names no pages"):
        evaluate_extraction(tmp_path, languages())


def test_shares_of_shingles() -> None:
    assert compare("a b c d e", "a b c d e") == (1.0, 0.0, 0.0)
    assert compare("a b c d e", "") == (0.0, 0.0, 1.0)
    assert compare("", "") == (0.0, 0.0, 0.0)
    assert compare("a b c d e", "a b c d f") == pytest.approx((1 / 3, 1 / 3, 1 / 3))
    assert compare("one word", "one word") == (1.0, 0.0, 0.0)
