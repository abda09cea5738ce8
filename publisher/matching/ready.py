"""A watchlist's rules as bits of one automaton, so that "is there anything of this group" is one `and`.

In: a watchlist and an automaton that has its lists. Out: `Ready`. Judges no text.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from publisher.matching.automaton import Automaton
from publisher.matching.spec import PlaceName, Rule, WithinWords
from publisher.matching.watchlist import Watchlist

Needs = tuple[int, ...]


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
    near: str
    words: int | None
    places: frozenset[PlaceName]
    weight: float

    def possible(self, bits: int) -> bool:
        """Say whether something of every name that the rule needs is there."""
        return met(self.needs, bits)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Ready:
    """A watchlist for one automaton: every name as the bits of its lists.

    `rules` go from narrow to wide: sentence, paragraph, text. `least`: some of
    these needs are met, or no rule is. `lower`: bits and the part of the score lost.
    """

    watchlist: Watchlist
    rules: tuple[tuple[str, tuple[ReadyRule, ...]], ...]
    least: tuple[Needs, ...]
    mask: int
    centre: int
    lower: tuple[tuple[int, float], ...]


def met(needs: Needs, bits: int) -> bool:
    """Say whether the bits have something of each need."""
    for need in needs:  # noqa: SIM110 - `all` over a generator takes three times as long, and this is the inner loop
        if not need & bits:
            return False
    return True


def weakest(needs: Iterable[Needs]) -> list[Needs]:
    """Leave out needs that are only met where others are met too: is any of all met, or none?"""
    kept: list[Needs] = []
    for one in sorted(set(needs), key=len):
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
    by_near = ((near, tuple(rule for rule in rules if rule.near == near)) for near in _NEAR)
    return Ready(
        watchlist=watchlist,
        rules=tuple((near, group) for near, group in by_near if group),
        least=tuple(weakest(rule.needs for rule in rules)),
        mask=_any(masks[name] for name in watchlist.mask),
        centre=_any(masks[name] for name in watchlist.score.centre),
        lower=tuple((_any(masks[name] for name in lower.any), lower.by) for lower in watchlist.lower),
    )


_NEAR = ("sentence", "paragraph", "text")


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
