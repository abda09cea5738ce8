"""Who says each statement, and which states and organisations its words name: kept as the publisher decides.

A statement that came, or whose registry changed, waits in `unheard`. Triggers keep the sums (m027).
"""

from collections.abc import Sequence

from sqlite_utils import Database

from core.clock import from_iso
from core.text import fold_text
from storage.connection import Connection
from storage.records.voices import Heard, Unheard, Who
from storage.rows import storable_text


class VoiceTables(Connection):
    """The part of the store that knows who speaks."""

    def unheard(self, *, limit: int) -> list[Unheard]:
        """Return statements of complete articles that wait for a decision, the newest first."""
        with self._reading() as db:
            return _unheard(db, limit=limit)

    def hear_anew(self, digest: str) -> bool:
        """Let all statements wait again if another registry decided them; return whether that was so."""
        with self._reading() as db:
            if _digest(db) == digest:
                return False
        with self._writing() as db:
            db.execute("INSERT OR REPLACE INTO hearing (id, digest) VALUES (1, ?)", [digest])
            db.execute("INSERT OR IGNORE INTO unheard SELECT id FROM statements")
        return True

    def hear(self, heard: Sequence[Heard]) -> None:
        """Keep decisions, in the place of former ones. A statement that is gone meanwhile is passed over."""
        with self._writing() as db:
            for one in heard:
                _hear(db, one)


def _digest(db: Database) -> str | None:
    row = db.execute("SELECT digest FROM hearing").fetchone()
    return None if row is None else str(row[0])


def _unheard(db: Database, *, limit: int) -> list[Unheard]:
    # Statements of held articles wait on: a trigger puts them back, but leaving them costs each pass a look.
    rows = db.execute(
        """SELECT s.id, s.speaker, s.office, s.language, a.held, coalesce(a.published_at, a.first_seen) AS at,
            substr(a.text, s.start + 1, s."end" - s.start) AS words
        FROM (SELECT statement FROM unheard ORDER BY statement DESC LIMIT ?) AS u
        JOIN statements AS s ON s.id = u.statement JOIN articles AS a ON a.id = s.article""",
        [limit],
    )
    return [
        Unheard(
            statement=row["id"],
            speaker=None if row["held"] else row["speaker"],
            office=None if row["held"] else row["office"],
            language=row["language"],
            words=row["words"],
            at=from_iso(row["at"]),
        )
        for row in rows
    ]


def _hear(db: Database, heard: Heard) -> None:
    db.execute("DELETE FROM unheard WHERE statement = ?", [heard.statement])
    before = db.execute(
        """SELECT v.key, v.name, v.office, v.country, (SELECT group_concat(about, ' ') FROM (
            SELECT about FROM mentions WHERE statement = u.statement ORDER BY about)) AS about
        FROM utterances AS u JOIN voices AS v ON v.id = u.voice WHERE u.statement = ?""",
        [heard.statement],
    ).fetchone()
    who = heard.who
    about = sorted(set(heard.about))
    if before is not None:
        if who is not None and tuple(before) == (
            *(who.key, who.name, who.office, who.country),
            " ".join(about) or None,
        ):
            return
        db.execute("DELETE FROM utterances WHERE statement = ?", [heard.statement])
    if who is None:
        return
    voice = _voice(db, who, heard.statement)
    db.execute(
        """INSERT INTO utterances (statement, voice, name, day, language)
        SELECT s.id, ?, coalesce(s.speaker, s.office, ''), substr(a.first_seen, 1, 10), s.language
        FROM statements AS s JOIN articles AS a ON a.id = s.article WHERE s.id = ?""",
        [voice, heard.statement],
    )
    db.conn.executemany(
        """INSERT INTO mentions (statement, about, voice, country, day)
        SELECT statement, ?, voice, ?, day FROM utterances WHERE statement = ?""",
        [(one, who.country or "", heard.statement) for one in about],
    )


def _voice(db: Database, who: Who, statement: int) -> int:
    """Return the speaker's id. What the newest statement says of name and office stands."""
    values = {
        "key": storable_text(who.key),
        "kind": who.kind,
        "name": storable_text(who.name),
        "office": None if who.office is None else storable_text(who.office),
        "folded": fold_text(who.office or ""),
        "country": who.country,
        "statement": statement,
    }
    row = db.execute(
        """INSERT INTO voices (key, kind, name, office, folded_office, country)
        VALUES (:key, :kind, :name, :office, :folded, :country)
        ON CONFLICT (key) DO UPDATE SET kind = excluded.kind,
            name = iif(:statement >= newest, excluded.name, name),
            office = iif(:statement >= newest OR office IS NULL, coalesce(excluded.office, office), office),
            folded_office = iif((:statement >= newest OR office IS NULL) AND excluded.office IS NOT NULL,
                excluded.folded_office, folded_office),
            country = coalesce(excluded.country, country)
        RETURNING id""",
        values,
    ).fetchone()
    return int(row[0])
