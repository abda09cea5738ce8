"""The verbs about all sources: coverage, export and import as OPML, check."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from core.config import load_missing, load_sources
from core.coverage import coverage
from core.opml import read_opml
from scheduler.cli import cli

ROOT = Path(__file__).parents[1]
SOURCES, _ = load_sources(ROOT / "config")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    folder = tmp_path / "config"
    shutil.copytree(ROOT / "config" / "languages", folder / "languages")
    (folder / "sources").mkdir()
    (folder / "settings.yml").write_text("contact: tests@example.org\n")
    return folder


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(cli, list(words))
    return done.exit_code, done.output + (str(done.exception) if done.exception else "")


def test_the_coverage_page_shows_what_the_files_say() -> None:
    page = (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8")
    assert page.endswith(coverage(SOURCES.values(), load_missing(ROOT / "config")[0])), (
        "run: policywire sources coverage, and put it there"
    )


def test_feeds_go_out_and_come_in_again_disabled_until_checked(tmp_path: Path, config: Path) -> None:
    file = tmp_path / "feeds.opml"
    assert run("sources", "export", str(file))[0] == 0
    feeds = {outline.feed for outline in read_opml(file.read_bytes())}
    enabled = [source for source in SOURCES.values() if source.enabled and source.kind == "feed"]
    assert feeds == {url for source in enabled for url in source.urls}
    code, printed = run("sources", "import", str(file), "--country", "REG", "--config", str(config))
    assert code == 0, printed
    found, problems = load_sources(config)
    assert not problems
    assert {url for source in found.values() for url in source.urls} == feeds
    assert not any(source.enabled for source in found.values())
    # What is watched already is not made again.
    assert run("sources", "import", str(file), "--country", "REG", "--config", str(config)) == (0, "")


def test_a_value_that_no_source_may_have_is_named(tmp_path: Path, config: Path) -> None:
    file = tmp_path / "feeds.opml"
    file.write_text('<opml><body><outline text="A" xmlUrl="https://a.example/rss"/></body></opml>')
    code, printed = run("sources", "import", str(file), "--country", "kz", "--config", str(config))
    assert code == 1
    assert "https://a.example/rss: country" in printed
    assert not list((config / "sources").iterdir())
