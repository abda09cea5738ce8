"""Everything that is known of articles as JSON Lines, and back: numbers stay, a second import adds nothing.

A line is {"article": row, "revisions": [row], ...}, {"match": row}, {"entry": row}, {"tombstone": row}, or a
row of what people decided (DECIDED); the first one tells the schema. Rows are those of the tables; bytes are
{"hex": ...}. Not carried: users, tokens, sessions; sources with polls, health, snoozes; deliveries,
so that nothing is sent twice; fetched pages; what follows from the rest: sketches, search rows, who speaks.
Runs in the caller's transactions.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlite_utils import Database

from core.errors import StorageError
from storage.feedback import MOST_LABELS
from storage.schema import migrations
from storage.sketch import sketch
from storage.sketches import add, holders

FORMAT = 1
# How a line shows that it is none of an export: a key or a column that it lacks, a value of another kind.
_MALFORMED = (KeyError, TypeError, ValueError, AttributeError)
_MISFITS = (sqlite3.IntegrityError, sqlite3.InterfaceError, sqlite3.ProgrammingError)
_CHILDREN = ("revisions", "statements", "alternates", "decisions", "changes", "fetches")
# Numbers that only this database gives: a row's own, and its place in the sequence of changes.
_OWN = {"revisions": "id", "statements": "id", "decisions": "id", "changes": "seq", "fetches": "id"}
# What follows from the rest of the line: the names of statements.
_DERIVED = frozenset({"uuid"})

_NUMBERED = ("articles", "stories")
# What people decided, a line for each row: key of the line -> (table, columns that number articles, stories).
DECIDED = {
    "kept_apart": ("kept_apart", ("article", "other"), ()),
    "joined_story": ("joined_stories", (), ("into",)),
    "feedback": ("feedback", ("article",), ()),
    "recipient": ("digest_recipients", (), ()),
}

Row = dict[str, Any]


def export_lines(db: Database) -> Iterator[Row]:
    """Yield the lines: articles by id with what hangs on them, matches, entries, tombstones, decisions."""
    yield {
        "policywire": FORMAT,
        "schema": sorted(migration.name for migration in migrations.applied(db)),
        "last": {table: _last(db, table) for table in _NUMBERED},
    }
    for article in db.conn.execute("SELECT * FROM articles ORDER BY id"):
        story = db.execute("SELECT created FROM stories WHERE id = ?", [article["story"]]).fetchone()
        children = {table: _children(db, table, article["id"]) for table in _CHILDREN}
        yield {"article": _plain(article), "story_created": story["created"], **children}
    for match in db.conn.execute("SELECT * FROM matches ORDER BY article, watchlist"):
        states = db.execute(
            "SELECT state FROM match_states WHERE article = ? AND watchlist = ? ORDER BY state",
            [match["article"], match["watchlist"]],
        )
        yield {"match": _plain(match), "match_states": [row["state"] for row in states]}
    for entry in db.conn.execute("SELECT * FROM entries ORDER BY created, id"):
        yield {"entry": _plain(entry)}
    for tombstone in db.conn.execute("SELECT * FROM tombstones"):
        yield {"tombstone": _plain(tombstone)}
    for key, (table, _, _) in DECIDED.items():
        for row in db.conn.execute(f"SELECT * FROM {table} ORDER BY 1, 2"):  # noqa: S608 - our own names
            yield {key: _plain(row)}


@dataclass(kw_only=True, slots=True)
class Import:
    """One import: feed it the lines in their order. `added`, `known` and `renumbered` count articles."""

    db: Database
    added: int = 0
    known: int = 0
    renumbered: int = 0
    _articles: dict[int, int] = field(default_factory=dict)
    _stories: dict[int, int] = field(default_factory=dict)
    _free: dict[str, int] = field(default_factory=dict)
    _columns: dict[str, frozenset[str]] = field(default_factory=dict)
    _begun: bool = False

    def take(self, line: Mapping[str, Any]) -> None:
        """Take one line in. Raises StorageError for one that is none of ours, or lacks something."""
        try:
            self._take(line)
        except (*_MALFORMED, *_MISFITS) as error:
            what = f"it has no {error}" if isinstance(error, KeyError) else str(error)
            raise StorageError(f"not a line of an export: {what}") from error

    def _take(self, line: Mapping[str, Any]) -> None:
        if not self._begun:
            self._check_head(line)
            self._begun = True
        elif "article" in line:
            self._take_article(line)
        elif "match" in line:
            self._take_match(line)
        elif "entry" in line:
            self._take_entry(line["entry"])
        elif "tombstone" in line:
            self._take_tombstone(line["tombstone"])
        elif (key := next(iter(line), "")) in DECIDED:
            self._take_decided(key, line[key])
        else:
            raise StorageError(f"not a line of an export: it has the keys {', '.join(sorted(line)[:5])}")

    def _check_head(self, line: Mapping[str, Any]) -> None:
        if line.get("policywire") != FORMAT:
            raise StorageError("not an export of policywire, or one of another format: the first line tells")
        applied = {migration.name for migration in migrations.applied(self.db)}
        newer = sorted(set(line.get("schema", ())) - applied)
        last = line.get("last", {})
        self._free = {table: max(_last(self.db, table), int(last.get(table, 0))) for table in _NUMBERED}
        if newer:
            raise StorageError(f"the export is of a newer policywire (unknown here: {', '.join(newer)})")
        for table, number in self._free.items():
            self._count_from(table, number)

    def _count_from(self, table: str, number: int) -> None:
        """Let no later row have the number of one that is gone: old links would lead to it."""
        done = self.db.execute("UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?", [number, table])
        if not done.rowcount:
            self.db.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", [table, number])

    def _take_article(self, line: Mapping[str, Any]) -> None:
        row: Row = dict(line["article"])
        old, story = row["id"], row["story"]
        here = self.db.execute(
            "SELECT id, story FROM articles WHERE canonical_url = ? AND language = ?",
            [row["canonical_url"], row["language"]],
        ).fetchone()
        if here is not None:
            self._articles[old] = here["id"]
            self._stories.setdefault(story, here["story"])
            self.known += 1
            return
        row["story"] = self._story(story, line["story_created"])
        row["id"] = self._number("articles", old)
        self.renumbered += row["id"] != old
        new = self._insert("articles", row)
        self._articles[old] = new
        self.added += 1
        for table in _CHILDREN:
            for child in line.get(table, ()):
                self._insert(table, self._child(child, new))
        if row.get("held") is None:
            add(self.db, new, row["story"], holders(self.db, sketch(row["title"], row["text"])))

    def _child(self, child: Mapping[str, Any], article: int) -> Row:
        row = {**child, "article": article}
        if "of_article" in row:
            row["of_article"] = self._articles.get(row["of_article"])
        return row

    def _story(self, old: int, created: str) -> int:
        """Return the story here of a story there; its number stays where it is free."""
        if old not in self._stories:
            row: Row = {"created": created}
            row["id"] = self._number("stories", old)
            self._stories[old] = self._insert("stories", row)
        return self._stories[old]

    def _take_match(self, line: Mapping[str, Any]) -> None:
        article = self._articles.get(line["match"]["article"])
        if article is None:
            return
        row = {**line["match"], "article": article}
        if self._insert("matches", row, ignore=True):
            for state in line.get("match_states", ()):
                states = {"watchlist": row["watchlist"], "article": article, "state": state}
                self._insert("match_states", states, ignore=True)

    def _take_entry(self, entry: Mapping[str, Any]) -> None:
        article, story = self._articles.get(entry["article"]), self._stories.get(entry["story"])
        if article is not None and story is not None:
            self._insert("entries", {**entry, "article": article, "story": story}, ignore=True)

    def _take_tombstone(self, row: Row) -> None:
        number = row.get("article")
        if number is not None and self._is_taken("articles", number):
            row = {**row, "article": None}
        self._insert("tombstones", row, ignore=True)

    def _take_decided(self, key: str, row: Row) -> None:
        """Take a decision in, unless what it is about is not here, or somebody decided here already."""
        table, articles, stories = DECIDED[key]
        row = dict(row)
        for names, numbers in ((articles, self._articles), (stories, self._stories)):
            row |= {name: numbers.get(row[name]) for name in names if row[name] is not None}
        if key == "kept_apart":
            if None in (row["article"], row["other"]):
                return
            row["article"], row["other"] = sorted((row["article"], row["other"]))
        if key == "joined_story" and (row["into"] is None or self._is_taken("stories", row["story"])):
            return
        if key == "feedback":
            self._check_room()
            if self._is_taken("feedback", row["id"]):
                del row["id"]
        self._insert(table, row, ignore=True)

    def _check_room(self) -> None:
        if self.db.execute("SELECT count(*) FROM feedback").fetchone()[0] > MOST_LABELS:
            raise StorageError(
                f"there would be over {MOST_LABELS:,} labels; withdraw some on /feedback and import again"
            )

    def _is_taken(self, table: str, number: int) -> bool:
        sql = f"SELECT 1 FROM {table} WHERE id = ?"  # noqa: S608 - names are our own
        return self.db.execute(sql, [number]).fetchone() is not None

    def _number(self, table: str, old: int) -> int:
        """Return a row's own number or, where that is taken, one that no later line has."""
        if not self._is_taken(table, old):
            return old
        self._free[table] += 1
        return self._free[table]

    def _insert(self, table: str, row: Mapping[str, Any], *, ignore: bool = False) -> int:
        """Insert a row; return its number, 0 where it was there already. Unknown columns are left out."""
        if table not in self._columns:
            self._columns[table] = frozenset(column.name for column in self.db.table(table).columns)
        values = {name: _stored(value) for name, value in row.items() if name in self._columns[table]}
        names, marks = ", ".join(f'"{name}"' for name in values), ", ".join("?" * len(values))
        how = "INSERT OR IGNORE" if ignore else "INSERT"
        sql = f"{how} INTO {table} ({names}) VALUES ({marks})"
        done = self.db.execute(sql, list(values.values()))
        return int(done.lastrowid or 0) if done.rowcount else 0


def _children(db: Database, table: str, article: int) -> list[Row]:
    order = _OWN.get(table, "address")
    sql = f'SELECT * FROM {table} WHERE article = ? ORDER BY "{order}"'  # noqa: S608 - names of our schema
    rows = (_plain(row) for row in db.execute(sql, [article]))
    left_out = _DERIVED | {_OWN.get(table)}
    return [{name: value for name, value in row.items() if name not in left_out} for row in rows]


def _last(db: Database, table: str) -> int:
    """Return the largest number that a table ever gave."""
    row = db.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", [table]).fetchone()
    return 0 if row is None else int(row["seq"])


def _plain(row: sqlite3.Row) -> Row:
    names = row.keys()
    return {name: {"hex": row[name].hex()} if isinstance(row[name], bytes) else row[name] for name in names}


def _stored(value: object) -> object:
    return bytes.fromhex(value["hex"]) if isinstance(value, dict) else value
