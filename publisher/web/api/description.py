"""The API's OpenAPI document, with the ids that the config in force has as the values of its parameters."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from publisher.web.api.asked import parameters
from publisher.web.api.listings import LISTINGS
from publisher.web.site import InForce, Site

_ABOUT = (
    "Read-only. Listings are newest first, or by id, and come in pages: `next` is the address of the page "
    "behind, also in the Link header. Every error is an object with `error`. Moments are ISO 8601 in UTC."
)


class Description:
    """Makes the document, and keeps the last one: making it takes some tens of milliseconds."""

    def __init__(self, app: FastAPI, site: Site) -> None:
        self._app = app
        self._site = site
        self._last: tuple[tuple[object, ...], dict[str, Any]] | None = None

    def of(self, prefix: str) -> Mapping[str, Any]:
        """Return the document of the API as it is served under a prefix."""
        in_force, last = self._site.in_force(), self._last
        key = (prefix, in_force.settings, in_force.sources, in_force.watchlists)
        if last is not None and _is_same(last[0], key):
            return last[1]
        document = self._make(prefix, in_force)
        self._last = (key, document)
        return document

    def _make(self, prefix: str, in_force: InForce) -> dict[str, Any]:
        document = get_openapi(
            title=self._app.title,
            version=self._app.version,
            description=_ABOUT,
            routes=self._app.routes,
            servers=[{"url": prefix}],
        )
        for listing in LISTINGS:
            operation = document["paths"][f"/{listing.name}"]["get"]
            operation["parameters"] = parameters(
                listing.takes, listing.name, in_force, listing.values(in_force)
            )
        if in_force.settings.access.read == "token":
            document["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
            document["security"] = [{"token": []}]
        return document


def _is_same(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    """Say whether the prefix is equal and the config is the same objects: a reload makes new ones."""
    return one[0] == other[0] and all(mine is its for mine, its in zip(one[1:], other[1:], strict=True))
