"""Which articles go, by age and by size, and the upkeep of the file, in small steps.

Each step is one short transaction of the caller; it is called again and again. A story that matched
a watchlist stays unless `matched` says otherwise.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlite_utils import Database

from core.clock import to_iso
from storage.records.keeping import KeepLimits, Limits
from storage.removal import remove_article
from storage.sketches import catch_up

# Pages of the file that one step gives back or merges: some milliseconds.
_PAGES = 200
_SKETCHED = 50
# A link that gave no article and was not asked for so long may be asked for once more.
_OLD_LINK = timedelta(days=730)
_LINKS = 500

_UNMATCHED = """NOT EXISTS (SELECT 1 FROM entries AS e WHERE e.story = a.story)
    AND NOT EXISTS (
        SELECT 1 FROM articles AS x JOIN matches AS m ON m.article = x.id WHERE x.story = a.story)"""


def remove_expired(db: Database, limits: KeepLimits, *, now: datetime, limit: int) -> int:
    """Remove up to `limit` articles that are over a bound, the oldest first; return how many went."""
    chosen: list[int] = []
    for found in _expired(db, limits, now, limit):
        chosen += found[: limit - len(chosen)]
        if len(chosen) >= limit:
            break
    gone = dict.fromkeys(chosen)
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


def _expired(db: Database, limits: KeepLimits, now: datetime, limit: int) -> Iterator[list[int]]:
    spared = "1" if limits.matched else _UNMATCHED
    for row in db.execute("SELECT id FROM sources ORDER BY id").fetchall():
        source = row["id"]
        own = limits.sources.get(source, limits.default)
        yield _by_age(db, source, own, spared, now, limit)
        yield _by_size(db, source, own, spared, limit)
    if limits.max_bytes is not None and used_bytes(db) > limits.max_bytes:
        yield _oldest(db, spared, limit)


def _by_age(db: Database, source: str, own: Limits, spared: str, now: datetime, limit: int) -> list[int]:
    if own.age is None:
        return []
    rows = db.execute(
        f"""SELECT a.id FROM articles AS a WHERE a.source = ? AND a.first_seen < ? AND {spared}
        ORDER BY a.first_seen LIMIT ?""",  # noqa: S608 - a constant, values bound
        [source, to_iso(now - own.age), limit],
    )
    return [row["id"] for row in rows]


def _by_size(db: Database, source: str, own: Limits, spared: str, limit: int) -> list[int]:
    if own.max_bytes is None:
        return []
    total = db.execute("SELECT coalesce(sum(size), 0) FROM articles WHERE source = ?", [source]).fetchone()[0]
    over = total - own.max_bytes
    chosen: list[int] = []
    if over <= 0:
        return chosen
    rows = db.execute(
        f"""SELECT a.id, a.size FROM articles AS a WHERE a.source = ? AND {spared}
        ORDER BY a.first_seen LIMIT ?""",  # noqa: S608 - a constant, values bound
        [source, limit],
    )
    for row in rows:
        if over <= 0:
            break
        chosen.append(row["id"])
        over -= row["size"]
    return chosen


def _oldest(db: Database, spared: str, limit: int) -> list[int]:
    rows = db.execute(
        f"SELECT a.id FROM articles AS a WHERE {spared} ORDER BY a.id LIMIT ?",  # noqa: S608 - a constant
        [limit],
    )
    return [row["id"] for row in rows]
