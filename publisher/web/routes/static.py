"""Our own style sheets and scripts: read once, served with an ETag."""

from importlib import resources

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from publisher.web.conditional import etag_of
from publisher.web.pages import Pages
from publisher.web.site import Site

_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "xsl": "text/xsl; charset=utf-8",
    "png": "image/png",
}
_CACHE = {"Cache-Control": "max-age=3600"}


def routes(_site: Site, _pages: Pages) -> APIRouter:
    """Return the route of the files in `static/`."""
    router = APIRouter()
    folder = resources.files("publisher.web") / "static"
    files = {
        file.name: file.read_bytes() for file in folder.iterdir() if file.name.rpartition(".")[2] in _TYPES
    }

    @router.api_route("/static/{name}", methods=["GET", "HEAD"])
    async def static(name: str, request: Request) -> Response:
        if name not in files:
            raise HTTPException(404, "There is no such file.")
        headers = {"ETag": etag_of(files[name]), **_CACHE}
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        return Response(files[name], headers=headers | {"Content-Type": _TYPES[name.rpartition(".")[2]]})

    return router
