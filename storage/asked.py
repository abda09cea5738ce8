"""What a Selection asks, as SQL conditions over the two shelves and as full-text questions. Pure."""

import json
from collections.abc import Sequence

from core.clock import to_iso
from core.text import fold_text
from storage.fulltext import FullText, Names, Words
from storage.listed import ALL
from storage.query import of_columns, to_fts5
from storage.records.selection import Selection
from storage.walk import Conditions, Shelf

ENTRIES = Shelf(
    rows="listed AS l",
    among="json_each(:among) AS j CROSS JOIN listed AS l INDEXED BY listed_article ON l.article = j.value",
    at="l.created",
    id="l.entry",
    article="l.article",
)
ARTICLES = Shelf(
    rows="articles AS a",
    among="json_each(:among) AS j CROSS JOIN articles AS a ON a.id = j.value",
    at="a.first_seen",
    id="a.id",
    article="a.id",
)


def texts_of(selection: Selection) -> tuple[FullText, ...]:
    """Return what full-text indices are asked. Raises StorageError for what cannot be understood."""
    texts: list[FullText] = []
    if selection.query is not None:
        texts.append(Words(to_fts5(selection.query)))
    names = names_of(selection)
    if names is not None:
        texts.append(
            Names(
                expression=names,
                speaker=None if selection.speaker is None else fold_text(selection.speaker),
                office=None if selection.office is None else fold_text(selection.office),
            )
        )
    return tuple(texts)


def names_of(selection: Selection) -> str | None:
    """Return what the index of speakers is asked; None where no name is. Raises StorageError."""
    return of_columns(
        folded_speaker=None if selection.speaker is None else fold_text(selection.speaker),
        folded_office=None if selection.office is None else fold_text(selection.office),
    )


def entry_conditions(selection: Selection) -> Conditions:
    """Return what holds for rows of `listed`."""
    sql, values = ["l.watchlist = :watchlist"], dict[str, object](watchlist=selection.watchlist or ALL)
    _bound(sql, values, selection, "l.created")
    _one_of(sql, values, "l.source", selection.sources)
    _one_of(sql, values, "l.language", selection.languages)
    if selection.state is not None:
        sql.append("instr(l.states, :state)")
        values["state"] = f" {selection.state} "
    if not selection.revisions:
        sql.append("l.kind = 'statement'")
    return Conditions(sql=tuple(sql), values=values, articles=_of_language(selection))


def article_conditions(selection: Selection) -> Conditions:
    """Return what holds for rows of `articles`."""
    sql, values = ["a.held IS NULL"], dict[str, object]()
    _bound(sql, values, selection, "a.first_seen")
    _one_of(sql, values, "a.source", selection.sources)
    _one_of(sql, values, "a.language", selection.languages)
    articles = _of_language(selection)
    are_sparse = selection.state is not None or selection.watchlist is not None
    if selection.state is not None:
        articles = "SELECT article FROM match_states WHERE state = :state"
        if selection.watchlist is not None:
            articles += " AND watchlist = :watchlist"
        sql.append(
            """EXISTS (SELECT 1 FROM matches AS m JOIN match_states AS s USING (watchlist, article)
            WHERE m.article = a.id AND s.state = :state
                AND (:watchlist IS NULL OR m.watchlist = :watchlist))"""
        )
        values |= {"state": selection.state, "watchlist": selection.watchlist}
    elif selection.watchlist is not None:
        sql.append("EXISTS (SELECT 1 FROM matches WHERE article = a.id AND watchlist = :watchlist)")
        articles = "SELECT article FROM matches WHERE watchlist = :watchlist"
        values["watchlist"] = selection.watchlist
    return Conditions(sql=tuple(sql), values=values, articles=articles, are_sparse=are_sparse)


def _of_language(selection: Selection) -> str | None:
    """Return SQL that gives all articles of the one language that is asked for; what is held has no entry."""
    if selection.languages is None or len(selection.languages) != 1:
        return None
    return "SELECT id FROM articles INDEXED BY articles_in WHERE language = :language AND held IS NULL"


def _bound(sql: list[str], values: dict[str, object], selection: Selection, column: str) -> None:
    if selection.since is not None:
        sql.append(f"{column} >= :since")
        values["since"] = to_iso(selection.since)
    if selection.until is not None:
        sql.append(f"{column} < :until")
        values["until"] = to_iso(selection.until)


def _one_of(sql: list[str], values: dict[str, object], column: str, wanted: Sequence[str] | None) -> None:
    if wanted is None:
        return
    name = column.partition(".")[2]
    if len(wanted) == 1:
        # An index by this column then gives the rows in order.
        sql.append(f"{column} = :{name}")
        values[name] = wanted[0]
    else:
        # The plus keeps SQLite from taking an index by this column and sorting all that it finds there.
        sql.append(f"+{column} IN (SELECT value FROM json_each(:{name}))")  # noqa: S608 - our own names
        values[name] = json.dumps(wanted)
