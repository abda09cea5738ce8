"""uvicorn as the daemon runs it: beside the tick in one loop, stopped by the daemon."""

import contextlib
from collections.abc import Iterator

import uvicorn
from starlette.types import ASGIApp


class _Server(uvicorn.Server):
    """uvicorn without its own signal handlers: the daemon decides when to stop."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def server(app: ASGIApp) -> uvicorn.Server:
    """Return the server of an application; its `should_exit` ends it within seconds."""
    return _Server(uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=2))
