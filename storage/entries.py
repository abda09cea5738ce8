"""Entries with all that feeds and pages show of them. Runs inside the caller's transaction."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from sqlite_utils import Database

from core.clock import from_iso
from core.match import Evidence, Match
from storage.listed import ALL
from storage.reading import revisions
from storage.records.articles import Copy, StoredArticle
from storage.records.listing import ListedEntry, Place
from storage.records.publication import Entry
from storage.rows import ARTICLE_COLUMNS, published_of, stored_article
from storage.walk import Row

_Members = Sequence[tuple[int, Copy]]


def stored_articles(db: Database, ids: Iterable[int]) -> dict[int, StoredArticle]:
    """Return articles by id; those that there are not are absent."""
    rows = db.execute(
        f"""SELECT {ARTICLE_COLUMNS} FROM articles AS a
        WHERE a.id IN (SELECT value FROM json_each(?))""",  # noqa: S608 - a constant, values bound
        [json.dumps(list(ids))],
    )
    return {row["id"]: stored_article(row) for row in rows}


def listed_entries(
    db: Database, watchlist: str, wanted: Sequence[Row], *, all_matches: bool
) -> list[ListedEntry]:
    """Return the listed entries of these rows in their order, as a watchlist (ALL: all of them) has them."""
    rows = db.execute(
        """SELECT l.* FROM json_each(?) AS j CROSS JOIN listed AS l INDEXED BY listed_article
        ON l.article = j.value AND l.watchlist = ?""",
        [json.dumps([row.article for row in wanted]), watchlist],
    ).fetchall()
    by_id = {row["entry"]: row for row in rows}
    articles = stored_articles(db, {row["article"] for row in rows})
    stories = json.dumps(list({row["story"] for row in rows}))
    members = _members(db, stories)
    matches = _matches(db, watchlist, stories, others=all_matches or watchlist == ALL)
    found = []
    for row in (by_id[one.id] for one in wanted):
        stored, its = articles.get(row["article"]), matches.get(_seen_as(row))
        if stored is not None and its:
            own = its.get(watchlist) or max(its.values(), key=lambda match: match.score)
            entry = _entry(row, stored, own, members[row["story"]])
            place = Place(at=entry.created, id=entry.id)
            in_order = tuple(its[name] for name in sorted(its))
            found.append(ListedEntry(place=place, entry=_with_texts(db, entry), matches=in_order))
    return found


def entry(db: Database, id_: str) -> Entry | None:
    """Return an entry as its watchlist's feed shows it; None where it does not, or there is none."""
    row = db.execute(
        """SELECT l.watchlist, l.created, l.article FROM entries AS e
        JOIN listed AS l ON l.watchlist = e.watchlist AND l.created = e.created AND l.entry = e.id
        WHERE e.id = ?""",
        [id_],
    ).fetchone()
    if row is None:
        return None
    found = listed_entries(
        db, row["watchlist"], [Row(row["created"], id_, row["article"])], all_matches=False
    )
    return found[0].entry if found else None


def _seen_as(row: sqlite3.Row) -> tuple[int, str, int, int]:
    article = 0 if row["kind"] == "statement" else row["article"]
    return row["story"], row["kind"], article, row["revision"]


def _matches(
    db: Database, watchlist: str, stories: str, *, others: bool
) -> dict[tuple[int, str, int, int], dict[str, Match]]:
    """Return for each listed thing of these stories its match in a watchlist, and in all `others`."""
    found: dict[tuple[int, str, int, int], dict[str, Match]] = defaultdict(dict)
    rows = db.execute(
        """SELECT l.story, l.kind, l.article, l.revision, m.*
        FROM json_each(?) AS j CROSS JOIN listed AS l ON l.story = j.value
        CROSS JOIN matches AS m ON m.article = l.article AND m.watchlist = l.watchlist
        WHERE l.watchlist = ? OR (? AND l.watchlist IN (SELECT follower FROM cursors))""",
        [stories, watchlist, others],
    )
    for row in rows:
        found[_seen_as(row)][row["watchlist"]] = match_of(row)
    return found


def match_of(row: sqlite3.Row) -> Match:
    """Build a match from the columns of `matches`; give what the row has under another name."""
    return Match(
        watchlist=row["watchlist"],
        matched=True,
        score=row["score"],
        language=row["language"],
        states=tuple(json.loads(row["states"])),
        why=row["why"],
        sentence=row["sentence"],
        evidence=tuple(Evidence(**item) for item in json.loads(row["evidence"])),
    )


def _members(db: Database, stories: str) -> Mapping[int, _Members]:
    """Return the articles of each story as (article id, copy), in the order in which they came out."""
    members: dict[int, list[tuple[int, Copy]]] = defaultdict(list)
    rows = db.execute(
        """SELECT story, id, source, url, language, first_seen,
            published_raw, published_at, published_precision
        FROM articles WHERE story IN (SELECT value FROM json_each(?)) AND held IS NULL
        ORDER BY first_seen, id""",
        [stories],
    )
    for row in rows:
        copy = Copy(
            source=row["source"],
            url=row["url"],
            language=row["language"],
            published=published_of(row),
            first_seen=from_iso(row["first_seen"]),
        )
        members[row["story"]].append((row["id"], copy))
    # Stable: of one moment what was seen first.
    for found in members.values():
        found.sort(key=lambda one: one[1].came_out)
    return members


def _entry(row: sqlite3.Row, stored: StoredArticle, match: Match, members: _Members) -> Entry:
    return Entry(
        id=row["entry"],
        kind=row["kind"],
        watchlist=match.watchlist,
        revision=row["revision"],
        created=from_iso(row["created"]),
        stored=stored,
        match=match,
        copies=tuple(copy for id_, copy in members if id_ != stored.id),
    )


def _with_texts(db: Database, entry: Entry) -> Entry:
    """Add the texts around a revision: the last one of the number before it, and its own first one."""
    if entry.kind != "revision":
        return entry
    texts = revisions(db, entry.stored.id)
    before = next((text for text in reversed(texts) if text.revision == entry.revision - 1), None)
    after = next((text for text in texts if text.revision == entry.revision), None)
    return replace(entry, before=before, after=after)
