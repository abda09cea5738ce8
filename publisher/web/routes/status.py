"""The status page: how the service and its sources stand."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from publisher.web.pages import Pages
from publisher.web.routes.sources import worst_first
from publisher.web.site import Site


def routes(site: Site, pages: Pages) -> APIRouter:
    """Return the route of the status page."""
    router = APIRouter()

    @router.get("/status")
    def status(request: Request) -> Response:
        snapshot = site.snapshot()
        rows = sorted(snapshot.sources, key=worst_first)
        return pages.page(request, "status.html", snapshot=snapshot, rows=rows)

    return router
