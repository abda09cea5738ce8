"""Which feeds may be asked for: a path and a query in, a checked Order out; the list of all feeds. Pure.

Below /feeds/: a watchlist or one of its states by name, `entries`, `official`, `search`, `sources/<id>`, and
`archive/<name>/<day>` for the days of the first.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from core.errors import PolicywireError
from core.source import Source
from publisher.asking import Ask, AskError, Watchlists, known, parse_ask, selection
from publisher.feeds.channels import ENTRIES, FORMS, OFFICIAL, SEARCH, Channel, Form
from storage.records.selection import Selection

_FILE = re.compile(r"(?P<path>[a-z0-9/_-]{1,300})\.(?P<form>rss|atom|json|xml)", re.ASCII)
_DAY = timedelta(days=1)
# The feeds of all watchlists, and their titles.
_OF_ALL = {ENTRIES: "Entries of all watchlists", OFFICIAL: "Entries from official sources"}
# What feeds take: whom words name is asked of speakers alone.
TAKES = tuple(name for name in Ask.model_fields if name != "about")
# What a feed is asked for beside its conditions.
_OPTIONS = ("number", "text", "revisions", "before", "after")


class NoSuchFeed(PolicywireError):
    """There is no feed at this address; the message says where they are listed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """One feed that is asked for. `query` are its options as they are written in its own address.

    `asked` are those options, `ask` all conditions, those of the path included; `selection` is what the store
    is asked, `page` the page for people. `states` names ISO codes. `name` is
    that of a feed that is kept as a file too, when it is asked for as it is kept. `day` asks for the entries
    of one day that is over. `under` is what stands before /feeds/ in the address, "" for public ones.
    """

    path: str
    form: Form
    query: str = ""
    title: str
    about: str = ""
    page: str = "/"
    listing: Literal["entries", "articles"]
    asked: Ask
    ask: Ask
    selection: Selection
    states: Mapping[str, str]
    name: str | None = None
    day: date | None = None
    under: str = ""

    @property
    def key(self) -> str:
        """What tells this document from all others."""
        return f"{self.form} {self.contents}"

    @property
    def contents(self) -> str:
        """What tells its contents, whatever the form, from all others."""
        return f"{self.under}/{self.path}?{self.query} {self.selection.since or ''}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Catalogue:
    """What there is to choose from: the configuration in force. `title` is that of the whole service."""

    title: str
    channels: Sequence[Channel]
    watchlists: Mapping[str, Watchlists]
    sources: Mapping[str, Source]
    revisions: Mapping[str, bool]

    def order(self, file: str, pairs: Sequence[tuple[str, str]], *, now: datetime, under: str = "") -> Order:
        """Return what a file's name below /feeds/ and a query ask for. Raises NoSuchFeed, AskError."""
        found = _FILE.fullmatch(file)
        if found is None:
            raise _no_such_feed(file)
        path = found["path"]
        form: Form = next((form for form in FORMS if form == found["form"]), "rss")
        written = parse_ask(known(pairs, TAKES))
        draft = self._draft(path, written, now=now)
        asked = selection(draft.ask, sources=self.sources, watchlists=self.watchlists, now=now)
        if draft.day is not None:
            since = datetime.combine(draft.day, time.min, UTC)
            asked = replace(asked, since=since, until=since + _DAY)
        return Order(
            path=path,
            form=form,
            query=draft.query,
            title=draft.title,
            about=draft.about,
            page=draft.page,
            listing=draft.listing,
            asked=written,
            ask=draft.ask,
            selection=replace(asked, revisions=self._shows_revisions(draft.ask)),
            states=self._states(draft.ask.watchlist),
            name=draft.path if draft.kept and not draft.query else None,
            day=draft.day,
            under=under,
        )

    def fixed(self) -> Iterator[tuple[str, str, str]]:
        """Yield the feeds that need no options, as (group, title, path below /feeds/)."""
        for channel in self.channels:
            yield "Watchlists", channel.title, channel.name
        for path, title in _OF_ALL.items():
            yield "All watchlists", title, path
        for source in sorted(self.sources.values(), key=lambda one: one.name.casefold()):
            if source.enabled:
                yield "Sources", source.name, f"sources/{source.id}"

    def _draft(self, path: str, ask: Ask, *, now: datetime) -> "_Draft":
        query = ask.query_string()
        if path == SEARCH:
            return _Draft(path, ask, query, _search_title(ask), "articles", page=_page("/search", query))
        if path in _OF_ALL:
            own = _fixed(ask, publisher=("official",)) if path == OFFICIAL else ask
            page = _page("/", own.query_string())
            return _Draft(path, own, query, _titled(_OF_ALL[path], ask), "entries", page=page)
        kind, _, rest = path.partition("/")
        if kind == "sources" and rest in self.sources:
            own = _fixed(ask, source=(rest,))
            title, about = self.sources[rest].name, "What this source published, matched or not."
            page = f"/sources/{rest}"
            return _Draft(path, own, query, _titled(title, ask), "articles", page=page, about=about)
        if kind == "archive":
            return self._archive(path, *rest.rpartition("/")[::2], ask, now=now)
        return self._channel(path, ask, query)

    def _channel(self, name: str, ask: Ask, query: str) -> "_Draft":
        channel = next((one for one in self.channels if one.name == name and one.watchlist), None)
        if channel is None:
            raise _no_such_feed(name)
        own = _fixed(ask, watchlist=channel.watchlist, state=channel.state)
        page = _page("/", Ask(watchlist=channel.watchlist, state=channel.state).query_string())
        title, about = _titled(channel.title, ask), channel.about or ""
        return _Draft(name, own, query, title, "entries", page=page, about=about, kept=True)

    def _archive(self, path: str, name: str, day: str, ask: Ask, *, now: datetime) -> "_Draft":
        if ask != Ask():
            raise AskError("an archive has all entries of its day: leave the options out")
        draft = self._channel(name, ask, "")
        try:
            wanted = date.fromisoformat(day)
        except ValueError:
            raise _no_such_feed(path) from None
        if wanted >= open_since(now).date():
            raise NoSuchFeed(f"{day} is not over yet: its entries stand in /feeds/{name}.rss")
        title = f"{draft.title}, {wanted.isoformat()}"
        return _Draft(path, draft.ask, "", title, "entries", page=draft.page, about=draft.about, day=wanted)

    def _states(self, watchlist: str | None) -> Mapping[str, str]:
        chosen = [watchlist] if watchlist is not None else list(self.watchlists)
        return {
            code: name
            for id_ in chosen
            if id_ in self.watchlists
            for code, name in self.watchlists[id_].states.items()
        }

    def _shows_revisions(self, ask: Ask) -> bool:
        if ask.revisions is not None:
            return ask.revisions
        if ask.watchlist is not None:
            return self.revisions.get(ask.watchlist, True)
        return any(self.revisions.values()) or not self.revisions


@dataclass(frozen=True, slots=True)
class _Draft:
    """What a path means, before it is checked against the config."""

    path: str
    ask: Ask
    query: str
    title: str
    listing: Literal["entries", "articles"]
    page: str = "/"
    about: str = ""
    kept: bool = False
    day: date | None = None


def open_since(now: datetime) -> datetime:
    """Return the beginning of the day that is not over, with an hour's grace for what is on its way."""
    return datetime.combine((now - timedelta(hours=1)).astimezone(UTC).date(), time.min, UTC)


def _fixed(ask: Ask, **conditions: object) -> Ask:
    """Return what is asked with what the address says itself. Raises AskError for what it says twice."""
    for name, value in conditions.items():
        if getattr(ask, name) not in (None, value):
            raise AskError(f"{name}: the feed's address says that already; leave it out of the options")
    return ask.model_copy(update=conditions)


def _titled(title: str, ask: Ask) -> str:
    """Return a title with what was asked beside it, in brackets."""
    asked = [
        ", ".join(value) if isinstance(value, tuple) else str(value)
        for name, value in ask.model_dump(exclude_none=True).items()
        if name not in _OPTIONS
    ]
    return f"{title} ({'; '.join(asked)})" if asked else title


def _search_title(ask: Ask) -> str:
    """Return what a feed of the archive is called: by speaker or office, by words, or all of it."""
    if ask.speaker or ask.office:
        who = " ".join(part for part in (ask.speaker, ask.office) if part)
        return _titled(f"Statements: {who}", ask.model_copy(update={"speaker": None, "office": None}))
    if ask.q:
        return _titled(f"Search: {ask.q}", ask.model_copy(update={"q": None}))
    return _titled("All articles", ask)


def _page(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path


def _no_such_feed(name: str) -> NoSuchFeed:
    return NoSuchFeed(f"There is no feed {name[:80]!r}; /feeds lists them all.")
