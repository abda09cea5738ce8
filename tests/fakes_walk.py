"""A small archive in which some words, languages and states are frequent, some rare; what is asked of it."""

import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from fakes_storage import NOW, article, batch, match, said

from storage.records.publication import Cursor, EntryDraft
from storage.records.selection import Selection
from storage.store import Store

NUMBER = 240
WORDS = (
    "treaty",
    "treaties",
    "Treatment",
    "the",
    "then",
    "вода",
    "ВОДЫ",
    "водой",
    "қала",
    "oʻzbek",
    "O'zbekiston",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """What a plain scan reads."""

    id: int
    at: int
    words: frozenset[str]
    fields: str
    language: str
    source: str
    speaker: str
    watchlists: frozenset[str]
    states: frozenset[str]


def tokens(text: str) -> list[str]:
    """Return the words as the index takes them."""
    return re.sub(r"[ʻʼ']", " ", text).lower().split()


def fill(store: Store) -> list[Kept]:
    """Fill a store; return what is not held, the newest first."""
    chance, kept = random.Random(5), list[Kept]()
    for number in range(1, NUMBER + 1):
        words = [word for word in WORDS if chance.random() < chance.choice((0.02, 0.5))]
        speaker = chance.choice(["Aman Testov", "Berik", "Amanda"])
        one = replace(
            article(
                f"p{number}",
                source=chance.choice(["kz-one", "kz-one", "kz-two", "kz-three"]),
                language="ky" if number in (7, 201) else chance.choice(["en", "ru"]),
                title=f"Number {number}",
                text=f"n{number} {' '.join(words)}",
                held="no title" if number % 40 == 0 else None,
            ),
            statements=(said(speaker),),
        )
        minutes = chance.randrange(100)
        store.keep(batch(one), now=NOW + timedelta(minutes=minutes))
        watchlists = {name for name, share in (("much", 0.6), ("some", 0.04)) if chance.random() < share}
        states = tuple(state for state, share in (("KZ", 0.5), ("TM", 0.05)) if chance.random() < share)
        if one.held:
            continue
        publish(store, number, watchlists, states, minutes)
        kept.append(
            Kept(
                id=number,
                at=minutes,
                words=frozenset(tokens(f"{one.title} {one.text}")),
                fields=f" {' '.join(tokens(one.title))} / {' '.join(tokens(one.text))} ",
                language=one.language,
                source=one.source,
                speaker=speaker,
                watchlists=frozenset(watchlists),
                states=frozenset(states if watchlists else ()),
            )
        )
    return sorted(kept, key=lambda one: (one.at, one.id), reverse=True)


def publish(store: Store, number: int, watchlists: set[str], states: tuple[str, ...], minutes: int) -> None:
    stored = store.article(number)
    assert stored is not None
    for watchlist in sorted(watchlists):
        draft = EntryDraft(
            id=f"{watchlist}:{number:03}",
            kind="statement",
            watchlist=watchlist,
            story=stored.story,
            article=number,
            revision=0,
            created=NOW + timedelta(minutes=minutes),
        )
        store.publish(
            watchlist, Cursor(), matches=[(number, match(watchlist, states=states))], drafts=[draft]
        )


def has(*wanted: str) -> Callable[[Kept], bool]:
    return lambda one: set(wanted) <= one.words


def begins(prefix: str) -> Callable[[Kept], bool]:
    return lambda one: any(word.startswith(prefix) for word in one.words)


QUERIES: Mapping[str | None, Callable[[Kept], bool]] = {
    None: lambda one: True,
    "treaty": has("treaty"),
    "THE вода": has("the", "вода"),
    "қала OR treatment": lambda one: bool({"қала", "treatment"} & one.words),
    "n201": has("n201"),
    "never": lambda one: False,
    "treat*": begins("treat"),
    "Вод*": begins("вод"),
    "oʼzb*": lambda one: "o" in one.words and begins("zb")(one),
    "t*": begins("t"),
    "t* вод*": lambda one: begins("t")(one) and begins("вод")(one),
    "(never* OR the*) treaty": lambda one: begins("the")(one) and "treaty" in one.words,
    "the* NOT then": lambda one: begins("the")(one) and "then" not in one.words,
    "treaty NOT t*": lambda one: False,
    "treaty NOT treatm*": lambda one: "treaty" in one.words and not begins("treatm")(one),
    "never*": lambda one: False,
    "ʻ* OR treaty": has("treaty"),
}
FILTERS: tuple[tuple[dict[str, object], Callable[[Kept], bool]], ...] = (
    ({}, lambda one: True),
    ({"languages": ("ru",)}, lambda one: one.language == "ru"),
    ({"languages": ("ky",)}, lambda one: one.language == "ky"),
    ({"languages": ("ky", "en")}, lambda one: one.language in ("ky", "en")),
    ({"sources": ("kz-two",)}, lambda one: one.source == "kz-two"),
    ({"watchlist": "much"}, lambda one: "much" in one.watchlists),
    ({"watchlist": "some"}, lambda one: "some" in one.watchlists),
    ({"watchlist": "some", "state": "KZ"}, lambda one: "some" in one.watchlists and "KZ" in one.states),
    ({"state": "TM", "languages": ("en",)}, lambda one: "TM" in one.states and one.language == "en"),
    ({"speaker": "aman"}, lambda one: one.speaker.startswith("Aman")),
    (
        {"speaker": "testov", "languages": ("en",)},
        lambda one: "Testov" in one.speaker and one.language == "en",
    ),
    ({"since": NOW + timedelta(minutes=80)}, lambda one: one.at >= 80),
)


def selections(kept: list[Kept]) -> Iterator[tuple[Selection, list[int]]]:
    """Yield what may be asked, and the articles that a plain scan finds."""
    for query, says in QUERIES.items():
        for asked, holds in FILTERS:
            selection = Selection(query=query, **asked)  # type: ignore[arg-type]  # fields vary
            yield selection, [one.id for one in kept if says(one) and holds(one)]


def asked_at_random(chance: random.Random, depth: int = 2) -> tuple[str, Callable[[Kept], bool]]:
    """Return a query of words, beginnings, phrases and what joins them, and what it says of an article."""
    if depth and chance.random() < 0.6:
        (left, one), (right, other) = (asked_at_random(chance, depth - 1) for _ in range(2))
        joint = chance.choice(("AND", "OR", "NOT"))
        says = {
            "AND": lambda kept: one(kept) and other(kept),
            "OR": lambda kept: one(kept) or other(kept),
            "NOT": lambda kept: one(kept) and not other(kept),
        }[joint]
        return f"({left}) {joint} ({right})", says
    phrase = " ".join(chance.sample(WORDS, chance.choice((1, 1, 1, 2))))
    if chance.random() < 0.5:
        phrase = phrase[: len(phrase) - chance.randrange(len(phrase.split()[-1]))]
        begun = f" {' '.join(tokens(phrase))}"
        return f'"{phrase}"*', lambda kept: begun in kept.fields
    whole = f" {' '.join(tokens(phrase))} "
    return f'"{phrase}"', lambda kept: whole in kept.fields
