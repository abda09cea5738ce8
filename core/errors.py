"""The error tree. A message names what, where, why, and what to do next.

PolicywireError
├── ConfigError       the files that people write; carries every problem found, not the first one
├── SourceError       one source, one poll; becomes that poll's outcome, never the daemon's end
│   ├── Unreachable   no usable reply: DNS, TLS, timeout, 4xx, 5xx
│   ├── Refused       robots.txt, 401, 403, 429
│   └── SourceChanged a reply that is not what the source file says: HTML for a feed, an empty listing
├── PageError         one page that could not be read; the rest of the poll goes on
│   └── Poisoned      a page that killed its reader, or kept it busy for too long
├── StorageError      the database file: not SQLite, read-only, newer schema, disk full
└── InUseError        another process holds the data folder or the port
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


class PolicywireError(Exception):
    """Anything that an operator can act on. The CLI prints it without a traceback and exits with 1."""


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Problem:
    """One fault in one file: `line` counts from 1 (0: the whole file), `key` is dotted ("" for none)."""

    path: Path
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}" if self.line else str(self.path)
        return f"{where}: {self.key}: {self.message}" if self.key else f"{where}: {self.message}"


class ConfigError(PolicywireError):
    """One or more faults in config files, all of them at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        count = f"{len(self.problems)} problem{'s' if len(self.problems) != 1 else ''} in the configuration"
        super().__init__("\n".join([count + ":", *(f"  {problem}" for problem in self.problems)]))


class SourceError(PolicywireError):
    """A poll of one source that failed."""


class Unreachable(SourceError):
    """No usable reply came."""


class Refused(SourceError):
    """The site does not want this request."""


class SourceChanged(SourceError):
    """The reply is not what the source file describes."""


class PageError(PolicywireError):
    """One page that could not be read."""


class Poisoned(PageError):
    """A page that killed its reader, kept it busy for too long or filled its memory."""


class StorageError(PolicywireError):
    """The database cannot be used as it is."""


class InUseError(PolicywireError):
    """Another process holds what this one needs."""
