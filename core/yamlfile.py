"""YAML with line numbers, checked by pydantic models: every fault as a `Problem(path, line, key, message)`.

Reads files; knows nothing of what they mean.
"""

import os
import re
import stat
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from core.errors import Problem
from core.faults import fault

Model = TypeVar("Model", bound=BaseModel)
KeyPath = tuple[str | int, ...]

# libyaml's parser where PyYAML was built with it: eight times as fast, and term lists are long.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# Nobody writes such a file: deeper ones would end the process inside the parser, and aliases of aliases
# ("a billion laughs") would fill the memory.
_DEEPEST = 100
_MOST_VALUES = 500_000

# A fault of a key itself: what its value is explains nothing.
_OF_KEYS = frozenset({"extra_forbidden", "missing"})
# What pydantic calls the forms of a value, and no key of ours.
_FORM = re.compile(r"[A-Z][a-z]\w*|.*[\[(].*")
_LONGEST_NAME = 60
_SECRET_KEYS = frozenset({"secret", "password", "address", "targets"})


class YamlDocument:
    """A parsed file: `data` as plain values, `line(key_path)` for where a key stands."""

    def __init__(self, path: Path, data: object, lines: dict[KeyPath, int]) -> None:
        self.path = path
        self.data = data
        self._lines = lines

    def line(self, key_path: KeyPath) -> int:
        """Return the line of the key, or of the nearest enclosing one that the file has."""
        for length in range(len(key_path), -1, -1):
            if key_path[:length] in self._lines:
                return self._lines[key_path[:length]]
        return 0

    def has(self, key_path: KeyPath) -> bool:
        """Say whether the file has this key."""
        return key_path in self._lines

    def problem(self, key_path: KeyPath, message: str) -> Problem:
        """Return a fault at this key, with items of lists by their names, else counted from 1: rules.#2."""
        return Problem(
            path=self.path, line=self.line(key_path), key=".".join(self._words(key_path)), message=message
        )

    def _words(self, key_path: KeyPath) -> Iterator[str]:
        here: object = self.data
        for part in key_path:
            here = _below(here, part)
            # What they are called helps more than their number, which people count in their heads.
            name = here.get("name") if isinstance(part, int) and isinstance(here, dict) else None
            if isinstance(name, str) and name.isprintable() and len(name) <= _LONGEST_NAME:
                yield f'"{name}"'
            else:
                yield str(part) if isinstance(part, str) else f"#{part + 1}"


def read_regular(path: Path) -> bytes:
    """Return a file's bytes without ever waiting for them, as for a pipe that nobody writes to.

    Raises OSError for what cannot be read, and for pipes, sockets and devices.
    """
    with open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK)) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError("it is a pipe or a device")
        return file.read()


def unreadable(path: Path, error: OSError) -> Problem:
    """Return the problem of a config file that is there and cannot be read."""
    message = (
        f"cannot be read: {error.strerror or error}; make it a plain file that we may read, or remove it"
    )
    return Problem(path=path, line=0, key="", message=message)


def read_yaml(path: Path) -> tuple[YamlDocument | None, list[Problem]]:
    """Read one file. A file that cannot be read or parsed gives None and its problems."""
    try:
        text = read_regular(path).decode("utf-8")
    except FileNotFoundError:
        return None, [Problem(path=path, line=0, key="", message="no such file")]
    except OSError as error:
        return None, [unreadable(path, error)]
    except UnicodeDecodeError as error:
        return None, [Problem(path=path, line=0, key="", message=f"cannot be read as UTF-8 text: {error}")]
    try:
        _refuse_bombs(text)
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            data = loader.construct_document(node) if node is not None else None
            lines: dict[KeyPath, int] = {(): 1}
            problems = list(_index(path, node, (), lines)) if node is not None else []
        finally:
            loader.dispose()
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or str(error)
        line = mark.line + 1 if mark is not None else 0
        return None, [Problem(path=path, line=line, key="", message=f"not valid YAML: {reason}")]
    return YamlDocument(path, data, lines), problems


def _refuse_bombs(text: str) -> None:
    """Raise ValueError for a text that is too deep or, its aliases written out, too large to be read."""
    values_of: dict[str | None, int] = {}
    opened: list[tuple[str | None, int]] = []
    values = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            opened.append((event.anchor, values))
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = opened.pop()
            values_of[anchor] = values - before
        elif isinstance(event, yaml.AliasEvent):
            values += values_of.get(event.anchor, 1)
        elif isinstance(event, yaml.ScalarEvent):
            values += 1
        if len(opened) > _DEEPEST or values > _MOST_VALUES:
            raise ValueError("nested too deep, or too many values with all aliases written out")


def _index(path: Path, node: yaml.Node, at: KeyPath, lines: dict[KeyPath, int]) -> Iterator[Problem]:
    """Fill `lines` with the line of each key; yield a problem for each key that stands twice."""
    if isinstance(node, yaml.MappingNode):
        for key_node, value_node in node.value:
            key_path = (*at, str(key_node.value))
            line = key_node.start_mark.line + 1
            if key_path in lines:
                message = f"stands twice, first in line {lines[key_path]}; keep one"
                yield Problem(path=path, line=line, key=".".join(map(str, key_path)), message=message)
            lines[key_path] = line
            yield from _index(path, value_node, key_path, lines)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            lines[(*at, index)] = item.start_mark.line + 1
            yield from _index(path, item, (*at, index), lines)


def check(
    model: type[Model], document: YamlDocument, data: object = ..., *, at: KeyPath = ()
) -> tuple[Model | None, list[Problem]]:
    """Validate a document (or `data` made from it, with the same key paths below `at`) against a model."""
    value: Any = document.data if data is ... else data
    if not isinstance(value, dict):
        found = "nothing" if value is None else type(value).__name__
        return None, [document.problem(at, f"expected keys and values at the top level, found {found}")]
    try:
        return model.model_validate(value), []
    except ValidationError as error:
        details = error.errors()
        explained = _explain(value, [one for one in details if not _follows(one, details)])
        return None, [document.problem((*at, *key_path), message) for key_path, message in explained]


def _follows(detail: Any, details: list[Any]) -> bool:
    """Whether this error only says that a list is too short because one of its items was refused."""
    depth = len(detail["loc"])
    others = (other["loc"] for other in details if len(other["loc"]) > depth)
    return detail["type"] == "too_short" and any(loc[:depth] == detail["loc"] for loc in others)


def _explain(value: object, details: Iterable[Any]) -> Iterator[tuple[KeyPath, str]]:
    """Yield what is wrong and where; of a value that may have one of several forms, a single fault.

    Where it has one of these forms and something in it is wrong, nothing is said of the other forms.
    """
    faults: dict[KeyPath, list[Any]] = {}
    for detail in details:
        faults.setdefault(_place(value, detail), []).append(detail)
    for place, found in faults.items():
        within = any(len(other) > len(place) and other[: len(place)] == place for other in faults)
        if not (within and all(_is_form(detail) for detail in found)):
            yield place, _told(place, found)


def _told(place: KeyPath, found: Sequence[Any]) -> str:
    message = "; or ".join(dict.fromkeys(map(fault, found)))
    detail = found[0]
    whole = detail["type"] == "value_error" and isinstance(detail.get("input"), dict)
    if whole or detail["type"] in _OF_KEYS or _is_secret(place):
        return message
    return f"{message}; found {_shown(detail.get('input'))}"


def _place(value: object, detail: Any) -> KeyPath:
    """Return where a fault stands in the file: pydantic says in between which form of a value it tried."""
    here: object = value
    place: list[str | int] = []
    for part in detail["loc"]:
        below = _below(here, part)
        if below is not None or not _names_form(part):
            place.append(part)
            here = below
    return (*place, *getattr(detail.get("ctx", {}).get("error"), "key_path", ()))


def _is_form(detail: Any) -> bool:
    return any(map(_names_form, detail["loc"]))


def _names_form(part: str | int) -> bool:
    # "[key]" stands behind a key that is itself wrong, "WithinWords" and "literal['a','b']" for forms.
    return isinstance(part, str) and _FORM.fullmatch(part) is not None


def _below(here: object, part: str | int) -> object:
    """Return what stands under a key or a number of a list; None where nothing does."""
    if isinstance(here, dict):
        return here.get(part)
    return here[part] if isinstance(here, list) and isinstance(part, int) and part < len(here) else None


def _shown(value: object) -> str:
    """Return a value as YAML has it; of a list or mapping only that it is one."""
    if isinstance(value, dict | list):
        return ("a list" if isinstance(value, list) else "keys and values") if value else "nothing in it"
    if value is None:
        return "nothing"
    return str(value).lower() if isinstance(value, bool) else repr(value)


def _is_secret(location: KeyPath) -> bool:
    """Whether what stands there is nobody's business, in a message as in a log."""
    return not _SECRET_KEYS.isdisjoint(location) or ("webhooks" in location and location[-1] == "url")
