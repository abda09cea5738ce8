"""Pictures over the archive: entries of each state in time, whose sources write and who speaks about whom."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from publisher.asking import AskError
from publisher.matching import OF
from publisher.web.overview import grid, lines, shares, written
from publisher.web.pages import Pages
from publisher.web.registry import Registry
from publisher.web.site import Site

WINDOWS = (7, 30, 90, 365)
_DEFAULT = 30
# Longer windows are drawn by weeks.
_DAILY = 30


def routes(site: Site, pages: Pages) -> APIRouter:
    """Return the route of the overview."""
    router = APIRouter()

    @router.get("/overview")
    def overview(request: Request) -> Response:
        in_force, now = site.in_force(), site.clock()
        days = _days(request)
        watchlist = _watchlist(request, tuple(in_force.watchlists))
        first = now.date() - timedelta(days=days - 1)
        since = datetime.combine(first, time.min, UTC)
        with site.readers.lend() as store:
            by_day = store.entry_days(watchlist, since=since) if watchlist else {}
            by_state = store.entry_states(watchlist, since=since) if watchlist else []
            by_language = store.entry_languages(watchlist, since=since) if watchlist else []
            talk = [one for one in store.talk(since=since) if OF not in one[1]]
        names = in_force.watchlists[watchlist].states if watchlist else {}
        asked = {"watchlist": watchlist or "", "since": first.isoformat()}
        labels, drawn = lines(by_day, names, first=first, last=now.date(), weekly=days > _DAILY)
        return pages.page(
            request,
            "overview.html",
            days=days,
            windows=WINDOWS,
            watchlist=watchlist,
            watchlists=in_force.watchlists,
            labels=labels,
            lines=drawn,
            weekly=days > _DAILY,
            written=grid(
                written(by_state, in_force.sources),
                columns=tuple(names),
                asked=asked,
                row_name="country",
                column_name="state",
            ),
            talk=grid(
                talk,
                columns=None,
                asked={"since": first.isoformat()},
                row_name="state",
                column_name="about",
            ),
            shares=shares(by_language, in_force.sources),
            sources=in_force.sources,
            registry=Registry(in_force.watchlists.values()),
            since=first.isoformat(),
        )

    return router


def _days(request: Request) -> int:
    value = request.query_params.get("days") or str(_DEFAULT)
    if value not in map(str, WINDOWS):
        raise AskError(f"days: one of {', '.join(map(str, WINDOWS))} is expected (got {value[:40]})")
    return int(value)


def _watchlist(request: Request, known: Sequence[str]) -> str | None:
    """Return the watchlist that is asked for, else the first one; None where there is none."""
    value = request.query_params.get("watchlist")
    if value and value not in known:
        raise AskError(f"watchlist: there is no {value[:40]!r}; there are: {', '.join(known)}")
    return value or next(iter(known), None)
