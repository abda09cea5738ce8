"""How long items may wait everywhere, so that all polls together stay within the budget. Pure.

In: the rhythms of all sources. Out: a `Plan`: theta in item-minutes, and the week's shape over all sources.
It is made anew each hour, because rhythms change slowly.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scheduler.rhythm import BINS, HOUR, SHRINK, Plan, Rhythm

# No source speaks for all: of each, so many items count towards the common shape.
_MOST_ITEMS = 30.0
# How many articles' worth the share of matches over all sources counts beside a source's own.
_SHARE_PRIOR = 20.0
_WEIGHTS = (0.1, 10.0)
_THETAS = (1e-6, 1e9)
_WEEKDAYS = np.repeat([5 / 7 / 24, 2 / 7 / 24], 24)


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """One source as the budget sees it. `fixed` is its gap in minutes where its file sets one."""

    rhythm: Rhythm
    weight: float = 1.0
    fixed: float | None = None


def make_plan(members: Sequence[Member], *, budget: float, shortest: float, longest: float) -> Plan:
    """Fit theta to a budget of polls an hour; gaps stay between `shortest` and `longest` minutes.

    Sources with a fixed gap are paid first. A budget below what the longest gap takes is overdrawn.
    """
    if not members:
        return Plan()
    counts = np.array([member.rhythm.counts for member in members])
    exposure = np.array([member.rhythm.exposure for member in members])
    level = np.array([member.rhythm.per_minute for member in members])[:, None]
    counts, foreseen = _smooth(counts), _smooth(exposure) * level
    cap = np.minimum(1.0, _MOST_ITEMS / np.maximum(counts.sum(1, keepdims=True), 1e-9))
    pool = ((counts * cap).sum(0) + 1) / ((foreseen * cap).sum(0) + 1)
    free = np.array([member.fixed is None for member in members])
    weights = np.array([member.weight for member in members])[:, None]
    rates = (level * weights * (SHRINK * pool + counts) / (SHRINK + foreseen))[free]
    left = budget - sum(HOUR / member.fixed for member in members if member.fixed is not None)

    def polls(theta: float) -> float:
        gaps = np.clip(np.sqrt(2 * theta / np.maximum(rates, 1e-12)), shortest, longest)
        return float((HOUR / gaps * _WEEKDAYS).sum())

    low, high = _THETAS
    while high > low * 1.001:
        middle = (low * high) ** 0.5
        low, high = (middle, high) if polls(middle) > left else (low, middle)
    return Plan(theta=high, pool=tuple(pool.round(3).tolist()), per_hour=polls(high) + budget - left)


def weight(matched: int, articles: int, *, all_matched: int, all_articles: int) -> float:
    """Return how much more than on average a source's articles match, from its counts and those of all.

    Shrunk to 1 while little is known, so that a source that never matched is still watched.
    """
    if not all_matched or not all_articles:
        return 1.0
    share = min(all_matched / all_articles, 1.0)
    own = (matched + _SHARE_PRIOR * share) / (articles + _SHARE_PRIOR)
    low, high = _WEIGHTS
    return min(max(own / share, low), high)


def _smooth(table: NDArray[np.float64]) -> NDArray[np.float64]:
    """Let each hour's neighbours on the same kind of day count half as much as itself."""
    days = table.reshape(len(table), BINS // 24, 24)
    smooth = days / 2 + (np.roll(days, 1, 2) + np.roll(days, -1, 2)) / 4
    return smooth.reshape(table.shape)
