"""The web server's routes: feeds with conditional requests, the status page, /status.json, /healthz
(does the loop turn?), /readyz (is the work done?).

Reads the feeds folder and asks `snapshot` for the rest; knows neither the store nor the crawl stage.
"""

import json
import os
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.errors import PolicywireError
from publisher.feeds.channels import FEED_FILE, MEDIA_TYPES
from publisher.web.conditional import etag_of, http_date, is_current
from publisher.web.pages import status_page
from publisher.web.snapshot import Snapshot, SourceRow

__all__ = ["Snapshot", "SourceRow", "create_app"]

_SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_LIVE = {"Cache-Control": "no-store"}
_FEED_CACHE = {"Cache-Control": "max-age=60"}
_STYLE_CACHE = {"Cache-Control": "max-age=3600"}

Endpoint = Callable[[Request], Awaitable[Response]]


def create_app(
    *, feeds_dir: Path, snapshot: Callable[[], Snapshot], metrics: Callable[[], bytes] | None = None
) -> Starlette:
    """Return the application. `snapshot` and `metrics` are called in the event loop: they must be quick.

    A PolicywireError that it raises becomes a 503 with its message.
    """
    page = status_page()
    style = (resources.files("publisher.web") / "static" / "style.css").read_bytes()

    def feed(request: Request) -> Response:
        return _feed(feeds_dir, request)

    async def status(_: Request) -> Response:
        return HTMLResponse(page(snapshot()), headers=_LIVE)

    async def status_json(_: Request) -> Response:
        return _json(snapshot().as_json())

    async def liveness(_: Request) -> Response:
        shown = snapshot()
        return _json(shown.health(), status=200 if shown.alive else 503)

    async def readiness(_: Request) -> Response:
        shown = snapshot()
        return _json(shown.health(), status=200 if shown.healthy else 503)

    async def measures(_: Request) -> Response:
        if metrics is None:
            raise HTTPException(404, "No metrics are kept.\n")
        return Response(metrics(), media_type=_METRICS_TYPE, headers=_LIVE)

    async def stylesheet(_: Request) -> Response:
        return Response(style, media_type="text/css", headers=_STYLE_CACHE)

    return Starlette(
        routes=[
            Route("/", _guarded(status)),
            Route("/status.json", _guarded(status_json)),
            Route("/healthz", _guarded(liveness)),
            Route("/readyz", _guarded(readiness)),
            Route("/metrics", measures),
            Route("/feeds/{name}", feed),
            Route("/static/style.css", stylesheet),
        ],
        middleware=[Middleware(_SecurityHeaders)],
    )


def _feed(folder: Path, request: Request) -> Response:
    """Serve one feed file. Runs in a thread of Starlette's pool."""
    name = request.path_params["name"]
    if not FEED_FILE.fullmatch(name):
        raise HTTPException(404, "No such feed; the first page lists them all.\n")
    try:
        with (folder / name).open("rb") as file:
            content = file.read()
            modified = datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime, UTC)
    except FileNotFoundError:
        raise HTTPException(404, "No such feed; the first page lists them all.\n") from None
    except OSError as error:
        raise HTTPException(503, f"The feed cannot be read: {error.strerror}; try again later.\n") from error
    etag = etag_of(content)
    headers = {"ETag": etag, "Last-Modified": http_date(modified), **_FEED_CACHE}
    if is_current(request.headers, etag=etag, modified=modified):
        return Response(status_code=304, headers=headers)
    media_type = MEDIA_TYPES[name.rpartition(".")[2]]
    return Response(content, headers=headers | {"Content-Type": f"{media_type}; charset=utf-8"})


class _SecurityHeaders:
    """Sets the security headers on each response, those of errors included."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_SECURITY)
            await send(message)

        await self._app(scope, receive, send_with_headers)


def _guarded(endpoint: Endpoint) -> Endpoint:
    """Turn a snapshot that cannot be taken into a 503 that says why."""

    async def guarded(request: Request) -> Response:
        try:
            return await endpoint(request)
        except PolicywireError as error:
            return _json({"healthy": False, "reasons": [str(error)]}, status=503)

    return guarded


def _json(data: Any, *, status: int = 200) -> Response:
    body = json.dumps(data, indent=1) + "\n"
    return Response(body, status_code=status, media_type="application/json", headers=_LIVE)
