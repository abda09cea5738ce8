"""A user's own account: password, sessions, tokens to read feeds by."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from publisher.web.access import Form, SignedIn, passwords
from publisher.web.access.judge import Judge
from publisher.web.access.logins import Logins, account_tally
from publisher.web.access.tokens import digest, new_secret, new_token
from publisher.web.access.visitors import Visitor
from publisher.web.pages import LIVE, Pages
from publisher.web.routes.login import give_cookies
from publisher.web.site import Site
from storage.accounts import MOST_TOKENS
from storage.records.accounts import Credentials

log = logging.getLogger(__name__)

# As SQLite counts.
Number = Annotated[int, Path(ge=1, le=2**63 - 1)]
LONGEST_NAME = 80
_MOST_DAYS = 3660


@dataclass(frozen=True, kw_only=True, slots=True)
class _Told:
    """What a page says of what was just done: a fault beside its form, or a token that is shown once."""

    password: str = ""
    token: str = ""
    made: str = ""


_NOTHING = _Told()


def routes(site: Site, pages: Pages, judge: Judge) -> APIRouter:
    """Return the routes of accounts."""
    router = APIRouter()
    account = _Account(site, pages, judge)

    @router.get("/account")
    def shown(request: Request, visitor: SignedIn) -> Response:
        return account.page(request, visitor)

    @router.post("/account/password")
    async def password(request: Request, visitor: SignedIn, fields: Form) -> Response:
        return await account.change_password(request, visitor, fields)

    @router.post("/account/sessions/{id_}/end")
    async def end_session(request: Request, id_: Number, visitor: SignedIn) -> Response:
        if not await site.write(lambda store: store.end_session(_name(visitor), id_)):
            raise HTTPException(404, "You have no such session; it may have ended.")
        log.info("a session of %s was ended by its user", visitor.name)
        return _back(request)

    @router.post("/account/tokens")
    async def add_token(request: Request, visitor: SignedIn, fields: Form) -> Response:
        return await account.add_token(request, visitor, fields)

    @router.post("/account/tokens/{id_}/revoke")
    async def revoke(request: Request, id_: Number, visitor: SignedIn) -> Response:
        if not await site.write(lambda store: store.remove_token(id_, user=_name(visitor))):
            raise HTTPException(404, f"You have no token {id_}.")
        log.info("token %d of %s was revoked by its user", id_, visitor.name)
        return _back(request)

    return router


class _Account:
    def __init__(self, site: Site, pages: Pages, judge: Judge) -> None:
        self._site = site
        self._pages = pages
        self._judge = judge
        self._logins = Logins(site, judge)

    def page(
        self, request: Request, visitor: Visitor, told: _Told = _NOTHING, *, status: int = 200
    ) -> Response:
        """Return the page. It reads the store: never call it in the event loop."""
        with self._site.readers.lend() as store:
            sessions, tokens = store.sessions(_name(visitor)), store.tokens(_name(visitor))
        return self._pages.page(
            request,
            "account.html",
            status=status,
            sessions=sessions,
            tokens=tokens,
            told=told,
            base_url=self._site.in_force().base_url,
            shortest=passwords.SHORTEST,
            longest_name=LONGEST_NAME,
        )

    async def change_password(self, request: Request, visitor: Visitor, fields: dict[str, str]) -> Response:
        """Take a new password where the old one is right; all other sessions end."""
        name, new = _name(visitor), fields.get("new", "")
        found = await asyncio.to_thread(self._credentials, name)
        settings, now = self._site.in_force().settings, self._site.clock()
        tally = account_tally(name, settings)
        wait = await self._site.write(
            lambda store: store.begin_login((tally,), now=now, longest=settings.access.longest_wait)
        )
        if wait:
            told = f"Too many tries have failed. Try again in {int(wait.total_seconds()) + 1} seconds."
            return await self._again(request, visitor, told, status=429)
        if not await self._judge.is_right(fields.get("old", ""), found) or found is None:
            log.info("a change of %s's password failed: the old one was wrong", name)
            return await self._again(request, visitor, "The present password is wrong.")
        await self._site.write(lambda store: store.end_login(forget=(tally,), take_back=()))
        fault = passwords.fault(new, name=name)
        if fault is None and new != fields.get("again", ""):
            fault = "it was not the same both times"
        if fault is not None:
            return await self._again(request, visitor, f"The new password cannot be taken: {fault}.")
        return await self._with_password(request, found, new)

    async def _again(self, request: Request, visitor: Visitor, fault: str, *, status: int = 400) -> Response:
        return await asyncio.to_thread(self.page, request, visitor, _Told(password=fault), status=status)

    async def _with_password(self, request: Request, found: Credentials, new: str) -> Response:
        name, hashed = found.name, await self._judge.hashed(new)
        await self._site.write(lambda store: store.set_password(name, hashed))
        log.info("the password of %s was changed by its user", name)
        done = await self._logins.begin(
            Credentials(name=name, role=found.role, password=hashed),
            address=request.client.host if request.client else "",
            agent=request.headers.get("user-agent", ""),
            browser=new_secret(),
        )
        return _back(request) if done is None else give_cookies(_back(request), request, done, self._site)

    async def add_token(self, request: Request, visitor: Visitor, fields: dict[str, str]) -> Response:
        """Make a token and show it, this once."""
        user, name = _name(visitor), fields.get("name", "").strip()
        days = fields.get("days", "").strip()
        if not name or len(name) > LONGEST_NAME:
            raise HTTPException(400, f"A token needs a name of at most {LONGEST_NAME} letters.")
        if days and not (days.isdecimal() and 1 <= int(days[:6]) <= _MOST_DAYS):
            raise HTTPException(400, f"Days are a number from 1 to {_MOST_DAYS:,}, or left empty.")
        token, now = new_token(), self._site.clock()
        expires = now + timedelta(days=int(days)) if days else None
        made = await self._site.write(
            lambda store: store.add_token(digest(token), user=user, name=name, now=now, expires=expires)
        )
        if made is None:
            raise HTTPException(400, f"You have {MOST_TOKENS} tokens: revoke one first.")
        log.info("token %d was made by %s", made, user)
        return await asyncio.to_thread(self.page, request, visitor, _Told(token=token, made=name))

    def _credentials(self, name: str) -> Credentials | None:
        with self._site.readers.lend() as store:
            return store.credentials(name)


def _name(visitor: Visitor) -> str:
    return visitor.name or ""


def _back(request: Request) -> Response:
    return RedirectResponse(request.scope.get("root_path", "") + "/account", status_code=303, headers=LIVE)
