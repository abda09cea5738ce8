"""A reply kept for whoever mends a source: what came, from where, and what was wrong with it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """One list or page as it came. `state`: good, bad, or poisoned (it killed or hung its reader)."""

    source: str
    kind: Literal["list", "page"]
    state: Literal["good", "bad", "poisoned"]
    url: str
    content_type: str | None
    body: bytes
    at: datetime
    error: str | None = None


KeepSample: TypeAlias = Callable[[Sample], None]


def keep_nothing(_sample: Sample) -> None:
    """Keep no sample: for trials and tests."""
