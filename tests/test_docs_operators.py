"""docs/operators.md names every setting with its default; README and docs name every verb."""

import json
from pathlib import Path

import click
import pytest
import yaml
from fakes_publisher import SOURCES, make_entry

from core.settings import Settings, setting_names
from publisher.push.payload import as_json
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


def test_the_example_of_push_works_as_it_stands() -> None:
    section = OPERATORS.split("\n## Push\n")[1].split("\n## ")[0]
    example = section.split("```yaml\n")[1].split("```")[0]
    settings = Settings.model_validate(yaml.safe_load(example))
    names = [one.name for one in settings.push.followers]
    assert names == ["desk", "chat", "morning"]
    assert settings.push.hub and settings.push.digests[0].at == "07:30"
    # What it says is sent is what is sent.
    told = as_json(make_entry(), SOURCES, [])
    assert all(f"`{key}`" in section for key in told)
