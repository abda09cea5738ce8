"""Kinds of values that settings take, from the file or, as one text, from the environment. Models only."""

import json
import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, SecretStr


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


def _addressed(value: SecretStr) -> SecretStr:
    """Refuse what no service can be told from. Whether there is that service is asked of Apprise."""
    if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*://.", value.get_secret_value()):
        raise ValueError("expected an address as Apprise writes it, such as mailto://user:password@host")
    return value


# What Apprise sends to; shown and logged to nobody.
Address = Annotated[SecretStr, AfterValidator(_addressed)]
Addresses = Annotated[tuple[Address, ...], BeforeValidator(_words)]

# Before a list of things with keys of their own.
from_json = BeforeValidator(_listed)
as_words = BeforeValidator(_words)
