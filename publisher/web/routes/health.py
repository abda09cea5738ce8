"""For supervisors, collectors and robots: /healthz (does the loop turn?), /readyz (is the work done?) ..."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from core.errors import PolicywireError
from core.settings import Settings
from publisher.web.access import visitor_of
from publisher.web.pages import LIVE, Pages
from publisher.web.site import Site

_METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Endpoint = Callable[[Request], Awaitable[Response]]


def routes(site: Site, _pages: Pages) -> APIRouter:
    """Return the routes that programs ask."""
    router = APIRouter()

    async def status_json(_: Request) -> Response:
        return _json(site.snapshot().as_json())

    async def liveness(request: Request) -> Response:
        shown = site.snapshot()
        closed = site.in_force().settings.access.read == "token" and not visitor_of(request).known
        # Where reading is closed, a stranger learns that we are alive, and nothing of how we are.
        health = {"alive": shown.alive} if closed else shown.health()
        return _json(health, status=200 if shown.alive else 503)

    async def robots(request: Request) -> Response:
        return PlainTextResponse(robots_txt(request.scope["root_path"], site.in_force().settings))

    async def readiness(_: Request) -> Response:
        shown = site.snapshot()
        return _json(shown.health(), status=200 if shown.healthy else 503)

    async def measures(_: Request) -> Response:
        if site.metrics is None:
            raise HTTPException(404, "No metrics are kept.")
        return Response(site.metrics(), media_type=_METRICS_TYPE, headers=LIVE)

    for path, endpoint in (
        ("/status.json", _guarded(status_json)),
        ("/healthz", _guarded(liveness)),
        ("/readyz", _guarded(readiness)),
        ("/metrics", measures),
        ("/robots.txt", robots),
    ):
        router.add_route(path, endpoint)
    return router


def robots_txt(prefix: str, settings: Settings) -> str:
    """Return what robots may read: nothing where people may not, else all but what is somebody's own."""
    if settings.access.read == "token":
        return "User-agent: *\nDisallow: /\n"
    closed = ("/private/", "/unsubscribe/", "/account", "/login", "/api/", "/search")
    return "".join(["User-agent: *\n", *(f"Disallow: {prefix}{path}\n" for path in closed)])


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
    return Response(body, status_code=status, media_type="application/json", headers=LIVE)
