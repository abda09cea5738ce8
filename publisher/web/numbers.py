"""Numbers in addresses: text from anybody in, a number that the store can be asked for out. Pure."""

import re

from starlette.exceptions import HTTPException

from publisher.asking import AskError

# Larger ones are no numbers of ours, and SQLite's integers end soon behind.
_NUMBER = re.compile(r"[0-9]{1,15}", re.ASCII)


def number_in_path(text: str, what: str) -> int:
    """Return the number of an article or a story in an address. Raises 404 for what is none."""
    if not _NUMBER.fullmatch(text):
        raise HTTPException(404, f"There is no {what} {text[:40]!r}: {what} addresses end with a number.")
    return int(text)


def number_asked(text: str | None, name: str) -> int | None:
    """Return the number in a parameter; None where it is left out or empty. Raises AskError."""
    if text is None or not text.strip():
        return None
    if not _NUMBER.fullmatch(text.strip()):
        raise AskError(f"{name}: a number from 1 is expected (got {text[:40]!r})")
    return int(text.strip())
