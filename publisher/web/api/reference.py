"""The OpenAPI document as what the page at /api shows. Pure: a document in, values for a template out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# A longer list of values is told by its length: the OpenAPI document has them all.
_MOST_VALUES = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A parameter or a field: its name, its type in words, what it means."""

    name: str
    type: str
    about: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Operation:
    """One address. `answer` names the shape of its answer, None where it has none."""

    id: str
    path: str
    summary: str
    about: str
    parameters: tuple[Row, ...]
    answer: str | None
    errors: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Shape:
    """What an answer consists of."""

    name: str
    about: str
    fields: tuple[Row, ...]


def operations(document: Mapping[str, Any]) -> list[Operation]:
    """Return the addresses in their order."""
    return [
        Operation(
            id=found["operationId"],
            path=path,
            summary=found["summary"],
            about=found.get("description", ""),
            parameters=tuple(
                Row(name=one["name"], type=_type(one["schema"]), about=one.get("description", ""))
                for one in found.get("parameters", ())
            ),
            answer=_answer(found),
            errors=tuple(
                (code, reply["description"]) for code, reply in found["responses"].items() if code >= "4"
            ),
        )
        for path, found in ((path, methods["get"]) for path, methods in document["paths"].items())
    ]


def shapes(document: Mapping[str, Any]) -> list[Shape]:
    """Return the shapes of answers by name."""
    return [
        Shape(
            name=name,
            about=schema.get("description", ""),
            fields=tuple(
                Row(name=field, type=_type(one), about=one.get("description", ""))
                for field, one in schema.get("properties", {}).items()
            ),
        )
        for name, schema in sorted(document["components"]["schemas"].items())
        if "properties" in schema
    ]


def _answer(operation: Mapping[str, Any]) -> str | None:
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    return _name(schema) if "$ref" in schema else None


def _name(schema: Mapping[str, Any]) -> str:
    return str(schema["$ref"]).rpartition("/")[2]


def _type(schema: Mapping[str, Any]) -> str:
    return " or ".join(dict.fromkeys(_types(schema)))


def _types(schema: Mapping[str, Any]) -> Iterator[str]:
    """Yield the types that a value may have, in words."""
    if "$ref" in schema:
        yield _name(schema)
    elif "anyOf" in schema:
        for one in schema["anyOf"]:
            yield from _types(one)
    elif "enum" in schema:
        values = schema["enum"]
        yield from map(str, values) if len(values) <= _MOST_VALUES else [f"one of {len(values)} ids"]
    elif schema.get("type") == "array":
        inner = schema.get("items") or {"type": "value"}
        yield f"list of {_type(inner)}"
    else:
        yield schema.get("format", schema.get("type", "value")).replace("-", " ")
