"""What each reply says to browsers: run nothing foreign, keep nothing private. Knows no route."""

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Send

# No script and no style but our files; nothing from elsewhere; in nobody's frame.
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_FEATURES = ("camera", "microphone", "geolocation", "payment", "usb", "display-capture", "browsing-topics")
ALL = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", ", ".join(f"{name}=()" for name in _FEATURES).encode()),
)
# Not no-referrer: browsers then hide the origin of forms, by which we know our own.
_USUAL = (b"referrer-policy", b"same-origin")
# What a private address shows must not tell it to anybody, not even to our own pages' logs.
_SECRET = ((b"referrer-policy", b"no-referrer"), (b"x-robots-tag", b"noindex, nofollow"))
_HTTPS = (b"strict-transport-security", b"max-age=31536000")


class Reply:
    """An ASGI `send` that adds headers to the reply.

    `closed`: not everybody may read here. `known`: we know who asks. `secret`: the address is a secret.
    """

    def __init__(self, send: Send, *, closed: bool, https: bool, secret: bool = False) -> None:
        self._send = send
        self._https = https
        self.closed = closed
        self.secret = secret
        self.known = False

    async def __call__(self, message: Message) -> None:
        """Send a message on."""
        if message["type"] == "http.response.start":
            # A list of our own: a route may send one reply many times.
            raw = [*message.get("headers", ()), *ALL, *(_SECRET if self.secret else (_USUAL,))]
            if self._https:
                raw.append(_HTTPS)
            self._say_who_may_keep(MutableHeaders(raw=raw))
            message = {**message, "headers": raw}
        await self._send(message)

    def _say_who_may_keep(self, headers: MutableHeaders) -> None:
        is_page = headers.get("content-type", "").startswith("text/html")
        if is_page:
            # Who asks stands at the head of every page.
            headers.add_vary_header("Cookie")
        if not (self.known or self.closed):
            return
        if is_page:
            headers["Cache-Control"] = "private, no-store"
            return
        told = [part.strip() for part in headers.get("cache-control", "no-store").split(",")]
        kept = [part for part in told if part.partition("=")[0] not in ("public", "private", "s-maxage")]
        headers["Cache-Control"] = ", ".join(["private", *kept])
        headers.add_vary_header("Authorization, Cookie")
