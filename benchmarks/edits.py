"""Recall of identity under 13 edits of real articles, and false joins of random pairs; beside MinHash."""

import random
import re
from collections.abc import Callable, Sequence

from datasketch import MinHash

from benchmarks.texts import RECORDS, real_texts
from storage.likeness import Text, judge
from storage.sketch import compared_words, sketch
from storage.sketches import FEWEST_SHARED, LEAST_SHARE

LANGUAGES = ("en", "ru", "kk", "uz")
ARTICLES = 90
RANDOM_PAIRS = 20_000
PEER_THRESHOLD = 0.5
_SENTENCE = re.compile(r"(?<=[.!?…])\s+")
_FOOTER = (
    "Subscribe to our channel and be the first to read the news. All rights reserved; use only with "
    "a link to the source. Found a mistake? Mark it and press the keys to tell us. Read our news."
)
_CREDIT = "This was reported by the news agency, citing the press service. Reprinted with permission."

Edit = Callable[[list[str], list[str], random.Random], list[str]]


def _replaced(share: float) -> Edit:
    def edit(own: list[str], other: list[str], chance: random.Random) -> list[str]:
        chosen = set(chance.sample(range(len(own)), round(len(own) * share)))
        return [chance.choice(other) if at in chosen else one for at, one in enumerate(own)]

    return edit


def _kept(share: float) -> Edit:
    return lambda own, other, chance: own[: max(1, round(len(own) * share))]


def _misspelled(own: list[str], other: list[str], chance: random.Random) -> list[str]:
    del other
    words = " ".join(own).split()
    for at in chance.sample(range(len(words)), len(words) // 50):
        words[at] = words[at][::-1]
    return [" ".join(words)]


EDITS: dict[str, Edit] = {
    "headline changed": lambda own, other, chance: own,
    "first 70 % kept": _kept(0.7),
    "first 50 % kept": _kept(0.5),
    "first 30 % kept": _kept(0.3),
    "last 50 % kept": lambda own, other, chance: own[len(own) // 2 :],
    "another lead": lambda own, other, chance: [*other[:2], *own[2:]],
    "boilerplate added": lambda own, other, chance: [*own, _FOOTER],
    "agency credit added": lambda own, other, chance: ["(Agency)", *own, _CREDIT],
    "20 % of sentences replaced": _replaced(0.2),
    "40 % of sentences replaced": _replaced(0.4),
    "sentences in another order": lambda own, other, chance: chance.sample(own, len(own)),
    "one word in 50 misspelled": _misspelled,
    "lead, half and boilerplate": lambda own, other, chance: [*other[:2], *own[2 : len(own) // 2], _FOOTER],
}


def _sentences(text: str) -> list[str]:
    return [one for one in _SENTENCE.split(text) if one.strip()]


def _is_found(text: str, original: str) -> bool:
    """Do what the store does: share enough of the sketches, then be judged a copy."""
    ours, theirs = sketch("", text), sketch("", original)
    shared = len(ours.hashes & theirs.hashes)
    if shared < min(len(ours.hashes), max(FEWEST_SHARED, LEAST_SHARE * len(ours.hashes))):
        return False
    copy = Text("Another headline", text, source="copier", at=None)
    return judge(copy, Text("A headline", original, source="outlet", at=None)).is_copy


def _min_hash(text: str) -> MinHash:
    words = compared_words("", text)
    made = MinHash(num_perm=128)
    made.update_batch([" ".join(words[at : at + 4]).encode() for at in range(max(1, len(words) - 3))])
    return made


def _articles() -> list[list[str]]:
    """Return the sentences of real articles that differ from each other, as many of each language."""
    chance = random.Random(11)
    found = []
    for language in LANGUAGES:
        texts = [_sentences(text) for _, _, text in real_texts([language], characters=1200)]
        texts = [one for one in texts if len(one) >= 8]
        found += chance.sample(texts, min(ARTICLES, len(texts)))
    return found


def _random_pairs(articles: Sequence[list[str]], chance: random.Random) -> list[tuple[str, str, float]]:
    """Return (a text, another, similarity) of the random pairs that are joined."""
    texts = [" ".join(one) for one in articles]
    sketches = [sketch("", text) for text in texts]
    joined = []
    for _ in range(RANDOM_PAIRS):
        one, other = chance.sample(range(len(texts)), 2)
        # What shares nothing cannot be found; the whole way is gone only for the few that do.
        if sketches[one].hashes & sketches[other].hashes and _is_found(texts[one], texts[other]):
            verdict = judge(*(Text("", texts[n], source=str(n), at=None) for n in (one, other)))
            joined.append((texts[one][:70], texts[other][:70], verdict.similarity))
    return joined


def main() -> None:
    """Print recall by edit, ours and the peer's, and the random pairs that are joined."""
    if not RECORDS.is_file():
        print(f"edits: skipped, there are no records at {RECORDS}")
        return
    chance = random.Random(7)
    articles = _articles()
    print(f"edits: {len(articles)} real articles; recall, ours and datasketch MinHash >= {PEER_THRESHOLD}")
    originals = [_min_hash(" ".join(one)) for one in articles]
    ours_all, peers_all = [], []
    for name, edit in EDITS.items():
        edited = [" ".join(edit(one, chance.choice(articles), chance)) for one in articles]
        pairs = list(zip(edited, articles, originals, strict=True))
        ours = sum(_is_found(text, " ".join(one)) for text, one, _ in pairs) / len(pairs)
        alike = [_min_hash(text).jaccard(hashed) >= PEER_THRESHOLD for text, _, hashed in pairs]
        peers = sum(alike) / len(pairs)
        ours_all.append(ours)
        peers_all.append(peers)
        print(f"  {name:<28} {ours:6.3f} {peers:6.3f}", flush=True)
    print(f"  {'mean':<28} {sum(ours_all) / len(ours_all):6.3f} {sum(peers_all) / len(peers_all):6.3f}")
    joined = _random_pairs(articles, chance)
    print(f"  random pairs joined: {len(joined)} of {RANDOM_PAIRS:,}")
    for one, other, similarity in joined:
        print(f"    {similarity:.2f} {one!r} {other!r}")


if __name__ == "__main__":
    main()
