"""One listing, whatever it lists: a page as JSON with the address of the next, or all of it as an export."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

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
TIMES = ("since", "until", "days")
T = TypeVar("T")
Rows = Sequence[tuple[Key, Answer]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Question(Generic[T]):
    """What a listing is asked for, with the site that it is asked of.

    `base` is the site's address for links; `asked` is what the store is told.
    """

    site: Site
    in_force: InForce
    base: str
    ask: Ask
    asked: T


def told_selection(ask: Ask, in_force: InForce, now: datetime) -> Selection:
    """Return what most listings tell the store. Raises AskError."""
    return selection(ask, sources=in_force.sources, watchlists=in_force.watchlists, now=now)


def _as_elsewhere(_: InForce) -> Mapping[str, Mapping[str, Any]]:
    return {}


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing(Generic[T]):
    """A listing. `name` is the end of its address, `takes` its parameters, `key` the types of a row's key.

    `told` makes of a question what the store is told; it raises AskError. `batch` returns up to `limit` rows
    behind a key (None: from the first), each with its own key. `values` describes parameters that take other
    values than elsewhere.
    """

    name: str
    about: str
    takes: tuple[str, ...]
    key: tuple[type, ...]
    item: type[Answer]
    page: Callable[..., Answer]
    told: Callable[[Ask, InForce, datetime], T]
    batch: Callable[[Question[T], Key | None, int], Rows]
    values: Callable[[InForce], Mapping[str, Mapping[str, Any]]] = _as_elsewhere


def respond(request: Request, site: Site, exports: Exports, listing: Listing[Any]) -> Response:
    """Answer a request for a listing. Raises AskError, StorageError, HTTPException."""
    asked = understand(
        request.query_params.multi_items(),
        request.headers.get("accept", ""),
        listing=listing.name,
        takes=listing.takes,
        key=listing.key,
    )
    in_force = site.in_force()
    told = listing.told(asked.ask, in_force, site.clock())
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


def _page(request: Request, listing: Listing[T], question: Question[T], asked: Asked) -> Response:
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


def _chunks(listing: Listing[T], question: Question[T], asked: Asked) -> Iterator[bytes]:
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
