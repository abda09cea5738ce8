"""Keeps `listed` in step: what a reader of entries sees once, for each watchlist and over all of them.

Triggers note the stories that anything has changed of (m026); their items are made anew before the
transaction ends. Runs inside the caller's transaction.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from sqlite_utils import Database

ALL = ""
# The official original stands for a story, else what was seen first. For `articles AS a`.
PRIMARY_FIRST = "coalesce((SELECT official FROM sources WHERE id = a.source), 0) DESC, a.first_seen, a.id"

# Stories of one step: their rows are in the memory at once.
_STEP = 500


class _Shown(NamedTuple):
    """An article that matches a watchlist, with its rank in its story."""

    rank: int
    article: int
    source: str
    language: str
    states: tuple[str, ...]


class _Item(NamedTuple):
    """An entry as one watchlist lists it. `place` is where it stands: when it was made, and its id.

    `made_of` is the article that it was made of: of entries of one moment, the first article's is the older.
    """

    place: tuple[str, str]
    made_of: int
    kind: str
    revision: int
    shown: _Shown

    @property
    def seen_as(self) -> tuple[str, int, int]:
        """What a reader takes for one thing, whatever the number of its entries."""
        return self.kind, 0 if self.kind == "statement" else self.shown.article, self.revision


def relist(db: Database) -> None:
    """Make the items of all stories that have changed."""
    while stories := _next(db):
        _relist(db, stories)


def _next(db: Database) -> list[int]:
    return [row[0] for row in db.execute("SELECT story FROM unlisted LIMIT ?", [_STEP])]


def _relist(db: Database, stories: Sequence[int]) -> None:
    among = json.dumps(stories)
    entries: dict[int, list[sqlite3.Row]] = defaultdict(list)
    for row in db.execute(
        """SELECT id, kind, watchlist, story, article, revision, created FROM entries
        WHERE story IN (SELECT value FROM json_each(?)) ORDER BY created, id""",
        [among],
    ):
        entries[row["story"]].append(row)
    matching = _matching(db, json.dumps(list(entries)))
    followed = {row["follower"] for row in db.execute("SELECT follower FROM cursors")}
    db.execute("DELETE FROM listed WHERE story IN (SELECT value FROM json_each(?))", [among])
    db.conn.executemany(
        """INSERT INTO listed
            (watchlist, created, entry, kind, story, article, revision, source, language, states)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        [row for story, found in entries.items() for row in _rows(story, found, matching[story], followed)],
    )
    db.execute("DELETE FROM unlisted WHERE story IN (SELECT value FROM json_each(?))", [among])


def _matching(db: Database, stories: str) -> dict[int, dict[str, list[_Shown]]]:
    """Return which articles of each story match each watchlist, the one that stands for the story first."""
    found: dict[int, dict[str, list[_Shown]]] = defaultdict(lambda: defaultdict(list))
    rows = db.execute(
        f"""SELECT a.story, a.id, a.source, a.language, m.watchlist, m.states
        FROM articles AS a JOIN matches AS m ON m.article = a.id
        WHERE a.story IN (SELECT value FROM json_each(?)) ORDER BY a.story, {PRIMARY_FIRST}""",  # noqa: S608 - a constant, values bound
        [stories],
    )
    for rank, row in enumerate(rows):
        shown = _Shown(rank, row["id"], row["source"], row["language"], tuple(json.loads(row["states"])))
        found[row["story"]][row["watchlist"]].append(shown)
    return found


def _rows(
    story: int,
    entries: Iterable[sqlite3.Row],
    matching: Mapping[str, list[_Shown]],
    followed: Collection[str],
) -> Iterator[tuple[object, ...]]:
    """Yield the rows of a story. What nobody follows any more is not among those of all watchlists."""
    by_watchlist: dict[str, list[_Item]] = defaultdict(list)
    for row in entries:
        shown = _shown(row, matching.get(row["watchlist"], []))
        if shown is not None:
            item = _Item((row["created"], row["id"]), row["article"], row["kind"], row["revision"], shown)
            by_watchlist[row["watchlist"]].append(item)
    own = {watchlist: _each_once(items) for watchlist, items in by_watchlist.items()}
    of_all = (item for watchlist, items in own.items() if watchlist in followed for item in items)
    own[ALL] = _each_once(list(of_all))
    for watchlist, items in own.items():
        for (created, entry), _, kind, revision, shown in items:
            states = "".join(f" {state} " for state in shown.states)
            yield (
                *(watchlist, created, entry, kind, story, shown.article, revision),
                *(shown.source, shown.language, states),
            )


def _shown(entry: sqlite3.Row, matching: Sequence[_Shown]) -> _Shown | None:
    """Return the article that an entry shows; None where none matches any more."""
    if entry["kind"] == "statement":
        return matching[0] if matching else None
    return next((one for one in matching if one.article == entry["article"]), None)


def _each_once(items: Iterable[_Item]) -> list[_Item]:
    """Join items that are one for a reader: the oldest entry, the first article, the states of all."""
    groups: dict[tuple[str, int, int], list[_Item]] = defaultdict(list)
    for item in items:
        groups[item.seen_as].append(item)
    joined = []
    for group in groups.values():
        oldest = min(group, key=lambda item: (item.place[0], item.made_of, item.place))
        first = min(group, key=lambda item: item.shown.rank).shown
        states = tuple(dict.fromkeys(state for item in group for state in item.shown.states))
        joined.append(oldest._replace(shown=first._replace(states=states)))
    return joined
