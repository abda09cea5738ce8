"""Two texts as rows for the page that compares them: changes with what stands around them. Pure, bounded."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.alignment import Row, aligned
from core.diff import Piece
from storage.records.articles import Revision
from storage.revision import judge

# Rows and characters of both sides on one page.
MOST_ROWS = 300
MOST_CHARACTERS = 60_000
# Longer paragraphs are not judged cosmetic: that would take as long again as comparing them.
_JUDGED_CHARACTERS = 3000
# A longer paragraph is shown near its changes only: so many characters at either end of what is between.
_LONG_PARAGRAPH, _NEAR = 8000, 150
_MOST_PIECES = 400
_WORDS = {"same": "unchanged", "changed": "changed", "removed": "removed", "added": "added"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """A row as shown: its name, what became of it, both sides. `folded` counts paragraphs left out here."""

    name: str
    word: str
    left: tuple[Piece, ...] = ()
    right: tuple[Piece, ...] = ()
    folded: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """What is shown of two texts. `changed` counts rows that differ, `cosmetic` those hidden.

    `left_out` counts rows that had no room. `is_coarse`: not each word was compared.
    """

    rows: tuple[Shown, ...]
    changed: int
    cosmetic: int
    left_out: int
    is_coarse: bool


def compare(before: Revision, after: Revision, *, cosmetic: bool, whole: bool) -> Comparison:
    """Compare titles and texts; without `cosmetic` hide such changes, with `whole` show what is unchanged."""
    titles, texts = aligned(before.title, after.title), aligned(before.text, after.text)
    rows = [*(("Title", row) for row in titles.rows), *((_name(row), row) for row in texts.rows)]
    changed = sum(row.kind != "same" for _, row in rows)
    hidden = 0
    if not cosmetic:
        plain = [(name, _without_cosmetic(row)) for name, row in rows]
        hidden = changed - sum(row.kind != "same" for _, row in plain)
        rows = plain
    shown = list(_folded(rows, whole=whole))
    kept = _with_room(shown)
    return Comparison(
        rows=tuple(shown[:kept]),
        changed=changed,
        cosmetic=hidden,
        left_out=len(shown) - kept,
        is_coarse=titles.is_coarse or texts.is_coarse,
    )


def _name(row: Row) -> str:
    if row.before is None or row.after is None or row.before == row.after:
        return f"Paragraph {row.after or row.before}"
    return f"Paragraph {row.before}, now {row.after}"


def _without_cosmetic(row: Row) -> Row:
    """Return a row whose change no reader must hear of as an unchanged one, in the new words."""
    if row.kind != "changed" or max(len(row.old), len(row.new)) > _JUDGED_CHARACTERS:
        return row
    if judge("", row.old, "", row.new).kind == "substantive":
        return row
    side = (Piece(kind="same", text=row.new),)
    return Row(kind="same", before=row.before, after=row.after, left=side, right=side)


def _folded(rows: Sequence[tuple[str, Row]], *, whole: bool) -> Iterator[Shown]:
    """Yield the rows that differ, with one that does not on either side; the others as a count."""
    near = {at + step for at, (_, row) in enumerate(rows) if row.kind != "same" for step in (-1, 0, 1)}
    folded = 0
    for at, (name, row) in enumerate(rows):
        if not whole and at not in near:
            folded += 1
            continue
        if folded:
            yield Shown(name="", word="", folded=folded)
            folded = 0
        yield Shown(name=name, word=_WORDS[row.kind], left=_side(row.left), right=_side(row.right))
    if folded:
        yield Shown(name="", word="", folded=folded)


def _side(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """Return one side of a row; of a paragraph as long as an article what is near its changes."""
    if sum(len(piece.text) for piece in pieces) <= _LONG_PARAGRAPH and len(pieces) <= _MOST_PIECES:
        return pieces
    shown = tuple(Piece(kind=piece.kind, text=_near_ends(piece)) for piece in pieces[:_MOST_PIECES])
    more = Piece(kind="same", text=f" … and {len(pieces) - _MOST_PIECES} more changes and what is between")
    return (*shown, more) if len(pieces) > _MOST_PIECES else shown


def _near_ends(piece: Piece) -> str:
    most = _NEAR if piece.kind == "same" else _LONG_PARAGRAPH // 2
    cut = len(piece.text) - 2 * most
    if cut <= 0:
        return piece.text
    return f"{piece.text[:most]} … ({cut:,} characters more) … {piece.text[-most:]}"


def _with_room(shown: Sequence[Shown]) -> int:
    """Return how many rows fit a page; one at least."""
    characters = 0
    for number, row in enumerate(shown[:MOST_ROWS]):
        characters += sum(len(piece.text) for piece in (*row.left, *row.right))
        if number and characters > MOST_CHARACTERS:
            return number
    return min(len(shown), MOST_ROWS)
