"""The host gate: so many requests at once to one host, with a pause between, over the whole process.

Plain asyncio; knows neither Scrapy nor HTTP. A slot is given back however its request ends.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

# Hosts that are remembered although nothing waits for them; only their pause would be forgotten.
_REMEMBERED = 2_000


@dataclass(kw_only=True, slots=True)
class _Host:
    """No request may start before `free_at`, in the loop's time; `users` counts waiting and running ones."""

    slots: asyncio.Semaphore
    free_at: float = 0.0
    users: int = 0


class HostGate:
    """Lets requests through: `per_host` at once to a host, `total` in all, `delay` seconds between."""

    def __init__(self, *, per_host: int, total: int, delay: float) -> None:
        self._per_host = per_host
        self._delay = delay
        self._total = asyncio.Semaphore(total)
        self._hosts: dict[str, _Host] = {}

    @asynccontextmanager
    async def enter(self, host: str, delay: float = 0.0) -> AsyncIterator[None]:
        """Wait for the host's turn, hold a slot, and start the host's pause at the end.

        `delay` is what the host itself asks for, in seconds; the longer pause holds.
        """
        state = self._hosts.get(host)
        if state is None:
            self._forget_idle()
            state = self._hosts[host] = _Host(slots=asyncio.Semaphore(self._per_host))
        pause = max(self._delay, delay)
        state.users += 1
        try:
            async with state.slots:
                await self._turn(state, pause)
                async with self._total:
                    try:
                        yield
                    finally:
                        state.free_at = max(state.free_at, _now() + pause)
        finally:
            state.users -= 1

    async def _turn(self, state: _Host, pause: float) -> None:
        """Take the next moment at which the host may be asked, and wait for it."""
        start = max(_now(), state.free_at)
        state.free_at = start + pause
        if start > _now():
            await asyncio.sleep(start - _now())

    def _forget_idle(self) -> None:
        if len(self._hosts) < _REMEMBERED:
            return
        now = _now()
        for host in [host for host, state in self._hosts.items() if not state.users and state.free_at <= now]:
            del self._hosts[host]


def _now() -> float:
    return asyncio.get_running_loop().time()
