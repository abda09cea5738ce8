"""What people look for in a large archive: frequent and rare words, beginnings, and what narrows them."""

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from benchmarks.web_archive import Archive

Asked = dict[str, list[dict[str, object]]]


def searches(newest: datetime, world: Archive, words: Mapping[str, Sequence[str]]) -> Asked:
    """Return queries by the name of their kind; `words` are common, rare, and phrases."""
    chance = random.Random(2)
    common, rare = words["common"], words["rare"]
    since = f"{newest - timedelta(days=30):%Y-%m-%d}"
    return {
        "no words": [{}],
        "common words": [{"q": one} for one in common],
        "rare words": [{"q": one} for one in rare],
        "two words": [{"q": " ".join(chance.sample(common, 2))} for _ in range(10)],
        "common and rare": [{"q": f"{chance.choice(common)} {one}"} for one in rare],
        "OR": [{"q": f"{chance.choice(common)} OR {one}"} for one in rare],
        "prefix": [{"q": f"{one[:4]}*"} for one in common],
        "phrase": [{"q": f'"{one}"'} for one in words["phrases"]],
        "words, language": [{"q": one, "language": "ru"} for one in common],
        "words, rare language": [{"q": one, "language": "kk"} for one in common],
        "words, source": [{"q": one, "source": f"source-{number}"} for number, one in enumerate(common)],
        "words, kind": [{"q": one, "publisher": "analysis"} for one in common],
        "words, last month": [{"q": one, "since": since} for one in common],
        "words, an early month": [{"q": one, "until": "2024-02-01"} for one in common],
        "words, state": [{"q": one, "state": "KZ"} for one in common],
        "words, watchlist": [{"q": one, "watchlist": "uzbekistan"} for one in common],
        "words, speaker": [{"q": one, "speaker": world.speakers[0]} for one in common],
        "speaker, rare": [{"speaker": one} for one in chance.sample(world.speakers[100:], 5)],
        "deep page": [
            {"q": one, "before": f"{newest - timedelta(days=back):%Y%m%dT000000000000}.0"}
            for one in common[:4]
            for back in (30, 150)
        ],
        "no hit": [{"q": "neverwritten"}, {"q": f"{common[0]} neverwritten"}],
        **_mixed(newest, world, common, rare),
        **_without(common, rare),
    }


def _mixed(newest: datetime, world: Archive, common: Sequence[str], rare: Sequence[str]) -> Asked:
    """Return beginnings beside what leaves few of all they find, or little of it among the newest."""
    chance = random.Random(4)
    begun = [f"{one[:4]}*" for one in common]
    early = newest - timedelta(days=150)
    day = {"since": f"{early:%Y-%m-%d}", "until": f"{early + timedelta(days=1):%Y-%m-%d}"}
    few = chance.sample(world.speakers[100:], len(begun))
    return {
        "prefix, language": [{"q": one, "language": code} for one in begun for code in ("ru", "en")],
        "prefix, rare language": [{"q": one, "language": "kk"} for one in begun],
        "prefix, source": [{"q": one, "source": f"source-{number}"} for number, one in enumerate(begun)],
        "prefix, speaker": [{"q": one, "speaker": world.speakers[0]} for one in begun],
        "prefix, rare speaker": [{"q": one, "speaker": who} for one, who in zip(begun, few, strict=True)],
        "prefix, an early day": [{"q": one, **day} for one in begun],
        "prefix, state, source": [
            {"q": one, "state": "TM", "source": f"source-{number}"} for number, one in enumerate(begun)
        ],
        "prefix and word": [{"q": f"{one} {chance.choice(common)}"} for one in begun],
        "prefix and rare word": [{"q": f"{one} {other}"} for one, other in zip(begun, rare, strict=True)],
        "two prefixes": [{"q": " ".join(chance.sample(begun, 2))} for _ in range(10)],
        "prefix OR prefix, source": [
            {"q": " OR ".join(chance.sample(begun, 2)), "source": f"source-{number}"} for number in range(10)
        ],
    }


def _without(common: Sequence[str], rare: Sequence[str]) -> Asked:
    """Return words and beginnings without others."""
    chance = random.Random(5)
    pairs = [chance.sample(common, 2) for _ in range(10)]
    return {
        "NOT": [{"q": f"{one} NOT {other}"} for one, other in pairs],
        "NOT, source": [{"q": f"{one} NOT {other}", "source": "source-7"} for one, other in pairs],
        "NOT, language": [{"q": f"{one} NOT {other}", "language": "ru"} for one, other in pairs],
        "common NOT rare": [{"q": f"{one} NOT {other}"} for one, other in zip(common, rare, strict=True)],
        "prefix NOT word": [{"q": f"{one[:4]}* NOT {other}"} for one, other in pairs],
        "word NOT prefix": [{"q": f"{one} NOT {other[:4]}*"} for one, other in pairs],
    }
