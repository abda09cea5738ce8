"""Templates to pages: one environment, one set of filters. All is escaped; times are UTC."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from publisher.feeds.channels import MEDIA_TYPES
from publisher.feeds.text import clean, shorten
from publisher.web.access import visitor_of
from publisher.web.access.csrf import hidden_field
from publisher.web.site import Site

# What stands in the head of every page: (endpoint's path, words). Order is that of the menu.
MENU = (
    ("/", "Entries"),
    ("/search", "Search"),
    ("/speakers", "Speakers"),
    ("/overview", "Overview"),
    ("/feeds", "Feeds"),
    ("/sources", "Sources"),
    ("/status", "Status"),
)
# Of anything that a page or a reply says of itself.
_CHARACTERS = 300
_UNITS = ((86400, "d"), (3600, "h"), (60, "min"))
LIVE = {"Cache-Control": "no-store"}


class Pages:
    """Fills templates of `publisher/web/templates`. Every page extends `base.html`.

    In a template `url("/path")` is an address of this server, whatever prefix it is served under, and
    `moment(at)` shows a time with its distance from now. `visitor` is who asks; `csrf()` stands in every
    form with `method="post"`.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self._environment = Environment(
            loader=PackageLoader("publisher.web", "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters.update(
            utc=utc, distance=distance, span=span, path=quote_path, shortened=_shortened
        )

    def add_filters(self, **filters: Callable[..., Any]) -> None:
        """Add filters that some routes' templates need."""
        self._environment.filters.update(filters)

    def page(
        self,
        request: Request,
        template: str,
        *,
        status: int = 200,
        headers: Mapping[str, str] = LIVE,
        **values: Any,
    ) -> HTMLResponse:
        """Return the page; `values` are the template's own, beside those that all have."""
        in_force, visitor = self._site.in_force(), visitor_of(request)
        shared = {
            "title": in_force.settings.feeds.title,
            "feeds": in_force.channels,
            "media_types": MEDIA_TYPES,
            "menu": MENU,
            "here": request.url.path.removeprefix(request.scope.get("root_path", "")),
            "now": self._site.clock(),
            "url": partial(address, request),
            "visitor": visitor,
            "csrf": partial(hidden_field, visitor.secret),
        }
        text = self._environment.get_template(template).render(shared | values)
        return HTMLResponse(clean(text), status_code=status, headers=dict(headers))


def utc(moment: datetime) -> str:
    """Return a moment to the minute, in UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M")


def distance(moment: datetime, now: datetime) -> str:
    """Say how far a moment is from now: "12 min ago", "in 3 h"."""
    seconds = int((moment - now).total_seconds())
    for size, unit in _UNITS:
        if abs(seconds) >= size:
            amount = f"{abs(seconds) // size} {unit}"
            return f"in {amount}" if seconds > 0 else f"{amount} ago"
    return "now"


def span(time: timedelta) -> str:
    """Return a duration in its two largest units, rounded: "1 d 2 h", "4 min 30 s", "0 s"."""
    seconds = round(time.total_seconds())
    units = (*_UNITS, (1, "s"))
    for (size, unit), (smaller, its) in pairwise(units):
        # What rounds up to the larger unit is told in it.
        if (near := round(seconds / smaller) * smaller) >= size:
            rest = near % size // smaller
            return f"{near // size} {unit}" + (f" {rest} {its}" if rest else "")
    return f"{seconds} s"


def _shortened(text: str) -> str:
    return shorten(text, _CHARACTERS)


def quote_path(text: str) -> str:
    """Return text as one segment of an address."""
    return quote(text, safe="")


def address(request: Request, path: str) -> str:
    """Return a path of this server as whoever asked can ask for it, whatever prefix it is served under."""
    return str(request.scope.get("root_path", "")).rstrip("/") + path
