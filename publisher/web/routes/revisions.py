"""Any two texts beside each other: of one article, or of a copy and what it copies."""

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from publisher.asking import AskError
from publisher.web.comparing import compare
from publisher.web.numbers import number_asked, number_in_path
from publisher.web.pages import Pages
from publisher.web.routes.articles import missing_article
from publisher.web.site import Site
from storage.records.articles import Revision
from storage.store import Store


def routes(site: Site, pages: Pages) -> APIRouter:
    """Return the route of the page that compares."""
    router = APIRouter()

    @router.api_route("/articles/{number}/revisions", methods=["GET", "HEAD"])
    def revisions(number: str, request: Request) -> Response:
        asked = request.query_params
        article_id = number_in_path(number, "article")
        other_id = number_asked(asked.get("against"), "against") or article_id
        first, last = number_asked(asked.get("from"), "from"), number_asked(asked.get("to"), "to")
        cosmetic = _is_yes(asked.get("cosmetic"), "cosmetic", default=True)
        whole = _is_yes(asked.get("whole"), "whole", default=False)
        with site.readers.lend() as store:
            stored = store.article(article_id)
            other = stored if other_id == article_id else store.article(other_id)
            if stored is None or other is None:
                missing = article_id if stored is None else other_id
                raise missing_article(missing, store.when_removed(missing))
            heads, other_heads = store.text_heads(article_id), store.text_heads(other_id)
            last = last or len(heads)
            first = first or (max(1, last - 1) if other_id == article_id else len(other_heads))
            before, after = _text(store, other_id, first), _text(store, article_id, last)
        return pages.page(
            request,
            "revisions.html",
            stored=stored,
            other=other,
            heads=heads,
            other_heads=other_heads,
            first=first,
            last=last,
            before=before,
            after=after,
            whole=whole,
            cosmetic=cosmetic,
            comparison=compare(before, after, cosmetic=cosmetic, whole=whole),
            sources=site.in_force().sources,
        )

    return router


def _text(store: Store, article_id: int, number: int) -> Revision:
    found = store.text(article_id, number)
    if found is None:
        kept = len(store.text_heads(article_id))
        raise HTTPException(404, f"Article {article_id} has no text {number}; it has {kept}, counted from 1.")
    return found


def _is_yes(value: str | None, name: str, *, default: bool) -> bool:
    if value is None or not value.strip():
        return default
    if value not in ("yes", "no"):
        raise AskError(f"{name}: yes or no is expected (got {value[:40]!r})")
    return value == "yes"
