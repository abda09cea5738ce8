"""A watchlist as loaded: its rules, with their names resolved to term lists. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from publisher.matching.forms import FormList, FormRow, form_rows
from publisher.matching.spec import Examples, Lower, Rule, Scoring


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Watchlist:
    """One watchlist. `names` are the names that its rules use, each with the term lists behind it.

    `revisions` overrides `feeds.revisions`. `states` are ISO codes with names; `digest` changes when rules,
    forms or languages change.
    """

    id: str
    name: str
    about: str | None
    digest: str
    states: Mapping[str, str]
    lists: Mapping[str, FormList]
    names: Mapping[str, tuple[str, ...]]
    mask: tuple[str, ...]
    rules: tuple[Rule, ...]
    lower: tuple[Lower, ...]
    score: Scoring
    revisions: bool | None
    match: Examples
    no_match: Examples
    path: Path


def forms(watchlist: Watchlist, term: str | None = None) -> list[FormRow]:
    """Return every form that the watchlist can match, or those of one term, with the rule behind each."""
    return form_rows(watchlist.lists.values(), term)
