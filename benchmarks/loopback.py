"""Many small sources on loopback, one server for all, each with a host of its own (127.1.x.y)."""

import hashlib
import http.server
import random
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from core.clock import utcnow
from core.config import default_config_dir

SOURCE = """\
name: Source {number}
country: KZ
publisher: official
languages: [en]
home: {base}/
kind: feed
urls: ["{base}/feed"]
every: {every}
"""
PAGE = """<html lang="en"><head><title>{title}</title></head><body><article><h1>{title}</h1> <time
datetime="{date}">today</time> <p>The Minister of Foreign Affairs of Kazakhstan received the foreign
minister of Uzbekistan in Astana. {words}</p></article></body></html>"""
WORDS = (Path(__file__).resolve().parent.parent / "docs" / "operators.md").read_text(encoding="utf-8").split()


class Sources:
    """`count` sources of which each lists its `listed` newest pages; `add` gives every one of them new ones.

    Pages are unlike each other, so that none counts as another's copy. `broken` sources answer 500.
    """

    def __init__(self, count: int, *, broken: int = 0, takes: float = 0.0, listed: int = 20) -> None:
        self.count = count
        self.pages = [0] * count
        self._broken = broken
        self._listed = listed
        owner = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                threading.Event().wait(takes)
                owner._answer(self)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, request: Any, client_address: Any) -> None:
                """A client that was killed is no news."""

        self._server = Server(("0.0.0.0", 0), Handler)
        self._server.server_name = "loopback"
        self._port = self._server.server_address[1]

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def add(self, pages: int, among: int | None = None) -> None:
        """Give each source (of the first `among`) new pages."""
        for number in range(self.count if among is None else among):
            self.pages[number] += pages

    @property
    def urls(self) -> set[str]:
        """The addresses of all pages of sources that work."""
        return {
            f"{self._base(number)}/{page}"
            for number in range(self.count - self._broken)
            for page in range(1, self.pages[number] + 1)
        }

    def write_config(self, folder: Path, *, every: str = "12h", looks: bool = True) -> None:
        """Write a config folder with these sources and one watchlist, with or without second looks."""
        shipped = default_config_dir()
        (folder / "sources").mkdir(parents=True)
        (folder / "watchlists").mkdir()
        for name in ("languages", "terms"):
            (folder / name).symlink_to(shipped / name)
        path = shipped / "watchlists" / "central-asia.yml"
        (folder / "watchlists" / path.name).symlink_to(path)
        hosts = ", ".join(self._host(number) for number in range(self.count))
        text = f"contact: bench@example.org\ncrawl: {{delay: 0s, readers: 1, internal_hosts: [{hosts}]}}\n"
        text += "feeds: {entries: 1000}\nlog: {level: error}\n"
        text += "poll: {batch: 200}\n"
        text += "" if looks else "looks: {per_poll: 0}\n"
        (folder / "settings.yml").write_text(text, encoding="utf-8")
        for number in range(self.count):
            source = SOURCE.format(number=number, base=self._base(number), every=every)
            (folder / "sources" / f"source-{number}.yml").write_text(source, encoding="utf-8")

    def _host(self, number: int) -> str:
        return f"127.1.{number // 250}.{number % 250 + 1}"

    def _base(self, number: int) -> str:
        return f"http://{self._host(number)}:{self._port}"

    def _answer(self, handler: http.server.BaseHTTPRequestHandler) -> None:
        host = handler.headers.get("Host", "").partition(":")[0]
        _, _, high, low = (int(part) for part in host.split("."))
        number = high * 250 + low - 1
        status, kind, body = self._reply(number, handler.path)
        tag = '"' + hashlib.sha256(body).hexdigest()[:16] + '"'
        if handler.headers.get("If-None-Match") == tag:
            status, body = 304, b""
        handler.send_response(status)
        handler.send_header("ETag", tag)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def _reply(self, number: int, path: str) -> tuple[int, str, bytes]:
        if number >= self.count - self._broken:
            return 500, "text/plain", b"broken"
        page = path[1:]
        if path == "/feed":
            newest = self.pages[number]
            items = "".join(
                f"<item><title>{_title(number, each)}</title><link>{self._base(number)}/{each}</link></item>"
                for each in range(newest, max(0, newest - self._listed), -1)
            )
            feed = f'<rss version="2.0"><channel>{items}</channel></rss>'
            return 200, "application/rss+xml; charset=utf-8", feed.encode()
        if page.isdigit() and int(page) <= self.pages[number]:
            chosen = random.Random(f"{number} {page}").choices(WORDS, k=220)
            body = PAGE.format(
                title=_title(number, int(page)), date=utcnow().date().isoformat(), words=" ".join(chosen)
            )
            return 200, "text/html; charset=utf-8", body.encode()
        return 404, "text/plain", b"not here"


def _title(number: int, page: int) -> str:
    return f"Kazakhstan and Uzbekistan hold talks, report {page} of office {number}"
