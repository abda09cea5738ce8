"""Watchlists' rules as bits of one automaton, so that "is there anything of this group" is one `and`.

In: watchlists and an automaton that has their lists. Out: `Ready`, and several of them as a `Panel`.
Judges no text.
"""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from publisher.matching.automaton import Automaton
from publisher.matching.spec import PlaceName, Rule, WithinWords
from publisher.matching.watchlist import Watchlist

Needs = tuple[int, ...]
Near = Literal["sentence", "paragraph", "text"]
# From narrow to wide.
NEARS: tuple[Near, ...] = ("sentence", "paragraph", "text")
# Mixtures of terms: 2,900 documents had 1,800.
_REMEMBERED = 20_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What one hit of a rule must be: the bits of its lists, and the names that the rule has for them."""

    bits: int
    names: tuple[tuple[str, int], ...]

    def name(self, bits: int) -> str:
        """Return the name under which the rule asked for a find with these bits."""
        return next(name for name, of in self.names if of & bits)


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadyRule:
    """A rule: one hit for each of `wanted`, the first `parties` of them of different states."""

    name: str
    wanted: tuple[Wanted, ...]
    needs: Needs
    parties: int
    none: int
    near: Near
    words: int | None
    places: frozenset[PlaceName]
    weight: float


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Ready:
    """A watchlist for one automaton: every name as the bits of its lists.

    `rules` by what they look at, the weightiest first. `lower`: bits and the part of the score lost.
    `states`: those that "our country" may mean.
    """

    watchlist: Watchlist
    rules: Mapping[Near, tuple[ReadyRule, ...]]
    mask: int
    states: frozenset[str | None]
    centre: int
    lower: tuple[tuple[int, float], ...]


class Panel:
    """Watchlists that see the same finds, and so can share what is cut and counted.

    What a window's bits make possible is remembered: few sentences have a mixture of terms of their own, and
    most have nothing for most watchlists.
    """

    def __init__(self, members: Mapping[int, Ready]) -> None:
        self.members = members
        self.nears = tuple(near for near in NEARS if any(ready.rules[near] for ready in members.values()))
        self.possible = lru_cache(_REMEMBERED)(self._possible)
        # Watchlists ask for much the same: each need is looked at once.
        every = (rule.needs for ready in members.values() for rules in ready.rules.values() for rule in rules)
        self._needs = {need: 1 << at for at, need in enumerate(dict.fromkeys(itertools.chain(*every)))}
        self._rules = {
            near: [
                (
                    number,
                    [(rule, _any(self._needs[need] for need in rule.needs)) for rule in ready.rules[near]],
                )
                for number, ready in members.items()
            ]
            for near in NEARS
        }

    def _possible(self, near: Near, bits: int) -> tuple[tuple[int, tuple[ReadyRule, ...]], ...]:
        """Return the rules that have something of each name they need, by their watchlist's number."""
        there = 0
        for need, flag in self._needs.items():
            if need & bits:
                there |= flag
        found = (
            (number, tuple([rule for rule, flags in rules if flags & there == flags]))
            for number, rules in self._rules[near]
        )
        return tuple((number, rules) for number, rules in found if rules)


def met(needs: Needs, bits: int) -> bool:
    """Say whether the bits have something of each need."""
    for need in needs:  # noqa: SIM110 - `all` over a generator takes three times as long, and this is the inner loop
        if not need & bits:
            return False
    return True


def any_met(least: Iterable[Needs], bits: int) -> bool:
    """Say whether the bits have all of some needs."""
    for needs in least:  # noqa: SIM110 - as in `met`
        if met(needs, bits):
            return True
    return False


def least_needs(readies: Iterable[Ready]) -> Sequence[Needs]:
    """Return needs of which some are met where any rule is: without those that imply others of them."""
    every = {rule.needs for ready in readies for rules in ready.rules.values() for rule in rules}
    kept: list[Needs] = []
    for one in sorted(every, key=len):
        if not any(_implies(one, other) for other in kept):
            kept = [other for other in kept if not _implies(other, one)] + [one]
    return kept


def _implies(strong: Needs, weak: Needs) -> bool:
    return all(any(need | wide == wide for need in strong) for wide in weak)


def make_ready(watchlist: Watchlist, automaton: Automaton) -> Ready:
    """Resolve the names of a watchlist to the automaton's bits."""
    masks = _masks(watchlist, automaton, in_office=False)
    held = _masks(watchlist, automaton, in_office=True)
    rules = [_rule(rule, held if rule.in_office else masks) for rule in watchlist.rules]
    # Of equal weight, the one that stands first in the file explains better.
    rules.sort(key=lambda rule: -rule.weight)
    return Ready(
        watchlist=watchlist,
        rules={near: tuple(rule for rule in rules if rule.near == near) for near in NEARS},
        mask=_any(masks[name] for name in watchlist.mask),
        states=frozenset(watchlist.states),
        centre=_any(masks[name] for name in watchlist.score.centre),
        lower=tuple((_any(masks[name] for name in lower.any), lower.by) for lower in watchlist.lower),
    )


def _masks(watchlist: Watchlist, automaton: Automaton, *, in_office: bool) -> dict[str, int]:
    return {
        name: _any(automaton.mask(watchlist.lists[member], in_office=in_office) for member in members)
        for name, members in watchlist.names.items()
    }


def _rule(rule: Rule, masks: Mapping[str, int]) -> ReadyRule:
    groups = [(name,) for name in rule.all] + ([rule.any] if rule.any else [])
    wanted = tuple(
        Wanted(
            bits=_any(masks[name] for name in names),
            names=tuple((name, masks[name]) for name in names),
        )
        for names in groups
    )
    return ReadyRule(
        name=rule.name,
        wanted=wanted,
        needs=tuple(one.bits for one in wanted),
        parties=len(rule.all),
        none=_any(masks[name] for name in rule.not_),
        near=rule.near if isinstance(rule.near, str) else "sentence",
        words=rule.near.words if isinstance(rule.near, WithinWords) else None,
        places=frozenset(rule.places),
        weight=rule.weight,
    )


def _any(masks: Iterable[int]) -> int:
    bits = 0
    for mask in masks:
        bits |= mask
    return bits
