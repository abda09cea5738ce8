"""Starts the process that sends: alerts, webhooks, messages, digests, WebSub; one at a time, when it is due.

A target that hangs, or a library that crashes, delays nothing and costs the daemon no memory.
"""

import asyncio
import contextlib
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from core.config import DataDir

log = logging.getLogger(__name__)

# The process begins nothing new after two minutes; what is in hand then has bounds of its own.
SENDER_SECONDS = 300.0
# Entries come in bursts: the second of CPU that a start takes is paid once for each.
_LINGER = "10"
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
        self._running: asyncio.Task[None] | None = None
        self._process: asyncio.subprocess.Process | None = None

    def start(self) -> None:
        """Start sending in the background, unless that is under way."""
        if self._running is None or self._running.done():
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

    async def _run(self) -> None:
        try:
            self._process = process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                # Ctrl-C is for the daemon, which then asks this process to end.
                start_new_session=True,
            )
        except OSError as error:
            log.error("no process can be started to send what waits: %s", error)  # noqa: TRY400 - all is said
            return
        try:
            code = await asyncio.wait_for(process.wait(), SENDER_SECONDS)
            if code > 1 or code < 0:
                log.warning("the sending process ended with %d; see its lines above", code)
        except TimeoutError:
            log.warning("sending took longer than %.0f s: ended; see `policywire push dead`", SENDER_SECONDS)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
