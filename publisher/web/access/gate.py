"""The gate: each request passes it before any route. Who asks, by which address, and may they?

In: a raw request; out: the same with its visitor, or a refusal. On the way back it sets the security headers
and says who may keep a copy. See docs/decisions/0006-access.md for the reasons.
"""

from collections.abc import Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from core.errors import PolicywireError
from publisher.web.access.cookies import SESSION
from publisher.web.access.door import Door
from publisher.web.access.headers import Reply
from publisher.web.access.limits import BoundedBody
from publisher.web.access.passing import Passing
from publisher.web.access.visitors import NOBODY, Visitor
from publisher.web.site import Site

# Open to all where reading is not: what says that we are alive, the way in, what its page looks like, and the
# addresses in mails, each a secret of its own.
PUBLIC = frozenset({"/healthz", "/login", "/robots.txt"})
PUBLIC_BELOW = ("/static/", "/unsubscribe/")
PRIVATE = "/private/"
# What stands under a private address: feeds, and what a browser needs to show one.
PRIVATE_BELOW = ("/feeds/", "/static/")
CHALLENGE = 'Bearer realm="policywire"'

Told = Callable[[Request, Exception], Response]


class Gate:
    """ASGI middleware. `told` turns a refusal into a page or JSON."""

    def __init__(self, app: ASGIApp, *, site: Site, told: Told) -> None:
        self._app = app
        self._site = site
        self._door = Door(site)
        self._told = told

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it here."""
        if scope["type"] != "http":
            return
        in_force = self._site.in_force()
        passing = Passing(scope, in_force)
        closed = in_force.settings.access.read == "token"
        secret = passing.path.startswith(PRIVATE)
        reply = Reply(send, closed=closed, https=passing.is_https, secret=secret)
        try:
            visitor = await self._admit(passing, closed=closed)
        except (HTTPException, PolicywireError) as error:
            response = self._told(Request(passing.scope), error)
            await response(passing.scope, receive, reply)
            return
        reply.known = visitor.known
        passing.scope["policywire.visitor"] = visitor
        if (away := passing.without_closing_slash()) is not None:
            await RedirectResponse(away, status_code=308)(passing.scope, receive, reply)
            return
        await self._app(passing.scope, BoundedBody(receive) if passing.is_unsafe else receive, reply)

    async def _admit(self, passing: Passing, *, closed: bool) -> Visitor:
        passing.check()
        visitor = await self._visitor(passing)
        if closed and not visitor.known and not _is_public(passing.path):
            raise HTTPException(
                401, "Reading needs a login or a token here.", headers={"WWW-Authenticate": CHALLENGE}
            )
        return visitor

    async def _visitor(self, passing: Passing) -> Visitor:
        if passing.path.startswith(PRIVATE):
            return await self._private(passing)
        if (token := passing.bearer) is not None:
            visitor = await self._door.by_token(token)
            if visitor is None:
                raise HTTPException(
                    401,
                    "This token is not known: it was revoked, or has expired.",
                    headers={"WWW-Authenticate": f'{CHALLENGE}, error="invalid_token"'},
                )
            return visitor
        secret = passing.cookie(SESSION)
        return (
            NOBODY if secret is None else await self._door.by_session(secret, self._site.in_force().settings)
        )

    async def _private(self, passing: Passing) -> Visitor:
        """Take a private address apart: it reads as its token may, and its feeds keep the address."""
        token, slash, rest = passing.path.removeprefix(PRIVATE).partition("/")
        visitor = await self._door.by_token(token)
        if visitor is None or passing.is_unsafe:
            # Whether it ever was an address is nobody's business.
            raise HTTPException(404, "There is no such private address: it was revoked, or is misspelt.")
        if not (slash + rest).startswith(PRIVATE_BELOW):
            # A link in a feed as a browser shows it: pages stand at their own addresses.
            raise HTTPException(
                303, "Pages have no private address.", headers={"Location": passing.public(rest)}
            )
        passing.move_into(PRIVATE + token)
        return visitor


def _is_public(path: str) -> bool:
    return path in PUBLIC or path.startswith(PUBLIC_BELOW)
