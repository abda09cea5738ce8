"""Slow connections are ended by the server, not waited for."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from scheduler.patience import PatientProtocol


class Hasty(PatientProtocol):
    """The same in less time."""

    step, head, rate = 0.05, 1.0, 1000


SIZE = 6_000_000


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    size = SIZE if scope["path"] == "/large" else 2
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % size)]})
    await send({"type": "http.response.body", "body": b"x" * size})


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    config = uvicorn.Config(app, log_config=None, lifespan="off", http=Hasty, timeout_keep_alive=60)
    server = uvicorn.Server(config)
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        serving = threading.Thread(target=server.run, kwargs={"sockets": [sock]})
        serving.start()
        while not server.started:
            time.sleep(0.01)
        yield sock.getsockname()[1]
        server.should_exit = True
        serving.join(10)


def connected(port: int) -> socket.socket:
    """Return a connection that takes little at a time."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
    connection.settimeout(60)
    connection.connect(("127.0.0.1", port))
    return connection


def ended(connection: socket.socket, *, drip: bytes = b"") -> bool:
    """Say whether the other side ends the connection within seconds, though a byte drips in now and then."""
    connection.settimeout(0.1)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            if drip:
                connection.sendall(drip)
            if connection.recv(1000) == b"":
                return True
        except TimeoutError:
            continue
        except OSError:
            return True
    return False


@pytest.mark.parametrize("drip", [b"", b"a"])
def test_a_request_that_never_comes_is_not_waited_for(port: int, drip: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ")
        assert ended(connection, drip=drip)


def test_a_body_that_nobody_reads_is_not_waited_for(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 200")
        assert ended(connection, drip=b"a")


def test_who_takes_nothing_of_a_reply_is_left(port: int) -> None:
    with connected(port) as connection:
        connection.sendall(b"GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n")
        time.sleep(3)  # what is waited for is the server's patience
        taken = 0
        try:
            while part := connection.recv(1_000_000):
                taken += len(part)
        except OSError:
            pass
        assert taken < SIZE


def test_who_takes_a_reply_slowly_but_steadily_gets_all_of_it(port: int) -> None:
    with connected(port) as connection:
        connection.sendall(b"GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n")
        taken = 0
        for _ in range(15):
            taken += len(connection.recv(20_000))
            time.sleep(0.05)
        while taken < SIZE:
            part = connection.recv(1_000_000)
            assert part
            taken += len(part)
        # And the connection is good for another request.
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert b"HTTP/1.1 200" in connection.recv(1000)
