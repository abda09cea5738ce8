"""CPU of a request for a ready feed, beside a bare Starlette route that sends the same reply; 200 and 304.

The reply has the same bytes, headers included: uvicorn's work grows with each header.

Each server is a process of its own under uvicorn. They are asked in turns over kept connections, and their
own CPU is read from /proc: the client's is not counted.
"""

import multiprocessing
import socket
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from benchmarks.newsdesk import Newsdesk, newsdesk
from benchmarks.readonly import read_only_app
from storage.readers import Readers

PATH = "/feeds/watchlist-0.rss"
REQUESTS, ROUNDS = 500, 9


def _ours(desk: Newsdesk) -> ASGIApp:
    file = desk.folder / "policywire.db"
    return read_only_app(
        file,
        Readers(file),
        watchlists=desk.watchlists,
        sources=desk.sources,
        now=desk.now,
        press=desk.publisher.press,
    )


def _bare(headers: Mapping[str, str], content: bytes) -> ASGIApp:
    """Return one route that has the reply at hand and answers its ETag with 304."""
    bare = {name: value for name, value in headers.items() if name not in ("content-type", "content-length")}

    async def feed(request: Request) -> Response:
        if request.headers.get("if-none-match") == headers["etag"]:
            return Response(status_code=304, headers=bare)
        return Response(content, headers=bare, media_type=headers["content-type"])

    return Starlette(routes=[Route(PATH, feed)])


class _Server:
    """One server process and a kept connection to it."""

    def __init__(self, process: multiprocessing.process.BaseProcess, connection: socket.socket) -> None:
        self._process = process
        self._connection = connection

    def ask(self, lines: Sequence[str]) -> tuple[int, dict[str, str], bytes]:
        """Send one request; return status, headers and body."""
        request = "\r\n".join((f"GET {PATH} HTTP/1.1", "Host: 127.0.0.1", *lines, "", ""))
        self._connection.sendall(request.encode())
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._connection.recv(1 << 18)
        head, _, body = received.partition(b"\r\n\r\n")
        status, *fields = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in fields)}
        while len(body) < int(headers.get("content-length", "0")):
            body += self._connection.recv(1 << 18)
        return int(status.split()[1]), headers, body

    def cpu(self) -> float:
        """Return the seconds of CPU that the process has used."""
        spent = Path(f"/proc/{self._process.pid}/schedstat").read_text().split()[0]
        return int(spent) / 1e9


@contextmanager
def _running(make: Callable[[], ASGIApp]) -> Iterator[_Server]:
    # Forked: the child has the desk as it is, and opens the database for itself.
    with socket.create_server(("127.0.0.1", 0)) as sock:
        port = sock.getsockname()[1]

        def serve() -> None:
            config = uvicorn.Config(make(), log_config=None, lifespan="off")
            uvicorn.Server(config).run(sockets=[sock])

        process = multiprocessing.get_context("fork").Process(target=serve, daemon=True)
        process.start()
    try:
        yield _Server(process, _connect(port))
    finally:
        process.terminate()
        process.join(10)


def _connect(port: int) -> socket.socket:
    deadline = time.monotonic() + 30
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=30)
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def _round(server: _Server, lines: Sequence[str], status: int) -> float:
    """Return the microseconds of CPU that one request took the server."""
    server.ask(lines)
    began = server.cpu()
    for _ in range(REQUESTS):
        if server.ask(lines)[0] != status:
            raise SystemExit(f"expected {status}")
    return (server.cpu() - began) / REQUESTS * 1e6


def main() -> None:
    """Print the microseconds and the ratios."""
    with newsdesk(articles=100) as desk, _running(lambda: _ours(desk)) as ours:
        status, headers, body = ours.ask(())
        if status != 200 or not body.startswith(b"<?xml"):
            raise SystemExit(f"{status}: {body[:200]!r}")
        sent = {name: value for name, value in headers.items() if name not in ("date", "server")}
        with _running(lambda: _bare(sent, body)) as bare:
            _compare(ours, bare, headers["etag"], len(body))


def _compare(ours: _Server, bare: _Server, etag: str, size: int) -> None:
    for status, lines in ((200, []), (304, [f"If-None-Match: {etag}"])):
        rounds = [(_round(ours, lines, status), _round(bare, lines, status)) for _ in range(ROUNDS)]
        mine, its = (statistics.median(part) for part in zip(*rounds, strict=True))
        ratio = statistics.median(one / other for one, other in rounds)
        shown = f"{mine:.0f} us of CPU, bare Starlette route {its:.0f} us: {ratio:.2f}"
        print(f"a ready feed of {size} bytes, {status}: {shown}")


if __name__ == "__main__":
    main()
