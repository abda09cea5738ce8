"""The API, put together: its own application, mounted at /api, with one shape for every error."""

from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.errors import PolicywireError
from core.faults import fault
from publisher.asking import AskError
from publisher.web.api.answers import HEADERS, Exports, failures
from publisher.web.api.description import Description
from publisher.web.api.listing import Listing, respond
from publisher.web.api.listings import LISTINGS
from publisher.web.api.models.base import Failure
from publisher.web.api.resources import add_resources
from publisher.web.site import Site

# The shapes and parameters of docs/api.md. The first number changes only with the address.
VERSION = "1.0"
_TEXT = {"schema": {"type": "string"}}


def create_api(site: Site) -> tuple[FastAPI, Description]:
    """Return the application of the API, and what describes it."""
    app = FastAPI(
        title="policywire",
        version=VERSION,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        middleware=[Middleware(_Head)],
    )
    exports = Exports()
    for listing in LISTINGS:
        _add_listing(app, site, exports, listing)
    add_resources(app, site)
    description = Description(app, site)

    @app.get("/openapi.json", include_in_schema=False)
    def document(request: Request) -> Response:
        return JSONResponse(description.of(str(request.scope["root_path"])), headers=HEADERS)

    for kind in (HTTPException, RequestValidationError, PolicywireError):
        app.add_exception_handler(kind, _told)
    return app, description


def _add_listing(app: FastAPI, site: Site, exports: Exports, listing: Listing[Any]) -> None:
    def listed(request: Request) -> Response:
        return respond(request, site, exports, listing)

    app.get(
        f"/{listing.name}",
        name=f"list_{listing.name}",
        operation_id=f"list_{listing.name}",
        summary=f"List {listing.name}",
        description=listing.about,
        response_model=listing.page,
        tags=[listing.name],
        responses={
            200: {
                "description": "a page, or with `format` an export",
                "content": {"text/csv": _TEXT, "application/jsonl": _TEXT},
                "headers": {
                    "Link": {"description": "rel=next: the next page", "schema": {"type": "string"}},
                    "ETag": {"description": "for If-None-Match", "schema": {"type": "string"}},
                },
            },
            **failures(400, 503),
        },
    )(listed)


class _Head:
    """Answers HEAD as GET, without the body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("method") != "HEAD":
            await self._app(scope, receive, send)
            return

        async def send_head(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self._app({**scope, "method": "GET"}, receive, send_head)


def _told(_: Request, error: Exception) -> Response:
    """Return the error in the one shape that all have."""
    headers: dict[str, str] = {**HEADERS}
    if isinstance(error, RequestValidationError):
        status, reason = 422, "; ".join(f"{one['loc'][-1]}: {fault(one)}" for one in error.errors())
    elif isinstance(error, HTTPException):
        status, reason = error.status_code, str(error.detail)
        headers |= error.headers or {}
    else:
        status, reason = 400 if isinstance(error, AskError) else 503, str(error)
    body = Failure(error=reason).model_dump_json().encode() + b"\n"
    return Response(body, status_code=status, media_type="application/json", headers=headers)
