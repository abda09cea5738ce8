"""Speakers: who has statements, and one of them with offices, words, and whom those name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from fastapi import APIRouter
from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from publisher.asking import Ask, AskError, parse_ask, voice_ask
from publisher.matching import OF, Holding
from publisher.web.pages import Pages
from publisher.web.pictures import bars, buckets
from publisher.web.registry import Registry
from publisher.web.site import Site
from storage.records.voices import Voice, VoiceAsk, VoiceCounts, VoiceOrder, VoiceStatement
from storage.store import Store

_PAGE = 50
_STATEMENTS = 30
_MOST_PAGES = 200
_YEAR = timedelta(days=364)
_ABOUT = 40
ORDERS: Mapping[VoiceOrder, str] = {"newest": "who spoke last first", "most": "most statements first"}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Shown:
    """What the page of one speaker shows; without a voice somebody of the registry who has no statement."""

    name: str
    voice: Voice | None
    offices: tuple[Holding, ...]
    counts: VoiceCounts | None
    statements: list[tuple[int, VoiceStatement]]


def routes(site: Site, pages: Pages) -> APIRouter:
    """Return the routes of the list and of one speaker."""
    router = APIRouter()

    @router.get("/speakers")
    def listed(request: Request) -> Response:
        ask = parse_ask(request.query_params.multi_items())
        order = _order(request)
        number = _page_number(request)
        registry = Registry(site.in_force().watchlists.values())
        asked = voice_ask(ask, codes=registry.codes, now=site.clock())
        limit = min(ask.number or _PAGE, _PAGE)
        with site.readers.lend() as store:
            found = store.voices(asked, order=order, offset=(number - 1) * limit, limit=limit + 1)

        def at(page: int) -> str:
            return "?" + ask.query_string() + f"&order={order}&page={page}"

        return pages.page(
            request,
            "speakers.html",
            ask=ask,
            order=order,
            orders=ORDERS,
            voices=found[:limit],
            registry=registry,
            newer=at(number - 1) if number > 1 else None,
            older=at(number + 1) if len(found) > limit and number < _MOST_PAGES else None,
            counted=asked != VoiceAsk(country=asked.country, office=asked.office, name=asked.name),
        )

    @router.get("/speakers/page")
    def one(request: Request) -> Response:
        ask = parse_ask(request.query_params.multi_items())
        registry = Registry(site.in_force().watchlists.values())
        now = site.clock()
        with site.readers.lend() as store:
            shown = _look_up(store, request, ask, registry, now)
        older = shown.statements[_STATEMENTS - 1][0] if len(shown.statements) > _STATEMENTS else None
        sources = site.in_force().sources
        return pages.page(
            request,
            "speaker.html",
            shown=shown,
            ask=ask,
            registry=registry,
            sources=sources,
            statements=[hit for _, hit in shown.statements[:_STATEMENTS]],
            here_query=ask.query_string(name=shown.voice.key if shown.voice else shown.name),
            older=older,
            timeline=_timeline(shown, now),
            feeds_of=_feeds_of(shown.voice),
            about=_named(shown.counts, registry),
        )

    return router


def _look_up(store: Store, request: Request, ask: Ask, registry: Registry, now: datetime) -> _Shown:
    name = " ".join(request.query_params.get("name", "").replace("\0", " ").split())
    name = name.encode("utf-8", "replace").decode()
    if not name:
        raise AskError("name: say whose page it is, as /speakers lists them")
    voice = store.voice(name)
    if voice is None and (key := registry.key_of(name)) is not None:
        voice = store.voice(key)
        name = key
    offices = registry.offices_of(voice.key if voice is not None else name)
    if voice is None:
        if not offices:
            raise HTTPException(
                404, f"No statement is by {name[:200]!r}; /speakers finds names by their words."
            )
        return _Shown(name=registry.shown(name), voice=None, offices=offices, counts=None, statements=[])
    return _Shown(
        name=voice.name,
        voice=voice,
        offices=offices,
        counts=store.voice_counts(voice.id, since=now - _YEAR),
        statements=store.voice_statements(
            voice.id,
            voice_ask(ask, codes=registry.codes, now=now),
            before=_older(request),
            limit=_STATEMENTS + 1,
        ),
    )


def _timeline(shown: _Shown, now: datetime) -> tuple[Markup, list[tuple[str, int]]]:
    """Return the last year by weeks: a picture, and its numbers without empty weeks."""
    days = shown.counts.days if shown.counts is not None else ()
    first = (now - _YEAR).date()
    weeks = [(str(day), count) for day, count in buckets(days, first=first, last=now.date(), weekly=True)]
    title = f"Statements of {shown.name} by week"
    return bars("timeline", title, weeks), [week for week in weeks if week[1]]


def _named(counts: VoiceCounts | None, registry: Registry) -> list[tuple[str, list[tuple[str, int]]]]:
    """Return whom the words name: states, organisations, people, each (code, statements), most first."""
    about = counts.about if counts is not None else ()
    people = [one for one in about if OF in one[0]]
    organisations = [one for one in about if one[0] in registry.organisations]
    states = [one for one in about if one not in people and one not in organisations]
    parts = (("States", states), ("Organisations", organisations), ("People", people))
    return [(title, found[:_ABOUT]) for title, found in parts if found]


def _feeds_of(voice: Voice | None) -> list[tuple[str, str]]:
    """Return the feeds of a speaker's names as (name, query)."""
    if voice is None or voice.kind == "office" or voice.key.startswith("^"):
        return []
    names = tuple(dict.fromkeys((voice.name, *voice.spellings)))
    asked = tuple(name.replace("|", " ") for name in names)
    every = [("all spellings", urlencode({"speaker": " | ".join(asked)}))] if len(names) > 1 else []
    return every + [(name, urlencode({"speaker": words})) for name, words in zip(names, asked, strict=True)]


def _order(request: Request) -> VoiceOrder:
    value = request.query_params.get("order") or "newest"
    found = next((order for order in ORDERS if order == value), None)
    if found is None:
        raise AskError(f"order: there is no {value[:40]!r}; there are: {', '.join(ORDERS)}")
    return found


def _page_number(request: Request) -> int:
    value = request.query_params.get("page") or "1"
    if not value.isascii() or not value.isdecimal() or not 1 <= int(value[:6]) <= _MOST_PAGES:
        raise AskError(f"page: a number from 1 to {_MOST_PAGES} is expected (got {value[:40]})")
    return int(value)


def _older(request: Request) -> int | None:
    value = request.query_params.get("older")
    if not value:
        return None
    if not value.isascii() or not value.isdecimal() or len(value) > 18:
        raise AskError(f"older: a number is expected (got {value[:40]})")
    return int(value)
