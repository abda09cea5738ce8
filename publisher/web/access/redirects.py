"""Where a login may lead: only to pages of this server. Pure."""

import re

FRONT = "/"
_LONGEST = 2000
# Browsers take a backslash for a slash, and leave out tabs and line breaks.
_PLAIN = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*")


def safe_next(value: str | None) -> str:
    """Return an address within this server, without its path prefix; the front page for anything else."""
    if value is None or len(value) > _LONGEST or not _PLAIN.fullmatch(value):
        return FRONT
    path = value.partition("?")[0]
    return FRONT if path in ("/login", "/logout") else value
