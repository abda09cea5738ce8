"""The web server, put together: routes by topic, security headers, errors as pages or JSON.

A new topic is a module in routes/ with a function `routes(site, pages) -> APIRouter` and a line in _TOPICS.
"""

from collections.abc import Callable
from http import HTTPStatus

from fastapi import APIRouter, FastAPI
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.errors import PolicywireError
from publisher.asking import AskError
from publisher.web.api.app import create_api
from publisher.web.pages import LIVE, Pages
from publisher.web.routes import api as api_page
from publisher.web.routes import (
    articles,
    feeds,
    health,
    overview,
    push,
    revisions,
    sources,
    speakers,
    static,
    status,
)
from publisher.web.site import Site

SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_TOPICS: tuple[Callable[[Site, Pages], APIRouter], ...] = (
    status.routes,
    speakers.routes,
    overview.routes,
    sources.routes,
    health.routes,
    feeds.routes,
    articles.routes,
    revisions.routes,
    static.routes,
    push.routes,
)


def create_app(site: Site) -> FastAPI:
    """Return the application of a site."""
    # FastAPI's own pages of documentation load scripts from elsewhere.
    app = FastAPI(
        title="policywire",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        middleware=[Middleware(_SecurityHeaders)],
    )
    pages = Pages(site)
    for topic in _TOPICS:
        app.include_router(topic(site, pages), include_in_schema=False)

    api, description = create_api(site)
    app.include_router(api_page.routes(pages, description), include_in_schema=False)
    app.mount("/api", api)

    def told(request: Request, error: Exception) -> Response:
        return _error(request, pages, error)

    for kind in (HTTPException, PolicywireError):
        app.add_exception_handler(kind, told)
    return app


def _error(request: Request, pages: Pages, error: Exception) -> Response:
    """Return the error as a page to who asked for one, as JSON to programs."""
    headers: dict[str, str] = {**LIVE}
    if isinstance(error, HTTPException):
        status, reason = error.status_code, str(error.detail)
        headers |= error.headers or {}
    else:
        status, reason = 400 if isinstance(error, AskError) else 503, str(error)
    if status < 400 or not wants_html(request):
        return JSONResponse({"error": reason}, status_code=status, headers=headers)
    return pages.page(
        request, "error.html", status=status, headers=headers, reason=reason, name=HTTPStatus(status).phrase
    )


def wants_html(request: Request) -> bool:
    """Say whether the asker is a browser that shows a page."""
    return "text/html" in request.headers.get("accept", "")


class _SecurityHeaders:
    """Sets the security headers on each response, those of errors included."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(SECURITY)
            await send(message)

        await self._app(scope, receive, send_with_headers)
