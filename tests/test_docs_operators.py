"""docs/operators.md names every setting with its default; README and docs name every verb."""

import json
from pathlib import Path

import click
import pytest

from core.settings import Settings, setting_names
from scheduler.cli import cli

ROOT = Path(__file__).resolve().parent.parent
OPERATORS = (ROOT / "docs" / "operators.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", setting_names())
def test_setting_is_documented_with_its_default(name: str) -> None:
    value = Settings().model_dump(mode="json")
    for part in name.split("."):
        value = value[part]
    assert f"| `{name}` | `{json.dumps(value)}` | {setting_names()[name].description} |" in OPERATORS


def test_every_verb_is_in_the_docs_and_has_help() -> None:
    pages = [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")]
    docs = "\n".join(path.read_text(encoding="utf-8") for path in pages)
    context = click.Context(cli)
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command is not None
        assert command.help, f"{name} has no help"
        assert name in docs
        if isinstance(command, click.Group):
            for verb, inner in command.commands.items():
                assert inner.help, f"{name} {verb} has no help"
                assert f"{name} {verb}" in docs, f"{name} {verb} stands in no document"
