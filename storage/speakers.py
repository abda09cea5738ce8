"""Speakers and their statements, as the pages show them: lists, one speaker, what was said about whom.

Sums come from tables that triggers keep (m027, m033): no query here reads more than a page of texts.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice

from sqlite_utils import Database

from core.clock import from_iso, to_iso
from core.text import fold_text
from storage.connection import Connection
from storage.query import of_columns
from storage.records.voices import Voice, VoiceAsk, VoiceCounts, VoiceOrder, VoiceStatement
from storage.rows import ARTICLE_COLUMNS, stored_article

# So many statements by a name's words are looked through for their speakers.
_LOOKED_THROUGH = 5000
_SPELLINGS = 6
_STEP = 200
_ORDERS: Mapping[VoiceOrder, str] = {
    "newest": "v.newest DESC",
    "most": "v.statements DESC, v.id",
    "key": "v.key",
}
# A key that an office or a body has: of the registry, or as an article words it (publisher.hearing).
_IS_OFFICE = "(v.kind = 'office' OR v.key GLOB '^*')"


class SpeakerQueries(Connection):
    """The part of the store that lists speakers."""

    def voices(
        self, ask: VoiceAsk, *, order: VoiceOrder = "newest", offset: int = 0, limit: int
    ) -> list[Voice]:
        """Return speakers; `statements` counts those that were asked for.

        Raises StorageError for a name without any word.
        """
        with self._reading() as db:
            return _voices(db, ask, order=order, offset=offset, limit=limit)

    def voice(self, name: str) -> Voice | None:
        """Return the speaker with this key, or of whom most statements bear exactly this name."""
        with self._reading() as db:
            return _voice(db, name)

    def voice_statements(
        self, voice: int, ask: VoiceAsk, *, before: int | None = None, limit: int
    ) -> list[tuple[int, VoiceStatement]]:
        """Return a speaker's newest statements with their numbers, from before a number on."""
        with self._reading() as db:
            return _statements(db, voice, ask, before=before, limit=limit)

    def voice_counts(self, voice: int, *, since: datetime) -> VoiceCounts:
        """Return what a speaker said, in numbers; `days` begin at `since`, all else counts all."""
        with self._reading() as db:
            return _counts(db, voice, since=since)

    def talk(self, *, since: datetime) -> list[tuple[str, str, int]]:
        """Return how many statements of a country's speakers name which state or organisation."""
        with self._reading() as db:
            rows = db.execute(
                # The days of the month that is cut, and whole months behind it.
                """SELECT country, about, sum(statements) FROM (
                    SELECT country, about, statements FROM talk_days
                    WHERE day >= :day AND day < :month || '-99'
                    UNION ALL SELECT country, about, statements FROM talk_months WHERE month > :month)
                GROUP BY country, about""",
                {"day": to_iso(since)[:10], "month": to_iso(since)[:7]},
            )
            return [(row[0], row[1], row[2]) for row in rows]


def _voices(db: Database, ask: VoiceAsk, *, order: VoiceOrder, offset: int, limit: int) -> list[Voice]:
    where, values = _conditions(ask)
    counted = ask.languages is not None or ask.since is not None or ask.until is not None
    if not counted and ask.about is None:
        rows = db.execute(
            f"SELECT v.*, v.statements AS found FROM voices AS v WHERE {where} "  # noqa: S608 - constants, values bound
            f"ORDER BY {_ORDERS[order]} LIMIT :limit OFFSET :offset",
            {**values, "limit": limit, "offset": offset},
        ).fetchall()
    else:
        wanted = offset + limit
        found = _by_most(db, ask, wanted) if order == "most" else _in_order(db, ask, _ORDERS[order], wanted)
        rows = found[offset:]
    return [_read(db, row) for row in rows]


def _conditions(ask: VoiceAsk) -> tuple[str, dict[str, object]]:
    """Return the conditions on a row of `voices AS v`, and their values."""
    parts = ["v.statements > 0"]
    values: dict[str, object] = {}
    if ask.country is not None:
        parts.append("v.country = :country")
        values["country"] = ask.country
    if ask.offices:
        parts.append(_IS_OFFICE)
    if ask.behind is not None:
        parts.append("v.key > :behind")
        values["behind"] = ask.behind
    if ask.office is not None:
        for number, word in enumerate(fold_text(ask.office).split()):
            parts.append(f"instr(v.folded_office, :office{number})")
            values[f"office{number}"] = word
    if ask.name is not None:
        parts.append(
            """v.id IN (SELECT u.voice FROM (SELECT rowid AS id FROM speakers WHERE speakers MATCH :names
            ORDER BY rowid DESC LIMIT :looked) AS f JOIN utterances AS u ON u.statement = f.id)"""
        )
        values["names"] = of_columns(folded_speaker=fold_text(ask.name))
        values["looked"] = _LOOKED_THROUGH
    return " AND ".join(parts), values


def _asked(ask: VoiceAsk) -> dict[str, object]:
    """Return the values that `_FROM` is asked with."""
    return {
        "since": "" if ask.since is None else to_iso(ask.since)[:10],
        # Days count whole: one that ends at midnight is not the next day's.
        "until": "9999" if ask.until is None else to_iso(ask.until)[:10],
        "languages": None if ask.languages is None else json.dumps(list(ask.languages)),
        "about": ask.about,
    }


def _from(ask: VoiceAsk) -> tuple[str, str]:
    """Return where the statements of a speaker `v` that are asked for stand, and how they are counted."""
    # The plus takes the type from `v.id`: the keys of sums have none, and their index would not be used.
    days = "{0}.voice = +v.id AND {0}.day >= :since AND {0}.day < :until"
    languages = "u.language IN (SELECT value FROM json_each(:languages))"
    if ask.about is None:
        spoken = languages.replace("u.", "d.") if ask.languages else "1"
        return f"voice_days AS d WHERE {days.format('d')} AND {spoken}", "coalesce(sum(d.statements), 0)"
    if ask.languages is None:
        return f"mentions AS m WHERE m.about = :about AND {days.format('m')}", "count(*)"
    return (
        "mentions AS m JOIN utterances AS u ON u.statement = m.statement "
        f"WHERE m.about = :about AND {days.format('m')} AND {languages}",
        "count(*)",
    )


def _in_order(db: Database, ask: VoiceAsk, order: str, wanted: int) -> list[sqlite3.Row]:
    where, values = _conditions(ask)
    told, count = _from(ask)
    rows = db.execute(
        f"""SELECT v.*, (SELECT {count} FROM {told}) AS found FROM voices AS v WHERE v.id IN (
            SELECT v.id FROM voices AS v WHERE {where} AND EXISTS (SELECT 1 FROM {told})
            ORDER BY {order} LIMIT :wanted)
        ORDER BY {order}""",  # noqa: S608 - constants, values bound
        {**values, **_asked(ask), "wanted": wanted},
    )
    return rows.fetchall()


def _by_most(db: Database, ask: VoiceAsk, wanted: int) -> list[sqlite3.Row]:
    """Return those with most: who has fewer statements in all than the last of them needs no count."""
    where, values = _conditions(ask)
    told, count = _from(ask)
    rows = db.execute(
        f"SELECT v.*, (SELECT {count} FROM {told}) AS found FROM voices AS v WHERE {where} "  # noqa: S608 - constants, values bound
        "ORDER BY v.statements DESC",
        {**values, **_asked(ask)},
    )
    best: list[sqlite3.Row] = []
    for step in _steps(rows):
        best = sorted([*best, *(row for row in step if row["found"])], key=lambda row: -row["found"])[:wanted]
        if len(best) == wanted and step[-1]["statements"] <= best[-1]["found"]:
            break
    return best


def _steps(rows: Iterator[sqlite3.Row]) -> Iterator[list[sqlite3.Row]]:
    while step := list(islice(rows, _STEP)):
        yield step


def _read(db: Database, row: sqlite3.Row) -> Voice:
    last = db.execute(
        """SELECT a.first_seen FROM statements AS s JOIN articles AS a ON a.id = s.article
        WHERE s.id = ?""",
        [row["newest"]],
    ).fetchone()
    names = db.execute(
        "SELECT name FROM voice_names WHERE voice = ? AND name <> ? ORDER BY statements DESC LIMIT ?",
        [row["id"], row["name"], _SPELLINGS],
    )
    return Voice(
        id=row["id"],
        key=row["key"],
        kind=row["kind"],
        name=row["name"],
        office=row["office"],
        country=row["country"],
        statements=row["found"],
        last=None if last is None else from_iso(last[0]),
        spellings=tuple(name[0] for name in names),
    )


def _voice(db: Database, name: str) -> Voice | None:
    columns = "v.*, v.statements AS found"
    row = db.execute(
        f"SELECT {columns} FROM voices AS v WHERE v.key = ?",  # noqa: S608 - constants, values bound
        [name],
    ).fetchone()
    folded = " ".join(fold_text(name).split())
    if row is None and any(character.isalnum() for character in folded):
        row = db.execute(
            f"""SELECT {columns} FROM (SELECT rowid AS id FROM speakers WHERE speakers MATCH :names
                ORDER BY rowid DESC LIMIT :looked) AS f
            JOIN statements AS s ON s.id = f.id AND s.folded_speaker = :folded
            JOIN utterances AS u ON u.statement = s.id JOIN voices AS v ON v.id = u.voice
            GROUP BY v.id ORDER BY count(*) DESC, v.id LIMIT 1""",  # noqa: S608 - constants, values bound
            {"names": of_columns(folded_speaker=folded), "folded": folded, "looked": _LOOKED_THROUGH},
        ).fetchone()
    return None if row is None else _read(db, row)


def _statements(
    db: Database, voice: int, ask: VoiceAsk, *, before: int | None, limit: int
) -> list[tuple[int, VoiceStatement]]:
    rows = db.execute(
        f"""SELECT u.statement,
            (SELECT count(*) FROM statements AS y WHERE y.article = x.article AND y.id < x.id) AS position,
            (SELECT json_group_array(about) FROM mentions WHERE statement = u.statement) AS about,
            {ARTICLE_COLUMNS}
        FROM utterances AS u JOIN statements AS x ON x.id = u.statement JOIN articles AS a ON a.id = x.article
        WHERE u.voice = :voice AND (:before IS NULL OR u.statement < :before)
            AND u.day >= :since AND u.day < :until
            AND (:languages IS NULL OR u.language IN (SELECT value FROM json_each(:languages)))
            AND (:about IS NULL OR EXISTS (
                SELECT 1 FROM mentions WHERE statement = u.statement AND about = :about))
        ORDER BY u.statement DESC LIMIT :limit""",  # noqa: S608 - constants, values bound
        {**_asked(ask), "voice": voice, "before": before, "limit": limit},
    )
    found = []
    for row in rows:
        stored = stored_article(row)
        about = tuple(sorted(json.loads(row["about"])))
        said = VoiceStatement(stored=stored, position=row["position"], about=about)
        found.append((row["statement"], said))
    return found


def _counts(db: Database, voice: int, *, since: datetime) -> VoiceCounts:
    def pairs(query: str, *values: object) -> tuple[tuple[str, int], ...]:
        return tuple((row[0], row[1]) for row in db.execute(query, [voice, *values]))

    return VoiceCounts(
        days=pairs(
            """SELECT day, sum(statements) FROM voice_days WHERE voice = ? AND day >= ?
            GROUP BY day ORDER BY day""",
            to_iso(since)[:10],
        ),
        languages=pairs(
            """SELECT language, sum(statements) AS n FROM voice_days WHERE voice = ?
            GROUP BY language ORDER BY n DESC, language"""
        ),
        about=pairs(
            "SELECT about, statements FROM voice_mentions WHERE voice = ? ORDER BY statements DESC, about"
        ),
    )
