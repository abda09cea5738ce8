"""What a feed says of a revision or a disappearance: an Entry in, lines of HTML out. Pure."""

from collections.abc import Iterable, Iterator
from datetime import UTC
from html import escape

from core.article import LONGEST_TITLE
from core.diff import Hunk, Piece, hunks, word_diff
from core.text import cut
from publisher.feeds.text import clean
from storage.records.articles import Revision
from storage.records.publication import Entry

PREFIXES = {"statement": "", "revision": "Revised: ", "gone": "Withdrawn: "}
# Words around each change.
CONTEXT = 12
MOST_HUNKS = 12
PIECE_CHARACTERS = 1500
_TAGS = {"same": ("", ""), "deleted": ("<del>", "</del>"), "inserted": ("<ins>", "</ins>")}


def edits(entry: Entry) -> Iterator[str]:
    """Yield what happened to the page, a paragraph each; nothing for a statement's own entry."""
    if entry.kind == "gone":
        gone = entry.stored.gone
        when = entry.created.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
        why = f" ({clean(gone.reason)})" if gone is not None else ", and has come back since"
        yield f"<p>{_escape(f'The page was gone on {when}{why}. The text that stood there is below.')}</p>"
    if entry.kind == "revision":
        yield from _revision(entry.before, entry.after)


def _revision(before: Revision | None, after: Revision | None) -> Iterator[str]:
    if after is not None and after.reason:
        yield f'<p dir="auto">{_escape(f"What changed: {after.reason}")}</p>'
    if before is None or after is None:
        yield "<p>The text before this one is not kept any more.</p>"
        return
    if before.title != after.title:
        titles = (cut(one.title, LONGEST_TITLE) for one in (before, after))
        yield f'<p dir="auto">{_marked(word_diff(*titles))}</p>'
    found = hunks(word_diff(before.text, after.text), context=CONTEXT)
    for hunk in found[:MOST_HUNKS]:
        yield f'<p dir="auto">{_shown(hunk)}</p>'
    if len(found) > MOST_HUNKS:
        yield f"<p>And {len(found) - MOST_HUNKS} places more.</p>"


def _shown(hunk: Hunk) -> str:
    lead, trail = "" if hunk.begins else "… ", "" if hunk.ends else " …"
    return f"{lead}{_marked(hunk.pieces)}{trail}"


def _marked(pieces: Iterable[Piece]) -> str:
    return "".join(
        f"{_TAGS[piece.kind][0]}{_lines(piece.text)}{_TAGS[piece.kind][1]}" for piece in pieces
    ).strip()


def _lines(text: str) -> str:
    text = clean(text)
    if len(text) > PIECE_CHARACTERS:
        text = f"{text[:PIECE_CHARACTERS]}…"
    return "<br>".join(_escape(line) for line in text.split("\n"))


def _escape(text: str) -> str:
    return escape(clean(text), quote=False)
