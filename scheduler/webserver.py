"""The web server as the daemon runs it: uvicorn beside the tick in one loop, stopped by the daemon."""

import contextlib
from collections.abc import Iterator

import uvicorn
from starlette.types import ASGIApp

from publisher.publish import Publisher
from publisher.web.access.limits import LARGEST_HEAD
from publisher.web.site import InForce
from scheduler.config import Config
from scheduler.patience import PatientProtocol


class _Server(uvicorn.Server):
    """uvicorn without its own signal handlers: the daemon decides when to stop."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def server(app: ASGIApp, *, connections: int) -> uvicorn.Server:
    """Return the server of an application; its `should_exit` ends it within seconds."""
    return _Server(
        uvicorn.Config(
            app,
            log_config=None,
            # Addresses may be private ones.
            access_log=False,
            lifespan="off",
            # By itself it would believe X-Forwarded headers from loopback; the gate has rules for that.
            proxy_headers=False,
            server_header=False,
            ws="none",
            http=PatientProtocol,
            # Of a head that comes in pieces; the gate counts one that comes whole.
            h11_max_incomplete_event_size=LARGEST_HEAD,
            limit_concurrency=connections,
            timeout_graceful_shutdown=2,
        )
    )


def in_force(config: Config, publisher: Publisher, address: str) -> InForce:
    """Return what the web server may know of a configuration; `address` is the public one."""
    return InForce(
        settings=config.settings,
        sources=config.sources,
        watchlists=config.watchlists,
        missing=config.missing,
        channels=publisher.channels,
        matcher=publisher.matcher,
        offices=publisher.offices,
        base_url=address.rstrip("/"),
        press=publisher.press,
    )
