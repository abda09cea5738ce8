"""A watchlist ready for matching: names resolved to term lists, every group a bit. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from publisher.matching.forms import FormList, FormRow, form_rows
from publisher.matching.spec import Examples, PlaceName, Scoring


@dataclass(frozen=True, kw_only=True, slots=True)
class CompiledRule:
    """A rule with names as bits. `near` is sentence, paragraph or text; `words` a limit inside it."""

    name: str
    all: tuple[int, ...]
    any: int
    none: int
    near: str
    words: int | None
    places: frozenset[PlaceName]
    weight: float


@dataclass(frozen=True, kw_only=True, slots=True)
class CompiledLower:
    """Subjects that speak against an article."""

    bits: int
    by: float
    names: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Watchlist:
    """One watchlist. `bits` says for each term list which rules' names it serves; `names` the bits' names.

    `states` are ISO codes with names; `digest` changes when rules, forms or languages change.
    """

    id: str
    name: str
    about: str | None
    digest: str
    states: Mapping[str, str]
    lists: Mapping[str, FormList]
    bits: Mapping[str, int]
    names: Mapping[int, str]
    mask: int
    centre: int
    rules: tuple[CompiledRule, ...]
    lower: tuple[CompiledLower, ...]
    score: Scoring
    match: Examples
    no_match: Examples
    path: Path

    def label(self, bits: int, list_name: str) -> str:
        """Return the name under which a rule asked for a list's hit: its group, or the list itself."""
        served = bits & self.bits[list_name]
        return next((name for bit, name in self.names.items() if bit & served), list_name)


def forms(watchlist: Watchlist, term: str | None = None) -> list[FormRow]:
    """Return every form that the watchlist can match, or those of one term, with the rule behind each."""
    return form_rows(watchlist.lists.values(), term)
