"""The status page: how the service and its sources stand."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from publisher.web.pages import Pages
from publisher.web.site import Site
from publisher.web.snapshot import SourceRow


def routes(site: Site, pages: Pages) -> APIRouter:
    """Return the route of the status page."""
    router = APIRouter()

    @router.get("/status")
    def status(request: Request) -> Response:
        snapshot = site.snapshot()
        rows = sorted(snapshot.sources, key=_worst_first)
        return pages.page(request, "status.html", snapshot=snapshot, rows=rows)

    @router.get("/")
    async def front(request: Request) -> Response:
        return RedirectResponse(request.scope.get("root_path", "") + "/status", status_code=307)

    return router


def _worst_first(row: SourceRow) -> tuple[bool, bool, str]:
    failing = row.state is not None and row.state.failures > 0
    failing = failing or (row.health is not None and row.health.klass not in ("well", "not due"))
    return not row.source.enabled, not failing, row.source.name.casefold()
