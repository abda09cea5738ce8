"""The web server with a real store, on loopback, for tests: filled by the test, asked as clients ask."""

import asyncio
import http.client
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

from fakes_publisher import NOW, make_source
from starlette.routing import BaseRoute

from core.article import Outcome
from core.settings import Settings
from core.source import Source
from publisher.feeds.channels import Channel
from publisher.matching import Offices, Watchlist, load_watchlists
from publisher.press import Press
from publisher.push.targets import hubs
from publisher.web.access.cookies import SESSION
from publisher.web.access.csrf import token_for
from publisher.web.access.passwords import Cost
from publisher.web.access.tokens import digest, new_secret, new_token
from publisher.web.app import create_app
from publisher.web.site import InForce, Site
from publisher.web.snapshot import Snapshot, SourceRow
from scheduler.webserver import server
from storage.readers import Readers
from storage.records.accounts import Role
from storage.records.polling import SourceState, SourceTotals
from storage.store import Store

T = TypeVar("T")

# What a password's hash takes in tests: next to nothing.
CHEAP = Cost(log_n=4, r=8, p=1)

CHANNELS = (
    Channel(name="central-asia", title="Central Asia", watchlist="central-asia"),
    Channel(name="central-asia-kz", title="Central Asia — Kazakhstan", watchlist="central-asia", state="KZ"),
)


_WATCHLIST = """
name: Region policy
states: {KZ: Kazakhstan, UZ: Uzbekistan}
lists:
  kazakhstan: {country: KZ, terms: {en: [Kazakhstan]}}
  uzbekistan: {country: UZ, terms: {en: [Uzbekistan]}}
  acts: {terms: {en: [treaty]}}
groups: {states: [kazakhstan, uzbekistan]}
rules:
  - {name: act of a state, all: [states, acts], weight: 1}
"""


def make_watchlists(path: Path, name: str = "central-asia") -> dict[str, Watchlist]:
    """Return a watchlist of treaties of two states, loaded from a folder."""
    folder = path / "config" / "watchlists"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.yml").write_text(_WATCHLIST)
    watchlists, problems = load_watchlists(path / "config", {})
    assert not problems
    return watchlists


def make_state(**changes: Any) -> SourceState:
    """Return the row of a source that is well."""
    state = SourceState(
        id="kz-ministry",
        due=NOW + timedelta(minutes=25),
        claimed_until=None,
        last_poll=NOW - timedelta(minutes=5),
        last_success=NOW - timedelta(minutes=5),
        last_new=NOW - timedelta(hours=3),
        last_outcome=Outcome.OK,
        last_error=None,
        failures=0,
        polls=10,
        totals=SourceTotals(),
    )
    return replace(state, **changes)


def make_snapshot(**changes: Any) -> Snapshot:
    """Return a service that is well."""
    snapshot = Snapshot(
        title="policywire",
        version="0.1.0",
        started=NOW - timedelta(days=2),
        taken=NOW,
        healthy=True,
        sources=(SourceRow(source=make_source(), state=make_state()),),
        feeds=CHANNELS,
        counts={"articles": 12, "entries": 3},
    )
    return replace(snapshot, **changes)


@dataclass
class Reply:
    """What came back; names of headers are in small letters. `cookies` are all Set-Cookie headers."""

    status: int
    headers: dict[str, str]
    body: bytes
    cookies: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The body as UTF-8."""
        return self.body.decode()


@dataclass
class WebSite:
    """A running server. A test may change what `snapshot` gives or raises, the config, and fill `store`."""

    path: Path
    store: Store
    port: int = 0
    snapshot: Snapshot = field(default_factory=make_snapshot)
    fault: Exception | None = None
    settings: Settings = field(default_factory=Settings)
    sources: Mapping[str, Source] = field(default_factory=dict)
    watchlists: Mapping[str, Watchlist] = field(default_factory=dict)
    offices: Offices | None = None
    routes: Sequence[BaseRoute] = ()
    now: datetime = NOW
    base_url: str | None = None
    _press: tuple[tuple[int, ...], Press] | None = None

    @property
    def feeds(self) -> Path:
        """The feeds folder."""
        return self.path / "feeds"

    def take(self) -> Snapshot:
        """Return the snapshot, or raise."""
        if self.fault is not None:
            raise self.fault
        return self.snapshot

    def in_force(self) -> InForce:
        """Return the config."""
        base_url = self.base_url or f"http://127.0.0.1:{self.port}"
        parts = (self.settings, self.sources, self.watchlists, self.snapshot.feeds, self.base_url)
        config = tuple(map(id, parts))
        if self._press is None or self._press[0] != config:
            # Another config has another press, as in the daemon.
            press = Press(
                watchlists=self.watchlists,
                channels=self.snapshot.feeds,
                sources=self.sources,
                settings=self.settings,
                base_url=base_url,
                hubs=hubs(self.settings, base_url),
            )
            self._press = config, press
        return InForce(
            press=self._press[1],
            settings=self.settings,
            sources=self.sources,
            watchlists=self.watchlists,
            channels=self.snapshot.feeds,
            base_url=base_url,
            offices=self.offices,
        )

    def ask(
        self,
        path: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Reply:
        """Send one request, follow nothing."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body=body, headers=dict(headers or {}))
            response = connection.getresponse()
            found = {name.lower(): value for name, value in response.getheaders()}
            cookies = tuple(response.headers.get_all("Set-Cookie", ()))
            return Reply(response.status, found, response.read(), cookies)
        finally:
            connection.close()

    def signed_in(self, role: Role = "operator", name: str | None = None) -> "Browser":
        """Return a browser with a session of a user with that role; no password is asked."""
        name, session = name or f"some-{role}", new_secret()
        self.store.add_user(name, role, "no password", now=self.now)
        begun = self.store.begin_session(
            name,
            digest(session),
            password="no password",
            now=self.now,
            address="127.0.0.1",
            browser="A browser",
        )
        assert begun is not None
        return Browser(site=self, session=session)

    def new_token(self, user: str | None = None) -> str:
        """Return a token to read by."""
        token = new_token()
        made = self.store.add_token(digest(token), user=user, name="a reader", now=self.now, expires=None)
        assert made is not None
        return token


@dataclass
class Browser:
    """Asks a site with a session, over plain HTTP."""

    site: WebSite
    session: str

    def ask(self, path: str, **more: Any) -> Reply:
        """Send a request with the session's cookie; `headers` are added to it."""
        headers = {"Cookie": f"{SESSION}={self.session}", "Accept": "text/html", **more.pop("headers", {})}
        return self.site.ask(path, headers=headers, **more)

    def post(self, path: str, fields: Mapping[str, str] | None = None, **headers: Any) -> Reply:
        """Send a form with the session's token in it."""
        whole = {"csrf": token_for(self.session), **(fields or {})}
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.ask(path, method="POST", headers=kind | headers, body=urlencode(whole).encode())


@contextmanager
def running_site(path: Path, **values: Any) -> Iterator[WebSite]:
    """Serve a site whose data is in a folder; `values` are WebSite's."""
    (path / "feeds").mkdir(parents=True, exist_ok=True)
    if "watchlists" not in values:
        values["watchlists"] = make_watchlists(path)
    database = path / "policywire.db"
    thread = ThreadPoolExecutor(1)
    # The server writes by a store of its own: the test uses its one in another thread at the same time.
    with (
        Store.open(database) as store,
        Store.open(database) as written,
        Readers(database) as readers,
        socket.socket() as sock,
    ):
        sock.bind(("127.0.0.1", 0))
        web = WebSite(path=path, store=store, port=sock.getsockname()[1], **values)

        def write(work: Callable[[Store], T]) -> Awaitable[T]:
            return asyncio.get_running_loop().run_in_executor(thread, work, written)

        app = create_app(
            Site(
                feeds_dir=web.feeds,
                readers=readers,
                write=write,
                in_force=web.in_force,
                snapshot=web.take,
                clock=lambda: web.now,
            ),
            cost=CHEAP,
        )
        web.routes = app.routes
        serves = server(app, connections=200)
        serving = threading.Thread(target=serves.run, kwargs={"sockets": [sock]})
        serving.start()
        try:
            while not serves.started:
                time.sleep(0.01)
            yield web
        finally:
            serves.should_exit = True
            serving.join(timeout=10)
            thread.shutdown()
