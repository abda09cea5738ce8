"""Which pages are looked at again, and when: on a plan of ages that counts from when the text came.

Runs inside the caller's transaction. `ages` is the source's plan, youngest first; empty: never.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlite_utils import Database

from core.article import Article, Link, Look, Validators
from core.clock import from_iso, to_iso
from core.fetched import Looked, LookResult
from storage.revising import withdraw
from storage.rows import published_of

# A page that was not there is looked for once more before it counts as gone: sites have bad minutes.
ABSENCES = 2
AGAIN = timedelta(minutes=15)
_UNDETERMINED = "und"


def next_look(base: datetime, now: datetime, ages: Sequence[timedelta]) -> datetime | None:
    """Return when a text that came at `base` is due for its next look; None after the last."""
    return next((base + age for age in ages if base + age > now), None)


def watch(
    db: Database, article_id: int, article: Article, *, anew: bool, now: datetime, ages: Sequence[timedelta]
) -> None:
    """Plan the next look at a page that was just read. `anew`: its text is new, the plan begins again."""
    fetched = article.fetched
    if fetched is None:
        return
    row = db.execute("SELECT base FROM looks WHERE article = ?", [article_id]).fetchone()
    if row is None and not anew:
        return
    base = now if anew or row is None else from_iso(row["base"])
    due = next_look(base, now, ages)
    if due is None:
        _end(db, article_id)
        return
    db.execute(
        """INSERT OR REPLACE INTO looks (article, source, due, base, looked, etag, last_modified, body_hash)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
        [
            *(article_id, article.source, to_iso(due), to_iso(base), to_iso(now)),
            *(fetched.header("ETag"), fetched.header("Last-Modified"), fetched.body_hash),
        ],
    )


def due_looks(db: Database, source: str, *, now: datetime, limit: int) -> tuple[Look, ...]:
    """Return the pages of a source that are due for a look, longest due first."""
    rows = db.execute(
        """SELECT l.article, l.etag, l.last_modified, l.body_hash AS page_hash, a.url, a.canonical_url,
            a.title, a.language, a.published_raw, a.published_at, a.published_precision
        FROM looks AS l JOIN articles AS a ON a.id = l.article
        WHERE l.source = ? AND l.due <= ? ORDER BY l.due, l.article LIMIT ?""",
        [source, to_iso(now), limit],
    )
    return tuple(
        Look(
            article=row["article"],
            link=Link(
                url=row["url"],
                title=row["title"] or None,
                published=published_of(row),
                language=None if row["language"] == _UNDETERMINED else row["language"],
            ),
            canonical_url=row["canonical_url"],
            validators=Validators(url=row["url"], etag=row["etag"], last_modified=row["last_modified"]),
            body_hash=row["page_hash"],
        )
        for row in rows
    )


def finish_look(db: Database, looked: Looked, *, now: datetime, ages: Sequence[timedelta]) -> bool:
    """Take in how a look ended, and plan the next one. Return whether the page was found to be gone."""
    row = db.execute("SELECT base, missing FROM looks WHERE article = ?", [looked.article]).fetchone()
    if row is None:
        return False
    if looked.result is LookResult.MOVED:
        _end(db, looked.article)
        return False
    missing = 0
    if looked.result in (LookResult.MISSING, LookResult.GONE):
        missing = row["missing"] + 1
    elif looked.result is LookResult.FAILED:
        missing = row["missing"]
    due = next_look(from_iso(row["base"]), now, ages)
    is_gone = looked.result is LookResult.GONE or missing >= ABSENCES
    if looked.result is LookResult.MISSING and not is_gone:
        due = now + AGAIN
    if due is None:
        _end(db, looked.article)
    else:
        db.execute(
            """UPDATE looks SET due = ?, looked = ?, missing = ?, etag = coalesce(?, etag),
                last_modified = coalesce(?, last_modified), body_hash = coalesce(?, body_hash)
            WHERE article = ?""",
            [
                *(to_iso(due), to_iso(now), missing),
                *(looked.etag, looked.last_modified, looked.body_hash, looked.article),
            ],
        )
    return is_gone and withdraw(db, looked.article, looked.reason, now)


def _end(db: Database, article_id: int) -> None:
    db.execute("DELETE FROM looks WHERE article = ?", [article_id])
