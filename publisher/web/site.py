"""What the web server is given by the daemon: values in force, readers of the store, a way to write."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol, TypeVar

from core.clock import utcnow
from core.coverage import Missing
from core.settings import Settings
from core.source import Source
from publisher.feeds.channels import Channel
from publisher.matching import Matcher, Offices, Watchlist
from publisher.press import Press
from publisher.web.judging import Judging
from publisher.web.snapshot import Snapshot
from storage.readers import Readers
from storage.shelf import Shelf
from storage.store import Store

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class InForce:
    """The configuration as it is now. `base_url` is the public address, without a closing slash.

    `matcher` and `offices` are the publisher's own, of all watchlists; None while it has none.
    `press` makes the feeds; another configuration has another.
    """

    settings: Settings
    sources: Mapping[str, Source]
    watchlists: Mapping[str, Watchlist]
    channels: tuple[Channel, ...]
    base_url: str
    press: Press
    missing: tuple[Missing, ...] = ()
    matcher: Matcher | None = None
    offices: Offices | None = None


class Write(Protocol):
    """Runs one piece of work with the one store that writes, in its thread."""

    def __call__(self, work: Callable[[Store], T]) -> Awaitable[T]:
        """Return what `work` returns. Raises what it raises."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """The daemon, as the web server sees it.

    `snapshot`, `in_force` and `metrics` are called in the event loop: they must be quick. Handlers that read
    are plain functions (a thread of the pool each) and borrow from `readers`; those that write are coroutines
    and await `write`. `articles_a_day` reads what is remembered of a source's polls.
    """

    feeds_dir: Path
    readers: Readers
    write: Write
    in_force: Callable[[], InForce]
    snapshot: Callable[[], Snapshot]
    clock: Callable[[], datetime] = utcnow
    metrics: Callable[[], bytes] | None = None
    shelf: Shelf | None = None
    articles_a_day: Callable[[str], float] | None = None
    judging: Judging = field(default_factory=Judging)
