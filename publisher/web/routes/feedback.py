"""What analysts say of entries: given on an article's page, missed addresses told, listed, withdrawn."""

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from core.match import Match
from publisher.asking import AskError
from publisher.feeds.text import web_address
from publisher.labels import judged
from publisher.web.access import Contributor, Form
from publisher.web.judging import LONGEST
from publisher.web.numbers import number_asked, number_in_path
from publisher.web.pages import Pages, address
from publisher.web.site import InForce, Site
from storage.feedback import LONGEST_ADDRESS, LONGEST_NOTE
from storage.records.articles import StoredArticle
from storage.records.feedback import Feedback, FeedbackKind

PAGE = 50
_KINDS: dict[str, FeedbackKind] = {"relevant": "relevant", "not_relevant": "not_relevant", "missed": "missed"}


def routes(site: Site, pages: Pages) -> APIRouter:
    """Return the routes of feedback; all ask for a login."""
    router = APIRouter()

    @router.get("/feedback")
    def listed(request: Request, visitor: Contributor) -> Response:
        in_force, asked = site.in_force(), request.query_params
        watchlist, before = asked.get("watchlist") or None, number_asked(asked.get("before"), "before")
        with site.readers.lend() as store:
            labels = store.feedback(watchlist=watchlist, before=before, limit=PAGE + 1)
            arrived = {
                one.id: found[0]
                for one in labels
                if one.judged is None and (found := store.articles_at(one.address))
            }
        return pages.page(
            request,
            "feedback.html",
            labels=labels[:PAGE],
            more=labels[PAGE - 1].id if len(labels) > PAGE else None,
            arrived=arrived,
            chosen=watchlist,
            watchlists=in_force.watchlists,
        )

    @router.get("/feedback/{number}")
    def given(number: str, request: Request, visitor: Contributor) -> Response:
        with site.readers.lend() as store:
            label = store.one_feedback(number_in_path(number, "label"))
        if label is None:
            raise HTTPException(404, f"There is no label {number[:20]}: it was withdrawn, or never given.")
        return pages.page(request, "label.html", label=label, watchlists=site.in_force().watchlists)

    @router.post("/feedback")
    async def give(request: Request, visitor: Contributor, fields: Form) -> Response:
        label = await run_in_threadpool(_label, site, fields, visitor.name or "")
        id_ = await site.write(lambda store: store.give_feedback(label))
        return RedirectResponse(address(request, f"/feedback/{id_}"), status_code=303)

    @router.post("/feedback/{number}/withdraw")
    async def withdraw(number: str, request: Request, visitor: Contributor) -> Response:
        id_, by = number_in_path(number, "label"), None if visitor.is_operator else visitor.name or ""
        if not await site.write(lambda store: store.withdraw_feedback(id_, by=by)):
            raise HTTPException(404, f"There is no label {id_} of yours; /feedback lists them all.")
        return RedirectResponse(address(request, "/feedback"), status_code=303)

    return router


def _label(site: Site, fields: Form, by: str) -> Feedback:
    """Return the label that a form asks for, with what the watchlist says now. Raises AskError, 404."""
    in_force = site.in_force()
    kind, watchlist = _KINDS.get(fields.get("kind", "")), fields.get("watchlist", "")
    if kind is None:
        raise AskError("kind: relevant, not_relevant or missed is expected")
    if watchlist not in in_force.watchlists:
        raise AskError(f"watchlist: one of {', '.join(in_force.watchlists)} is expected")
    note = fields.get("note", "").strip()
    if len(note) > LONGEST_NOTE:
        raise AskError(f"note: at most {LONGEST_NOTE} characters")
    url = (_missed_url(fields) if kind == "missed" else "").strip()
    stored = _article(site, url, fields)
    return Feedback(
        kind=kind,
        watchlist=watchlist,
        address=stored.article.canonical_url if stored is not None else url,
        by=by,
        at=site.clock(),
        note=note,
        judged=None
        if stored is None
        else judged(
            stored,
            _verdict(site, in_force, stored, watchlist),
            rules=in_force.watchlists[watchlist].digest,
            source=in_force.sources.get(stored.article.source),
        ),
    )


def _missed_url(fields: Form) -> str:
    url = fields.get("url", "").strip()
    if len(url) > LONGEST_ADDRESS or web_address(url) is None:
        raise AskError(
            f"url: a web address of at most {LONGEST_ADDRESS} characters is expected, https://example.org/news/1"
        )
    return url


def _article(site: Site, url: str, fields: Form) -> StoredArticle | None:
    """Return the article that is meant; None for an address that the archive does not have."""
    with site.readers.lend() as store:
        if url:
            found = store.articles_at(url)
            return store.article(found[0]) if found else None
        number = number_asked(fields.get("article"), "article")
        stored = store.article(number) if number is not None else None
    if stored is None:
        raise HTTPException(404, "There is no such article (any more); its page may say when it was removed.")
    return stored


def _verdict(site: Site, in_force: InForce, stored: StoredArticle, watchlist: str) -> Match:
    """Return what the watchlist says: as stored, else worked out; a text beyond all bounds is not judged."""
    with site.readers.lend() as store:
        known = store.matches_of(stored.id)
    found = next((one for one in known if one.watchlist == watchlist), None)
    if found is not None:
        return found
    if len(stored.article.text) <= LONGEST:
        return next(one for one in site.judging.judge(in_force, stored) if one.watchlist == watchlist)
    return Match(
        watchlist=watchlist,
        matched=False,
        score=0.0,
        language=stored.article.language,
        why="The text is too long to be judged on a page.",
    )
