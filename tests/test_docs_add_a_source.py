"""docs/add-a-source.md is true: its examples load, its table is complete, its class is the real one."""

import re
import typing
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel

from core.source import Source
from crawler.spider import SourceSpider

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "add-a-source.md"
TEXT = PAGE.read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
ROW = re.compile(r"^\| `([\w.]+)` \|(.*?)\| (.+) \|$", re.MULTILINE)


def load(example: str) -> Source:
    return Source.model_validate({**yaml.safe_load(example), "id": "xx-example"})


def keys(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield each key that a maintainer may write, with its default as the page shows it."""
    for name, field in model.model_fields.items():
        if prefix + name == "id":
            continue
        blocks = [
            part
            for part in (field.annotation, *typing.get_args(field.annotation))
            if isinstance(part, type) and issubclass(part, BaseModel)
        ]
        if blocks:
            yield from keys(blocks[0], f"{prefix}{name}.")
        elif field.is_required():
            yield prefix + name, "needed"
        else:
            default = field.get_default(call_default_factory=True)
            yield prefix + name, "" if default is None else f"`{shown(default)}`"


def shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple | dict) and not value:
        return "[]" if isinstance(value, tuple) else "{}"
    assert not isinstance(value, timedelta), "show a duration as people write it"
    return str(value)


@pytest.mark.parametrize("example", EXAMPLES)
def test_yaml_examples_load(example: str) -> None:
    assert load(example).enabled


def test_there_is_an_example_for_each_kind_with_rules() -> None:
    assert {load(example).kind for example in EXAMPLES} >= {"feed", "listing", "api"}


def test_the_table_has_every_key_with_its_default_in_the_model_s_order() -> None:
    written = [(key, default.strip()) for key, default, _ in ROW.findall(TEXT)]
    assert written == list(keys(Source))


def test_the_page_can_be_followed_in_ten_minutes() -> None:
    assert len(TEXT.partition("## All keys")[0].splitlines()) <= 85
    for command in ("sources new", "sources check", "sources record"):
        assert f"policywire {command}" in TEXT


def test_the_custom_class_shown_is_the_real_one() -> None:
    (example,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    module = re.search(r"all of `(crawler/sources/\w+\.py)`.* `(config/sources/[\w-]+\.yml)`", TEXT)
    assert module is not None
    assert (ROOT / module[1]).read_text(encoding="utf-8").endswith(example)
    document = yaml.safe_load((ROOT / module[2]).read_text(encoding="utf-8"))
    assert document["kind"] == "custom"


def test_every_method_named_can_be_overridden() -> None:
    named = set(re.findall(r"`(parse_list|list_requests|article_request|finish|[a-z_]+_request)`", TEXT))
    assert len(named) >= 4
    assert all(callable(getattr(SourceSpider, name)) for name in named)
