import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from fakes_storage import NOW, article, batch
from fakes_texts import REPORT, paragraphs

from core.errors import StorageError
from scheduler.cli import cli
from storage.store import Store


@pytest.fixture
def data(tmp_path: Path) -> Path:
    with Store.open(tmp_path / "policywire.db") as store:
        copy = article("copy", source="paper", text=paragraphs(REPORT, 0, 1, 2))
        store.keep(batch(article("talks", source="agency", text=REPORT), copy), now=NOW)
    return tmp_path


def run(data: Path, *words: str) -> str:
    done = CliRunner().invoke(cli, ["story", *words, "--data", str(data)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_show_says_who_had_it_and_why(data: Path) -> None:
    printed = run(data, "show", "2")
    assert "duplicate of 1, 100%" in printed
    assert "four-word sequences" in printed
    story = json.loads(run(data, "show", "1", "--json"))
    assert [member["source"] for member in story["members"]] == ["agency", "paper"]
    assert story["primary"] == 1


def test_split_and_join_are_taken_back_by_each_other(data: Path) -> None:
    assert "agency" not in run(data, "split", "2")
    assert "paper" not in run(data, "show", "1")
    assert "paper" in run(data, "join", "1", "2")


def test_what_cannot_be_is_refused_with_its_reason(data: Path) -> None:
    with pytest.raises(StorageError, match="one story already"):
        run(data, "join", "1", "2")


@pytest.mark.parametrize(
    "words",
    [
        ["story", "show", "9" * 20],
        ["story", "split", "1", "9" * 20],
        ["story", "join", "1", "0"],
        ["show", "9" * 5000],
        ["tokens", "revoke", "9" * 20],
        ["feedback", "withdraw", "9" * 20],
        ["push", "retry", "9" * 20],
    ],
    ids=lambda words: words[0],
)
def test_a_number_that_nothing_can_have_is_refused(data: Path, words: list[str]) -> None:
    done = CliRunner().invoke(cli, [*words, "--data", str(data)], catch_exceptions=False)
    assert done.exit_code == 2, done.output
    assert "is not in the range" in done.output
