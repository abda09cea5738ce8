"""CPU for one fetched page: `policywire crawl` against bare Scrapy with trafilatura (precision), in one run.

Both are measured as whole processes with their children. What starting costs is taken out by crawling a few
pages and all pages: the difference is the price of the pages between. Rounds alternate, so that both meet the
same other load.
"""

import contextlib
import ctypes
import gzip
import http.server
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any, ClassVar

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("TEST_POLICYWIRE_SHARED", ROOT.parent / "shared"))
FEW, MANY, ROUNDS = 10, 110, 3
# From <sys/prctl.h>: orphaned descendants become our children, so that their CPU time can be counted.
PR_SET_CHILD_SUBREAPER = 36

PEER = """
import sys, scrapy, trafilatura
from scrapy.crawler import CrawlerProcess
class Peer(scrapy.Spider):
    name = "peer"
    start_urls = [sys.argv[1]]
    def parse(self, response):
        for link in response.css("li a::attr(href)").getall():
            yield response.follow(link, self.read)
    def read(self, response):
        text = response.text
        trafilatura.bare_extraction(text, url=response.url, favor_precision=True, with_metadata=True)
process = CrawlerProcess({
    "TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False, "LOG_ENABLED": False,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
})
process.crawl(Peer)
process.start()
"""

SOURCE = """\
name: Benchmark
country: INT
publisher: press
languages: [en]
home: {base}/
kind: listing
urls: ["{base}/list/{count}"]
listing: {{item: li, link: a, title: a}}
max_articles: 500
"""


class _Site(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    pages: ClassVar[list[bytes]] = []

    def do_GET(self) -> None:
        kind, _, number = self.path.strip("/").partition("/")
        if kind == "list":
            items = "".join(
                f'<li><a href="/page/{i}">A page of news, number {i}</a></li>' for i in range(int(number))
            )
            self._send(f"<html><body><ul>{items}</ul></body></html>".encode())
        elif kind == "page":
            self._send(self.pages[int(number)])
        else:
            self._send(b"", 404)

    def _send(self, body: bytes, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
        pass


def _pages() -> list[bytes]:
    folder = SHARED / "data" / "publishers"
    if not folder.is_dir():
        return []
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    return [gzip.decompress((folder / item["file"]).read_bytes()) for item in truth.values()][:MANY]


def _cpu(command: list[str]) -> tuple[float, str]:
    """Run a command; return the CPU seconds of it and its descendants, and what it printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    # Reading processes hang below a server that outlives its parent: it comes to us, and is waited for.
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(f"{command[:4]} ended with {done.returncode}: {done.stderr[-2000:]}")
    return (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime), done.stdout


def _ours(base: str, count: int) -> tuple[float, str]:
    with tempfile.TemporaryDirectory() as temporary:
        config = Path(temporary) / "config"
        (config / "sources").mkdir(parents=True)
        (config / "languages").symlink_to(ROOT / "config" / "languages")
        crawl = "{delay: 0s, max_age: 9999d, concurrency: 16, internal_hosts: [127.0.0.1]}"
        text = f"contact: bench@example.org\ncrawl: {crawl}\n"
        (config / "settings.yml").write_text(text, encoding="utf-8")
        source = SOURCE.format(base=base, count=count)
        (config / "sources" / "bench.yml").write_text(source, encoding="utf-8")
        verb = [sys.executable, "-m", "scheduler.cli", "crawl", "bench", "--json"]
        return _cpu([*verb, "--config", str(config), "--data", temporary])


def main() -> None:
    """Print CPU ms a page for both, and their ratio."""
    _Site.pages = _pages()
    if not _Site.pages:
        print("crawl: skipped, it needs the real pages of ../shared/data/publishers")
        return
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "cannot become the parent of orphaned processes")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_address[1]}"
    many = len(_Site.pages)
    ours, peer, said = [], [], ""
    for _ in range(ROUNDS):
        few_cpu, _ = _ours(base, FEW)
        many_cpu, said = _ours(base, many)
        ours.append((many_cpu - few_cpu) / (many - FEW) * 1000)
        few_cpu, _ = _cpu([sys.executable, "-c", PEER, f"{base}/list/{FEW}"])
        many_cpu, _ = _cpu([sys.executable, "-c", PEER, f"{base}/list/{many}"])
        peer.append((many_cpu - few_cpu) / (many - FEW) * 1000)
    server.shutdown()
    report = json.loads(said.splitlines()[0])
    held = ", ".join(f"{count} × {reason}" for reason, count in report["incomplete"].items()) or "none"
    read = f"{report['articles']} read, {report['failed']} failed, held: {held}"
    print(f"crawl: {report['fetched']} pages fetched, {read}")
    print(f"  policywire crawl                  {statistics.median(ours):6.1f} ms CPU a page  {_list(ours)}")
    print(f"  Scrapy + trafilatura (precision)  {statistics.median(peer):6.1f} ms CPU a page  {_list(peer)}")
    print(f"  ratio                             {statistics.median(ours) / statistics.median(peer):6.2f}")


def _list(values: list[float]) -> str:
    return " ".join(f"{value:.1f}" for value in values)


if __name__ == "__main__":
    main()
