"""An archive for the pages to be measured on: grown as for `benchmarks.scale`, then matched, said, copied.

Of the articles a fifth match, in one to three watchlists; each has two statements; a twentieth are copies of
the article before; languages, sources, speakers and states come as unevenly as they do. In a folder it stays.
"""

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.scale import grow, made_articles
from core.clock import from_iso
from core.match import Evidence, Match
from core.source import Source
from core.statement import Statement, StatementKind
from publisher.feeds.ids import entry_id
from publisher.matching import Watchlist
from storage.records.articles import StoredArticle
from storage.records.publication import Cursor, EntryDraft
from storage.statements import keep_statements
from storage.store import Store

SOURCES = 400
MATCHED = 0.2
_COPIED = 0.05
_FOREIGN = 0.03
_STEP = 500
_KINDS = ("official", "press", "press", "press", "agency", "analysis", "organisation")
_OFFICES = (
    "president",
    "foreign minister",
    "prime minister",
    "ambassador",
    "spokesperson",
    "министр",
    "посол",
)
_RARE = ("kk", "uz-Latn", "ky", "tg", "tk")


@dataclass(frozen=True, kw_only=True, slots=True)
class Archive:
    """What the archive is about: the sources' files, and whose names stand in it, the most frequent first."""

    sources: Mapping[str, Source]
    speakers: Sequence[str]


def archive() -> Archive:
    """Return the same made-up world at each run."""
    chance = random.Random(3)
    syllables = ("ta", "ma", "ra", "li", "ko", "ber", "gul", "san", "dar", "yu", "tok", "mir")
    names = [" ".join("".join(chance.sample(syllables, 3)).title() for _ in range(2)) for _ in range(400)]
    sources = {
        f"source-{number}": Source.model_validate(
            {
                "id": f"source-{number}",
                "name": f"The {names[number]} Gazette",
                "country": chance.choice(("KZ", "UZ", "KG", "TJ", "TM")),
                "publisher": _KINDS[number % len(_KINDS)],
                "languages": ("en", "ru"),
                "time_zone": "Asia/Almaty",
                "home": f"https://source-{number}.example",
                "kind": "feed",
                "urls": (f"https://source-{number}.example/rss",),
            }
        )
        for number in range(SOURCES)
    }
    return Archive(sources=sources, speakers=names)


def build(file: Path, articles: int, watchlists: Mapping[str, Watchlist]) -> Archive:
    """Bring the store in a file to so many articles, each with what pages show; go on where it was."""
    world = archive()
    with Store.open(file) as store:
        last = store.last_seq()
        while last < articles:
            grow(store, made_articles(1 + last, last), articles - last)
            last = store.last_seq()
        store.sync_sources(
            world.sources,
            now=from_iso("2026-01-01T00:00:00+00:00"),
            official=[id_ for id_, one in world.sources.items() if one.publisher == "official"],
        )
        done = min((store.cursor(id_).seq for id_ in watchlists), default=0)
        while done < last:
            done = _dress(store, world, watchlists, done)
            print(f"    {done:,} of {last:,} dressed", end="\r", flush=True)
    return world


def _dress(store: Store, world: Archive, watchlists: Mapping[str, Watchlist], done: int) -> int:
    """Add to the next articles what they lack."""
    chance = random.Random(done)
    changes = store.changes_after(done, limit=_STEP)
    found = [change.stored for change in changes if change.kind == "new"]
    with store._writing() as db:  # no stage writes so: the store has no method for it
        for before, one in itertools.pairwise(found):
            if chance.random() < _COPIED:
                db.execute("UPDATE articles SET story = ? WHERE id = ?", [before.story, one.id])
            if chance.random() < _FOREIGN:
                db.execute("UPDATE articles SET language = ? WHERE id = ?", [chance.choice(_RARE), one.id])
        for one in found:
            said = tuple(_statements(one, world, chance))
            keep_statements(db, one.id, replace(one.article, statements=said))
    found = [one for one in map(store.article, [one.id for one in found]) if one is not None]
    matches: dict[str, list[tuple[int, Match]]] = {id_: [] for id_ in watchlists}
    for one in found:
        if chance.random() < MATCHED:
            for id_ in _watchlists(list(watchlists), chance):
                matches[id_].append((one.id, _match(id_, one, watchlists[id_], chance)))
    by_id = {one.id: one for one in found}
    reached = changes[-1].seq
    for id_, its in matches.items():
        drafts: dict[int, EntryDraft] = {}
        for number, _ in its:
            one = by_id[number]
            if not store.has_entry(id_, one.story):
                drafts.setdefault(one.story, _draft(id_, one))
        store.publish(id_, Cursor(seq=reached), matches=its, drafts=list(drafts.values()))
    return reached


def _watchlists(ids: Sequence[str], chance: random.Random) -> list[str]:
    """Return one to three watchlists, the first ones far more often."""
    chosen = [
        ids[min(int(chance.expovariate(0.5)), len(ids) - 1)] for _ in range(chance.choice((1, 1, 2, 3)))
    ]
    return list(dict.fromkeys(chosen))


def _statements(stored: StoredArticle, world: Archive, chance: random.Random) -> Iterator[Statement]:
    """Yield two statements of people who speak as unevenly as people do."""
    text = stored.article.text
    for start in (len(text) // 4, len(text) // 2):
        end = min(len(text), start + 200)
        speaker = world.speakers[min(int(chance.paretovariate(0.5)), len(world.speakers)) - 1]
        yield Statement(
            speaker=speaker,
            office=_OFFICES[len(speaker) % len(_OFFICES)],
            words=text[start:end],
            verb="said",
            rule="verb name",
            kind=StatementKind.DIRECT,
            language=stored.article.language,
            confidence=0.98,
            start=start,
            end=end,
        )


def _match(id_: str, stored: StoredArticle, watchlist: Watchlist, chance: random.Random) -> Match:
    """Return a match by the words that stand in the article's second paragraph."""
    text, states = stored.article.text, list(watchlist.states)
    start = text.find("\n\n") + 2
    sentence = text[start : start + 300]
    evidence = []
    at = start
    for form in sentence.split(" ")[:6]:
        evidence.append(
            Evidence(
                group="act-of-foreign-policy",
                term=form,
                form=form,
                field="text",
                start=at,
                end=at + len(form),
                sentence=sentence,
            )
        )
        at += len(form) + 1
    return Match(
        watchlist=id_,
        matched=True,
        score=round(chance.uniform(0.5, 1), 3),
        language=stored.article.language,
        states=tuple(chance.sample(states, min(len(states), chance.choice((1, 1, 2))))),
        why=f"A state with an act of foreign policy in one sentence of the text: {sentence[:80]}",
        sentence=sentence,
        evidence=tuple(evidence),
    )


def _draft(id_: str, stored: StoredArticle) -> EntryDraft:
    article = stored.article
    return EntryDraft(
        id=entry_id(id_, article.canonical_url, article.language),
        kind="statement",
        watchlist=id_,
        story=stored.story,
        article=stored.id,
        revision=0,
        created=stored.first_seen,
    )
