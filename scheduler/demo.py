"""The demo: the bundled newsroom, an ordinary config folder made for it, and the ordinary daemon.

Watches the daemon from outside, through the store; nothing here reaches into the line.
"""

import asyncio
import contextlib
import secrets
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from core.clock import utcnow
from core.config import DataDir, default_config_dir
from core.errors import PolicywireError
from demo.newsroom import Newsroom
from publisher.web.access.passwords import hashed
from scheduler.cli.common import table
from scheduler.daemon import Daemon
from storage.store import Store

Say = Callable[[str], None]

PASS_SECONDS = 120.0
LOOK_SECONDS = 1.5
WATCHLIST = "central-asia"
LOGIN = "demo"


async def run_demo(*, folder: Path | None, port: int, once: bool, say: Say) -> None:
    """Run the demo in `folder` (None: a temporary one). Raises PolicywireError if a pass does not end."""
    with tempfile.TemporaryDirectory(prefix="policywire-demo-") as temporary:
        home = folder or Path(temporary)
        config_dir, data = home / "config", DataDir(path=home / "data")
        if data.database.exists():
            # The newsroom's ports are new each time: its articles would come as copies of the old ones.
            raise PolicywireError(
                f"{home} holds an earlier demo; remove it, or name another folder with --dir"
            )
        with Newsroom(utcnow()) as newsroom:
            newsroom.write_config(config_dir, default_config_dir())
            daemon = Daemon(config_dir, data, host="127.0.0.1", port=port)
            running = asyncio.create_task(daemon.run())
            passes = asyncio.create_task(_passes(daemon, data, newsroom, once, say))
            passes.add_done_callback(lambda task: daemon.stop() if once or _failed(task) else None)
            try:
                await running
            finally:
                passes.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await passes


def _failed(task: "asyncio.Task[None]") -> bool:
    return task.cancelled() or task.exception() is not None


async def _passes(daemon: Daemon, data: DataDir, newsroom: Newsroom, once: bool, say: Say) -> None:
    started = time.monotonic()
    await daemon.serving.wait()
    say(f"The newsroom is open: {len(newsroom.sites)} sites on loopback. First pass ...")
    with Store.open(data.database) as store:
        password = _demo_login(store)
        await _pass_done(store, {})
        say(_pass_table(store))
        # Until the demo's settings have every page looked at again.
        await asyncio.sleep(LOOK_SECONDS)
        newsroom.advance()
        polled = {state.id: state.polls for state in store.source_states()}
        say("\nThe newsroom has moved on: new articles, reprints, edits, a page taken down. Second pass ...")
        store.make_due(None, now=utcnow())
        await _pass_done(store, polled)
        say(_pass_table(store))
    feeds = len(list(data.feeds.glob("*.rss")))
    say(f"\nTwo passes took {time.monotonic() - started:.0f} s. Now open:")
    say(f"  pages   {daemon.address}/")
    say(f"  a feed  {daemon.address}/feeds/central-asia.rss   (all {feeds}: {daemon.address}/feeds)")
    say(f"  login   {daemon.address}/login, name {LOGIN}, password {password} (of this demo alone)")
    if not once:
        say("Serving and polling on; Ctrl-C ends it.")


def _demo_login(store: Store) -> str:
    """Add an operator with a password of chance; the demo serves on loopback alone."""
    password = secrets.token_urlsafe(12)
    store.add_user(LOGIN, "operator", hashed(password), now=utcnow())
    return password


async def _pass_done(store: Store, polled: Mapping[str, int]) -> None:
    """Wait until every source was polled again since `polled` was counted and the publisher has followed."""
    deadline = time.monotonic() + PASS_SECONDS
    while time.monotonic() < deadline:
        states = store.source_states()
        late = [state.id for state in states if state.polls <= polled.get(state.id, 0) or state.claimed_until]
        if states and not late and store.cursor(WATCHLIST).seq >= store.last_seq():
            return
        await asyncio.sleep(0.2)
    raise PolicywireError(f"the demo's pass did not end within {PASS_SECONDS:.0f} s; waiting for: {late}")


def _pass_table(store: Store) -> str:
    headings = ("source", "fetched", "new", "duplicate", "revised", "matched")
    rows = []
    for state in sorted(store.source_states(), key=lambda state: state.id):
        total = state.totals
        rows.append((state.id, total.fetched, total.new, total.duplicate, total.revised, total.matched))
    sums = [sum(int(row[column]) for row in rows) for column in range(1, len(headings))]
    return table(headings, [*rows, ("total", *sums)])
