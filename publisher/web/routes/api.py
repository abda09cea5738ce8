"""The page at /api: what the API gives, made from its own OpenAPI document."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from publisher.web.api.description import Description
from publisher.web.api.reference import operations, shapes
from publisher.web.pages import Pages


def routes(pages: Pages, description: Description) -> APIRouter:
    """Return the route of the page."""
    router = APIRouter()

    @router.get("/api")
    def reference(request: Request) -> Response:
        document = description.of(f"{request.scope.get('root_path', '')}/api")
        return pages.page(
            request,
            "api.html",
            about=document["info"]["description"],
            version=document["info"]["version"],
            operations=operations(document),
            shapes=shapes(document),
        )

    return router
