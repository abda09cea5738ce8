"""Tells systemd how the daemon is, by the sd_notify protocol: a datagram to a socket that it names.

Without systemd nothing is sent. Needs no library; knows nothing of what the daemon does.
"""

import contextlib
import logging
import os
import socket
import time
from collections.abc import Mapping

log = logging.getLogger(__name__)


class Notifier:
    """One supervisor. `socket_address` is NOTIFY_SOCKET, where a leading @ means an abstract name."""

    def __init__(self, socket_address: str | None) -> None:
        self._address = None
        if socket_address:
            self._address = "\0" + socket_address[1:] if socket_address[0] == "@" else socket_address

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Notifier":
        """Return the supervisor that started this process; one that hears nothing if there is none."""
        return cls(environment.get("NOTIFY_SOCKET"))

    def ready(self, status: str) -> None:
        """The start, or a reload, is over."""
        self._send(f"READY=1\nSTATUS={status}")

    def reloading(self) -> None:
        """A reload begins; `ready` ends it."""
        self._send(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def stopping(self) -> None:
        """The end has begun."""
        self._send("STOPPING=1\nSTATUS=draining")

    def alive(self, status: str) -> None:
        """Feed the watchdog: without this for WatchdogSec the service is killed and started again."""
        self._send(f"WATCHDOG=1\nSTATUS={status}")

    def _send(self, message: str) -> None:
        if self._address is None:
            return
        with contextlib.closing(
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
        ) as sock:
            sock.setblocking(False)
            try:
                sock.sendto(message.encode(), self._address)
            except OSError as error:
                # A supervisor that is gone, or busy, must not hold up or end the daemon.
                log.debug("systemd was not told %r: %s", message, error)
