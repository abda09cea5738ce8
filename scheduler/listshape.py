"""Whether a site's lists have been rebuilt to our loss: polls and the usual page in, an answer out. Pure.

A page that is built anew and still gives all that it gave is no news: it is the usual one from then on.
"""

import hashlib
from collections.abc import Sequence

from core.article import Outcome, PollReport
from core.listshape import ListShape, strangeness
from core.source import Source

# So much of a page that the usual one does not have makes another page of it.
STRANGE = 0.5
# Less than this share of what was usual is a loss; shorter lists tell nothing by their length.
_LOSS = 0.5
_USUAL_LINKS = 5
# Titles and dates that the usual page has beside fewer of its links are not counted on.
_COUNTED_ON = 0.5
_IN_A_ROW = 2


def rules_of(source: Source) -> str:
    """Return a digest of what the lists are read by: with other rules the usual page is learned anew."""
    rules = source.listing.model_dump_json() if source.listing else ""
    text = "\n".join([rules, source.article_url or "", *source.urls])
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def learn(usual: ListShape | None, polls: Sequence[PollReport]) -> ListShape | None:
    """Return the usual page after these polls, newest first: the last one that gave what is usual."""
    told = _told(polls)
    if not told or (usual is not None and lost(told[0], usual)):
        return usual
    return told[0]


def rebuilt(usual: ListShape | None, polls: Sequence[PollReport]) -> str | None:
    """Say what the last two lists, built unlike the usual one, no longer give; None for nothing."""
    told = _told(polls)[:_IN_A_ROW]
    if usual is None or len(told) < _IN_A_ROW:
        return None
    if any(strangeness(shape, usual) < STRANGE or not lost(shape, usual) for shape in told):
        return None
    return lost(told[0], usual)


def lost(shape: ListShape, usual: ListShape) -> str | None:
    """Say what a page no longer gives that the usual one does; None where that is nothing."""
    if usual.links >= _USUAL_LINKS and shape.links < _LOSS * usual.links:
        return f"{shape.links} links, usually {usual.links}"
    pairs = ((shape.titled, usual.titled, "title"), (shape.dated, usual.dated, "date"))
    for count, before, what in pairs:
        if not shape.links or not usual.links:
            continue
        share, counted_on = count / shape.links, before / usual.links
        if counted_on >= _COUNTED_ON and share < _LOSS * counted_on:
            return f"{count} of {shape.links} links with a {what}, usually {before} of {usual.links}"
    return None


def _told(polls: Sequence[PollReport]) -> list[ListShape]:
    """Return the pages of the polls that went well and saw them, newest first."""
    return [poll.shape for poll in polls if poll.outcome is Outcome.OK and poll.shape is not None]
