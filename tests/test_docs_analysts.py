"""docs/analysts.md followed word by word: every command it names, and a first watchlist, by the real CLI."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from fakes_publisher import make_article

from core.article import Batch
from core.clock import utcnow
from core.config import default_config_dir
from scheduler.cli import cli
from storage.store import Store

TEXT = (Path(__file__).parents[1] / "docs" / "analysts.md").read_text(encoding="utf-8")
# In running text, and as lines of a block.
COMMANDS = dict.fromkeys(
    re.sub(r"\s+", " ", command)
    for command in (
        *re.findall(r"`(policywire [^`]+)`", TEXT),
        *re.findall(r"^(policywire .+)$", TEXT, re.MULTILINE),
    )
)
# Those that need labelled data, an operator, or a number.
_NAMED_ONLY = (
    "policywire evaluate quotes",
    "policywire evaluate relevance --data FOLDER --watchlist ID",
    "policywire feedback withdraw",
    "policywire story",
)
(EXAMPLE,) = re.findall(r"```yaml watchlist\n(.*?)```", TEXT, re.DOTALL)
NEWS = "Kazakhstan and Hungary signed a treaty on Friday, the foreign ministry of Kazakhstan said in Astana."
WATER = "Kyrgyzstan and Uzbekistan signed an agreement on the Kambarata reservoir after talks in Bishkek."


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder as an analyst sees it: config/, var/ with two articles, a text, and the page's draft."""
    shutil.copytree(default_config_dir(), tmp_path / "config")
    shutil.copy(tmp_path / "config" / "watchlists" / "central-asia.yml", tmp_path / "draft.yml")
    # One is enough here: all ten with their examples take a second for each command.
    for other in (tmp_path / "config" / "watchlists").glob("*.yml"):
        if other.stem != "central-asia":
            other.unlink()
    (tmp_path / "FILE").write_text(f"A treaty\n\n{NEWS}\n", encoding="utf-8")
    (tmp_path / "page.html").write_text(
        f"<html><body><article><h1>A treaty</h1><p>{NEWS} {WATER}</p></article></body></html>",
        encoding="utf-8",
    )
    (tmp_path / "var").mkdir()
    now = utcnow()
    with Store.open(tmp_path / "var" / "policywire.db") as store:
        articles = [
            replace(
                make_article(url=f"https://ministry.example/{number}", title=text[:60], text=text),
                fetched_at=now,
            )
            for number, text in enumerate((NEWS, WATER))
        ]
        store.keep(Batch(source="kz-ministry", articles=tuple(articles)), now=now)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POLICYWIRE_CONFIG", "config")
    monkeypatch.setenv("POLICYWIRE_DATA", "var")
    yield tmp_path


def run(command: str) -> Result:
    words = [word.strip("'") for word in re.findall(r"'[^']*'|\S+", command)]
    assert words.pop(0) == "policywire"
    return CliRunner().invoke(cli, words, catch_exceptions=False)


def test_every_command_of_the_page_does_what_it_says(desk: Path) -> None:
    assert len(COMMANDS) > 8
    for command in COMMANDS:
        if command in _NAMED_ONLY:
            command += " --help"
        elif command == "policywire extract FILE":
            command = "policywire extract page.html"
        done = run(command)
        assert done.exit_code == 0, (command, done.output[-500:])


def test_a_first_watchlist_is_written_tested_tried_and_published(desk: Path) -> None:
    draft = desk / "draft.yml"
    draft.write_text(EXAMPLE, encoding="utf-8")
    tried = run("policywire watchlist try water --file draft.yml --since 14d")
    assert "2 articles, 0 match now, 1 would: 1 added, 0 removed" in tried.output
    assert 'rivers ("Kambarata' in tried.output
    file = desk / "config" / "watchlists" / "water.yml"
    # An analyst's slip, as each is told: a name that there is not, an example that is decided otherwise.
    file.write_text(EXAMPLE.replace("all: [state, rivers", "all: [state, river"), encoding="utf-8")
    with pytest.raises(Exception, match=r"water\.yml:\d+: .*did you mean 'rivers'\?"):
        run("policywire watchlist test water")
    file.write_text(EXAMPLE.replace("A boat race on the river", "Talks on the river"), encoding="utf-8")
    with pytest.raises(
        Exception, match=r"water\.yml:\d+: no_match\.#1: 'Talks on the river in Tashkent' matches"
    ):
        run("policywire watchlist test water")
    file.write_text(EXAMPLE, encoding="utf-8")
    assert "water: 3 examples, 0 not as they should be" in run("policywire watchlist test water").output
    assert run("policywire publish").exit_code == 0
    feed = (desk / "var" / "feeds" / "water.rss").read_text(encoding="utf-8")
    assert feed.count("<item>") == 1
    assert "Kambarata" in feed
