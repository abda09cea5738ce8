"""Everything that is known of articles as JSON Lines, and back: numbers stay, a second import adds nothing.

A line is {"article": row, "revisions": [row], ...}, {"match": row}, {"entry": row} or {"tombstone": row}; the
first one tells the schema. Rows are those of the tables; bytes are {"hex": ...}. Runs in the caller's
transactions.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlite_utils import Database

from core.errors import StorageError
from storage.schema import migrations
from storage.sketch import sketch
from storage.sketches import add, holders

FORMAT = 1
_CHILDREN = ("revisions", "statements", "alternates", "decisions", "changes", "fetches")
# Numbers that only this database gives: a row's own, and its place in the sequence of changes.
_OWN = {"revisions": "id", "statements": "id", "decisions": "id", "changes": "seq", "fetches": "id"}

_NUMBERED = ("articles", "stories")

Row = dict[str, Any]


def export_lines(db: Database) -> Iterator[Row]:
    """Yield the lines: articles by id with what hangs on them, then matches, entries and tombstones."""
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
        """Take one line in. Raises StorageError for one that is none of ours."""
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
            self._insert("tombstones", line["tombstone"], ignore=True)
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

    def _number(self, table: str, old: int) -> int:
        """Return a row's own number or, where that is taken, one that no later line has."""
        sql = f"SELECT 1 FROM {table} WHERE id = ?"  # noqa: S608 - names are our own
        if self.db.execute(sql, [old]).fetchone() is None:
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
    return [{name: value for name, value in row.items() if name != _OWN.get(table)} for row in rows]


def _last(db: Database, table: str) -> int:
    return int(db.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()[0])  # noqa: S608 - our names


def _plain(row: sqlite3.Row) -> Row:
    names = row.keys()
    return {name: {"hex": row[name].hex()} if isinstance(row[name], bytes) else row[name] for name in names}


def _stored(value: object) -> object:
    return bytes.fromhex(value["hex"]) if isinstance(value, dict) else value
