"""Checks and hashes passwords beside the event loop: one at a time, and so many waiting at most."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from starlette.exceptions import HTTPException

from publisher.web.access import passwords
from storage.records.accounts import Credentials

T = TypeVar("T")

_MOST_WAITING = 20


class Judge:
    """Each password takes 32 MB and a quarter of a second of a core: so there is one judge."""

    def __init__(self, cost: passwords.Cost = passwords.COST) -> None:
        self._cost = cost
        self._one = asyncio.Semaphore(1)
        self._waiting = 0

    async def is_right(self, password: str, found: Credentials | None) -> bool:
        """Say whether it is this user's password; for nobody say no, as slowly. Raises 503."""
        stored = passwords.nobodys(self._cost) if found is None else found.password
        right = await self._in_turn(lambda: passwords.verify(password, stored))
        return right and found is not None

    async def hashed(self, password: str) -> str:
        """Return what is stored of a new password. Raises 503."""
        return await self._in_turn(lambda: passwords.hashed(password, self._cost))

    def is_outdated(self, stored: str) -> bool:
        """Say whether a password should be hashed anew."""
        return passwords.is_outdated(stored, self._cost)

    async def _in_turn(self, work: Callable[[], T]) -> T:
        if self._waiting >= _MOST_WAITING:
            raise HTTPException(
                503, "Too many logins at once; try again in some seconds.", headers={"Retry-After": "10"}
            )
        self._waiting += 1
        try:
            async with self._one:
                return await asyncio.to_thread(work)
        finally:
            self._waiting -= 1
