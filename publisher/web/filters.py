"""A listing's form: what it may choose from, what is chosen, and each choice's way out. Values only. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from publisher.asking import Ask
from publisher.matching import Watchlist
from publisher.web.site import InForce

# Parameters of a page, not of what it lists: a feed of the same selection has none of them.
PLACE = {"before": None, "after": None, "number": None}
_LABELS = {
    "q": "words",
    "watchlist": "watchlist",
    "state": "state",
    "source": "source",
    "publisher": "publisher",
    "country": "country",
    "language": "language",
    "speaker": "speaker",
    "office": "office",
    "since": "since",
    "until": "until",
    "days": "days back",
    "revisions": "revisions",
}
_LONGEST = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Chosen:
    """One condition that holds: in words, and the query string without it."""

    label: str
    value: str
    without: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Choices:
    """What the form's lists offer, as (value, words)."""

    watchlists: Sequence[tuple[str, str]]
    states: Sequence[tuple[str, str]]
    sources: Sequence[tuple[str, str]]
    publishers: Sequence[tuple[str, str]]
    countries: Sequence[tuple[str, str]]
    languages: Sequence[tuple[str, str]]


def choices(in_force: InForce) -> Choices:
    """Return what can be chosen under this config."""
    sources = in_force.sources.values()
    languages = {code for source in sources for code in source.languages}
    return Choices(
        watchlists=[(id_, one.name) for id_, one in in_force.watchlists.items()],
        states=sorted(state_names(in_force.watchlists).items(), key=lambda one: one[1]),
        sources=sorted(((one.id, one.name) for one in sources), key=lambda one: one[1].casefold()),
        publishers=[(kind, kind) for kind in sorted({one.publisher for one in sources})],
        countries=[(code, code) for code in sorted({one.country for one in sources})],
        languages=[(code, code) for code in sorted(languages)],
    )


def state_names(watchlists: Mapping[str, Watchlist]) -> dict[str, str]:
    """Return the names of the states of all watchlists by their codes."""
    return {code: name for one in watchlists.values() for code, name in one.states.items()}


def chosen(ask: Ask, in_force: InForce) -> list[Chosen]:
    """Return the conditions that hold, each of several values by itself."""
    found = []
    for field, label in _LABELS.items():
        value = getattr(ask, field)
        if value is None:
            continue
        for one in value if isinstance(value, tuple) else (value,):
            left = [other for other in value if other != one] if isinstance(value, tuple) else None
            found.append(
                Chosen(
                    label=label,
                    value=_words(field, one, in_force),
                    without=ask.query_string(**{**PLACE, field: left or None}),
                )
            )
    return found


def _words(field: str, value: object, in_force: InForce) -> str:
    known: dict[str, Callable[[str], str]] = {
        "watchlist": lambda id_: in_force.watchlists[id_].name,
        "source": lambda id_: in_force.sources[id_].name,
        "state": lambda code: state_names(in_force.watchlists).get(code.upper(), code),
    }
    if field in ("since", "until"):
        return f"{value:%Y-%m-%d %H:%M}".removesuffix(" 00:00")
    if field == "revisions":
        return "shown" if value else "left out"
    return known[field](str(value)) if field in known else str(value)


def as_written(pairs: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    """Return what a query string says, cut, so that a form shows it again even where it is not understood."""
    written: dict[str, list[str]] = {}
    for name, value in pairs:
        if name in _LABELS and value.strip():
            written.setdefault(name, []).extend(_parts(name, value[:_LONGEST]))
    return {name: values[:50] for name, values in written.items()}


def _parts(name: str, value: str) -> list[str]:
    if name not in ("source", "publisher", "country", "language"):
        return [value]
    return [part.strip() for part in value.split(",") if part.strip()]
