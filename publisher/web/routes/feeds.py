"""Feeds as files, served with their validators."""

import os
from datetime import UTC, datetime
from pathlib import Path

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from publisher.feeds.channels import FEED_FILE, MEDIA_TYPES
from publisher.push.targets import hub_links
from publisher.web.access.gate import PRIVATE
from publisher.web.conditional import etag_of, http_date, is_current
from publisher.web.pages import Pages
from publisher.web.site import Site

_CACHE = {"Cache-Control": "max-age=60"}


def routes(site: Site, pages: Pages) -> APIRouter:
    """Return the routes of feeds."""
    router = APIRouter()

    @router.api_route("/feeds/{name}", methods=["GET", "HEAD"])
    def feed(name: str, request: Request) -> Response:
        reply = _file(site.feeds_dir, name, request)
        now = site.in_force()
        links = hub_links(now.settings, now.base_url, name)
        # A private address is nobody else's: no hub is told of it.
        if links is not None and PRIVATE not in request.scope.get("root_path", ""):
            reply.headers["Link"] = links
        return reply

    @router.get("/feeds")
    def listed(request: Request) -> Response:
        return pages.page(request, "feeds.html")

    return router


def _file(folder: Path, name: str, request: Request) -> Response:
    if not FEED_FILE.fullmatch(name):
        raise HTTPException(404, "There is no such feed; /feeds lists them all.")
    try:
        with (folder / name).open("rb") as file:
            content = file.read()
            modified = datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime, UTC)
    except FileNotFoundError:
        raise HTTPException(404, "There is no such feed; /feeds lists them all.") from None
    except OSError as error:
        raise HTTPException(503, f"The feed cannot be read: {error.strerror}; try again later.") from error
    etag = etag_of(content)
    headers = {"ETag": etag, "Last-Modified": http_date(modified), **_CACHE}
    if is_current(request.headers, etag=etag, modified=modified):
        return Response(status_code=304, headers=headers)
    media_type = MEDIA_TYPES[name.rpartition(".")[2]]
    return Response(content, headers=headers | {"Content-Type": f"{media_type}; charset=utf-8"})
