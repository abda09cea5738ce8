"""What the lists of each source usually look like, a row for each; core/listshape.py says what that is."""

import json
from collections.abc import Collection

from core.listshape import ListShape
from storage.connection import Connection


class ListShapeTable(Connection):
    """The part of the store that remembers the usual lists."""

    def usual_shape(self, source: str, rules: str) -> ListShape | None:
        """Return what a source's lists usually look like; None where that is not known by these rules."""
        with self._reading() as db:
            row = db.execute(
                "SELECT shape FROM list_shapes WHERE source = ? AND rules = ?", [source, rules]
            ).fetchone()
        return None if row is None else ListShape.load(row["shape"])

    def keep_shape(self, source: str, rules: str, shape: ListShape) -> None:
        """Remember what a source's lists usually look like, read by these rules."""
        with self._writing() as db:
            db.execute(
                "INSERT OR REPLACE INTO list_shapes (source, rules, shape) VALUES (?, ?, ?)",
                [source, rules, shape.dump()],
            )

    def forget_shapes(self, sources: Collection[str]) -> None:
        """Forget the lists of all sources but these."""
        with self._writing() as db:
            db.execute(
                "DELETE FROM list_shapes WHERE source NOT IN (SELECT value FROM json_each(?))",
                [json.dumps(sorted(sources))],
            )
