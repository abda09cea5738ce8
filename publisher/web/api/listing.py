"""One listing, whatever it lists: a page as JSON with the address of the next, or all of it as an export."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response

from publisher.asking import Ask, selection
from publisher.web.api.answers import Exports, answer, base_address
from publisher.web.api.asked import Asked, understand
from publisher.web.api.exporting import MEDIA_TYPES, csv_head, csv_lines, json_lines
from publisher.web.api.models.base import Answer
from publisher.web.api.paging import Key, cursor_of, next_address
from publisher.web.site import InForce, Site
from storage.records.selection import Selection

# Rows of an export that are in the memory at once; a reader is borrowed for each batch anew.
BATCH = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """What a listing is asked for, with the site that it is asked of.

    `base` is the site's address for links; `asked` is what the store is told.
    """

    site: Site
    in_force: InForce
    base: str
    ask: Ask
    asked: Selection


class Batch(Protocol):
    """Gives the rows of a listing."""

    def __call__(self, question: Question, behind: Key | None, limit: int) -> Sequence[tuple[Key, Answer]]:
        """Return up to `limit` rows behind a key (None: from the first), each with its own key."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """A listing. `name` is the end of its address, `takes` its parameters, `key` the types of a row's key."""

    name: str
    about: str
    takes: tuple[str, ...]
    key: tuple[type, ...]
    item: type[Answer]
    page: Callable[..., Answer]
    batch: Batch


def respond(request: Request, site: Site, exports: Exports, listing: Listing) -> Response:
    """Answer a request for a listing. Raises AskError, StorageError, HTTPException."""
    asked = understand(
        request.query_params.multi_items(),
        request.headers.get("accept", ""),
        listing=listing.name,
        takes=listing.takes,
        key=listing.key,
    )
    in_force = site.in_force()
    told = selection(asked.ask, sources=in_force.sources, watchlists=in_force.watchlists, now=site.clock())
    question = Question(
        site=site, in_force=in_force, base=base_address(request, site), ask=asked.ask, asked=told
    )
    if asked.form == "json":
        return _page(request, listing, question, asked)
    return exports.stream(
        _chunks(listing, question, asked),
        media_type=MEDIA_TYPES[asked.form],
        file=f"policywire-{listing.name}.{asked.form}",
    )


def _page(request: Request, listing: Listing, question: Question, asked: Asked) -> Response:
    number = asked.number or BATCH
    rows = listing.batch(question, asked.behind, number + 1)
    shown = rows[:number]
    following = None
    headers = {}
    if len(rows) > number:
        address = f"{question.base}/api/{listing.name}"
        following = next_address(address, asked.pairs, cursor_of(listing.name, shown[-1][0]))
        headers = {"Link": f'<{following}>; rel="next"'}
    return answer(request, listing.page(items=[item for _, item in shown], next=following), headers=headers)


def _chunks(listing: Listing, question: Question, asked: Asked) -> Iterator[bytes]:
    if asked.form == "csv":
        yield csv_head(listing.item)
    behind, left = asked.behind, asked.number
    while left is None or left > 0:
        limit = BATCH if left is None else min(BATCH, left)
        rows = listing.batch(question, behind, limit)
        if rows:
            items = [item for _, item in rows]
            yield csv_lines(items) if asked.form == "csv" else json_lines(items)
            behind = rows[-1][0]
        if len(rows) < limit:
            return
        left = None if left is None else left - len(rows)
