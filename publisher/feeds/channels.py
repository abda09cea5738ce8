"""Which feeds there are: one a watchlist, and one for each of its states if several. Pure: values, names."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from core.errors import ConfigError, Problem

Form = Literal["rss", "atom", "json"]
FORMS: tuple[Form, ...] = ("rss", "atom", "json")
MEDIA_TYPES: Mapping[str, str] = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
}
FORM_NAMES: Mapping[str, str] = {"rss": "RSS", "atom": "Atom", "json": "JSON Feed"}

# What a feed's file may be called: nothing else is ever served or removed.
FEED_FILE = re.compile(r"[a-z0-9][a-z0-9_-]{0,199}\.(rss|atom|json)", re.ASCII)

# The feed of alerts lies beside those of the watchlists; see operators.py.
OPERATORS = "operators"
# Names that have another meaning below /feeds/; see publisher/orders.py.
ENTRIES, OFFICIAL, SEARCH, LIST = "entries", "official", "search", "feeds"
RESERVED = (OPERATORS, ENTRIES, OFFICIAL, SEARCH, LIST)


class Rules(Protocol):
    """What feeds need to know of a watchlist."""

    @property
    def id(self) -> str:
        """The file's name."""

    @property
    def name(self) -> str:
        """The name for people."""

    @property
    def about(self) -> str | None:
        """What it is for, for people."""

    @property
    def path(self) -> Path:
        """Its file."""

    @property
    def states(self) -> Mapping[str, str]:
        """ISO code -> name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Channel:
    """One feed in all its forms. `name` is the file's name without its ending; `state` is an ISO code."""

    name: str
    title: str
    about: str | None = None
    watchlist: str
    state: str | None = None

    def file(self, form: Form) -> str:
        """Return the file's name."""
        return f"{self.name}.{form}"


def channels(watchlists: Iterable[Rules]) -> tuple[Channel, ...]:
    """Return the feeds of these watchlists. Raises ConfigError for names that no file can have, or two."""
    found: dict[str, Channel] = {}
    problems = []
    for watchlist in watchlists:
        for channel in _of(watchlist):
            other = found.setdefault(channel.name, channel)
            if not all(FEED_FILE.fullmatch(channel.file(form)) for form in FORMS):
                message = (
                    f"{channel.name!r} cannot be a feed's name: file names and codes of states are letters "
                    "a-z, digits and hyphens, such as central-asia.yml and KZ"
                )
                problems.append(Problem(path=watchlist.path, line=0, key="", message=message))
            elif channel.name in RESERVED:
                message = f"its feed {channel.name!r} is a name of our own; rename the file"
                problems.append(Problem(path=watchlist.path, line=0, key="", message=message))
            elif other is not channel:
                message = (
                    f"its feed {channel.name!r} is also one of {other.watchlist!r}; rename one of the files"
                )
                problems.append(Problem(path=watchlist.path, line=0, key="", message=message))
    if problems:
        raise ConfigError(problems)
    return tuple(found.values())


def _of(watchlist: Rules) -> Iterable[Channel]:
    yield Channel(name=watchlist.id, title=watchlist.name, about=watchlist.about, watchlist=watchlist.id)
    # Of a watchlist about one state, a feed of that state alone would be the same again.
    for code, name in watchlist.states.items() if len(watchlist.states) > 1 else ():
        yield Channel(
            name=f"{watchlist.id}-{code.lower()}",
            title=f"{watchlist.name} — {name}",
            about=watchlist.about,
            watchlist=watchlist.id,
            state=code,
        )
