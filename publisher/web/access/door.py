"""Finds out who stands behind a cookie or a token: the only reader of sessions and tokens on the web.

In: what the request carries; out: a Visitor. That somebody was here is noted now and then, beside the
request, so that no reader waits for the one who writes.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from core.errors import PolicywireError
from core.settings import Settings
from publisher.web.access.tokens import digest, is_secret, is_token
from publisher.web.access.visitors import NOBODY, Visitor
from publisher.web.site import Site
from storage.store import Store

log = logging.getLogger(__name__)

# How exactly it is known when a session or token was last used.
NOTED_EVERY = timedelta(minutes=5)


class Door:
    """Looks visitors up. Sessions that have expired, and secrets that are none of ours, are nobody's."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._notes: set[asyncio.Task[None]] = set()

    async def by_session(self, secret: str, settings: Settings) -> Visitor:
        """Return whose session this is."""
        if not is_secret(secret):
            return NOBODY
        found = await asyncio.to_thread(self._look, lambda store: store.session(digest(secret)))
        now, access = self._site.clock(), settings.access
        if found is None or found.seen < now - access.idle or found.created < now - access.lifetime:
            return NOBODY
        if found.seen < now - min(NOTED_EVERY, access.idle / 4):
            self._note(lambda store: store.session_seen(found.id, now=now))
        return Visitor(name=found.user, role=found.role, session=found.id, secret=secret)

    async def by_token(self, token: str) -> Visitor | None:
        """Return who reads by this token; None where it is none of ours, was revoked or has expired."""
        if not is_token(token):
            return None
        now = self._site.clock()
        found = await asyncio.to_thread(self._look, lambda store: store.token(digest(token), now=now))
        if found is None:
            return None
        if _is_old(found.used, now):
            self._note(lambda store: store.token_used(found.id, now=now))
        return Visitor(name=found.user, token=True)

    def _look(self, ask: Callable[[Store], Any]) -> Any:
        with self._site.readers.lend() as store:
            return ask(store)

    def _note(self, work: Callable[[Store], None]) -> None:
        task = asyncio.create_task(self._write(work))
        self._notes.add(task)
        task.add_done_callback(self._notes.discard)

    async def _write(self, work: Callable[[Store], None]) -> None:
        try:
            await self._site.write(work)
        except PolicywireError as error:
            log.warning("when a login or token was last used could not be noted: %s", error)


def _is_old(moment: datetime | None, now: datetime) -> bool:
    return moment is None or moment < now - NOTED_EVERY
