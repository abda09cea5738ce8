"""Feeds: whatever may be asked for below /feeds/, the list of all, and the page that a browser is shown."""

from collections.abc import Sequence
from datetime import UTC, datetime

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from core.errors import StorageError
from core.opml import Outline, write_opml
from publisher.asking import known
from publisher.feeds.channels import FEED_FILE, FORM_NAMES, MEDIA_TYPES, OPERATORS
from publisher.feeds.head import Head
from publisher.feeds.item import Item
from publisher.feeds.shelf import Document, make_document
from publisher.orders import NoSuchFeed, Order
from publisher.push.targets import hub_links
from publisher.web.conditional import http_date
from publisher.web.negotiation import best_encoding, prefers_page
from publisher.web.pages import LIVE, Pages
from publisher.web.ready import slot_of
from publisher.web.site import InForce, Site

# Readers may keep a feed for a minute without asking again; of a day that is over, for a day.
_SHORT, _LONG = "max-age=60", "max-age=86400"
_VARY = "Accept, Accept-Encoding"
_OPML = "text/x-opml"


def routes(site: Site, pages: Pages) -> APIRouter:
    """Return the routes of feeds."""
    router = APIRouter()

    @router.api_route("/feeds/feeds.opml", methods=["GET", "HEAD"])
    def opml(request: Request) -> Response:
        known(request.query_params.multi_items(), ())
        content = _opml(site.in_force(), _under(request))
        disposition = 'attachment; filename="feeds.opml"'
        return Response(content, headers={"Content-Type": _OPML, "Content-Disposition": disposition})

    @router.api_route("/feeds/{file:path}", methods=["GET", "HEAD"])
    def feed(file: str, request: Request) -> Response:
        if file.partition(".")[0] == OPERATORS:
            known(request.query_params.multi_items(), ())
            return _answer(request, _operators(site, file), key=f"{_under(request)} {file}", cache=_SHORT)
        now, in_force = site.clock(), site.in_force()
        order = _order(site, request, file)
        with site.readers.lend() as store:
            if prefers_page(request.headers.get("accept", "")):
                head, items = in_force.press.contents(store, order, now=now)
                return _page(pages, request, order, head, items)
            document = in_force.press.document(store, order, now=now)
        reply = _answer(request, document, key=order.key, cache=_LONG if order.day else _SHORT)
        if order.name is not None and not order.under:
            links = hub_links(in_force.settings, in_force.base_url, f"{order.name}.{order.form}")
            if links is not None:
                reply.headers["Link"] = links
        return reply

    return router


def _order(site: Site, request: Request, file: str) -> Order:
    """Return what is asked for. A feed that is kept as a file is shown from when its first one is there."""
    pairs = request.query_params.multi_items()
    try:
        order = site.in_force().press.catalogue.order(file, pairs, now=site.clock(), under=_under(request))
    except NoSuchFeed as error:
        raise HTTPException(404, str(error)) from error
    if order.name is not None and not (site.feeds_dir / f"{order.name}.rss").is_file():
        raise HTTPException(
            404,
            "This feed is still being made: it appears when the archive is matched. /status says how far.",
        )
    return order


def _page(pages: Pages, request: Request, order: Order, head: Head, items: Sequence[Item]) -> Response:
    """Return the feed as a browser is shown it."""
    return pages.page(
        request,
        "feed.html",
        headers=LIVE | {"Vary": _VARY},
        head=head,
        items=items,
        order=order,
        forms=FORM_NAMES,
    )


def _under(request: Request) -> str:
    """Return the private folder that the feed is asked for in, as the links of its documents need it."""
    _, private, token = str(request.scope.get("root_path", "")).partition("/private/")
    return private + token if private else ""


def _answer(request: Request, document: Document, *, key: str, cache: str) -> Response:
    """Return the reply with a document. Whether the asker has it already is said on its way out."""
    slot = slot_of(request.scope)
    slot.encoding = best_encoding(request.headers.get("accept-encoding", ""))
    slot.key, slot.document = key, document
    body = document.encoded(slot.encoding)
    headers = {
        "Content-Type": f"{document.media_type}; charset=utf-8",
        "ETag": document.etag_of(slot.encoding),
        "Last-Modified": http_date(document.modified),
        "Cache-Control": cache,
        "Vary": _VARY,
    }
    if slot.encoding != "identity":
        headers["Content-Encoding"] = slot.encoding
    return Response(body, headers=headers)


def _operators(site: Site, file: str) -> Document:
    """Return the feed of alerts, which the daemon writes as a file."""
    path = site.feeds_dir / file
    if not FEED_FILE.fullmatch(file):
        raise HTTPException(404, "There is no such feed; /feeds lists them all.")
    try:
        content = path.read_bytes()
        written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except FileNotFoundError:
        raise HTTPException(404, "There has been no alert yet.") from None
    except OSError as error:
        raise StorageError(f"The feed cannot be read: {error.strerror}; try again later.") from error
    media_type = MEDIA_TYPES[file.rpartition(".")[2]]
    return make_document(content, media_type=media_type, version="", digest="", now=written, before=None)


def _opml(in_force: InForce, under: str) -> bytes:
    """Return all feeds that need no options, in the form that every reader takes."""
    catalogue, base = in_force.press.catalogue, in_force.base_url
    outlines = [
        Outline(title=title, feed=f"{base}{under}/feeds/{path}.rss", home=f"{base}/", folder=group)
        for group, title, path in catalogue.fixed()
    ]
    return write_opml(catalogue.title, outlines)
