"""The web server, put together: the gate, routes by topic, errors as pages or JSON.

A new topic is a module in routes/ with a function `routes(site, pages) -> APIRouter` and a line in _TOPICS.
"""

from collections.abc import Callable
from http import HTTPStatus

from fastapi import APIRouter, FastAPI
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from core.errors import PolicywireError
from publisher.asking import AskError
from publisher.web.access.gate import Gate
from publisher.web.access.headers import ALL
from publisher.web.access.judge import Judge
from publisher.web.access.passwords import COST, Cost
from publisher.web.access.redirects import safe_next
from publisher.web.api.app import create_api
from publisher.web.pages import LIVE, Pages
from publisher.web.ready import ReadyFeeds
from publisher.web.routes import (
    account,
    articles,
    coverage,
    feedback,
    feedlist,
    feeds,
    health,
    listings,
    login,
    overview,
    push,
    revisions,
    sources,
    speakers,
    static,
    status,
    stories,
)
from publisher.web.routes import api as api_page
from publisher.web.site import Site

_TOPICS: tuple[Callable[[Site, Pages], APIRouter], ...] = (
    listings.routes,
    status.routes,
    speakers.routes,
    overview.routes,
    sources.routes,
    coverage.routes,
    health.routes,
    feeds.routes,
    articles.routes,
    revisions.routes,
    stories.routes,
    feedback.routes,
    feedlist.routes,
    static.routes,
    push.routes,
)


def create_app(site: Site, *, cost: Cost = COST) -> ReadyFeeds:
    """Return the application of a site; `cost` is what a password's hash takes."""
    pages, judge = Pages(site), Judge(cost)

    def told(request: Request, error: Exception) -> Response:
        return _error(request, pages, error)

    # FastAPI's own pages of documentation load scripts from elsewhere.
    app = FastAPI(
        title="policywire",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        middleware=[Middleware(Gate, site=site, told=told)],
    )
    for topic in _TOPICS:
        app.include_router(topic(site, pages), include_in_schema=False)
    for guarded in (login.routes, account.routes):
        app.include_router(guarded(site, pages, judge), include_in_schema=False)

    api, description = create_api(site)
    app.include_router(api_page.routes(pages, description), include_in_schema=False)
    app.mount("/api", api)

    for kind in (HTTPException, PolicywireError):
        app.add_exception_handler(kind, told)
    app.add_exception_handler(Exception, _fault)
    # Outermost: a ready feed costs nothing of all this.
    return ReadyFeeds(app, site=site)


def _fault(_request: Request, _error: Exception) -> Response:
    """Answer for a fault of our own, which happened anywhere: no page, for that may be what is at fault."""
    headers = {name.decode(): value.decode() for name, value in ALL}
    reason = "policywire failed at this request; its log says how"
    return JSONResponse({"error": reason}, status_code=500, headers=headers | LIVE)


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
    if status == 401:
        target = safe_next(_address(request) if request.method == "GET" else None)
        return login.login_page(request, pages, target=target, status=401, message=reason, headers=headers)
    return pages.page(
        request, "error.html", status=status, headers=headers, reason=reason, name=HTTPStatus(status).phrase
    )


def _address(request: Request) -> str:
    """Return the address that was asked for, within this server."""
    path = request.url.path.removeprefix(request.scope.get("root_path", ""))
    return f"{path}?{request.url.query}" if request.url.query else path


def wants_html(request: Request) -> bool:
    """Say whether the asker is a browser that shows a page."""
    return "text/html" in request.headers.get("accept", "")
