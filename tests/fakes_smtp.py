"""A mail server on loopback for tests: speaks enough SMTP for a real client, and keeps what it was given."""

import base64
import socketserver
import ssl
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import TracebackType
from typing import Self


@dataclass(kw_only=True)
class Mail:
    """One mail as the server took it."""

    sender: str
    recipients: list[str]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.content, policy=policy.default)


@dataclass(kw_only=True)
class MailServer:
    """`with MailServer() as server: ... server.mails`.

    `refuses` answers RCPT TO with that code for an address, `login` asks for it, `takes` are the seconds
    before the answer to the text; `hangs_up` drops the connection instead of that answer. With `tls` it
    offers STARTTLS, or speaks TLS from the first byte; `heard` are the verbs that came in the clear.
    """

    refuses: dict[str, int] = field(default_factory=dict)
    login: tuple[str, str] | None = None
    takes: float = 0.0
    hangs_up: bool = False
    tls: ssl.SSLContext | None = None
    from_the_first_byte: bool = False
    mails: list[Mail] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    connections: int = 0

    def __enter__(self) -> Self:
        server = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                server.connections += 1
                with suppress(OSError):
                    if server.from_the_first_byte:
                        _wrap(server, self)
                    _talk(server, self)
                self.connection.close()

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


def _talk(server: MailServer, handler: socketserver.StreamRequestHandler) -> None:
    def say(line: str) -> None:
        handler.wfile.write(line.encode() + b"\r\n")

    sender, recipients, known = "", [], server.login is None
    say("220 test ESMTP")
    while raw := handler.rfile.readline():
        line = raw.decode("utf-8", "replace").strip()
        verb = line[:4].upper()
        secret = isinstance(handler.connection, ssl.SSLSocket)
        if not secret:
            server.heard.append(verb)
        if verb == "EHLO":
            say("250-test")
            if server.tls is not None and not secret:
                say("250-STARTTLS")
            say("250-AUTH PLAIN")
            say("250 8BITMIME")
        elif verb == "STAR":
            say("220 go ahead")
            _wrap(server, handler)
        elif verb == "AUTH":
            given = base64.b64decode(line.split()[-1]).decode().split("\0")[1:]
            known = server.login is not None and given == list(server.login)
            say("235 welcome" if known else "535 who are you")
        elif verb == "MAIL":
            sender = line[10:].split(">")[0].strip("<> ")
            say("250 fine" if known else "530 log in first")
        elif verb == "RCPT":
            to = line[8:].strip("<> ")
            code = server.refuses.get(to, 250)
            recipients += [to] if code == 250 else []
            say(f"{code} {'fine' if code == 250 else 'not here'}")
        elif verb == "DATA":
            say("354 go on")
            content = _read_text(handler)
            time.sleep(server.takes)
            server.mails.append(Mail(sender=sender, recipients=recipients, content=content))
            if server.hangs_up:
                return
            say("250 taken")
            recipients = []
        elif verb == "QUIT":
            say("221 bye")
            return
        else:
            say("250 fine")


def _wrap(server: MailServer, handler: socketserver.StreamRequestHandler) -> None:
    """Go on in TLS."""
    assert server.tls is not None
    handler.connection = server.tls.wrap_socket(handler.connection, server_side=True)
    handler.rfile = handler.connection.makefile("rb")
    handler.wfile = handler.connection.makefile("wb", 0)


def _read_text(handler: socketserver.StreamRequestHandler) -> bytes:
    lines = []
    for line in handler.rfile:
        if line == b".\r\n":
            break
        lines.append(line[1:] if line.startswith(b"..") else line)
    return b"".join(lines)
