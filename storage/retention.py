"""Which articles go, by age and by size, and the upkeep of the file, in small steps.

Each step is one short transaction of the caller; it is called again and again. A story that matched
a watchlist stays unless `matched` says otherwise.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from core.clock import to_iso
from storage.records.keeping import KeepLimits
from storage.removal import remove_article
from storage.sketches import catch_up

# Pages of the file that one step gives back or merges: some milliseconds.
_PAGES = 200
_SKETCHED = 50
# Articles that a step looks at for the file's bound, and for those of so many sources together.
LOOKED = 2_000
SOURCES = 20
# A link that gave no article and was not asked for so long may be asked for once more.
_OLD_LINK = timedelta(days=730)
_LINKS = 500

_UNMATCHED = """NOT EXISTS (SELECT 1 FROM entries AS e WHERE e.story = a.story)
    AND NOT EXISTS (
        SELECT 1 FROM articles AS x JOIN matches AS m ON m.article = x.id WHERE x.story = a.story)"""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Bound:
    """Articles of which some must go, in the order of `column`; `over`: only so many bytes of them.

    `looked`: how many of them a step looks at.
    """

    name: str
    column: str
    where: str = "1"
    values: Mapping[str, object] = field(default_factory=dict)
    over: int | None = None
    looked: int = field(default_factory=lambda: LOOKED // SOURCES)


def remove_expired(db: Database, limits: KeepLimits, *, now: datetime, limit: int) -> int:
    """Remove up to `limit` articles that are over a bound, the oldest first; return how many went.

    A step looks at some articles of some sources, and the next one goes on behind them, so that what must
    stay is not looked at each time; 0 may also mean that this step met nothing else.
    """
    gone: dict[int, None] = {}
    spared = "1" if limits.matched else _UNMATCHED
    for bound in _bounds(db, limits, now):
        gone |= dict.fromkeys(_look(db, bound, spared, limit - len(gone)))
        if len(gone) >= limit:
            break
    for id_ in gone:
        remove_article(db, id_, now=now)
    db.execute(
        """DELETE FROM links WHERE article IS NULL AND (source, url) IN (
            SELECT source, url FROM links WHERE article IS NULL AND fetched_at < ? LIMIT ?)""",
        [to_iso(now - _OLD_LINK), _LINKS],
    )
    return len(gone)


def tidy(db: Database) -> None:
    """Merge a little of the search indexes, sketch a few old articles."""
    for index in ("search", "speakers"):
        db.execute(f"INSERT INTO {index}({index}, rank) VALUES ('merge', ?)", [_PAGES])  # noqa: S608 - constants
    catch_up(db, limit=_SKETCHED)


def give_back(db: Database) -> None:
    """Give some free pages of the file back to the disk. Outside a transaction; needs incremental vacuum."""
    # The pragma gives a row without columns for each page, at which `execute` would stop.
    db.conn.executescript(f"PRAGMA incremental_vacuum({_PAGES})")


def used_bytes(db: Database) -> int:
    """Return the size of the file without its free pages."""
    pages, free, size = (
        db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - free) * size)


def _bounds(db: Database, limits: KeepLimits, now: datetime) -> Iterator[_Bound]:
    """Yield what bounds the archive now: the whole file, and some of the sources, in turn."""
    for source in _in_turn(db):
        own = limits.sources.get(source, limits.default)
        where, values = "a.source = :source", {"source": source}
        if own.age is not None:
            before = {"before": to_iso(now - own.age)}
            where_old = f"{where} AND a.first_seen < :before"
            yield _Bound(name=f"age {source}", column="first_seen", where=where_old, values=values | before)
        if own.max_bytes is not None:
            sql = "SELECT coalesce(sum(size), 0) FROM articles WHERE source = ?"
            over = db.execute(sql, [source]).fetchone()[0] - own.max_bytes
            if over > 0:
                yield _Bound(
                    name=f"size {source}", column="first_seen", where=where, values=values, over=over
                )
    if limits.max_bytes is not None and used_bytes(db) > limits.max_bytes:
        yield _Bound(name="file", column="id", looked=LOOKED)


def _in_turn(db: Database) -> list[str]:
    """Return some sources, in the next step those behind them."""
    behind = _place(db, "sources") or ""
    sql = "SELECT id FROM sources WHERE id > ? ORDER BY id LIMIT ?"
    found = [row["id"] for row in db.execute(sql, [behind, SOURCES + 1])]
    some = found[:SOURCES]
    _go_on(db, "sources", some[-1] if len(found) > SOURCES else None)
    return some


def _look(db: Database, bound: _Bound, spared: str, limit: int) -> list[int]:
    """Return up to `limit` articles of a bound that may go, among those that this step looks at."""
    begin = _place(db, bound.name) or ("" if bound.column == "first_seen" else 0)
    rows = db.execute(
        f"""SELECT a.id, a.size, a.{bound.column} AS place, {spared} AS goes FROM articles AS a
        WHERE {bound.where} AND a.{bound.column} >= :begin ORDER BY a.{bound.column} LIMIT :looked""",  # noqa: S608 - our own names, values bound
        {**bound.values, "begin": begin, "looked": bound.looked},
    )
    chosen: list[int] = []
    over, looked, place = bound.over, 0, begin
    for row in rows:
        if len(chosen) >= limit or (over is not None and over <= 0):
            break
        looked, place = looked + 1, row["place"]
        if row["goes"]:
            chosen.append(row["id"])
            over = None if over is None else over - row["size"]
    else:
        if looked < bound.looked:
            place = None
        elif place == begin:
            # More than a step looks at came in one moment: on, behind all of them.
            place = f"{place}~"
    _go_on(db, bound.name, place)
    return chosen


def _place(db: Database, bound: str) -> Any:
    row = db.execute("SELECT place FROM retention_places WHERE bound = ?", [bound]).fetchone()
    return None if row is None else row["place"]


def _go_on(db: Database, bound: str, place: object) -> None:
    """Let the next step begin at a place; None: at the beginning."""
    if place == _place(db, bound):
        return
    if place is None:
        db.execute("DELETE FROM retention_places WHERE bound = ?", [bound])
    else:
        db.execute("INSERT OR REPLACE INTO retention_places (bound, place) VALUES (?, ?)", [bound, place])
