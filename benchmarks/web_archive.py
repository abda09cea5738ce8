"""An archive for the pages to be measured on: grown as for `benchmarks.scale`, then matched, said, copied.

Of the articles a fifth match, in one to three watchlists; each has two statements; a twentieth are copies of
the article before; languages, sources, speakers and states come as unevenly as they do. In a folder it stays.
"""

import itertools
import json
import random
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from benchmarks.scale import grow, made_articles
from core.clock import utcnow
from core.ids import entry_id
from core.source import Source
from core.text import fold_text
from publisher.matching import Watchlist
from storage.store import Store

SOURCES = 400
MATCHED = 0.2
_COPIED = 0.05
_FOREIGN = 0.03
_STEP = 2_000
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
_BARE = ("id", "story", "language", "canonical_url", "first_seen", "length", "beginning")
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
    official = [id_ for id_, one in world.sources.items() if one.publisher == "official"]
    with Store.open(file) as store:
        while (last := store.last_seq()) < articles:
            grow(store, made_articles(1 + last, last), articles - last)
        store.sync_sources(world.sources, now=utcnow(), official=official)
        done = min((store.cursor(id_).seq for id_ in watchlists), default=0)
        # Rows as the stages write them, without reading each article: that would take an hour.
        with closing(sqlite3.connect(file, timeout=60)) as db:
            while (reached := _dress(db, world, watchlists, done)) > done:
                done = reached
                # The triggers have noted what is to be listed: any writing does it.
                store.release()
                print(f"    {done:,} of {last:,} dressed", end="\r", flush=True)
    return world


@dataclass(frozen=True, kw_only=True, slots=True)
class _Bare:
    """An article that was grown, as far as it is needed."""

    id: int
    story: int
    language: str
    canonical_url: str
    first_seen: str
    length: int
    beginning: str


def _dress(db: sqlite3.Connection, world: Archive, watchlists: Mapping[str, Watchlist], done: int) -> int:
    """Add to the next articles what they lack; return the number of the last."""
    chance = random.Random(done)
    found = [
        _Bare(**dict(zip(_BARE, row, strict=True)))
        for row in db.execute(
            """SELECT id, story, language, canonical_url, first_seen, length(text), substr(text, 1, 300)
            FROM articles WHERE id > ? ORDER BY id LIMIT ?""",
            [done, _STEP],
        )
    ]
    with db:
        for before, one in itertools.pairwise(found):
            if chance.random() < _COPIED:
                db.execute("UPDATE articles SET story = ? WHERE id = ?", [before.story, one.id])
            if chance.random() < _FOREIGN:
                db.execute("UPDATE articles SET language = ? WHERE id = ?", [chance.choice(_RARE), one.id])
        db.executemany(
            """INSERT INTO statements (article, speaker, office, verb, rule, kind, language, confidence,
                start, "end", folded_speaker, folded_office) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            [row for one in found for row in _statements(one, world, chance)],
        )
        for one in found:
            if chance.random() < MATCHED:
                for id_ in _watchlists(list(watchlists), chance):
                    _publish(db, one, watchlists[id_], id_, chance)
        reached = found[-1].id if found else done
        db.executemany(
            "INSERT OR REPLACE INTO cursors (follower, seq, digest) VALUES (?, ?, '')",
            [(id_, reached) for id_ in watchlists],
        )
    return reached


def _watchlists(ids: Sequence[str], chance: random.Random) -> list[str]:
    """Return one to three watchlists, the first ones far more often."""
    chosen = [
        ids[min(int(chance.expovariate(0.5)), len(ids) - 1)] for _ in range(chance.choice((1, 1, 2, 3)))
    ]
    return list(dict.fromkeys(chosen))


def _statements(one: _Bare, world: Archive, chance: random.Random) -> Iterator[tuple[object, ...]]:
    """Yield two statements of people who speak as unevenly as people do."""
    for start in (one.length // 4, one.length // 2):
        speaker = world.speakers[min(int(chance.paretovariate(0.5)), len(world.speakers)) - 1]
        office = _OFFICES[len(speaker) % len(_OFFICES)]
        yield (
            *(one.id, speaker, office, "said", "verb name", "direct", one.language, 0.98),
            *(start, min(one.length, start + 200), fold_text(speaker), fold_text(office)),
        )


def _publish(
    db: sqlite3.Connection, one: _Bare, watchlist: Watchlist, id_: str, chance: random.Random
) -> None:
    """Let an article match by its first words, and its story have an entry."""
    sentence, at, evidence = one.beginning, 0, []
    for form in sentence.split(" ")[:6]:
        evidence.append(
            {
                "group": "act-of-foreign-policy",
                "term": form,
                "form": form,
                "field": "text",
                "start": at,
                "end": at + len(form),
                "sentence": sentence,
            }
        )
        at += len(form) + 1
    codes = list(watchlist.states)
    states = chance.sample(codes, min(len(codes), chance.choice((1, 1, 2))))
    why = f"A state with an act of foreign policy in one sentence of the text: {sentence[:80]}"
    score = round(chance.uniform(0.5, 1), 3)
    db.execute(
        "INSERT INTO matches (article, watchlist, score, language, states, why, sentence, evidence) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            *(one.id, id_, score, one.language, json.dumps(states), why, sentence),
            json.dumps(evidence, ensure_ascii=False),
        ],
    )
    db.executemany(
        "INSERT INTO match_states (watchlist, article, state) VALUES (?, ?, ?)",
        [(id_, one.id, state) for state in states],
    )
    db.execute(
        """INSERT INTO entries (id, kind, watchlist, story, article, revision, created)
        SELECT ?, 'statement', ?, story, id, 0, first_seen FROM articles AS a WHERE id = ?
            AND NOT EXISTS (SELECT 1 FROM entries WHERE story = a.story AND watchlist = ?)""",
        [entry_id(id_, one.canonical_url, one.language), id_, one.id, id_],
    )
