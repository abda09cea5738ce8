"""The entries page and the search page: a query string in, a page of what the store lists out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from publisher.asking import Ask, AskError, parse_ask, selection
from publisher.dates import shown_date
from publisher.web.entry_view import by_day, entry_view, shown_title
from publisher.web.filters import PLACE, Chosen, as_written, choices, chosen
from publisher.web.pages import LIVE, Pages
from publisher.web.site import InForce, Site
from storage.records.listing import ListedArticle, ListedEntry, Listing
from storage.records.selection import Selection

# A page with everything that it needs stays under 150 KB.
ENTRIES = 30
HITS = 30
MOST_ON_A_PAGE = 60
# The notice of new entries says "20 or more" beyond that.
MOST_NEWS = 20
_FEED_FORMS = {"rss": "RSS", "atom": "Atom", "json": "JSON Feed"}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Asked:
    """A query string as far as it was understood; `error` says what was not, then nothing is listed."""

    in_force: InForce
    ask: Ask
    selection: Selection | None
    written: Mapping[str, Sequence[str]]
    error: str | None = None

    @property
    def chosen(self) -> list[Chosen]:
        """What is chosen, for its way out."""
        return chosen(self.ask, self.in_force) if self.selection else []

    @property
    def number(self) -> int | None:
        """How many items are wanted on a page."""
        return min(self.ask.number, MOST_ON_A_PAGE) if self.ask.number else None


def routes(site: Site, pages: Pages) -> APIRouter:
    """Return the routes of the two pages, and of what tells that there are new entries."""
    router = APIRouter()

    @router.api_route("/", methods=["GET", "HEAD"])
    def entries(request: Request) -> Response:
        asked = _asked(site, request)
        listing: Listing[ListedEntry] = Listing(items=())
        if asked.selection is not None:
            with site.readers.lend() as store:
                listing = store.entry_listing(
                    asked.selection,
                    before=asked.ask.before,
                    after=asked.ask.after,
                    limit=asked.number or ENTRIES,
                )
        known = asked.in_force
        views = [entry_view(one, sources=known.sources, watchlists=known.watchlists) for one in listing.items]
        return _page(pages, request, "entries.html", asked, listing, days=by_day(views))

    @router.api_route("/search", methods=["GET", "HEAD"])
    def search(request: Request) -> Response:
        asked = _asked(site, request)
        listing: Listing[ListedArticle] = Listing(items=())
        if asked.selection is not None:
            with site.readers.lend() as store:
                listing = store.article_listing(
                    asked.selection,
                    before=asked.ask.before,
                    after=asked.ask.after,
                    limit=asked.number or HITS,
                )
        return _page(
            pages,
            request,
            "search.html",
            asked,
            listing,
            sources=asked.in_force.sources,
            watchlists=asked.in_force.watchlists,
            shown_title=shown_title,
            shown_date=shown_date,
        )

    @router.get("/news.json")
    def news(request: Request) -> Response:
        """Say how many entries of a selection are newer than the place in `after`; MOST_NEWS at most."""
        asked = _asked(site, request)
        if asked.selection is None or asked.ask.after is None:
            raise AskError(asked.error or "after: give the place from which on entries are new")
        with site.readers.lend() as store:
            number = store.newer_entries(asked.selection, asked.ask.after, limit=MOST_NEWS)
        return JSONResponse({"new": number, "most": MOST_NEWS}, headers=LIVE)

    return router


def _asked(site: Site, request: Request) -> _Asked:
    in_force = site.in_force()
    # `about` is asked of speakers alone; the feeds that these pages link to refuse it.
    pairs = [(name, value) for name, value in request.query_params.multi_items() if name != "about"]
    try:
        ask = parse_ask(pairs)
        wanted = selection(ask, sources=in_force.sources, watchlists=in_force.watchlists, now=site.clock())
    except AskError as error:
        return _Asked(
            in_force=in_force, ask=Ask(), selection=None, written=as_written(pairs), error=str(error)
        )
    return _Asked(in_force=in_force, ask=ask, selection=wanted, written=as_written(pairs))


def _page(
    pages: Pages,
    request: Request,
    template: str,
    asked: _Asked,
    listing: Listing[Any],
    **values: Any,
) -> Response:
    ask = asked.ask
    turned = {
        way: ask.query_string(**{"before": None, "after": None, parameter: place.token()})
        for way, parameter, place in (("older", "before", listing.older), ("newer", "after", listing.newer))
        if place is not None
    }
    return pages.page(
        request,
        template,
        status=400 if asked.error else 200,
        listing=listing,
        choices=choices(asked.in_force),
        written=asked.written,
        chosen=asked.chosen,
        error=asked.error,
        older=turned.get("older"),
        newer=turned.get("newer"),
        same=ask.query_string(**PLACE),
        is_first=ask.before is None and ask.after is None,
        newest=listing.items[0].place.token() if listing.items else None,
        feed_forms=_FEED_FORMS,
        **values,
    )
