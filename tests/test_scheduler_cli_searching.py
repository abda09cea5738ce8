"""`policywire search`: articles by their words, statements by who said them."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from fakes_storage import NOW, article, batch

from core.statement import Statement, StatementKind
from scheduler.cli.searching import search
from storage.store import Store

WORDS = "They will meet again"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    one = article("a", title="A treaty")
    start = one.text.index(WORDS)
    said = Statement(
        speaker="Aman Testov",
        office="Foreign Minister",
        words=WORDS,
        verb="said",
        rule="verb name",
        kind=StatementKind.DIRECT,
        language="en",
        confidence=0.9,
        start=start,
        end=start + len(WORDS),
    )
    with Store.open(tmp_path / "policywire.db") as store:
        store.keep(batch(replace(one, statements=(said,)), article("b", title="Another")), now=NOW)
    return tmp_path


def run(data: Path, *words: str) -> Result:
    return CliRunner().invoke(search, [*words, "--data", str(data)])


def test_statements_by_speaker_and_office(data: Path) -> None:
    for words in (["--speaker", "testov"], ["--office", "minister"], ["treaty", "--speaker", "Aman"]):
        done = run(data, *words)
        assert done.exit_code == 0
        assert f"Aman Testov, Foreign Minister (direct, verb name): {WORDS}" in done.output
        assert "https://kz-one.example/a" in done.output
    for words in (
        ["--speaker", "probov"],
        ["Another", "--speaker", "Aman"],
        ["--speaker", "Aman", "--language", "ru"],
    ):
        assert run(data, *words).output == "nothing found\n"


def test_json(data: Path) -> None:
    (line,) = run(data, "--speaker", "Testov", "--json").output.splitlines()
    found = json.loads(line)
    assert found["statement"]["words"] == WORDS
    assert (found["statement"]["office"], found["title"], found["source"]) == (
        "Foreign Minister",
        "A treaty",
        "kz-one",
    )
    (line,) = run(data, "Another", "--json").output.splitlines()
    assert json.loads(line)["id"] == 2


def test_nothing_asked(data: Path) -> None:
    done = run(data)
    assert done.exit_code == 2
    assert "--speaker" in done.output
