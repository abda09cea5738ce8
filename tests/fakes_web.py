"""Small web sites on loopback for tests: programmable answers, and a record of what was asked and how."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """One request as the site saw it. `began` and `ended` are monotonic seconds."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    began: float
    ended: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a site says; with `etag` 304 to whoever has it. `breaks_off` promises more than it sends."""

    body: bytes = b""
    status: int = 200
    content_type: str = HTML
    headers: Mapping[str, str] = field(default_factory=dict)
    etag: str | None = None
    takes: float = 0.0
    breaks_off: bool = False


class Site:
    """A running site: `with Site() as site: site.put("/", "<html>...")`. What was not put is 404.

    With `tls` it is https://localhost, which the certificate must name. One that is `fickle` leaves a
    connection open after its first reply, as if for more, and hangs up on the second request.
    """

    def __init__(self, *, tls: ssl.SSLContext | None = None, fickle: bool = False) -> None:
        self.asked: list[Asked] = []
        self.most_at_once = 0
        self._under_way = 0
        self._lock = threading.Lock()
        self._answers: dict[str, Callable[[Asked], Answer]] = {}
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            used = False

            def parse_request(self) -> bool:
                if fickle and self.used:
                    self.close_connection = True
                    return False
                self.used = True
                return super().parse_request()

            def do_GET(self) -> None:
                site._answer(self)

            def do_HEAD(self) -> None:
                site._answer(self)

            def do_POST(self) -> None:
                site._answer(self)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 50

            def handle_error(self, request: Any, client_address: Any) -> None:
                pass

        self._server = Server(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self._server.server_address[1]}"
        if tls is not None:
            self.base = f"https://localhost:{self._server.server_address[1]}"
            # The handshake belongs to the connection's own thread, not to the one that accepts.
            self._server.socket = tls.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def url(self, path: str) -> str:
        """Return the address of a path."""
        return self.base + path

    def put(self, path: str, body: str | bytes = b"", **rest: Any) -> None:
        """Answer a path (with its query) with a body; see `Answer` for the rest."""
        answer = Answer(body=body.encode() if isinstance(body, str) else body, **rest)
        self._answers[path] = lambda _: answer

    def put_made(self, path: str, make: Callable[[Asked], Answer]) -> None:
        """Answer a path with what `make` returns for the request."""
        self._answers[path] = make

    def paths(self) -> list[str]:
        """Return the paths asked for, in order, without robots.txt."""
        return [asked.path for asked in self.asked if asked.path != "/robots.txt"]

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        length = int(handler.headers.get("Content-Length") or 0)
        asked = Asked(
            method=handler.command,
            path=handler.path,
            headers=dict(handler.headers.items()),
            body=handler.rfile.read(length) if length else b"",
            began=time.monotonic(),
        )
        with self._lock:
            self.asked.append(asked)
            self._under_way += 1
            self.most_at_once = max(self.most_at_once, self._under_way)
        make = self._maker(handler.path)
        answer = make(asked) if make else Answer(body=b"not here", status=404)
        time.sleep(answer.takes)
        # Before the reply leaves: whoever has it may ask again before this thread runs on.
        with self._lock:
            self._under_way -= 1
        self._send(handler, asked, answer)

    def _maker(self, path: str) -> Callable[[Asked], Answer] | None:
        return self._answers.get(path)

    def _send(self, handler: BaseHTTPRequestHandler, asked: Asked, answer: Answer) -> None:
        unchanged = answer.etag is not None and asked.headers.get("If-None-Match") == answer.etag
        handler.send_response(304 if unchanged else answer.status)
        if answer.etag is not None:
            handler.send_header("ETag", answer.etag)
        for name, value in answer.headers.items():
            handler.send_header(name, value)
        if not unchanged:
            handler.send_header("Content-Type", answer.content_type)
            handler.send_header("Content-Length", str(len(answer.body) + (1000 if answer.breaks_off else 0)))
        handler.end_headers()
        if not unchanged and asked.method != "HEAD":
            handler.wfile.write(answer.body)
        if answer.breaks_off:
            handler.close_connection = True


def page(title: str, text: str = "Some words.") -> str:
    """Return a small article page."""
    return f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p></body></html>"


def rss(*items: tuple[str, str], date: str | None = None) -> str:
    """Return a feed of (address, title)."""
    when = f"<pubDate>{date}</pubDate>" if date else ""
    entries = "".join(f"<item><title>{title}</title><link>{url}</link>{when}</item>" for url, title in items)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{entries}</channel></rss>'


class RawSite:
    """A site that says whatever bytes `say(connection, path)` sends; robots.txt is not there.

    For replies that no honest server sends. A client that hangs up ends `say`. With `tls` as a Site.
    """

    def __init__(
        self, say: Callable[[socket.socket, str], None], *, tls: ssl.SSLContext | None = None
    ) -> None:
        self._say = say
        self._open = True
        self._server = socket.create_server(("127.0.0.1", 0), backlog=50)
        self.base = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        if tls is not None:
            self.base = f"https://localhost:{self._server.getsockname()[1]}"
            self._server = tls.wrap_socket(self._server, server_side=True, do_handshake_on_connect=False)

    def __enter__(self) -> Self:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._open = False
        self._server.close()

    def url(self, path: str) -> str:
        """Return the address of a path."""
        return self.base + path

    def _serve(self) -> None:
        while self._open:
            try:
                connection = self._server.accept()[0]
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            asked = connection.recv(65536)
            path = asked.split(b" ")[1].decode()
            if path == "/robots.txt":
                connection.sendall(b"HTTP/1.1 404 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                return
            self._say(connection, path)
