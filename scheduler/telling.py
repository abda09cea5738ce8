"""Starts the process that sends: alerts, webhooks, messages, digests, WebSub; one at a time, when it is due.

A target that hangs, or a library that crashes, delays nothing and costs the daemon no memory. A process that
could not work at all (a full disk, say) is started again after a while, and `trouble` says why.
"""

import asyncio
import contextlib
import logging
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from core.config import DataDir

log = logging.getLogger(__name__)

# The process begins nothing new after two minutes; what is in hand then has bounds of its own.
SENDER_SECONDS = 300.0
# Entries come in bursts: the second of CPU that a start takes is paid once for each.
_LINGER = "10"
# After a process that could not work, so long until the next one, and longer each time.
_PAUSES = (5.0, 15.0, 60.0)
# How a verb begins that tells people, not the log, why it ends.
_SAID = b"policywire: "
# From the process's end to that of its streams.
_HEAR_SECONDS = 5.0
# What is in hand when the daemon stops gets so long: less than the daemon itself has.
_DRAIN_SECONDS = 4.0


class Teller:
    """Starts the sending process. `base_url` is the public address of the server."""

    def __init__(self, config_dir: Path, data: DataDir, *, base_url: str) -> None:
        self._command: Sequence[str] = (
            *(
                sys.executable,
                "-m",
                "scheduler.cli",
                "push",
                "send",
                "--base-url",
                base_url,
                "--linger",
                _LINGER,
            ),
            *("--config", str(config_dir), "--data", str(data.path)),
        )
        # Why the last process could not work; None where it did, whatever became of single letters.
        self.trouble: str | None = None
        self._failures = 0
        self._not_before = 0.0
        self._running: asyncio.Task[None] | None = None
        self._process: asyncio.subprocess.Process | None = None

    def start(self) -> None:
        """Start sending in the background, unless that is under way or has just failed."""
        if (self._running is None or self._running.done()) and time.monotonic() >= self._not_before:
            self._running = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Let the process bring to its end what it has in hand, for some seconds; the rest waits."""
        if self._running is None or self._running.done():
            return
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.terminate()
            await asyncio.wait({self._running}, timeout=_DRAIN_SECONDS)
        self._running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._running
        # How it ended was our doing.
        self.trouble, self._failures, self._not_before = None, 0, 0.0

    async def _run(self) -> None:
        self.trouble = await self._send()
        self._failures = 0 if self.trouble is None else self._failures + 1
        if self._failures:
            self._not_before = time.monotonic() + _PAUSES[min(self._failures, len(_PAUSES)) - 1]

    async def _send(self) -> str | None:
        """Have one process send; return why it could not work, None if it could."""
        try:
            self._process = process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                # Ctrl-C is for the daemon, which then asks this process to end.
                start_new_session=True,
            )
        except OSError as error:
            return f"no process can be started to send what waits: {error}"
        hearing = asyncio.gather(_read(process.stdout), _hear(process.stderr))
        try:
            code = await asyncio.wait_for(process.wait(), SENDER_SECONDS)
            # Not the end of its streams: what it started could hold them open.
            done, said = await asyncio.wait_for(hearing, _HEAR_SECONDS)
        except TimeoutError:
            log.warning("sending took longer than %.0f s: ended; see `policywire push dead`", SENDER_SECONDS)
            return None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
            hearing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await hearing
        # With 1 and what was done it has worked: some delivery failed, which its target's state tells.
        if code == 0 or (code == 1 and done):
            return None
        return said or f"the sending process ended with {code}; see its lines in the log"


async def _read(stream: asyncio.StreamReader | None) -> bytes:
    return b"" if stream is None else await stream.read()


async def _hear(stream: asyncio.StreamReader | None) -> str:
    """Pass a process's lines of the log on to ours; return what it said to people in the end."""
    said, rest = "", b""
    while stream is not None and (chunk := await stream.read(65536)):
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            if line.startswith(_SAID):
                said = line.removeprefix(_SAID).decode(errors="replace")
            else:
                sys.stderr.write(line.decode(errors="replace") + "\n")
        sys.stderr.flush()
    return said
