"""Feeds under a private address: what a feed says of its own address becomes the private one.

In: a reply of the routes; out: the same with other links. Hubs are left out: they would be told the address.
"""

import json
import re
from collections.abc import Callable
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Send

_HUB = re.compile(rb"""<(?:[A-Za-z0-9]+:)?link\b[^>]*\brel=["']hub["'][^>]*/>\s*""")
_XML = ("xml", "opml")

Change = Callable[[bytes], bytes]


class PrivateReply:
    """An ASGI `send` that holds a feed back until it is whole, changes it, and sends it on."""

    def __init__(self, send: Send, *, public: str, private: str) -> None:
        """Change addresses that begin with `public` so that they begin with `private`."""
        self._send = send
        self._public = f"{public}/feeds/".encode()
        self._private = f"{private}/feeds/".encode()
        self._start: Message | None = None
        self._change: Change | None = None
        self._body = bytearray()

    async def __call__(self, message: Message) -> None:
        """Take the next part of the reply."""
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=list(message["headers"]))
            # It names the public address, and hubs.
            del headers["link"]
            message = {**message, "headers": headers.raw}
            self._change = self._change_for(headers.get("content-type", ""))
            if self._change is not None:
                self._start = message
                return
        elif self._start is not None and self._change is not None:
            self._body += message.get("body", b"")
            if message.get("more_body", False):
                return
            body = self._change(bytes(self._body))
            headers = MutableHeaders(raw=self._start["headers"])
            headers["Content-Length"] = str(len(body))
            await self._send(self._start)
            message = {**message, "body": body}
        await self._send(message)

    def _change_for(self, content_type: str) -> Change | None:
        kind = content_type.partition(";")[0]
        if kind.endswith("json"):
            return lambda body: self._moved(_without_hubs(body))
        return (lambda body: self._moved(_HUB.sub(b"", body))) if kind.endswith(_XML) else None

    def _moved(self, body: bytes) -> bytes:
        return body.replace(self._public, self._private)


def _without_hubs(body: bytes) -> bytes:
    try:
        feed: Any = json.loads(body)
    except ValueError:
        return body
    if not isinstance(feed, dict) or feed.pop("hubs", None) is None:
        return body
    return json.dumps(feed, ensure_ascii=False).encode()
