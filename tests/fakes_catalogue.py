"""A loopback double of every source in the catalogue: its golden pages, under its own host names, over TLS.

`python fakes_catalogue.py PORT VERB ...` is policywire with a name resolver that sends every name to the
double, ports included, in place of the machine's.
"""

import http.server
import json
import ssl
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urldefrag, urlsplit

import yaml
from fakes_tls import certify

from core.source import Source

GOLDEN = Path(__file__).parent / "sources"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """A golden file as the site sends it; `headers` are those of the request that it answers."""

    body: bytes
    content_type: str
    headers: Mapping[str, str]


class Double:
    """A server for all names: `with Double(sources, folder) as double`. `ca.pem` goes into the folder.

    `also` are replies to further addresses.
    """

    def __init__(
        self, sources: Mapping[str, Source], folder: Path, also: Mapping[str, Reply] | None = None
    ) -> None:
        self._replies: dict[str, list[Reply]] = {url: [reply] for url, reply in (also or {}).items()}
        self.asked: list[str] = []
        for source in sources.values():
            for url, reply in _golden(source):
                self._replies.setdefault(url, []).append(reply)
        self.hosts = sorted({urlsplit(url).hostname or "" for url in self._replies})
        double = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                double._answer(self)

            def do_HEAD(self) -> None:
                double._answer(self)

            def do_POST(self) -> None:
                double._answer(self)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 200

            def handle_error(self, request: Any, client_address: Any) -> None:
                pass

        certified = certify(folder, *self.hosts)
        self.ca_file = certified.file
        self._plain = Server(("127.0.0.1", 0), Handler)
        self._tls = Server(("127.0.0.1", 0), Handler)
        # The handshake belongs to the connection's own thread, not to the one that accepts.
        self._tls.socket = certified.context.wrap_socket(
            self._tls.socket, server_side=True, do_handshake_on_connect=False
        )
        self.ports = {80: self._plain.server_address[1], 443: self._tls.server_address[1]}

    def __enter__(self) -> Self:
        for server in (self._plain, self._tls):
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for server in (self._plain, self._tls):
            server.shutdown()
            server.server_close()

    def _answer(self, handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        scheme = "https" if isinstance(handler.connection, ssl.SSLSocket) else "http"
        url = f"{scheme}://{handler.headers['Host']}{handler.path}"
        self.asked.append(url)
        sent = {name.lower(): value for name, value in handler.headers.items()}
        fitting = [
            reply
            for reply in self._replies.get(url, ())
            if all(sent.get(name.lower()) == value for name, value in reply.headers.items())
        ]
        body = fitting[0].body if fitting else b"not here"
        handler.send_response(200 if fitting else 404)
        handler.send_header("Content-Type", fitting[0].content_type if fitting else "text/plain")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        if handler.command != "HEAD":
            handler.wfile.write(body)


def _golden(source: Source) -> Iterator[tuple[str, Reply]]:
    """Yield what a golden folder answers, by address; a listed page without a file gets another's."""
    folder = GOLDEN / source.id
    expected = yaml.safe_load((folder / "expected.yml").read_text(encoding="utf-8"))
    pages: dict[str, bytes] = {}
    titles: dict[str, str] = {}
    lists: dict[str, Reply] = {}
    unlisted: list[str] = []
    for article in expected["articles"]:
        if "file" in article:
            pages[article["url"]] = (folder / article["file"]).read_bytes()
            titles[article["url"]] = article["title"]
    for entry in expected["lists"]:
        body = (folder / entry["file"]).read_bytes()
        url, language = urldefrag(entry["url"])
        headers = dict(source.api.headers) if source.api else {}
        if language:
            headers["Accept-Language" if source.spider == "gov_kz" else "language"] = language
        lists[url] = Reply(body=body, content_type=entry["content_type"], headers=headers)
        yield url, lists[url]
        unlisted += entry.get("more", ())
        for number, link in enumerate(entry["links"]):
            if link["url"] not in pages and pages:
                pages[link["url"]] = _another(link, number, titles, pages)
    # Further lists of one kind look alike: the golden one with the most similar address stands for them.
    for url in {*source.urls, *unlisted} - set(lists):
        yield url, lists[max(lists, key=lambda known: SequenceMatcher(None, known, url).ratio())]
    for url, body in pages.items():
        yield url, Reply(body=body, content_type="text/html; charset=utf-8", headers={})


def _another(
    link: Mapping[str, Any], number: int, titles: Mapping[str, str], pages: Mapping[str, bytes]
) -> bytes:
    """Return a page of the same structure under another headline and address."""
    model = next(iter(titles))
    title = link.get("title") or f"{titles[model]} ({number})"
    text = pages[model].decode("utf-8")
    return text.replace(model, link["url"]).replace(titles[model], title).encode()


def _main(ports: Mapping[str, int], arguments: list[str]) -> None:
    from scrapy.utils.reactor import install_reactor

    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
    from twisted.internet import reactor as installed
    from twisted.internet.address import IPv4Address
    from twisted.internet.interfaces import IHostnameResolver
    from zope.interface import implementer

    @implementer(IHostnameResolver)
    class ToDouble:
        def resolveHostName(self, receiver: Any, *rest: Any, **named: Any) -> Any:  # noqa: N802 - so
            receiver.resolutionBegan(self)
            receiver.addressResolved(IPv4Address("TCP", "127.0.0.1", ports[str(named["portNumber"])]))
            receiver.resolutionComplete()
            return receiver

    reactor: Any = installed
    reactor.installNameResolver(ToDouble())
    from scheduler.cli import main

    sys.argv = ["policywire", *arguments]
    main()


if __name__ == "__main__":
    _main(json.loads(sys.argv[1]), sys.argv[2:])
