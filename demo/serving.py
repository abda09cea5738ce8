"""One site's web server on a free loopback port, with ETag, Last-Modified and 304.

In: a function from request to reply. It knows nothing of articles.
"""

import logging
import sys
import threading
from collections.abc import Callable, Mapping
from datetime import UTC
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any

from demo.site import Reply, Request

log = logging.getLogger(__name__)

_LONGEST_BODY = 100_000


class SiteServer(ThreadingHTTPServer):
    """Answers from a thread of its own between `start` and `stop`. OSError if no port is free."""

    daemon_threads = True

    def __init__(self, name: str, answer: Callable[[Request], Reply]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = answer
        self._thread = threading.Thread(target=self.serve_forever, args=(0.1,), name=name, daemon=True)

    def server_bind(self) -> None:
        """Bind without the base class's look-up of a host name, which can take seconds offline."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", self.socket.getsockname()[1]

    @property
    def address(self) -> str:
        """The site's base address, without a slash at its end."""
        return f"http://127.0.0.1:{self.server_port}"

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Close the port and wait for the thread."""
        self.shutdown()
        self._thread.join()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Log what a request broke on; a client that hangs up is no error."""
        if isinstance(sys.exception(), ConnectionError):
            log.debug("client hung up port=%d", self.server_port)
        else:
            log.exception("request failed port=%d", self.server_port)


class _Handler(BaseHTTPRequestHandler):
    server: SiteServer
    timeout = 10

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        # What was sent is read and ignored, so that closing does not reset the connection.
        self.rfile.read(min(int(self.headers.get("Content-Length") or 0), _LONGEST_BODY))
        self._serve()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the base class's name)
        log.debug("request port=%d " + format, self.server.server_port, *args)

    def _serve(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = self.server.answer(Request(method=self.command, target=self.path, headers=headers))
        cacheable = reply.status is HTTPStatus.OK and self.command == "GET"
        unchanged = cacheable and _holds(reply, headers)
        self.send_response(HTTPStatus.NOT_MODIFIED if unchanged else reply.status)
        if cacheable:
            self.send_header("ETag", reply.etag)
            if reply.modified is not None:
                self.send_header(
                    "Last-Modified", format_datetime(reply.modified.astimezone(UTC), usegmt=True)
                )
        if not unchanged:
            self.send_header("Content-Type", reply.media)
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if not unchanged:
            self.wfile.write(reply.body)


def _holds(reply: Reply, headers: Mapping[str, str]) -> bool:
    """Tell whether the client's copy is still good; a tag, where sent, decides alone (RFC 9110, 13.2.2)."""
    tags = headers.get("if-none-match")
    if tags is not None:
        return reply.etag in (tag.strip() for tag in tags.split(","))
    since = headers.get("if-modified-since")
    if since is None or reply.modified is None:
        return False
    try:
        return reply.modified <= parsedate_to_datetime(since)
    except (ValueError, TypeError):  # no date at all, or one without a zone
        return False
