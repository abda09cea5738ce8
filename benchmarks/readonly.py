"""The web server over a store that is only read, for what measures pages and feeds."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from core.settings import Settings
from core.source import Source
from publisher.feeds.channels import channels
from publisher.matching import Offices, Watchlist
from publisher.press import Press
from publisher.web.app import create_app
from publisher.web.ready import ReadyFeeds
from publisher.web.site import InForce, Site
from publisher.web.snapshot import Snapshot
from storage.readers import Readers
from storage.store import Store

BASE_URL = "http://127.0.0.1"

T = TypeVar("T")


def read_only_app(
    file: Path,
    readers: Readers,
    *,
    watchlists: Mapping[str, Watchlist],
    sources: Mapping[str, Source],
    now: datetime,
    press: Press | None = None,
) -> ReadyFeeds:
    """Return the whole application as the daemon has it; `now` stands still, and nothing can be written."""
    settings, feeds = Settings(), channels(watchlists.values())
    in_force = InForce(
        settings=settings,
        sources=sources,
        watchlists=watchlists,
        channels=feeds,
        base_url=BASE_URL,
        press=press
        or Press(
            settings=settings,
            sources=sources,
            watchlists=watchlists,
            channels=feeds,
            base_url=BASE_URL,
            hubs=(),
        ),
        offices=Offices(one for watchlist in watchlists.values() for one in watchlist.lists.values()),
    )
    snapshot = Snapshot(title="policywire", version="0", started=now, taken=now, healthy=True, counts={})
    return create_app(
        Site(
            feeds_dir=file.parent / "feeds",
            readers=readers,
            write=_refuse,
            in_force=lambda: in_force,
            snapshot=lambda: snapshot,
            clock=lambda: now,
        )
    )


def _refuse(work: Callable[[Store], T]) -> Awaitable[T]:
    raise RuntimeError("nothing is written here")
