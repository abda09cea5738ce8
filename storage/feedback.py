"""Feedback: analysts' labels, kept with the texts that were judged, so that they outlive their articles.

A bounded table: labels are exported and withdrawn, never dropped behind anybody's back.
"""

import sqlite3
from collections.abc import Iterator

from sqlite_utils import Database

from core.clock import from_iso, to_iso
from core.errors import StorageError
from core.urls import canonical_url
from storage.connection import Connection
from storage.records.feedback import Feedback, Judged
from storage.rows import storable_text

MOST_LABELS = 5000
LONGEST_NOTE, LONGEST_ADDRESS, LONGEST_TITLE, LONGEST_TEXT = 1000, 2000, 500, 50_000

_COLUMNS = """id, kind, watchlist, address, language, given_by, at, note, article, source, country,
    published_at, rules, matched, score, why, is_cut, title"""


class FeedbackTables(Connection):
    """The part of the store that keeps what analysts say of entries."""

    def give_feedback(self, feedback: Feedback) -> int:
        """Keep a label in place of what the same user said of the same article and watchlist; return its id.

        What is longer than its bound is cut. Raises StorageError where the table is full.
        """
        with self._writing() as db:
            return _give(db, feedback)

    def withdraw_feedback(self, id_: int, *, by: str | None) -> bool:
        """Forget a label of a user (None: of anybody); False where there is none such."""
        with self._writing() as db:
            done = db.execute(
                "DELETE FROM feedback WHERE id = :id AND (:by IS NULL OR given_by = :by)",
                {"id": id_, "by": by},
            )
            return bool(done.rowcount)

    def feedback(
        self, *, watchlist: str | None = None, before: int | None = None, texts: bool = False, limit: int
    ) -> list[Feedback]:
        """Return the newest labels (of one watchlist) with numbers below `before`, their texts if asked."""
        with self._reading() as db:
            text = "text" if texts else "'' AS text"
            rows = db.execute(
                f"""SELECT {_COLUMNS}, {text} FROM feedback
                WHERE (:watchlist IS NULL OR watchlist = :watchlist) AND (:before IS NULL OR id < :before)
                ORDER BY id DESC LIMIT :limit""",  # noqa: S608 - constants, values bound
                {"watchlist": watchlist, "before": before, "limit": limit},
            )
            return [_feedback(row) for row in rows]

    def feedback_on(self, article_id: int) -> list[Feedback]:
        """Return the newest labels of an article, without its text."""
        with self._reading() as db:
            rows = db.execute(
                f"SELECT {_COLUMNS}, '' AS text FROM feedback WHERE article = ? ORDER BY id DESC LIMIT 50",  # noqa: S608 - a constant
                [article_id],
            )
            return [_feedback(row) for row in rows]

    def one_feedback(self, id_: int) -> Feedback | None:
        """Return a label by its number, without its text."""
        with self._reading() as db:
            row = db.execute(
                f"SELECT {_COLUMNS}, '' AS text FROM feedback WHERE id = ?",  # noqa: S608 - a constant
                [id_],
            ).fetchone()
            return None if row is None else _feedback(row)

    def all_feedback(self, *, watchlist: str | None) -> Iterator[Feedback]:
        """Yield all labels with their texts, newest first, some at a time."""
        before = None
        while page := self.feedback(watchlist=watchlist, before=before, texts=True, limit=100):
            yield from page
            before = page[-1].id


def _give(db: Database, feedback: Feedback) -> int:
    judged = feedback.judged
    values: dict[str, object] = {
        "kind": feedback.kind,
        "watchlist": feedback.watchlist,
        "address": storable_text(canonical_url(feedback.address))[:LONGEST_ADDRESS],
        "language": judged.language if judged is not None else "",
        "given_by": feedback.by,
        "at": to_iso(feedback.at),
        "note": storable_text(feedback.note)[:LONGEST_NOTE],
        **_judged_values(judged),
    }
    # An address that the archive did not have then, and has now, is the same complaint.
    db.execute(
        "DELETE FROM feedback WHERE watchlist = ? AND address = ? AND given_by = ? AND language IN (?, '')",
        [values["watchlist"], values["address"], values["given_by"], values["language"]],
    )
    if db.execute("SELECT count(*) FROM feedback").fetchone()[0] >= MOST_LABELS:
        raise StorageError(
            f"there are {MOST_LABELS:,} labels already: `policywire feedback export` them into the "
            "watchlists' examples, then withdraw what is not needed any more on /feedback"
        )
    names, marks = ", ".join(values), ", ".join("?" * len(values))
    done = db.execute(
        f"INSERT INTO feedback ({names}) VALUES ({marks})",  # noqa: S608 - names are our own, values bound
        list(values.values()),
    )
    return int(done.lastrowid or 0)


def _judged_values(judged: Judged | None) -> dict[str, object]:
    if judged is None:
        return {"rules": "", "why": "", "is_cut": 0, "title": "", "text": ""}
    return {
        "article": judged.article,
        "source": judged.source,
        "country": judged.country,
        "published_at": to_iso(judged.published) if judged.published is not None else None,
        "rules": judged.rules,
        "matched": int(judged.matched),
        "score": judged.score,
        "why": storable_text(judged.why),
        "is_cut": int(judged.is_cut or len(judged.text) > LONGEST_TEXT),
        "title": storable_text(judged.title)[:LONGEST_TITLE],
        "text": storable_text(judged.text)[:LONGEST_TEXT],
    }


def _feedback(row: sqlite3.Row) -> Feedback:
    return Feedback(
        id=row["id"],
        kind=row["kind"],
        watchlist=row["watchlist"],
        address=row["address"],
        by=row["given_by"],
        at=from_iso(row["at"]),
        note=row["note"],
        judged=_judged(row) if row["matched"] is not None else None,
    )


def _judged(row: sqlite3.Row) -> Judged:
    published = row["published_at"]
    return Judged(
        article=row["article"],
        language=row["language"],
        source=row["source"],
        country=row["country"],
        published=from_iso(published) if published is not None else None,
        title=row["title"],
        text=row["text"],
        is_cut=bool(row["is_cut"]),
        rules=row["rules"],
        matched=bool(row["matched"]),
        score=row["score"],
        why=row["why"],
    )
