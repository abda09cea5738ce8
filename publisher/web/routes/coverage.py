"""What the catalogue of sources covers and misses, as `policywire sources coverage` says it."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from core.coverage import tables
from publisher.web.pages import Pages
from publisher.web.site import Site


def routes(site: Site, pages: Pages) -> APIRouter:
    """Return the route of the page."""
    router = APIRouter()

    @router.get("/coverage")
    def coverage(request: Request) -> Response:
        in_force = site.in_force()
        found = tables(in_force.sources.values(), in_force.missing)
        return pages.page(request, "coverage.html", tables=found, sources=in_force.sources)

    return router
