"""What pydantic found wrong -> what was expected, in words for those who wrote it. Pure."""

from collections.abc import Mapping
from typing import Any

_MAPPING = "expected keys with values below it, such as `key: value`"
_LIST = "expected a list, such as [a, b]"
_WHOLE, _NUMBER = "expected a whole number", "expected a number"
_YES_OR_NO = "expected true or false"
_DAY = "expected a day, such as 2026-09-20"
# By the type of the error, with the values of its context: https://docs.pydantic.dev/latest/errors/validation_errors/
_EXPECTED = {
    "extra_forbidden": "unknown key; look for a typing error, or remove it",
    "missing": "this key is missing",
    "model_type": _MAPPING,
    "model_attributes_type": _MAPPING,
    "dict_type": _MAPPING,
    "tuple_type": _LIST,
    "list_type": _LIST,
    "set_type": _LIST,
    "frozen_set_type": _LIST,
    "string_type": "expected a text; put it in quotation marks",
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "bool_type": _YES_OR_NO,
    "bool_parsing": _YES_OR_NO,
    "date_type": _DAY,
    "date_parsing": _DAY,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": _DAY,
    "literal_error": "expected {expected}",
    "greater_than": "expected more than {gt}",
    "greater_than_equal": "expected {ge} or more",
    "less_than": "expected less than {lt}",
    "less_than_equal": "expected {le} or less",
    "too_short": "expected a list of {min_length} or more",
    "too_long": "expected a list of {max_length} or fewer",
    "string_too_short": "expected {min_length} or more characters",
    "string_too_long": "expected {max_length} or fewer characters",
    "string_pattern_mismatch": "does not have the form {pattern}",
}


class MisplacedError(ValueError):
    """A fault that a model finds at one of its keys, such as what does not agree with another key."""

    def __init__(self, key_path: tuple[str, ...], message: str) -> None:
        super().__init__(message)
        self.key_path = key_path


def fault(detail: Mapping[str, Any]) -> str:
    """Return one of a ValidationError's `errors()` as a sentence without capital or full stop."""
    kind, context = detail["type"], detail.get("ctx", {})
    if kind in _EXPECTED:
        plain = {name: f"{one:g}" if isinstance(one, float) else one for name, one in context.items()}
        return _EXPECTED[kind].format(**plain)
    message = str(context["error"]) if kind == "value_error" else str(detail["msg"])
    return message[:1].lower() + message[1:]
