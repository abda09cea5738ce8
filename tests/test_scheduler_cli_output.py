"""What verbs print: texts from outside cannot command a terminal, and nothing is replaced unasked."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from fakes_storage import NOW, article, batch

from core.article import Seen
from scheduler.cli import cli
from storage.store import Store

# Turns what follows, isolates it, clears the screen, and a C1 control.
HOSTILE = "Treaty \u202eyaert\u2066 \x1b[2J\x9b31m"
FORBIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "policywire.db") as opened:
        opened.keep(batch(article("treaty", title=HOSTILE)), now=NOW)
        page = Seen(url=f"https://kz-one.example/{HOSTILE}", version="", error=f"held {HOSTILE}")
        opened.keep(batch(seen=(page,)), now=NOW)
        yield opened


def run(tmp_path: Path, *words: str) -> Result:
    return CliRunner().invoke(cli, [*words, "--data", str(tmp_path)])


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("words", [("search", "treaty"), ("show", "1"), ("story", "show", "1"), ("pages",)])
@pytest.mark.parametrize("form", [(), ("--json",)])
def test_texts_from_outside_command_no_terminal(
    tmp_path: Path, words: tuple[str, ...], form: tuple[str, ...]
) -> None:
    done = run(tmp_path, *words, *form)
    assert done.exit_code == 0, done.output
    assert "Treaty" in done.output
    assert not FORBIDDEN.search(done.output)


@pytest.mark.usefixtures("store")
def test_json_keeps_what_was_said(tmp_path: Path) -> None:
    assert json.loads(run(tmp_path, "search", "treaty", "--json").output)["title"] == HOSTILE


@pytest.mark.usefixtures("store")
def test_pages_names_the_address(tmp_path: Path) -> None:
    heading, _, row = run(tmp_path, "pages").output.splitlines()
    assert "address" in heading
    assert "https://kz-one.example/Treaty" in row


@pytest.mark.usefixtures("store")
def test_a_backup_replaces_an_earlier_one_only_when_told(tmp_path: Path) -> None:
    file = tmp_path / "saved.db"
    assert run(tmp_path, "backup", str(file)).exit_code == 0
    before = file.stat().st_ino
    refused = run(tmp_path, "backup", str(file))
    assert "exists already: name another file, or give --force" in str(refused.exception)
    assert file.stat().st_ino == before
    assert run(tmp_path, "backup", str(file), "--force").exit_code == 0
    assert file.stat().st_ino != before
