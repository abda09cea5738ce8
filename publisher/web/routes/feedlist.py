"""The page of all feeds, and the form that makes the address of any other."""

from collections.abc import Iterator
from itertools import groupby

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from core.language import LANGUAGE_CODES
from publisher.asking import Ask, AskError, parse_ask
from publisher.feeds.channels import ENTRIES, FORM_NAMES, FORMS, OPERATORS, SEARCH
from publisher.orders import TAKES, Catalogue
from publisher.web.pages import Pages
from publisher.web.site import Site

# What a feed may be made of, as the form words it.
_KINDS = {ENTRIES: "entries: what matched", SEARCH: "the archive: all articles"}


def routes(site: Site, pages: Pages) -> APIRouter:
    """Return the route of the page."""
    router = APIRouter()

    @router.get("/feeds")
    def listed(request: Request) -> Response:
        in_force = site.in_force()
        catalogue = in_force.press.catalogue
        pairs = [pair for pair in request.query_params.multi_items() if pair[0] != "of"]
        kind = request.query_params.get("of", "")
        ask, address, fault = Ask(), None, None
        if kind in _KINDS:
            try:
                ask = parse_ask(pairs)
                order = catalogue.order(f"{kind}.rss", pairs, now=site.clock())
                address = f"{kind}.{{}}" + (f"?{order.query}" if order.query else "")
            except AskError as error:
                fault = str(error)
        return pages.page(
            request,
            "feeds.html",
            status=400 if fault else 200,
            groups=[(group, list(feeds)) for group, feeds in groupby(catalogue.fixed(), lambda one: one[0])],
            states=dict(sorted(_states(catalogue))),
            publishers=[
                (kind, kind) for kind in sorted({one.publisher for one in in_force.sources.values()})
            ],
            languages=LANGUAGE_CODES,
            watchlists={id_: one.name for id_, one in in_force.watchlists.items()},
            options={name: Ask.model_fields[name] for name in TAKES},
            forms={form: FORM_NAMES[form] for form in FORMS},
            operators=OPERATORS,
            kinds=_KINDS,
            kind=kind or ENTRIES,
            ask=ask,
            address=address,
            base_url=in_force.base_url,
            fault=fault,
        )

    return router


def _states(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    for watchlist in catalogue.watchlists.values():
        yield from watchlist.states.items()
