"""kill -9 of the sending process at random moments: what comes twice, what is lost; CPU a webhook.

    python -m benchmarks.push_kills --rounds 100

Three webhooks on loopback that take their time. Each round starts the sending process and kills it in the
middle of its work; the last one is left alone. Twice: an id that a receiver got more than once. Lost: what
counts as sent and never arrived, or is neither sent nor among the dead letters. The peer of the CPU is a loop
over `http.client` with the same bodies.
"""

import argparse
import http.client
import json
import random
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from core.article import Article, Batch
from core.clock import utcnow
from core.config import DataDir
from core.match import Match
from publisher.push.payload import delivery_id
from publisher.push.targets import target_of, targets
from scheduler.config import Config, load_config
from storage.records.delivery import Audience, Pushing
from storage.records.publication import Cursor, EntryDraft
from storage.store import Store

TARGETS = 3
BATCH = 20
COSTED = 600


class Receiver(ThreadingHTTPServer):
    """Counts what it is sent by path and id; each answer takes up to `slowest` seconds."""

    daemon_threads = True
    request_queue_size = 100

    def __init__(self) -> None:
        self.got: Counter[tuple[str, str]] = Counter()
        self.bodies: list[bytes] = []
        self.slowest = 0.3
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got[self.path, self.headers.get("webhook-id", "")] += 1
                receiver.bodies.append(body)
                time.sleep(random.random() * receiver.slowest)
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

            def handle(self) -> None:
                try:
                    super().handle()
                except ConnectionError:
                    return

        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()


def _config(folder: Path, receiver: Receiver) -> Config:
    address = f"http://127.0.0.1:{receiver.server_address[1]}"
    hooks = [
        {"name": f"desk-{number}", "url": f"{address}/{number}", "secret": "s" * 32}
        for number in range(TARGETS)
    ]
    folder.mkdir()
    settings = {"contact": "bench@example.org", "log": {"level": "error"}, "push": {"webhooks": hooks}}
    (folder / "settings.yml").write_text(json.dumps(settings), encoding="utf-8")
    return load_config(folder)


def _fill(store: Store, config: Config, first: int, count: int) -> None:
    """Put new entries into the outbox of all targets, as the publish loop does."""
    now = utcnow()
    numbers = range(first, first + count)
    store.keep(Batch(source="bench", articles=tuple(map(_article, numbers))), now=now)
    ids = {number: store.articles_at(f"https://bench.example/{number}")[0] for number in numbers}
    match = Match(
        watchlist="bench",
        matched=True,
        score=0.9,
        language="en",
        states=("KZ",),
        why="It names a minister.",
        sentence="The minister met.",
        evidence=(),
    )
    drafts = []
    for number, id_ in ids.items():
        stored = store.article(id_)
        assert stored is not None
        drafts.append(
            EntryDraft(
                id=f"urn:{number}",
                kind="statement",
                watchlist="bench",
                story=stored.story,
                article=id_,
                revision=0,
                created=now,
            )
        )
    audience = tuple(
        Audience(target=target_of(one), revisions=False) for one in config.settings.push.followers
    )
    store.publish(
        "bench",
        Cursor(seq=store.last_seq(), digest="bench"),
        matches=[(id_, match) for id_ in ids.values()],
        drafts=drafts,
        pushing=Pushing(audience=audience, oldest=now - config.settings.push.max_age, now=now),
    )


def _article(number: int) -> Article:
    draw = random.Random(number)
    words = " ".join(f"word{draw.randrange(50_000)}" for _ in range(120))
    return Article(
        source="bench",
        url=f"https://bench.example/{number}",
        language="en",
        authors=(),
        canonical_url=f"https://bench.example/{number}",
        title=f"Statement {number}",
        text=words,
        published=None,
        fetched_at=utcnow(),
    )


def _start(folder: Path, data: DataDir) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "scheduler.cli", "push", "send"]
    return subprocess.Popen(
        [*command, "--config", str(folder), "--data", str(data.path)], stdout=subprocess.DEVNULL
    )


def _kill_in_the_middle(receiver: Receiver, folder: Path, data: DataDir) -> None:
    before = receiver.got.total()
    process = _start(folder, data)
    while receiver.got.total() == before and process.poll() is None:
        time.sleep(0.002)
    time.sleep(random.random() * 0.5)
    process.kill()
    process.wait()


def _cost(receiver: Receiver, folder: Path, data: DataDir) -> tuple[float, float]:
    """Return CPU milliseconds a webhook: ours with start-up taken out, and the bare loop's."""
    receiver.slowest = 0.0

    def children() -> float:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime

    began = children()
    _start(folder, data).wait()
    whole = children() - began
    began = children()
    _start(folder, data).wait()
    empty = children() - began
    bodies = receiver.bodies[-COSTED:]
    thread = time.thread_time()
    for body in bodies:
        connection = http.client.HTTPConnection("127.0.0.1", receiver.server_address[1])
        connection.request("POST", "/peer", body=body, headers={"Content-Type": "application/json"})
        connection.getresponse().read()
        connection.close()
    bare = time.thread_time() - thread
    return 1000 * (whole - empty) / COSTED, 1000 * bare / len(bodies)


def main() -> None:
    """Kill, count, and say what a webhook costs."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=20)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as name:
        folder, data = Path(name) / "config", DataDir(path=Path(name) / "data")
        data.path.mkdir()
        receiver = Receiver()
        config = _config(folder, receiver)
        with Store.open(data.database) as store:
            store.keep_targets(targets(config.settings).values(), now=utcnow())
            for number in range(rounds):
                _fill(store, config, number * BATCH, BATCH)
                _kill_in_the_middle(receiver, folder, data)
            # A process begins nothing new after two minutes: the daemon starts another one.
            while store.due_targets(now=utcnow()):
                _start(folder, data).wait()
            made = rounds * BATCH * TARGETS
            dead = store.deliveries(state="dead", limit=made)
            sent = store.deliveries(state="sent", limit=made)
            ids = {id_ for _, id_ in receiver.got}
            twice = sum(1 for count in receiver.got.values() if count > 1)
            lost = sum(1 for one in sent if delivery_id(one.target, one.subject) not in ids)
            lost += made - len(sent) - len(dead)
            print(f"{rounds} kills, {made} webhooks: {len(sent)} sent, {len(dead)} cut off and told as dead")
            print(f"arrived twice: {twice}; lost: {lost}")
            _fill(store, config, rounds * BATCH, COSTED // TARGETS)
        ours, bare = _cost(receiver, folder, data)
        print(f"CPU a webhook: {ours:.2f} ms; a bare http.client loop {bare:.2f} ms; ratio {ours / bare:.1f}")
        if twice or lost:
            sys.exit("a webhook came twice, or was lost")


if __name__ == "__main__":
    main()
