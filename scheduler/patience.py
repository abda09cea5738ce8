"""Connections that send or take too slowly are ended: uvicorn by itself waits for ever.

Knows HTTP/1.1 as uvicorn speaks it, and nothing of what is served. Bodies have a bound of their own:
publisher/web/access/limits.py.
"""

import asyncio
from array import array
from fcntl import ioctl
from termios import TIOCOUTQ
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol


class PatientProtocol(H11Protocol):
    """Looks at its connection now and then. A request's head may take a while, and so may what we send.

    `step` is the gap between two looks, `head` the time for a request's head; both in seconds. What we send
    must be taken at `rate` bytes a second at least, seen over `head` seconds.
    """

    step = 5.0
    head = 10.0
    rate = 1000

    # As uvicorn has it, which serves streams alone.
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to look."""
        super().connection_made(transport)
        self._state: tuple[object, ...] = ()
        self._since = self.loop.time()
        self._left = 0
        self._next_look = self.loop.call_later(self.step, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """Look no more."""
        self._next_look.cancel()
        super().connection_lost(exc)

    def _look(self) -> None:
        if self.transport.is_closing() and not self.transport.get_write_buffer_size():
            return
        state, now = self._waits_for(), self.loop.time()
        if state != self._state:
            self._state, self._since = state, now
        elif state and now - self._since >= self.head and not self._is_taken(now):
            self.transport.abort()
            return
        self._next_look = self.loop.call_later(self.step, self._look)

    def _waits_for(self) -> tuple[object, ...]:
        """Return what the client has to do; nothing while it is our turn, or uvicorn's own timer runs."""
        if self.transport.get_write_buffer_size():
            if self._state != ("take",):
                self._left = self._not_taken()
            return ("take",)
        cycle: Any = self.cycle
        if self.timeout_keep_alive_task is None and (cycle is None or cycle.response_complete):
            return ("ask", id(cycle))
        return ()

    def _is_taken(self, now: float) -> bool:
        """Say whether enough of what we sent was taken since the last time that this was asked."""
        if self._state != ("take",):
            return False
        left = self._not_taken()
        enough = self._left - left >= self.rate * (now - self._since)
        self._left, self._since = left, now
        return enough

    def _not_taken(self) -> int:
        """Return how many bytes the client has still to take: ours, and those that the system holds for it.

        The system takes from us in large pieces: by ours alone a slow client would seem to stand still.
        """
        held = array("i", [0])
        ioctl(self.transport.get_extra_info("socket"), TIOCOUTQ, held)
        return self.transport.get_write_buffer_size() + held[0]
