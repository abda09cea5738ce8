"""What a query string may ask of a listing: the one spelling that pages, feeds and the API share.

Text in, a checked `Ask` out; `selection` turns it into what the store is asked. Pure. Feeds and the API
refuse what they do not know (`known`): a misspelt filter that is passed over gives everything for an answer.
"""

import difflib
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Annotated, Any, Literal, Protocol
from urllib.parse import urlencode

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, ValidationError

from core.errors import PolicywireError, StorageError
from core.faults import fault
from core.source import Source
from core.urls import is_added
from storage.asked import texts_of
from storage.records.listing import Place
from storage.records.selection import Selection
from storage.records.voices import VoiceAsk

MOST_ENTRIES = 500
_LONGEST_QUERY = 500


class AskError(PolicywireError):
    """A query string that cannot be understood; the message says which part, and what would be."""


def _several(value: object) -> object:
    """Take `a,b` and repeated parameters alike; a form's empty field asks for nothing."""
    texts: Iterable[object] = value if isinstance(value, list | tuple) else [value]
    parts = [part.strip() for text in texts for part in str(text if text is not None else "").split(",")]
    return tuple(dict.fromkeys(part for part in parts if part)) or None


def _one(value: object) -> object:
    if isinstance(value, list | tuple):
        value = value[-1] if value else None
    return (value.strip() or None) if isinstance(value, str) else value


def _moment(value: object) -> object:
    """Take a day as its beginning in UTC, and a moment without a zone as one in UTC."""
    value = _one(value)
    if not isinstance(value, str):
        return value
    try:
        moment = datetime.fromisoformat(value.replace(" ", "+") if "T" in value else value)
    except ValueError:
        raise ValueError("expected a day, or a moment in ISO 8601, such as 2026-09-20") from None
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("beyond the years 1 to 9999 in UTC") from None


Several = Annotated[tuple[str, ...] | None, BeforeValidator(_several)]
Words = Annotated[str | None, Field(max_length=_LONGEST_QUERY), BeforeValidator(_one)]


def _token(place: Place | None) -> str | None:
    return None if place is None else place.token()


def _place(value: object) -> object:
    value = _one(value)
    return Place.from_token(value) if isinstance(value, str) else value


Somewhere = Annotated[Place | None, BeforeValidator(_place), PlainSerializer(_token, when_used="json")]
Moment = Annotated[datetime | None, BeforeValidator(_moment)]


class Ask(BaseModel):
    """The parameters of a listing. Empty ones ask for nothing; others are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    q: Words = Field(None, description='words, "a phrase", prefix*, AND, OR, NOT')
    watchlist: Words = Field(None, description="id of a watchlist")
    state: Words = Field(None, description="ISO code of a state: KZ, KG, TJ, TM, UZ")
    source: Several = Field(None, description="ids of sources")
    publisher: Several = Field(None, description="kinds of source: official, agency, press, analysis ...")
    country: Several = Field(None, description="ISO codes of the states where sources sit; REG, EU, UN, INT")
    language: Several = Field(None, description="codes of languages: en, ru, kk ...")
    speaker: Words = Field(None, description="words of a speaker's name; a | b: either name")
    office: Words = Field(None, description="words of a speaker's office")
    about: Words = Field(
        None, description="state (ISO code) or organisation (SCO, UN ...) that a speaker's words name"
    )
    since: Moment = Field(None, description="a day, or a moment in ISO 8601")
    until: Moment = Field(None, description="a day, or a moment in ISO 8601; itself not included")
    days: Annotated[int | None, Field(ge=1, le=3660), BeforeValidator(_one)] = Field(
        None, description="how many days back, if `since` is not given"
    )
    number: Annotated[int | None, Field(ge=1, le=MOST_ENTRIES), BeforeValidator(_one)] = Field(
        None, description="how many items"
    )
    text: Annotated[Literal["summary", "full"] | None, BeforeValidator(_one)] = Field(
        None, description="how much of each text a feed carries"
    )
    revisions: Annotated[bool | None, BeforeValidator(_one)] = Field(
        None, description="whether revisions and withdrawals are shown"
    )
    before: Somewhere = Field(None, description="what is older than this place, taken from a page's link")
    after: Somewhere = Field(None, description="what is newer than this place, taken from a page's link")

    def query_string(self, **changes: object) -> str:
        """Return these parameters (with some changed; None: left out) as a query string, in a fixed order."""
        values = self.model_dump(mode="json") | changes
        pairs = [
            (name, ",".join(value) if isinstance(value, list | tuple) else _shown(value))
            for name, value in values.items()
            if value not in (None, "", ())
        ]
        return urlencode(pairs)


class Watchlists(Protocol):
    """What is asked of a watchlist here."""

    @property
    def states(self) -> Mapping[str, str]:
        """ISO code -> name."""


def sound(value: str) -> str:
    """Return a parameter without what no text has: halves of surrogate pairs, and NUL, which is a blank."""
    return value.encode("utf-8", "replace").decode().replace("\0", " ")


def known(pairs: Iterable[tuple[str, str]], takes: Sequence[str]) -> list[tuple[str, str]]:
    """Return the parameters that are among `takes`. Raises AskError for others.

    What was added on the way is passed over: there are feed readers that add a number against caches.
    """
    taken = []
    for name, value in pairs:
        if name in takes:
            taken.append((name, value))
        elif not is_added(name, value):
            raise AskError(_unknown(sound(name)[:80], takes))
    return taken


def _unknown(name: str, takes: Sequence[str]) -> str:
    if not takes:
        return f"{name}: this address takes no parameters; leave it out"
    near = difflib.get_close_matches(name.lower(), takes, n=1)
    meant = f"; perhaps {near[0]} is meant" if near else ""
    return f"{name}: there is no such parameter here{meant}; there are: {', '.join(takes)}"


def parse_ask(pairs: Sequence[tuple[str, str]]) -> Ask:
    """Return what a query string asks. Raises AskError."""
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(sound(value))
    try:
        return Ask.model_validate(values)
    except ValidationError as error:
        raise AskError("; ".join(_told(one) for one in error.errors())) from error


def selection(
    ask: Ask, *, sources: Mapping[str, Source], watchlists: Mapping[str, Watchlists], now: datetime
) -> Selection:
    """Return what the store is asked. Raises AskError for ids that there are not, and for odd words."""
    if ask.watchlist is not None and ask.watchlist not in watchlists:
        raise AskError(f"watchlist: there is no {ask.watchlist!r}; there are: {', '.join(watchlists)}")
    states = {code for watchlist in watchlists.values() for code in watchlist.states}
    if ask.state is not None and ask.state.upper() not in states:
        raise AskError(f"state: no watchlist has {ask.state!r}; there are: {', '.join(sorted(states))}")
    asked = Selection(
        watchlist=ask.watchlist,
        state=ask.state.upper() if ask.state else None,
        sources=_chosen_sources(ask, sources),
        languages=ask.language,
        speaker=ask.speaker,
        office=ask.office,
        query=ask.q,
        since=since(ask, now),
        until=ask.until,
        revisions=ask.revisions is not False,
    )
    _check_words(asked)
    return asked


def voice_ask(ask: Ask, *, codes: Collection[str], now: datetime) -> VoiceAsk:
    """Return what the store is asked of speakers; `codes` are all whom they may speak for and name.

    Raises AskError.
    """
    _check_words(Selection(speaker=ask.speaker, office=ask.office))
    return VoiceAsk(
        name=ask.speaker,
        office=ask.office,
        country=None if ask.state is None else _code("state", ask.state, codes),
        languages=ask.language,
        since=since(ask, now),
        until=ask.until,
        about=ask.about if ask.about is None or "/" in ask.about else _code("about", ask.about, codes),
    )


def _code(name: str, value: str, codes: Collection[str]) -> str:
    """Return a code as it is written, whatever the case that it was asked in."""
    found = next((code for code in codes if code.casefold() == value.casefold()), None)
    if found is None:
        raise AskError(f"{name}: there is no {value[:80]!r}; give an ISO code of a state, or SCO, UN ...")
    return found


def _check_words(asked: Selection) -> None:
    try:
        texts_of(asked)
    except StorageError as error:
        raise AskError(str(error)) from error


def since(ask: Ask, now: datetime) -> datetime | None:
    """Return the first moment that is asked for."""
    if ask.since is not None or ask.days is None:
        return ask.since
    # Whole days, so that one URL means one thing until midnight and can be cached.
    return datetime.combine(now.date() - timedelta(days=ask.days), time.min, UTC)


def _chosen_sources(ask: Ask, sources: Mapping[str, Source]) -> tuple[str, ...] | None:
    if ask.source is None and ask.publisher is None and ask.country is None:
        return None
    for id_ in ask.source or ():
        if id_ not in sources:
            raise AskError(f"source: there is no {id_!r}; `policywire sources list` has them all")
    kinds = {source.publisher for source in sources.values()}
    for kind in ask.publisher or ():
        if kind not in kinds:
            raise AskError(f"publisher: no source is {kind!r}; there are: {', '.join(sorted(kinds))}")
    countries = {source.country for source in sources.values()}
    for country in ask.country or ():
        if country.upper() not in countries:
            raise AskError(f"country: no source is of {country!r}; there are: {', '.join(sorted(countries))}")
    wanted = {country.upper() for country in ask.country or countries}
    return tuple(
        id_
        for id_, source in sources.items()
        if (ask.source is None or id_ in ask.source)
        and (ask.publisher is None or source.publisher in ask.publisher)
        and source.country in wanted
    )


def _shown(value: object) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _told(error: Any) -> str:
    given = error["input"]
    shown = ", ".join(map(str, given)) if isinstance(given, list) else str(given)
    return f"{error['loc'][0]}: {fault(error)} (got {shown[:80]})"
