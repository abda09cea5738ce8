"""A recorded golden folder: its files, its expectations, and what it refuses."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from core.article import Article, Link, Precision, Published
from core.errors import PolicywireError
from crawler.recording import RecordedList, RecordedPage, write_golden

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = Published(raw="18.11.2026", at=datetime(2026, 11, 18, tzinfo=UTC), precision=Precision.DAY)


def article(text: str, published: Published | None = DAY) -> Article:
    return Article(
        source="kz-example",
        url="https://example.kz/n/1",
        canonical_url="https://example.kz/n/1",
        language="ru",
        title="Переговоры",
        text=text,
        published=published,
        authors=("А. Пример",),
        fetched_at=NOW,
    )


def test_a_list_and_pages_become_a_folder_with_expectations(tmp_path: Path) -> None:
    links = (
        Link(url="https://example.kz/n/1", title="Переговоры", published=DAY),
        Link(url="https://example.kz/n/1", title="Ещё раз"),
        Link(url="https://example.kz/about", title="О нас"),
        Link(url="https://example.kz/n/2", published=Published(raw="вчера?")),
    )
    lists = [
        RecordedList(url="https://example.kz/rss", content_type="text/xml", body=b"<rss/>", links=links),
        RecordedList(
            url="https://example.kz/api", content_type=None, body=b' {"a": 1}', more=("https://example.kz/2",)
        ),
    ]
    text = "Первые слова. " + "Середина. " * 50 + "Последние слова."
    pages = [
        RecordedPage(url="https://example.kz/n/1", article=article(text), body=b"<html>"),
        RecordedPage(url="https://example.kz/n/2", article=article(text, None)),
    ]
    folder = tmp_path / "kz-example"
    written = write_golden(folder, lists, pages, article_url=r"https://example\.kz/n/")
    assert [path.name for path in written] == ["list.xml", "list-2.json", "article.html", "expected.yml"]
    assert (folder / "list.xml").read_bytes() == b"<rss/>"
    expected = yaml.safe_load((folder / "expected.yml").read_text(encoding="utf-8"))
    assert expected["fetched"] == NOW
    assert "&id" not in (folder / "expected.yml").read_text(encoding="utf-8")
    assert expected["lists"][0]["links"] == [
        {
            "url": "https://example.kz/n/1",
            "title": "Переговоры",
            "published": DAY.at,
            "precision": "day",
        },
        {"url": "https://example.kz/n/2"},
    ]
    assert expected["lists"][1]["more"] == ["https://example.kz/2"]
    first, second = expected["articles"]
    assert first["file"] == "article.html"
    assert text.startswith(first["starts"])
    assert text.endswith(first["ends"])
    assert (first["language"], first["authors"], first["without"]) == ("ru", ["А. Пример"], [])
    assert "file" not in second
    assert "published" not in second


def test_a_folder_with_expectations_is_not_overwritten(tmp_path: Path) -> None:
    write_golden(tmp_path, [], [])
    with pytest.raises(PolicywireError, match="move the folder away"):
        write_golden(tmp_path, [], [])
