"""Articles of the archive as a listing shows them, with snippets. Runs inside the caller's transaction."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from sqlite_utils import Database

from core.clock import from_iso
from storage.entries import stored_articles
from storage.fulltext import Words
from storage.records.listing import ListedArticle, Piece, Place
from storage.walk import Row

SNIPPET_WORDS = 24
_HIT, _END = "\x02", "\x03"
_HITS = re.compile(f"{_HIT}([^{_END}]*){_END}")


def listed_articles(db: Database, rows: Sequence[Row], words: Words | None) -> list[ListedArticle]:
    """Return the articles of these rows in their order; with words, where they stand."""
    ids = [row.article for row in rows]
    articles = stored_articles(db, ids)
    watchlists = defaultdict(list)
    among = json.dumps(ids)
    for article, watchlist in db.execute(
        """SELECT article, watchlist FROM matches
        WHERE article IN (SELECT value FROM json_each(?)) ORDER BY watchlist""",
        [among],
    ):
        watchlists[article].append(watchlist)
    stories = json.dumps([one.story for one in articles.values()])
    members = dict(
        db.execute(
            """SELECT story, count(*) FROM articles
            WHERE story IN (SELECT value FROM json_each(?)) AND held IS NULL GROUP BY story""",
            [stories],
        ).fetchall()
    )
    snippets = {} if words is None else _snippets(db, words, ids)
    return [
        ListedArticle(
            place=Place(at=from_iso(row.at), id=str(row.id)),
            stored=articles[row.article],
            watchlists=tuple(watchlists[row.article]),
            copies=members[articles[row.article].story] - 1,
            snippet=snippets.get(row.article, ()),
        )
        for row in rows
    ]


def _snippets(db: Database, words: Words, ids: Sequence[int]) -> dict[int, tuple[Piece, ...]]:
    if not ids:
        return {}
    index = words.index(db, ids)
    # With the plus the hits of a prefix are put together once, not for each article.
    among = "BETWEEN :first AND :last AND +rowid" if '"*' in words.expression else ""
    rows = db.execute(
        f"""SELECT rowid, snippet({index}, -1, :hit, :end, ' … ', {SNIPPET_WORDS})
        FROM {index} WHERE {index} MATCH :expression
            AND rowid {among} IN (SELECT value FROM json_each(:ids))""",  # noqa: S608 - constants, values bound
        {
            "hit": _HIT,
            "end": _END,
            "expression": words.expression,
            "first": min(ids),
            "last": max(ids),
            "ids": json.dumps(ids),
        },
    )
    return {id_: tuple(_pieces(text)) for id_, text in rows}


def _pieces(text: str) -> Iterator[Piece]:
    """Part a snippet at its marks. An article that holds such characters itself only marks more."""
    end = 0
    for found in _HITS.finditer(text):
        if found.start() > end:
            yield Piece(text=text[end : found.start()], hit=False)
        yield Piece(text=found[1], hit=True)
        end = found.end()
    if end < len(text):
        yield Piece(text=text[end:], hit=False)
