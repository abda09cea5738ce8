"""A worker process as its starter sees it: lines in, events out, and its end with all that it started."""

import asyncio
import contextlib
import json
import logging
import os
import signal
import time
from collections.abc import AsyncGenerator, Sequence
from typing import Any

log = logging.getLogger(__name__)

# Who was never heard may still be at importing Scrapy: a second, on a starved machine minutes.
START_SECONDS = 300.0


class WorkerProcess:
    """One running `policywire worker`. `ready_at` is when it was first heard, in monotonic seconds."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.started = self._last_sign = time.monotonic()
        self.ready_at: float | None = None

    @classmethod
    async def start(cls, command: Sequence[str]) -> "WorkerProcess":
        """Start it. Raises OSError."""
        return cls(
            await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                # A group of its own: Ctrl-C is for the daemon, and all that it started can be ended.
                start_new_session=True,
            )
        )

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def code(self) -> int | None:
        """How it ended: its exit code, or minus the signal's number; None while it runs."""
        return self._process.returncode

    def silent(self, patience: float) -> float | None:
        """Return for how many seconds it gave no sign, where that is longer than this; None where it is not.

        Before its first sign it has more patience: started anew, it would only begin again.
        """
        seconds = time.monotonic() - self._last_sign
        return seconds if seconds > (START_SECONDS if self.ready_at is None else patience) else None

    async def give(self, ids: Sequence[str]) -> bool:
        """Give it sources; False when it is gone."""
        if self._process.stdin is None or self._process.stdin.is_closing():
            return False
        try:
            self._process.stdin.write((" ".join(ids) + "\n").encode())
            await self._process.stdin.drain()
        except (BrokenPipeError, ConnectionResetError):
            return False
        return True

    def finish(self) -> None:
        """Say that no more comes: it ends when what it has is done."""
        if self._process.stdin is not None:
            self._process.stdin.close()

    def terminate(self) -> None:
        """Have it drain for some seconds, give back the rest and end."""
        if self.code is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.terminate()

    def kill(self) -> None:
        """End it at once."""
        if self.code is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()

    async def wait(self) -> int:
        """Wait for its end, then end what it started; return `code`."""
        # Not the end of its output: a process that the worker started could hold that open for ever.
        code = await self._process.wait()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        return code

    async def events(self) -> AsyncGenerator[dict[str, Any], None]:
        """Return what it says, until its output ends."""
        if self._process.stdout is None:
            raise RuntimeError("a worker without standard output")
        async for line in self._process.stdout:
            self._last_sign = time.monotonic()
            self.ready_at = self.ready_at or self._last_sign
            try:
                event = json.loads(line)
            except ValueError:
                event = None
            if isinstance(event, dict):
                yield event
            else:
                log.warning("the worker said something that is no event: %r", line[:200])
