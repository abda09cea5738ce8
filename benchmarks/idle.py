"""CPU of a poll that finds nothing new (304): ours through the store, beside one bare Scrapy spider.

500 feeds on 50 loopback hosts. Both run in processes of their own; what is counted is their CPU between the
first and the last request, starting and the first full pass left out. Rounds alternate, so that both meet
the same other load. "one by one" polls each source in a batch of its own, as an idle daemon does.
"""

import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOSTS, FEEDS, ROUNDS = 50, 10, 3

SERVER = """
import asyncio, sys
DATE = "<pubDate>Mon, 01 Jan 2001 00:00:00 GMT</pubDate>"
ITEM = f"<item><title>Old</title><link>http://old.example/a</link>{DATE}</item>"
FEED = f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{ITEM}</channel></rss>'.encode()
OK = b"HTTP/1.1 200 OK\\r\\nContent-Type: application/rss+xml\\r\\nETag: \\"1\\"\\r\\n"
async def talk(reader, writer):
    try:
        while head := await reader.readuntil(b"\\r\\n\\r\\n"):
            if b"robots.txt" in head[:40]:
                writer.write(b"HTTP/1.1 404 Not Found\\r\\nContent-Length: 0\\r\\n\\r\\n")
            elif b"If-None-Match" in head:
                writer.write(b"HTTP/1.1 304 Not Modified\\r\\nETag: \\"1\\"\\r\\n\\r\\n")
            else:
                writer.write(OK + b"Content-Length: %d\\r\\n\\r\\n" % len(FEED) + FEED)
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()
async def main():
    servers = [await asyncio.start_server(talk, "127.0.0.1", 0) for _ in range(int(sys.argv[1]))]
    print(*(server.sockets[0].getsockname()[1] for server in servers), flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""

PEER = """
import sys, time, scrapy
from scrapy.crawler import CrawlerProcess
class Peer(scrapy.Spider):
    name = "peer"
    async def start(self):
        started.append(time.process_time())
        for url in sys.stdin.read().split():
            yield scrapy.Request(url, headers={"If-None-Match": '"1"'}, callback=self.parse)
    def parse(self, response):
        self.crawler.stats.inc_value(f"got/{response.status}")
started = []
process = CrawlerProcess({
    "TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False, "LOG_ENABLED": False,
    "HTTPERROR_ALLOWED_CODES": [304], "CONCURRENT_REQUESTS": 16, "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
})
crawler = process.create_crawler(Peer)
process.crawl(crawler)
process.start()
print(crawler.stats.get_value("got/304"), time.process_time() - started[0])
"""

SOURCE = """\
name: Idle
country: INT
publisher: press
languages: [en]
home: {url}
kind: feed
urls: ["{url}"]
may_be_empty: true
"""


def poll(config_dir: Path, data: Path, batch: int) -> None:
    """Poll all sources twice; print how many were unchanged the second time, and the CPU that this took."""
    import time

    from core.article import Outcome, PollReport
    from core.clock import utcnow
    from crawler.crawl import run_on_reactor
    from scheduler.config import load_config
    from scheduler.jobs import Ingest
    from storage.store import Store

    config = load_config(config_dir, watchlists=False)
    ids = list(config.enabled)

    async def main() -> None:
        with Store.open(data / "policywire.db") as store:
            store.sync_sources(ids, now=utcnow())
            ingest = Ingest(config, store, data / "samples")
            await ingest.crawl(ids)
            await ingest.rest(unused=0)
            reports: list[PollReport] = []
            began = time.process_time()
            for first in range(0, len(ids), batch):
                reports += await ingest.crawl(ids[first : first + batch])
            took = time.process_time() - began
            await ingest.close()
        print(sum(report.outcome is Outcome.UNCHANGED for report in reports), took)

    run_on_reactor(main)


def _write_config(folder: Path, urls: list[str]) -> None:
    (folder / "sources").mkdir(parents=True)
    (folder / "languages").symlink_to(ROOT / "config" / "languages")
    crawl = "{delay: 0s, internal_hosts: [127.0.0.1]}"
    text = f"contact: bench@example.org\ncrawl: {crawl}\nlog: {{level: error}}\n"
    (folder / "settings.yml").write_text(text, encoding="utf-8")
    for number, url in enumerate(urls):
        (folder / "sources" / f"idle-{number}.yml").write_text(SOURCE.format(url=url), encoding="utf-8")


def _cpu(command: list[str], urls: list[str]) -> float:
    """Run one side; return CPU ms a poll. Raises SystemExit unless every poll was a 304."""
    done = subprocess.run(
        command, input="\n".join(urls), capture_output=True, text=True, cwd=ROOT, check=False
    )
    said = done.stdout.split()
    if done.returncode or said[:1] != [str(len(urls))]:
        raise SystemExit(f"{command[1:3]} ended with {done.returncode}: {done.stdout} {done.stderr[-2000:]}")
    return float(said[1]) / len(urls) * 1000


def main() -> None:
    """Print CPU ms a poll for both, and their ratio."""
    server = subprocess.Popen([sys.executable, "-c", SERVER, str(HOSTS)], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    ports = server.stdout.readline().split()
    urls = [f"http://127.0.0.1:{port}/feed/{number}" for port in ports for number in range(FEEDS)]
    sides: dict[str, list[float]] = {"policywire": [], "policywire, one by one": [], "bare Scrapy": []}
    try:
        for _ in range(ROUNDS):
            for name, batch in (("policywire", 50), ("policywire, one by one", 1)):
                with tempfile.TemporaryDirectory() as temporary:
                    _write_config(Path(temporary) / "config", urls)
                    place = f"Path({temporary!r})"
                    run = f"from benchmarks.idle import *; poll({place} / 'config', {place}, {batch})"
                    sides[name].append(_cpu([sys.executable, "-c", run], urls))
            sides["bare Scrapy"].append(_cpu([sys.executable, "-c", PEER], urls))
    finally:
        server.terminate()
    print(f"idle: {len(urls)} polls of {HOSTS} hosts, all answered 304")
    floor = statistics.median(sides["bare Scrapy"])
    for name, values in sides.items():
        median = statistics.median(values)
        rounds = " ".join(f"{value:.2f}" for value in values)
        print(f"  {name:24} {median:6.2f} ms CPU a poll  ratio {median / floor:.2f}  ({rounds})")


if __name__ == "__main__":
    main()
