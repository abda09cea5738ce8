"""One HTTP request to a target, with bounds on time and size. No redirect is followed.

With a guard, a connection is made only to addresses that may be anyone's on the Internet: the address is
checked after the name was looked up, and that very address is connected to.
"""

import base64
import http.client
import socket
import ssl
import threading
import time
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Self
from urllib.parse import SplitResult, unquote, urlsplit

from core.addresses import is_public
from publisher.push.backoff import NotSent

SECONDS = 20.0
_MOST_BYTES = 65_536


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """What came back; of the body at most 64 KB. Names of headers are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def retry_after(self, now: datetime) -> timedelta | None:
        """Return how long the server asks to be left in peace."""
        text = self.headers.get("retry-after", "").strip()
        if text.isascii() and text.isdigit():
            return timedelta(seconds=min(int(text), 1_000_000))
        try:
            moment = parsedate_to_datetime(text)
        except ValueError:
            return None
        return max(timedelta(0), moment.replace(tzinfo=moment.tzinfo or UTC) - now)


def call(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    body: bytes | None = None,
    internal: Collection[str] | None = None,
    seconds: float = SECONDS,
) -> Reply:
    """Ask once; the whole takes at most `seconds`, looking up the name apart. Raises NotSent.

    With `internal`, only public addresses are connected to, but for these hosts.
    """
    parts = urlsplit(url)
    try:
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        until = time.monotonic() + seconds
        sock = _connect(host, port, until, guarded=internal is not None and host not in internal)
        with _CutAt(sock, until) as limit:
            if parts.scheme == "https":
                sock = ssl.create_default_context().wrap_socket(sock, server_hostname=host)
            with sock:
                reply = _ask(sock, method, parts, headers, body)
        # A reply that is cut within its headers looks whole.
        if limit.over:
            raise TimeoutError(f"it took longer than {seconds:.0f} s")
        return reply
    except ssl.SSLCertVerificationError as error:
        raise NotSent(f"its certificate is not good: {error.verify_message}") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NotSent(f"no reply: {error or type(error).__name__}") from error


def _connect(host: str, port: int, until: float, *, guarded: bool) -> socket.socket:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    allowed = [one for one in found if not guarded or is_public(str(one[4][0]))]
    if not allowed:
        raise NotSent(
            f"{host} has no address but internal ones; `push.internal_hosts` may allow it", final=True
        )
    problem: OSError | None = None
    for family, kind, protocol, _, address in allowed:
        sock = socket.socket(family, kind, protocol)
        try:
            sock.settimeout(max(0.1, until - time.monotonic()))
            sock.connect(address)
        except OSError as error:
            sock.close()
            problem = error
        else:
            return sock
    raise problem or OSError("no address")


class _CutAt:
    """Ends a connection at a moment whatever the other side does: bytes that drip keep no timeout."""

    def __init__(self, sock: socket.socket, until: float) -> None:
        # A second handle of the same connection: wrapping it in TLS takes the first one away.
        self._sock = sock.dup()
        self._timer = threading.Timer(max(0.1, until - time.monotonic()), self._cut)
        self._timer.daemon = True
        self.over = False

    def _cut(self) -> None:
        self.over = True
        with suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._sock.close()


def _ask(
    sock: socket.socket, method: str, parts: SplitResult, headers: Mapping[str, str], body: bytes | None
) -> Reply:
    connection = http.client.HTTPConnection(parts.hostname or "")
    connection.sock = sock
    named = {"Host": parts.netloc.rpartition("@")[2], "Connection": "close", **headers}
    if parts.username is not None:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
        named["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection.request(method, path, body=body, headers=named)
    reply = connection.getresponse()
    content = reply.read(_MOST_BYTES)
    return Reply(
        status=reply.status,
        headers={name.lower(): value for name, value in reply.getheaders()},
        body=content,
    )


def accepted(reply: Reply, now: datetime) -> None:
    """Raise NotSent unless the reply is a 2xx. 410 says that nobody is there any more."""
    if 200 <= reply.status < 300:
        return
    if reply.status == 410:
        raise NotSent("it says 410: it does not want this any more", final=True)
    told = f"it says {reply.status} {http.client.responses.get(reply.status, '')}".strip()
    if 300 <= reply.status < 400:
        told += "; redirects are not followed, name the address that it leads to"
    raise NotSent(told, after=reply.retry_after(now))
