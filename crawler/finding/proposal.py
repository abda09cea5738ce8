"""A source that was found out -> the text of its file in house style, with remarks. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from core.source import Source


class _HouseStyle(yaml.SafeDumper):
    """Lists stand two blanks inside their key."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def source_text(source: Source, doubts: Mapping[str, str], remarks: Sequence[str] = ()) -> str:
    """Write a source file: the model's keys in the model's order, without what is left at its default.

    `doubts` has a remark for each unsure key (dotted, as in "listing.date"), put above that key; `remarks`
    stand at the top.
    """
    data = source.model_dump(mode="json", exclude_defaults=True, exclude={"id"})
    left_out = [f"{key}: {doubt}" for key, doubt in doubts.items() if key.partition(".")[0] not in data]
    head = (
        f"config/sources/{source.id}.yml",
        "Look at each remark in this file, then remove it.",
        *left_out,
        *remarks,
    )
    return "".join(f"# {line}\n" for line in head) + "".join(_lines(data, doubts, ()))


def _lines(data: Mapping[str, Any], doubts: Mapping[str, str], above: tuple[str, ...]) -> list[str]:
    indent = "  " * len(above)
    lines: list[str] = []
    for key, value in data.items():
        path = (*above, key)
        if (doubt := doubts.get(".".join(path))) is not None:
            lines.append(f"{indent}# {doubt}\n")
        if isinstance(value, dict):
            lines.append(f"{indent}{key}:\n")
            lines += _lines(value, doubts, path)
        else:
            lines += [f"{indent}{line}\n" for line in _entry(key, value).splitlines()]
    return lines


def _entry(key: str, value: object) -> str:
    """Return one key with its value; languages stand in one line, other lists one below the other."""
    flow = key == "languages"
    if flow:
        inner = yaml.dump(value, Dumper=_HouseStyle, default_flow_style=True, allow_unicode=True, width=1000)
        return f"{key}: {inner.strip()}"
    return yaml.dump(
        {key: value}, Dumper=_HouseStyle, default_flow_style=False, allow_unicode=True, width=1000
    )
