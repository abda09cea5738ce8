"""Kinds of values that settings take, from the file or, as one text, from the environment. Models only."""

import json
from typing import Annotated

from pydantic import BeforeValidator, SecretStr


def _words(value: object) -> object:
    """Part what the environment gives as one text."""
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


def _listed(value: object) -> object:
    """Read what the environment gives as one text, a list in JSON."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        raise ValueError('expected a list; in the environment as JSON: [{"name": ...}, ...]') from None


# A list of names; in the environment they are parted by blanks or commas.
Words = Annotated[tuple[str, ...], BeforeValidator(_words)]

# Words that are shown and logged to nobody.
Secrets = Annotated[tuple[SecretStr, ...], BeforeValidator(_words)]

# Before a list of things with keys of their own.
from_json = BeforeValidator(_listed)
as_words = BeforeValidator(_words)
