"""One story: who published first, how it spread, why each article belongs; operators split and join it."""

import re

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from publisher.asking import AskError
from publisher.web.access import Form, Operator
from publisher.web.numbers import number_asked, number_in_path
from publisher.web.pages import Pages, address
from publisher.web.site import Site
from publisher.web.spread import spread
from storage.records.articles import StoredArticle, StoryPart

MOST_ARTICLES = 200
_CHOSEN = re.compile(r"article-([0-9]{1,15})", re.ASCII)


def routes(site: Site, pages: Pages) -> APIRouter:
    """Return the routes of a story: its page, and the two things that an operator may do."""
    router = APIRouter()

    @router.api_route("/stories/{number}", methods=["GET", "HEAD"])
    def story(number: str, request: Request) -> Response:
        story_id = number_in_path(number, "story")
        with site.readers.lend() as store:
            found = store.story_part(story_id, limit=MOST_ARTICLES)
        if found is None:
            raise HTTPException(404, f"There is no story {story_id}, or none of it is kept any more.")
        if isinstance(found, int):
            return RedirectResponse(address(request, f"/stories/{found}"), status_code=301)
        part, rulings = found
        in_force = site.in_force()
        return pages.page(
            request,
            "story.html",
            story=part,
            rulings=rulings,
            first=min(part.members, key=lambda one: (one.came_out, one.id)),
            picture=spread(part, in_force.sources),
            sources=in_force.sources,
        )

    @router.post("/stories/{number}/split")
    async def split(number: str, request: Request, _operator: Operator, fields: Form) -> Response:
        story_id = number_in_path(number, "story")
        part = await run_in_threadpool(_part, site, story_id)
        members = {one.id for one in part.members}
        chosen = [int(found[1]) for name in fields if (found := _CHOSEN.fullmatch(name))]
        if not chosen or not members.issuperset(chosen):
            raise AskError("split: choose articles of this story that are to be taken out")
        if len(chosen) >= part.articles:
            raise AskError("split: nothing of the story would stay; leave one article in it")
        now = site.clock()
        own = await site.write(lambda store: store.split_story(chosen, now=now))
        return RedirectResponse(address(request, f"/stories/{own}"), status_code=303)

    @router.post("/stories/{number}/join")
    async def join(number: str, request: Request, _operator: Operator, fields: Form) -> Response:
        story_id = number_in_path(number, "story")
        part = await run_in_threadpool(_part, site, story_id)
        other = number_asked(fields.get("article"), "article")
        stored = await run_in_threadpool(_article, site, other)
        if stored is None or stored.article.held is not None:
            raise AskError("join: the number of a complete article is expected; its page shows it")
        if stored.story == story_id:
            raise AskError(f"join: article {stored.id} is in this story already")
        now, joined = site.clock(), stored.id
        await site.write(lambda store: store.join_stories(part.primary.id, joined, now=now))
        return RedirectResponse(address(request, f"/stories/{story_id}"), status_code=303)

    return router


def _article(site: Site, number: int | None) -> StoredArticle | None:
    with site.readers.lend() as store:
        return store.article(number) if number is not None else None


def _part(site: Site, story_id: int) -> StoryPart:
    with site.readers.lend() as store:
        found = store.story_part(story_id, limit=MOST_ARTICLES)
    if not isinstance(found, tuple):
        raise HTTPException(404, f"There is no story {story_id} any more; open its page again.")
    return found[0]
