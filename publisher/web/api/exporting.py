"""Rows of a listing as CSV or JSON Lines: answers in, bytes out, one batch at a time. Pure.

CSV is for spreadsheets: UTF-8 with a byte order mark (without it, Excel shows Cyrillic as noise), every text
in quotes, and a text that a spreadsheet would run as a formula behind an apostrophe. JSON Lines is exact.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args

from publisher.web.api.models.base import Answer

MEDIA_TYPES = {"csv": "text/csv", "jsonl": "application/jsonl", "json": "application/json"}
BOM = "\ufeff"
# A cell that begins so is a formula to a spreadsheet; the wide forms are to some in East Asia.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def json_lines(items: Iterable[Answer]) -> bytes:
    """Return one line for each item."""
    return "".join(f"{item.model_dump_json(by_alias=True)}\n" for item in items).encode()


def csv_head(model: type[Answer]) -> bytes:
    """Return the mark and the line with the columns' names."""
    return (BOM + _lines([columns(model)])).encode()


def csv_lines(items: Iterable[Answer]) -> bytes:
    """Return one record for each item."""
    return _lines(
        list(_cells(type(item), item.model_dump(mode="json", by_alias=True))) for item in items
    ).encode()


def columns(model: type[Answer]) -> list[str]:
    """Return the names of the columns: an answer inside gives a column for each of its fields."""
    return [name for name, _ in _walk(model)]


def _lines(rows: Iterable[list[Any]]) -> str:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def _walk(model: type[Answer]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each column with its path inside the answer."""
    for name, field in model.model_fields.items():
        shown = field.serialization_alias or name
        inner = _inner(field.annotation)
        if inner is None:
            yield shown, (shown,)
            continue
        for column, path in _walk(inner):
            yield f"{shown}_{column}", (shown, *path)


def _inner(annotation: Any) -> type[Answer] | None:
    for one in (annotation, *get_args(annotation)):
        if isinstance(one, type) and issubclass(one, Answer):
            return one if annotation is one or type(None) in get_args(annotation) else None
    return None


def _cells(model: type[Answer], values: Mapping[str, Any]) -> Iterator[Any]:
    for _, path in _walk(model):
        value: Any = values
        for part in path:
            value = None if value is None else value[part]
        yield _cell(value)


def _cell(value: Any) -> Any:
    """Return a number as it is, a list of texts joined, anything else that is not flat as JSON."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return value
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return _safe("; ".join(value))
    if isinstance(value, list | dict):
        return _safe(json.dumps(value, ensure_ascii=False))
    return _safe("" if value is None else value)


def _safe(text: str) -> str:
    """Return the text so that no spreadsheet runs it. A mark that hides before a sign is no way around."""
    return f"'{text}" if text.lstrip(f" {BOM}\u200b\xa0").startswith(_FORMULA) else text
