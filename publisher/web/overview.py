"""The overview's numbers, put in order: sums from the store -> pictures, tables and shares. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from markupsafe import Markup

from core.source import Source
from publisher.web.pictures import bars, buckets, shade

_ROWS, _COLUMNS, _SHARES = 24, 20, 12

Triple = tuple[str, str, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """The entries of one state, "" for all: a picture, the numbers behind it, and their sum."""

    state: str
    name: str
    picture: Markup
    counts: tuple[int, ...]
    total: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """A number of a table, how dark it is (0 to 5), and the query of the list that it counts."""

    count: int
    shade: int
    query: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Grid:
    """Who (rows) about whom (columns), both codes. `left_out` counts what is in no row or column shown."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]
    left_out: int


def lines(
    by_day: Mapping[str, Mapping[str, int]],
    names: Mapping[str, str],
    *,
    first: date,
    last: date,
    weekly: bool,
) -> tuple[list[str], list[Line]]:
    """Return the first days of days or weeks, and a line for all entries and each state, on one scale."""
    sums = {
        state: buckets(list(by_day.get(state, {}).items()), first=first, last=last, weekly=weekly)
        for state in ("", *names)
    }
    labels = [str(day) for day, _ in sums[""]]
    most = max((count for state in names for _, count in sums[state]), default=0)
    found = []
    for number, (state, counted) in enumerate(sums.items()):
        name = names.get(state, "All entries")
        counts = tuple(count for _, count in counted)
        picture = bars(
            f"line{number}",
            f"{name}: entries by {'week' if weekly else 'day'}",
            list(zip(labels, counts, strict=True)),
            most=most if state else None,
        )
        found.append(Line(state=state, name=name, picture=picture, counts=counts, total=sum(counts)))
    return labels, found


def grid(
    found: Iterable[Triple],
    *,
    columns: Sequence[str] | None,
    asked: Mapping[str, str],
    row_name: str,
    column_name: str,
) -> Grid:
    """Return (row, column, count) as a table, largest first; `columns` None: those that there are.

    Each cell's query is `asked` with the row and the column under their names.
    """
    counts: Counter[tuple[str, str]] = Counter()
    for row, column, count in found:
        counts[row, column] += count
    by_row: Counter[str] = Counter()
    by_column: Counter[str] = Counter()
    for (row, column), count in counts.items():
        if row and column:
            by_row[row] += count
            by_column[column] += count
    shown = tuple(columns if columns is not None else (code for code, _ in by_column.most_common(_COLUMNS)))
    rows = [row for row, _ in by_row.most_common(_ROWS)]
    # What a state says of itself would leave all else pale.
    most = max((counts[row, column] for row in rows for column in shown if row != column), default=0)

    def cell(row: str, column: str) -> Cell:
        count = counts[row, column]
        query = urlencode({**asked, row_name: row, column_name: column})
        return Cell(count=count, shade=shade(min(count, most), most), query=query)

    drawn = tuple((row, tuple(cell(row, column) for column in shown)) for row in rows)
    left = counts.total() - sum(one.count for _, cells in drawn for one in cells)
    return Grid(columns=shown, rows=drawn, left_out=left)


def written(by_state: Iterable[Triple], sources: Mapping[str, Source]) -> list[Triple]:
    """(state, source, entries) -> (country of the source, state, entries); "" for a source of the past."""
    return [
        (sources[source].country if source in sources else "", state, count)
        for state, source, count in by_state
    ]


def shares(by_language: Iterable[Triple], sources: Mapping[str, Source]) -> dict[str, list[tuple[str, int]]]:
    """(source, language, entries) -> entries by language, kind of publisher, and source (ids), most first."""
    kinds: dict[str, Counter[str]] = {"language": Counter(), "publisher": Counter(), "source": Counter()}
    for source, language, count in by_language:
        kinds["language"][language] += count
        kinds["source"][source] += count
        if source in sources:
            kinds["publisher"][sources[source].publisher] += count
    return {name: found.most_common(_SHARES) for name, found in kinds.items()}
