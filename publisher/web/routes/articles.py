"""One article: its text with evidence and speakers, why it matched, copies, texts, decisions, provenance."""

from datetime import datetime

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from publisher.asking import AskError
from publisher.citing import to_the_second
from publisher.dates import shown_date
from publisher.feeds.text import web_address
from publisher.web.access import visitor_of
from publisher.web.article_page import article_page
from publisher.web.judging import Judging, Verdicts, verdicts_on
from publisher.web.marking import label
from publisher.web.numbers import number_asked, number_in_path
from publisher.web.pages import Pages
from publisher.web.site import InForce, Site
from storage.records.dossier import Dossier

MOST_COPIES = 30


def routes(site: Site, pages: Pages) -> APIRouter:
    """Return the route of an article's page."""
    router = APIRouter()
    pages.add_filters(
        shown_date=shown_date,
        exactly=to_the_second,
        web_address=web_address,
        label=label,
        in_names=lambda code, names: names.get(code, code),
    )

    @router.api_route("/articles/{number}", methods=["GET", "HEAD"])
    def article(number: str, request: Request) -> Response:
        in_force, asked = site.in_force(), request.query_params
        article_id = number_in_path(number, "article")
        with site.readers.lend() as store:
            dossier = store.dossier(article_id, copies=MOST_COPIES)
            removed = store.when_removed(article_id) if dossier is None else None
            labels = store.feedback_on(article_id) if visitor_of(request).may_give_feedback else []
        if dossier is None:
            raise missing_article(article_id, removed)
        verdicts = _verdicts(site.judging, dossier, in_force, request)
        part = number_asked(asked.get("part"), "part")
        page = article_page(
            dossier,
            source=in_force.sources.get(dossier.stored.article.source),
            match=verdicts.chosen,
            part=part,
            offices=in_force.offices,
        )
        if page is None:
            raise HTTPException(404, f"The text of article {article_id} has no part {part}.")
        return pages.page(
            request,
            "article.html",
            dossier=dossier,
            stored=dossier.stored,
            article=dossier.stored.article,
            page=page,
            verdicts=verdicts,
            labels=labels,
            sources=in_force.sources,
            watchlists=in_force.watchlists,
        )

    return router


def missing_article(article_id: int, removed: datetime | None) -> HTTPException:
    """Return what is said of an article that is not there (any more)."""
    if removed is None:
        return HTTPException(404, f"There is no article {article_id}; /search finds those that there are.")
    return HTTPException(
        410,
        f"Article {article_id} was removed from the archive on {removed:%Y-%m-%d %H:%M} UTC, as its limits "
        "of age or size ask (keep.age, keep.max_bytes, or the source's own). It does not come back as new.",
    )


def _verdicts(judging: Judging, dossier: Dossier, in_force: InForce, request: Request) -> Verdicts:
    wanted = request.query_params.get("watchlist") or None
    if wanted is not None and wanted not in in_force.watchlists:
        raise AskError(f"watchlist: there is no {wanted[:80]!r}; there are: {', '.join(in_force.watchlists)}")
    return verdicts_on(
        judging,
        dossier,
        in_force=in_force,
        wanted=wanted,
        patient="explain" in request.query_params,
    )
