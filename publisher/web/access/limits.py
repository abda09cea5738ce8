"""Bounds of what a request may send us: address, body, patience. Raises HTTPException."""

import asyncio

from starlette.exceptions import HTTPException
from starlette.types import Message, Receive

# Our longest addresses are searches; our longest forms hold a sentence and a password.
LONGEST_ADDRESS = 16_000
# Bytes of a request's line and headers together.
LARGEST_HEAD = 32_768
LARGEST_BODY = 64_000
BODY_SECONDS = 20.0


class BoundedBody:
    """Receives a body: at most so many bytes, in at most so many seconds."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._left = LARGEST_BODY
        self._deadline = asyncio.get_running_loop().time() + BODY_SECONDS
        self._complete = False

    async def __call__(self) -> Message:
        """Return the next part. Raises 408 or 413."""
        if self._complete:
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._deadline):
                message = await self._receive()
        except TimeoutError:
            raise HTTPException(408, "The form came too slowly; send it again.") from None
        if message["type"] == "http.request":
            self._left -= len(message.get("body", b""))
            self._complete = not message.get("more_body", False)
        if self._left < 0:
            raise HTTPException(413, f"At most {LARGEST_BODY:,} bytes can be sent.")
        return message
