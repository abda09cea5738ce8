"""Feeds on their way out: conditional requests, and ready feeds answered before anything else is done.

Stands before the application. A reply with a feed that the whole application gave to a nobody is given again
to each request that is alike in all that the application looks at, as long as neither the data nor the
config has changed. It decides nothing itself: not who may read, nor what the reply says.
"""

from collections import OrderedDict
from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.routing import BaseRoute
from starlette.types import Message, Receive, Scope, Send

from publisher.feeds.shelf import Document, Encoding
from publisher.web.conditional import is_current
from publisher.web.site import Site

# Replies remembered; the documents themselves are on the shelf, which is bounded by bytes.
MOST = 2048
_SLOT = "policywire.feed"
# What the application looks at, so that only requests with the same are alike.
_FORWARDED = frozenset({b"x-forwarded-proto", b"x-forwarded-host", b"x-forwarded-prefix"})
_SEEN = frozenset({b"host", b"accept", b"accept-encoding"}) | _FORWARDED
# By these, and by a private address, somebody says who asks: such requests go their whole way.
_NAMED = frozenset({b"cookie", b"authorization"})
_PRIVATE = "/private/"
_CONDITIONS = frozenset({b"if-none-match", b"if-modified-since"})
_NOT_IN_304 = frozenset({b"content-length", b"content-type", b"content-encoding"})

_Headers = list[tuple[bytes, bytes]]
_Key = tuple[object, ...]


@dataclass(slots=True)
class Slot:
    """Where the route of feeds says which document it answers with."""

    key: str = ""
    document: Document | None = None
    encoding: Encoding = "identity"


@dataclass(slots=True)
class _Asked:
    """A request, read in one go. `key` is None for what must go its whole way."""

    key: _Key | None
    conditions: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Reply:
    """An answer with a feed: `whole` are the headers of 200, `bare` those of 304."""

    stamp: object
    key: str
    document: Document
    body: bytes
    etag: str
    whole: _Headers
    bare: _Headers


def slot_of(scope: Scope) -> Slot:
    """Return where to say what a reply is made of."""
    found: Slot = scope[_SLOT]
    return found


class ReadyFeeds:
    """The application with this before it."""

    def __init__(self, app: Starlette, *, site: Site) -> None:
        self._app = app
        self._site = site
        self._replies: OrderedDict[_Key, _Reply] = OrderedDict()

    @property
    def routes(self) -> list[BaseRoute]:
        """The application's routes."""
        return self._app.routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from memory, or pass the request on and remember the answer."""
        if (
            scope["type"] != "http"
            or "/feeds/" not in scope["path"]
            or scope["method"] not in ("GET", "HEAD")
        ):
            await self._app(scope, receive, send)
            return
        asked, stamp = _read(scope), self._stamp()
        reply = None if asked.key is None else self._replies.get(asked.key)
        if reply is None or stamp is None or reply.stamp != stamp or not self._is_there(reply):
            reply = await self._pass_on(scope, receive, send, asked, stamp)
            if reply is None:
                return
        await _answer(reply, asked, send, bodiless=scope["method"] == "HEAD")

    async def _pass_on(
        self, scope: Scope, receive: Receive, send: Send, asked: _Asked, stamp: object
    ) -> _Reply | None:
        """Have the application answer; return the answer if it is a feed, else send it."""
        slot = Slot()
        told: list[Message] = []

        async def listen(message: Message) -> None:
            if slot.document is None:
                await send(message)
            elif message["type"] == "http.response.start":
                told.append(message)

        # Without its conditions: whether they hold is said here, of the whole answer.
        headers = [pair for pair in scope["headers"] if pair[0] not in _CONDITIONS]
        await self._app({**scope, "headers": headers, _SLOT: slot}, receive, listen)
        if slot.document is None or not told:
            return None
        whole = list(told[0]["headers"])
        reply = _Reply(
            stamp=stamp,
            key=slot.key,
            document=slot.document,
            body=slot.document.encoded(slot.encoding),
            etag=slot.document.etag_of(slot.encoding),
            whole=whole,
            bare=[pair for pair in whole if pair[0] not in _NOT_IN_304],
        )
        if asked.key is not None:
            self._replies[asked.key] = reply
            self._replies.move_to_end(asked.key)
            if len(self._replies) > MOST:
                self._replies.popitem(last=False)
        return reply

    def _is_there(self, reply: _Reply) -> bool:
        return self._site.in_force().press.shelf.holds(reply.key, reply.document)

    def _stamp(self) -> object:
        """Return what is equal only while every document is what it was; None: it cannot be said."""
        pulse = self._site.readers.pulse()
        if pulse is None:
            return None
        # With the hour: feeds of the last days, and their archives, go on without any new data.
        return pulse, self._site.in_force().press, int(self._site.clock().timestamp()) // 3600


def _read(scope: Scope) -> _Asked:
    seen: list[tuple[bytes, bytes]] = []
    asked = _Asked(None)
    named, proxied = _PRIVATE in scope["path"], False
    for name, value in scope["headers"]:
        if name in _SEEN:
            seen.append((name, value))
            proxied = proxied or name in _FORWARDED
        elif name in _CONDITIONS:
            asked.conditions[name.decode()] = value.decode("latin-1")
        elif name in _NAMED:
            named = True
    if not named:
        # Whether a proxy is believed depends on which it is; nothing else does on who asks.
        client = scope["client"][0] if proxied and scope.get("client") else None
        asked.key = (scope["path"], scope["query_string"], scope["scheme"], client, *seen)
    return asked


async def _answer(reply: _Reply, asked: _Asked, send: Send, *, bodiless: bool) -> None:
    modified = reply.document.modified
    if asked.conditions and is_current(asked.conditions, etag=reply.etag, modified=modified):
        await send({"type": "http.response.start", "status": 304, "headers": reply.bare})
        await send({"type": "http.response.body", "body": b""})
        return
    await send({"type": "http.response.start", "status": 200, "headers": reply.whole})
    await send({"type": "http.response.body", "body": b"" if bodiless else reply.body})
