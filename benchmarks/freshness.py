"""From a page that appears on a loopback site, polled at that moment, to the published feed: the real daemon.

Each round puts a new page on the site, makes its source due, and asks the daemon's web server for the feed
until the page stands in it. The settings are the shipped ones, but for the leave to ask loopback.
"""

import http.server
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path
from typing import Any

from core.clock import utcnow
from core.config import default_config_dir
from storage.store import Store

ROOT = Path(__file__).resolve().parent.parent
ROUNDS, PATIENCE = 10, 60.0
SOURCE = """\
name: Fresh
country: KZ
publisher: official
languages: [en]
home: {base}/
kind: feed
urls: ["{base}/feed"]
every: 12h
"""
PAGE = """<html lang="en"><head><title>{title}</title></head><body><article><h1>{title}</h1> <time
datetime="{date}">today</time> <p>The Minister of Foreign Affairs of Kazakhstan received the foreign
minister of Uzbekistan in Astana for talks on water, transport corridors and trade. The ministers signed a
programme of cooperation, number {number}.</p> <p>"Kazakhstan and Uzbekistan are strategic partners and
allies," the minister said after the talks. Both sides agreed to hold the next round of consultations
between the foreign ministries in Tashkent in the spring, meeting {number}.</p> </article></body></html>"""


class _Site(http.server.ThreadingHTTPServer):
    """Shows so many pages as `pages` says, the newest first."""

    daemon_threads = True
    pages = 1
    polled = 0.0

    def answer(self, path: str, base: str) -> tuple[int, str, str]:
        numbers = range(self.pages, 0, -1)
        if path == "/feed":
            self.polled = time.monotonic()
            items = "".join(
                f"<item><title>{_title(number)}</title><link>{base}/{number}</link></item>"
                for number in numbers
            )
            return 200, "application/rss+xml", f'<rss version="2.0"><channel>{items}</channel></rss>'
        if path[1:].isdigit():
            number = int(path[1:])
            date = utcnow().isoformat(timespec="seconds")
            return 200, "text/html", PAGE.format(title=_title(number), number=number, date=date)
        return 404, "text/plain", "not here"


def _title(number: int) -> str:
    return f"Foreign ministers of Kazakhstan and Uzbekistan met for round {number}"


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Site

    def do_GET(self) -> None:
        base = f"http://127.0.0.1:{self.server.server_address[1]}"
        status, kind, text = self.server.answer(self.path, base)
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
        pass


def _wait(address: str, title: str) -> float:
    """Ask for the feed until the title stands in it; return the monotonic moment."""
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE:
        try:
            with urllib.request.urlopen(f"{address}/feeds/central-asia.rss", timeout=5) as reply:
                if title in reply.read().decode():
                    return time.monotonic()
        except OSError:
            pass
        time.sleep(0.02)
    raise SystemExit(f"{title!r} was not published within {PATIENCE:.0f} s")


def _config(folder: Path, base: str) -> None:
    (folder / "sources").mkdir(parents=True)
    for name in ("languages", "watchlists", "terms"):
        (folder / name).symlink_to(default_config_dir() / name)
    text = "contact: bench@example.org\ncrawl: {internal_hosts: [127.0.0.1]}\nlog: {level: error}\n"
    (folder / "settings.yml").write_text(text, encoding="utf-8")
    (folder / "sources" / "fresh.yml").write_text(SOURCE.format(base=base), encoding="utf-8")


def main() -> None:
    """Print the seconds from a new page to the feed: after a rest of a second, and of a minute."""
    site = _Site(("127.0.0.1", 0), _Handler)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as temporary:
        config, data = Path(temporary) / "config", Path(temporary) / "data"
        _config(config, f"http://127.0.0.1:{site.server_address[1]}")
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        command = [
            *(sys.executable, "-m", "scheduler.cli", "run", "--port", str(port)),
            "--config",
            str(config),
        ]
        daemon = subprocess.Popen([*command, "--data", str(data)], cwd=ROOT)
        address = f"http://127.0.0.1:{port}"
        try:
            _wait(address, _title(1))
            for name, rest, rounds in (("busy", 1.0, ROUNDS), ("after a minute of rest", 60.0, 2)):
                due: list[float] = []
                polled: list[float] = []
                for _ in range(rounds):
                    time.sleep(rest)
                    site.pages += 1
                    with Store.open(data / "policywire.db") as store:
                        store.make_due(None, now=utcnow())
                    appeared = time.monotonic()
                    published = _wait(address, _title(site.pages))
                    polled.append(published - site.polled)
                    due.append(published - appeared)
                for start, took in (("its poll", polled), ("being due", due)):
                    figures = " ".join(f"{seconds:.2f}" for seconds in took)
                    median = statistics.median(took)
                    print(f"freshness, {name}: from {start} to the feed {median:.2f} s  ({figures})")
        finally:
            daemon.terminate()
            daemon.wait(20)
            site.shutdown()


if __name__ == "__main__":
    main()
