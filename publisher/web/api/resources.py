"""Single things by their ids, and how the service does."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Path
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from publisher.asking import known, sound
from publisher.web.api.answers import answer, base_address, failures
from publisher.web.api.models.articles import ArticleWhole, RevisionText, StatementWhole
from publisher.web.api.models.service import HealthAnswer, SourceItem, WatchlistItem
from publisher.web.api.models.speakers import SpeakerWhole
from publisher.web.api.models.stories import EntryItem, StoryWhole
from publisher.web.api.shapes.articles import article_whole, revision_text, statement_whole
from publisher.web.api.shapes.service import health_answer, source_item, watchlist_item
from publisher.web.api.shapes.speakers import speaker_whole
from publisher.web.api.shapes.stories import entry_item, story_whole
from publisher.web.registry import Registry
from publisher.web.site import Site
from storage.records.voices import VoiceAsk

MOST_MEMBERS = 200
NEWEST, _YEAR = 30, timedelta(days=364)
_LARGEST = 2**63 - 1
Number = Annotated[int, Path(alias="id", ge=1, le=_LARGEST, description="its number in this database")]
TextNumber = Annotated[int, Path(alias="number", ge=1, le=_LARGEST, description="the text's number")]
Name = Annotated[str, Path(alias="id", min_length=1, max_length=200, description="its id")]
# A speaker's id has a name of up to 200 letters, in Latin ones, and a slash after a state.
Key = Annotated[str, Path(alias="id", min_length=1, max_length=1000, description="an id, or a name")]


def add_resources(app: FastAPI, site: Site) -> None:
    """Add the routes of single things."""
    router = APIRouter(dependencies=[Depends(_bare)])
    _add_articles(router, site)
    _add_statements(router, site)
    _add_speakers(router, site)
    _add_entries(router, site)
    _add_stories(router, site)
    _add_config(router, site)
    app.include_router(router)


async def _bare(request: Request) -> None:
    """Refuse parameters: none of a single thing is asked for in another way. Raises AskError."""
    known(request.query_params.multi_items(), ())


def _add_articles(router: APIRouter, site: Site) -> None:
    @router.get(
        "/articles/{id}",
        operation_id="get_article",
        summary="One article",
        description="All that is known of an article: text, statements, matches, revisions, decisions, "
        "fetches. Held ones too.",
        response_model=ArticleWhole,
        responses=failures(400, 404, 422, 503),
        tags=["articles"],
    )
    def one_article(request: Request, number: Number) -> Response:
        words = site.in_force().settings.feeds.summary_words
        with site.readers.lend() as store:
            found = store.dossier(number, copies=0)
            removed = None if found is not None else store.when_removed(number)
        if removed is not None:
            raise HTTPException(404, f"Article {number} was removed on {removed:%Y-%m-%d} and is not kept.")
        if found is None:
            raise HTTPException(404, f"There is no article {number}.")
        return answer(request, article_whole(found, words=words))

    @router.get(
        "/articles/{id}/revisions/{number}",
        operation_id="get_revision",
        summary="One text of an article",
        description="A text that the article has or had, by its number in `revisions`.",
        response_model=RevisionText,
        responses=failures(400, 404, 422, 503),
        tags=["articles"],
    )
    def one_text(request: Request, number: Number, text: TextNumber) -> Response:
        with site.readers.lend() as store:
            found = store.text(number, text)
        if found is None:
            raise HTTPException(404, f"Article {number} has no text {text}; its `revisions` have them all.")
        return answer(request, revision_text(text, found))


def _add_statements(router: APIRouter, site: Site) -> None:
    @router.get(
        "/statements/{id}",
        operation_id="get_statement",
        summary="One statement",
        description="A statement by its id, with its speaker's; there while its article has these words.",
        response_model=StatementWhole,
        responses=failures(400, 404, 422, 503),
        tags=["statements"],
    )
    def one_statement(request: Request, name: Name) -> Response:
        with site.readers.lend() as store:
            found = store.statement(name)
        if found is None:
            raise HTTPException(
                404,
                "No article has a statement with this id. Its words may have been edited, or read otherwise, "
                "since: /api/articles/{id} has those of today.",
            )
        return answer(request, statement_whole(found))


def _add_speakers(router: APIRouter, site: Site) -> None:
    @router.get(
        "/speakers/{id:path}",
        operation_id="get_speaker",
        summary="One speaker",
        description="A speaker, office or body, by id, or by a name that articles have: of several who bear "
        "it the one with most statements.",
        response_model=SpeakerWhole,
        responses=failures(400, 404, 422, 503),
        tags=["speakers"],
    )
    def one_speaker(request: Request, key: Key) -> Response:
        offices = Registry(site.in_force().watchlists.values()).offices_of
        with site.readers.lend() as store:
            voice = store.voice(sound(key))
            if voice is None:
                raise HTTPException(404, "No statement is by such a speaker; /api/speakers lists them all.")
            counts = store.voice_counts(voice.id, since=site.clock() - _YEAR)
            newest = [one for _, one in store.voice_statements(voice.id, VoiceAsk(), limit=NEWEST)]
        return answer(request, speaker_whole(voice, offices(voice.key), counts, newest))


def _add_entries(router: APIRouter, site: Site) -> None:
    @router.get(
        "/entries/{id}",
        operation_id="get_entry",
        summary="One entry",
        description="An entry as its watchlist's feed shows it, by the id that it has there.",
        response_model=EntryItem,
        responses=failures(400, 404, 422, 503),
        tags=["entries"],
    )
    def one_entry(request: Request, name: Name) -> Response:
        words = site.in_force().settings.feeds.summary_words
        with site.readers.lend() as store:
            found = store.entry(name)
        if found is None:
            raise HTTPException(404, "There is no such entry, or its article does not match any more.")
        return answer(request, entry_item(found, [found.match], words=words, whole=True))


def _add_stories(router: APIRouter, site: Site) -> None:
    @router.get(
        "/stories/{id}",
        operation_id="get_story",
        summary="One story",
        description="A story with its articles and entries, at most 200 of each. The number of a story that "
        "was joined to another leads to that one.",
        response_model=StoryWhole,
        responses=failures(400, 404, 422, 503),
        tags=["stories"],
    )
    def one_story(request: Request, number: Number) -> Response:
        with site.readers.lend() as store:
            found = store.story_whole(number, limit=MOST_MEMBERS)
        if found is None:
            raise HTTPException(404, f"There is no story {number} with a complete article.")
        return answer(request, story_whole(found))


def _add_config(router: APIRouter, site: Site) -> None:
    @router.get(
        "/watchlists/{id}",
        operation_id="get_watchlist",
        summary="One watchlist",
        description="A watchlist in force, with its feeds.",
        response_model=WatchlistItem,
        responses=failures(400, 404, 422, 503),
        tags=["watchlists"],
    )
    def one_watchlist(request: Request, name: Name) -> Response:
        in_force = site.in_force()
        found = in_force.watchlists.get(name)
        if found is None:
            raise HTTPException(404, "There is no such watchlist; /api/watchlists lists them.")
        with site.readers.lend() as store:
            progress = {one.follower: one for one in store.progress()}
        return answer(request, watchlist_item(found, in_force, progress, base_address(request, site)))

    @router.get(
        "/sources/{id}",
        operation_id="get_source",
        summary="One source",
        description="A source with its state and health.",
        response_model=SourceItem,
        responses=failures(400, 404, 422, 503),
        tags=["sources"],
    )
    def one_source(request: Request, name: Name) -> Response:
        found = next((row for row in site.snapshot().sources if row.source.id == name), None)
        if found is None:
            raise HTTPException(404, "There is no such source; /api/sources lists them.")
        return answer(request, source_item(found))

    @router.get(
        "/health",
        operation_id="get_health",
        summary="How the service does",
        description="What /readyz says, with counts. It answers 200 whether healthy or not.",
        response_model=HealthAnswer,
        responses=failures(400, 503),
        tags=["health"],
    )
    def health(request: Request) -> Response:
        return answer(request, health_answer(site.snapshot()))
