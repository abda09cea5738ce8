"""Stories: which articles belong to one, joining and parting them, and what an operator has ruled.

Runs inside the caller's transaction. A story's entries follow their articles, so that parting brings back
what joining hid; ids of entries never change.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlite_utils import Database

from core.clock import from_iso, to_iso
from core.errors import StorageError
from storage.connection import Connection
from storage.identity import Decision
from storage.listed import PRIMARY_FIRST
from storage.records.articles import Member, Ruling, Story, StoryPart
from storage.revising import record_change, story_of
from storage.rows import published_of
from storage.sketch import sketch
from storage.sketches import add, holders
from storage.versions import touch_story

# When an article came out, as `storage.records.articles.came_out` has it. For `articles AS a`.
CAME_OUT = """iif(a.published_precision IN ('second', 'minute') AND a.published_at IS NOT NULL,
    a.published_at, a.first_seen)"""
# What a Member is made of. For `articles AS a`.
_MEMBER = """SELECT a.id, a.source, a.url, a.language, a.title, a.first_seen,
        a.published_raw, a.published_at, a.published_precision,
        coalesce((SELECT official FROM sources WHERE id = a.source), 0) AS official,
        d.kind, d.of_article, d.similarity, d.reason
    FROM articles AS a LEFT JOIN decisions AS d ON d.id = (
        SELECT max(id) FROM decisions WHERE article = a.id AND kind IN ('new', 'duplicate', 'same_story'))"""
_MEMBERS = f"{_MEMBER} WHERE a.story = ? AND a.held IS NULL ORDER BY {PRIMARY_FIRST}"


class StoryTables(Connection):
    """The part of the store that people ask about stories, and rule on them by."""

    def story(self, article: int) -> Story | None:
        """Return the story of a complete article; None where there is no such article."""
        with self._reading() as db:
            return story(db, article)

    def join_stories(self, article: int, other: int, *, now: datetime) -> None:
        """Make the stories of two articles one, for good. StorageError: they are, or one is not there."""
        with self._writing() as db:
            join(db, article, other, now)

    def split_story(self, articles: Sequence[int], *, now: datetime) -> int:
        """Take articles out of their story, for good, and return their own. StorageError: it cannot be."""
        with self._writing() as db:
            return split(db, articles, now)


def new_story(db: Database, now: datetime) -> int:
    """Open a story without articles and return its id."""
    return int(db.execute("INSERT INTO stories (created) VALUES (?)", [to_iso(now)]).lastrowid or 0)


def record_decision(db: Database, article: int, decision: Decision, now: datetime) -> None:
    """Note what was decided on an article, and why."""
    db.execute(
        "INSERT INTO decisions (article, kind, of_article, similarity, reason, at) VALUES (?, ?, ?, ?, ?, ?)",
        [article, decision.kind, decision.of, decision.similarity, decision.reason, to_iso(now)],
    )


def story(db: Database, article: int) -> Story | None:
    """Return the story of a complete article, its members by the time they came out."""
    row = db.execute("SELECT story FROM articles WHERE id = ? AND held IS NULL", [article]).fetchone()
    if row is None:
        return None
    members = [_member(found) for found in db.execute(_MEMBERS, [row["story"]])]
    by_time = sorted(members, key=lambda one: (one.came_out, one.id))
    return Story(id=row["story"], primary=members[0].id, members=tuple(by_time))


def story_part(db: Database, story: int, *, limit: int) -> StoryPart | None:
    """Return a story with the first of its articles; None where it has no complete one."""
    head = db.execute(
        f"""SELECT a.id, count(*) OVER () AS articles, min(a.first_seen) OVER () AS first_seen,
            max(a.first_seen) OVER () AS last_seen
        FROM articles AS a WHERE a.story = ? AND a.held IS NULL ORDER BY {PRIMARY_FIRST} LIMIT 1""",  # noqa: S608 - a constant, values bound
        [story],
    ).fetchone()
    if head is None:
        return None
    # The decisions of those that are shown alone: a story may have thousands of articles.
    found = db.execute(
        f"""{_MEMBER} WHERE a.id = :primary OR a.id IN (SELECT a.id FROM articles AS a
            WHERE a.story = :story AND a.held IS NULL ORDER BY {CAME_OUT}, a.id LIMIT :limit)
        ORDER BY {CAME_OUT}, a.id""",  # noqa: S608 - constants, values bound
        {"primary": head["id"], "story": story, "limit": limit},
    )
    members = tuple(_member(row) for row in found)
    return StoryPart(
        id=story,
        primary=next(one for one in members if one.id == head["id"]),
        members=members,
        articles=head["articles"],
        first_seen=from_iso(head["first_seen"]),
        last_seen=from_iso(head["last_seen"]),
    )


def rulings(db: Database, story: int, *, limit: int) -> tuple[Ruling, ...]:
    """Return what operators ruled on the articles of a story, newest first."""
    rows = db.execute(
        """SELECT d.at, d.article, d.of_article, d.reason FROM articles AS a
        JOIN decisions AS d ON d.article = a.id
        WHERE a.story = ? AND d.kind IN ('new', 'same_story') AND d.reason LIKE '%by an operator'
        ORDER BY d.id DESC LIMIT ?""",
        [story, limit],
    )
    return tuple(
        Ruling(at=from_iso(row["at"]), article=row["article"], of=row["of_article"], reason=row["reason"])
        for row in rows
    )


def joined_into(db: Database, story: int) -> int | None:
    """Return the story that one has become part of."""
    row = db.execute('SELECT "into" FROM joined_stories WHERE story = ?', [story]).fetchone()
    return None if row is None else int(row["into"])


def join_linked(db: Database, article: int, others: Iterable[int]) -> None:
    """Bring the stories of other articles into this one's, except those that an operator keeps apart."""
    for other in others:
        mine, its = story_of(db, article), story_of(db, other)
        if mine != its and not _are_apart(db, mine, its):
            _merge(db, mine, its)


def join(db: Database, article: int, other: int, now: datetime) -> None:
    """Make the stories of two articles one, as an operator rules; what kept them apart is taken back."""
    mine, its = _known_story(db, article), _known_story(db, other)
    if mine == its:
        raise StorageError(f"articles {article} and {other} are in one story already")
    _between(db, "DELETE", mine, its)
    joined = _members(db, its)
    _merge(db, mine, its)
    record_decision(db, other, Decision(kind="same_story", of=article, reason="joined by an operator"), now)
    _tell(db, joined, "copy", now)


def split(db: Database, articles: Sequence[int], now: datetime) -> int:
    """Take articles out of their story into one of their own, as an operator rules; return its id."""
    parted = list(dict.fromkeys(articles))
    stories = {_known_story(db, article) for article in parted}
    if len(stories) != 1:
        raise StorageError(f"articles {_listed(parted)} are of {len(stories)} stories; split one at a time")
    former = stories.pop()
    staying = [article for article in _members(db, former) if article not in parted]
    if not staying:
        raise StorageError(f"nothing of the story would stay without {_listed(parted)}; leave one in it")
    own = new_story(db, now)
    for article in parted:
        db.execute("UPDATE articles SET story = ? WHERE id = ?", [own, article])
        db.execute("UPDATE entries SET story = ? WHERE article = ?", [own, article])
    db.conn.executemany(
        "INSERT OR REPLACE INTO kept_apart (article, other, at) VALUES (?, ?, ?)",
        [(min(a, b), max(a, b), to_iso(now)) for a in parted for b in staying],
    )
    reason = f"parted from article {staying[0]} by an operator"
    for article in parted:
        record_decision(db, article, Decision(kind="new", reason=reason), now)
    for group in (parted, staying):
        _sketch_again(db, group)
        # A part without an entry gets one, where it matches.
        _tell(db, group[:1], "new", now)
        _tell(db, group[1:], "copy", now)
    touch_story(db, own)
    touch_story(db, former)
    return own


def _merge(db: Database, into: int, gone: int) -> None:
    db.execute("UPDATE articles SET story = ? WHERE story = ?", [into, gone])
    db.execute("UPDATE entries SET story = ? WHERE story = ?", [into, gone])
    db.execute('UPDATE joined_stories SET "into" = ? WHERE "into" = ?', [into, gone])
    db.execute('INSERT OR REPLACE INTO joined_stories (story, "into") VALUES (?, ?)', [gone, into])
    db.execute("DELETE FROM stories WHERE id = ?", [gone])
    touch_story(db, into)


def _member(row: sqlite3.Row) -> Member:
    return Member(
        id=row["id"],
        source=row["source"],
        official=bool(row["official"]),
        url=row["url"],
        language=row["language"],
        title=row["title"],
        published=published_of(row),
        first_seen=from_iso(row["first_seen"]),
        decision=row["kind"],
        of=row["of_article"],
        similarity=row["similarity"],
        reason=row["reason"],
    )


def _are_apart(db: Database, story: int, other: int) -> bool:
    return _between(db, "SELECT 1", story, other) is not None


def _between(db: Database, verb: str, story: int, other: int) -> object:
    """Ask for, or take back, what keeps members of two stories apart."""
    return db.execute(
        f"""{verb} FROM kept_apart WHERE EXISTS (
            SELECT 1 FROM articles AS a, articles AS b
            WHERE a.id = kept_apart.article AND b.id = kept_apart.other
                AND ((a.story = :story AND b.story = :other) OR (a.story = :other AND b.story = :story)))
            AND (article IN (SELECT id FROM articles WHERE story = :story)
                OR other IN (SELECT id FROM articles WHERE story = :story))""",  # noqa: S608 - our own verbs
        {"story": story, "other": other},
    ).fetchone()


def _members(db: Database, story: int) -> list[int]:
    return [row["id"] for row in db.execute(_MEMBERS, [story])]


def _known_story(db: Database, article: int) -> int:
    row = db.execute("SELECT story FROM articles WHERE id = ? AND held IS NULL", [article]).fetchone()
    if row is None:
        raise StorageError(f"there is no complete article {article}; `policywire search` shows the numbers")
    return int(row["story"])


def _sketch_again(db: Database, articles: Iterable[int]) -> None:
    """Give each part the shingles that only the other part had rows for."""
    for article in articles:
        row = db.execute("SELECT story, title, text FROM articles WHERE id = ?", [article]).fetchone()
        add(db, article, row["story"], holders(db, sketch(row["title"], row["text"])))


def _tell(db: Database, articles: Iterable[int], kind: str, now: datetime) -> None:
    for article in articles:
        record_change(db, article, kind, now)


def _listed(articles: Iterable[int]) -> str:
    return ", ".join(map(str, articles))
