"""The index of sketches: finds stored articles that share text with another, and is kept up to date.

Runs inside the caller's transaction. A row says that an article's text holds a shingle. An article that
copies one of its story adds only the shingles that the story did not hold: boilerplate apart, a shingle has
few rows, however often its text is reprinted.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from sqlite_utils import Database

from storage.sketch import Sketch, sketch

# A shingle that more articles of different stories hold is boilerplate and tells nothing: it is neither
# looked up nor stored again. Without this bound a look-up takes 100 times as long: see
# docs/decisions/0003-copies.md.
MOST_HOLDERS = 50
# By chance two texts may share one shingle; of a longer text a copy shares a tenth at least (`likeness`), in
# an unlucky sample a little less.
FEWEST_SHARED = 2
LEAST_SHARE = 0.08

# Copies that take the place of one that goes: together they hold nearly all that it held.
_FILLERS = 3

Holders = Mapping[int, Sequence[int]]


def holders(db: Database, found: Sketch) -> Holders:
    """Return which articles hold each shingle of a sketch, boilerplate with more than MOST_HOLDERS."""
    held: dict[int, list[int]] = {hash_: [] for hash_ in found.hashes}
    # One statement for all: a look-up is quick, a call is not. Of boilerplate there are few rows more than
    # MOST_HOLDERS, for it is not stored again.
    rows = db.conn.execute(
        "SELECT s.hash, s.article FROM json_each(?) AS one CROSS JOIN sketches AS s ON s.hash = one.value",
        (json.dumps(list(found.hashes)),),
    )
    for hash_, article in rows:
        held[hash_].append(article)
    return held


def nearest(held: Holders, *, limit: int) -> list[int]:
    """Return the articles that share the most shingles, the most first, then the oldest."""
    shared = Counter(
        article for articles in held.values() if not _is_boilerplate(articles) for article in articles
    )
    fewest = min(len(held), max(FEWEST_SHARED, LEAST_SHARE * len(held)))
    ranked = sorted(
        (article for article, count in shared.items() if count >= fewest), key=lambda one: (-shared[one], one)
    )
    return ranked[:limit]


def add(db: Database, article: int, story: int, held: Holders) -> None:
    """Store the shingles of an article that its story does not hold yet."""
    mates = _of_story(db, story, {one for articles in held.values() for one in articles})
    db.conn.executemany(
        "INSERT OR IGNORE INTO sketches (hash, article) VALUES (?, ?)",
        [
            (hash_, article)
            for hash_, articles in held.items()
            if not _is_boilerplate(articles) and mates.isdisjoint(articles)
        ],
    )


def forget(db: Database, article: int) -> None:
    """Take an article's rows away, before the article itself is; what stays of its story fills the gaps."""
    rows = db.execute(
        """SELECT title, text FROM articles WHERE id = :id
        UNION ALL SELECT title, text FROM revisions WHERE article = :id""",
        {"id": article},
    ).fetchall()
    hashes = {hash_ for row in rows for hash_ in sketch(row["title"], row["text"]).hashes}
    db.conn.executemany(
        "DELETE FROM sketches WHERE hash = ? AND article = ?", [(hash_, article) for hash_ in hashes]
    )
    mates = db.execute(
        """SELECT id, story, title, text FROM articles WHERE id <> :id AND held IS NULL
            AND story = (SELECT story FROM articles WHERE id = :id) ORDER BY first_seen, id LIMIT :limit""",
        {"id": article, "limit": _FILLERS},
    ).fetchall()
    for row in mates:
        add(db, row["id"], row["story"], holders(db, sketch(row["title"], row["text"])))


def forget_text(db: Database, article: int, title: str, text: str) -> None:
    """Take away the rows that only a former text of an article gave, after that text is."""
    gone = set(sketch(title, text).hashes)
    for row in db.execute(
        """SELECT title, text FROM articles WHERE id = :id
        UNION ALL SELECT title, text FROM revisions WHERE article = :id""",
        {"id": article},
    ):
        gone -= sketch(row["title"], row["text"]).hashes
        if not gone:
            return
    db.conn.executemany(
        "DELETE FROM sketches WHERE hash = ? AND article = ?", [(one, article) for one in gone]
    )


def catch_up(db: Database, *, limit: int) -> int:
    """Sketch up to `limit` articles that were stored before there were sketches; return how many are left."""
    backlog = db.execute("SELECT done, until FROM backlog").fetchone()
    if backlog is None:
        return 0
    rows = db.execute(
        """SELECT id, story, title, text FROM articles
        WHERE id > ? AND id <= ? AND held IS NULL ORDER BY id LIMIT ?""",
        [backlog["done"], backlog["until"], limit],
    ).fetchall()
    for row in rows:
        add(db, row["id"], row["story"], holders(db, sketch(row["title"], row["text"])))
    if len(rows) < limit:
        db.execute("DELETE FROM backlog")
        return 0
    db.execute("UPDATE backlog SET done = ?", [rows[-1]["id"]])
    return int(backlog["until"]) - int(rows[-1]["id"])


def _is_boilerplate(articles: Sequence[int]) -> bool:
    return len(articles) > MOST_HOLDERS


def _of_story(db: Database, story: int, articles: Iterable[int]) -> set[int]:
    wanted = set(articles)
    if not wanted:
        return set()
    rows = db.execute("SELECT id FROM articles WHERE story = ?", [story])
    return {row[0] for row in rows} & wanted
