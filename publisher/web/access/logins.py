"""Logging in: a name and a password in, a session or a reason out. Slow on purpose, and bounded.

Nobody is locked out for ever: strangers' failures are counted by address, by name and address, and (ten times
as generously) by name; a browser in which the user has logged in before is counted by itself alone, so that
it is not touched by what strangers do. `policywire users password` begins all counts anew.
"""

import asyncio
import hashlib
import logging
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.settings import Settings
from publisher.web.access.judge import Judge
from publisher.web.access.proxies import network_of
from publisher.web.access.tokens import digest, is_secret, new_secret
from publisher.web.site import Site
from storage.records.accounts import Credentials, Tally

log = logging.getLogger(__name__)

NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")
# How many times `access.tries` are free for all names from one address, and for one name from all.
_ADDRESS, _NAME = 4, 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """A login as it was posted. `browser` is what the cookie of known browsers holds."""

    name: str
    password: str = field(repr=False)
    address: str
    browser: str | None = field(default=None, repr=False)
    agent: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class LoggedIn:
    """A login that was good, with the secrets for the browser's cookies."""

    user: str
    session: str = field(repr=False)
    browser: str = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """A login that was not; before `wait` has passed another try is not looked at."""

    wait: timedelta = timedelta()


class Logins:
    """Judges attempts. An unknown name and a wrong password look and take the same."""

    def __init__(self, site: Site, judge: Judge) -> None:
        self._site = site
        self._judge = judge

    async def log_in(self, attempt: Attempt) -> LoggedIn | Refused:
        """Begin a session, or say no. Raises StorageError, HTTPException 503."""
        now, access = self._site.clock(), self._site.in_force().settings.access
        name = user_name(attempt.name)
        found, known = await asyncio.to_thread(self._look, name, attempt.browser, now)
        own, shared = _tallies(name, attempt, known=known, tries=access.tries)
        wait = await self._site.write(
            lambda store: store.begin_login((*own, *shared), now=now, longest=access.longest_wait)
        )
        if wait:
            log.info("login from %s refused: too many failures before", attempt.address)
            return Refused(wait=wait)
        if not await self._judge.is_right(attempt.password, found) or found is None:
            whose = "with an unknown name" if found is None else f"of {found.name}"
            log.info("login %s from %s failed", whose, attempt.address)
            return Refused()
        found = await self._renewed(attempt.password, found)
        browser = attempt.browser if known and attempt.browser else new_secret()
        logged_in = await self.begin(found, address=attempt.address, agent=attempt.agent, browser=browser)
        if logged_in is None:
            return Refused()
        await self._site.write(lambda store: store.end_login(forget=own, take_back=shared))
        log.info("login of %s from %s", found.name, attempt.address)
        return logged_in

    async def begin(self, user: Credentials, *, address: str, agent: str, browser: str) -> LoggedIn | None:
        """Begin a session of a user whose password was right; None if it was changed meanwhile."""
        now, session = self._site.clock(), new_secret()
        began = await self._site.write(
            lambda store: store.begin_session(
                user.name,
                digest(session),
                password=user.password,
                now=now,
                address=address,
                browser=agent[:200],
            )
        )
        if began is None:
            return None
        await self._site.write(lambda store: store.know_browser(digest(browser), user.name, now=now))
        return LoggedIn(user=user.name, session=session, browser=browser)

    async def _renewed(self, password: str, found: Credentials) -> Credentials:
        """Hash a password anew that was hashed with other costs than today's."""
        if not self._judge.is_outdated(found.password):
            return found
        after = await self._judge.hashed(password)
        await self._site.write(lambda store: store.rehash(found.name, before=found.password, after=after))
        return Credentials(name=found.name, role=found.role, password=after)

    def _look(self, name: str, browser: str | None, now: datetime) -> tuple[Credentials | None, bool]:
        with self._site.readers.lend() as store:
            found = store.credentials(name)
            if found is None or browser is None or not is_secret(browser):
                return found, False
            return found, store.knows_browser(digest(browser), name, now=now)


def user_name(text: str) -> str:
    """Return a name as it is kept: in small letters."""
    return text.strip().casefold()[:200]


def account_tally(name: str, settings: Settings) -> Tally:
    """Return what wrong passwords in a user's own session are counted by."""
    return Tally(key=_key("account", name), free=settings.access.tries)


def _tallies(
    name: str, attempt: Attempt, *, known: bool, tries: int
) -> tuple[tuple[Tally, ...], tuple[Tally, ...]]:
    """Return what a try is counted by: what a good login begins anew, and what it only takes back one of."""
    if known:
        return (Tally(key=_key("browser", attempt.browser or "", name), free=tries),), ()
    network = network_of(attempt.address)
    own = (
        Tally(key=_key("name and address", name, network), free=tries),
        Tally(key=_key("name", name), free=tries * _NAME),
    )
    # Or whoever has one account could guess at others for ever, with a good login now and then.
    return own, (Tally(key=_key("address", network), free=tries * _ADDRESS),)


def _key(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()
