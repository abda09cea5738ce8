"""Sources for operators: how each does, when it is polled next and why, and what an operator may do."""

from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from core.source import Source
from publisher.asking import AskError
from publisher.web.access import Form, Operator
from publisher.web.pages import Pages
from publisher.web.rhythm import delays, rhythm
from publisher.web.site import Site
from publisher.web.snapshot import SourceRow

_ARTICLES, _SHOWN = 300, 15
_POLLS, _PAGES, _ALERTS = 12, 8, 12
_LONGEST_SNOOZE = 365
_WELL = ("well", "not due")


def routes(site: Site, pages: Pages) -> APIRouter:
    """Return the routes of the list, of one source, and of its forms."""
    router = APIRouter()

    @router.get("/sources")
    def listed(request: Request) -> Response:
        rows = sorted(site.snapshot().sources, key=worst_first)
        wanted = request.query_params.get("show") or "all"
        chosen = {"all": rows, "failing": [row for row in rows if failing(row)]}
        if wanted not in chosen:
            raise AskError(f"show: all or failing is expected (got {wanted[:40]})")
        return pages.page(request, "sources.html", rows=chosen[wanted], wanted=wanted, all=len(rows))

    @router.get("/sources/{id_}")
    def one(id_: str, request: Request) -> Response:
        source = _source(site, id_)
        row = next((row for row in site.snapshot().sources if row.source.id == id_), None)
        with site.readers.lend() as store:
            articles = store.source_articles(id_, limit=_ARTICLES)
            counts = store.source_counts(id_)
            polling = store.polling(id_)
            values: dict[str, Any] = {
                "counts": counts,
                "polls": store.polls(id_, limit=_POLLS),
                "troubled": store.troubled_pages(id_, limit=_PAGES),
                "alerts": store.source_alerts(id_, limit=_ALERTS),
                "health": store.health().get(id_),
            }
        seen, told = delays(articles, began=counts.began)
        return pages.page(
            request,
            "source.html",
            source=source,
            state=row.state if row is not None else None,
            articles=articles[:_SHOWN],
            rhythm=rhythm(articles, source.time_zone),
            seen=seen,
            told=told,
            samples=site.shelf.of(id_) if site.shelf is not None else [],
            articles_a_day=site.articles_a_day(polling.memory)
            if site.articles_a_day is not None and polling is not None
            else None,
            polling=polling,
            done=request.query_params.get("done"),
            **values,
        )

    @router.post("/sources/{id_}/poll")
    async def poll(id_: str, request: Request, _visitor: Operator) -> Response:
        if not _source(site, id_).enabled:
            raise HTTPException(409, f"{id_} is switched off in its file: it is not polled.")
        now = site.clock()
        await site.write(lambda store: store.make_due([id_], now=now))
        return _back(request, id_, "poll")

    @router.post("/sources/{id_}/snooze")
    async def snooze(id_: str, request: Request, fields: Form, _visitor: Operator) -> Response:
        _source(site, id_)
        now = site.clock()
        until = _until(fields.get("days", ""), now)
        await site.write(lambda store: store.snooze(id_, until, now=now))
        return _back(request, id_, "snooze" if until else "wake")

    return router


def failing(row: SourceRow) -> bool:
    """Say whether a source that is switched on needs somebody."""
    trouble = row.state is not None and row.state.failures > 0
    trouble = trouble or (row.health is not None and row.health.klass not in _WELL)
    return row.source.enabled and trouble


def worst_first(row: SourceRow) -> tuple[bool, bool, str]:
    """Order failing sources first, those that are switched off last."""
    return not row.source.enabled, not failing(row), row.source.name.casefold()


def _source(site: Site, id_: str) -> Source:
    source = site.in_force().sources.get(id_)
    if source is None:
        raise HTTPException(404, f"There is no source {id_[:80]!r}; /sources lists them all.")
    return source


def _until(days: str, now: datetime) -> datetime | None:
    """Return the end of a snooze; None ends it now."""
    if not days.isascii() or not days.isdecimal() or len(days) > 3 or int(days) > _LONGEST_SNOOZE:
        raise AskError(
            f"days: enter for how many days, a number from 1 to {_LONGEST_SNOOZE}, or 0 to be told again now"
        )
    return now + timedelta(days=int(days)) if int(days) else None


def _back(request: Request, id_: str, done: str) -> Response:
    prefix = str(request.scope.get("root_path", "")).rstrip("/")
    return RedirectResponse(f"{prefix}/sources/{id_}?done={done}", status_code=303)
