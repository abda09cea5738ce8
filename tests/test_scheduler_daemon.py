"""The daemon as an operator meets it: start, refusal, reload, health, stop."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import feedparser
import pytest
from fakes_daemon import RunningDaemon, write_config
from fakes_pages import PARAGRAPHS
from fakes_web import Site, rss
from waiting import PATIENCE, until

from core.clock import utcnow
from core.config import default_config_dir
from demo.newsroom import Newsroom
from storage.store import Store

SOURCE = """\
name: Quiet
country: KZ
publisher: press
languages: [en]
home: http://127.0.0.1:9/
kind: feed
urls: ["http://127.0.0.1:9/rss"]
"""


def verb(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scheduler.cli", *words]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env={**os.environ, **environment},
        check=False,
    )


def test_serves_reloads_refuses_a_second_start_and_stops_in_time(tmp_path: Path) -> None:
    config, data = write_config(tmp_path / "config", {"quiet": SOURCE}), tmp_path / "data"
    with RunningDaemon(config, data) as daemon:
        daemon.wait_for("source=quiet")
        status, health = daemon.get("/healthz")
        assert (status, json.loads(health)["healthy"]) == (200, True)
        shown = json.loads(daemon.get("/status.json")[1])
        until(lambda: json.loads(daemon.get("/status.json")[1])["sources"][0].get("outcome") == "unreachable")
        assert [source["id"] for source in shown["sources"]] == ["quiet"]
        assert "Quiet" in daemon.get("/")[1]
        until(lambda: 'policywire_polls_total{outcome="unreachable"} 1.0' in daemon.get("/metrics")[1])
        assert "policywire_worker_up 1.0" in daemon.get("/metrics")[1]

        second = verb("run", "--config", str(config), "--data", str(data), "--port", "0")
        assert second.returncode == 1
        assert "is held by another policywire daemon" in second.stderr
        assert str(daemon.process.pid) in second.stderr

        (config / "sources" / "quiet.yml").write_text(SOURCE + "wrong: 1\n", encoding="utf-8")
        daemon.wait_for("is not taken, the old one stays in force")
        assert "quiet.yml:8: wrong: unknown key" in daemon.log
        assert "wrong: unknown key" in daemon.get("/status")[1]

        (config / "sources" / "quiet.yml").write_text(SOURCE, encoding="utf-8")
        (config / "sources" / "other.yml").write_text(SOURCE.replace("Quiet", "Other"), encoding="utf-8")
        daemon.process.send_signal(signal.SIGHUP)
        daemon.wait_for("configuration reloaded: 2 sources")
        daemon.wait_for("source=other")

        started = time.monotonic()
        daemon.process.send_signal(signal.SIGTERM)
        assert daemon.process.wait(20) == 0
        assert time.monotonic() - started < 15
    assert "Traceback" not in daemon.log


def descendants(pid: int) -> list[int]:
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    children = [int(child) for path in lists for child in path.read_text().split()]
    return [*children, *(grandchild for child in children for grandchild in descendants(child))]


def test_a_worker_killed_while_it_reads_is_started_again(tmp_path: Path) -> None:
    config, data = tmp_path / "config", tmp_path / "data"
    with Newsroom(utcnow()) as newsroom:
        newsroom.write_config(config, default_config_dir())
        with RunningDaemon(config, data) as daemon:
            # The worker, its fork server and at least one reading process: it has pages in hand, or just had.
            until(lambda: len(descendants(daemon.process.pid)) >= 4)
            family = descendants(daemon.process.pid)
            os.kill(daemon.worker, signal.SIGKILL)
            daemon.wait_for("the worker ended with code -9: started again")
            until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in family))
            until(lambda: _polled(daemon) == len(newsroom.sites))
    assert daemon.process.returncode == 0


def _polled(daemon: RunningDaemon) -> int:
    shown = json.loads(daemon.get("/status.json")[1])
    return sum(1 for source in shown["sources"] if source.get("outcome") in ("ok", "unchanged"))


def test_data_folder_of_a_killed_daemon_is_free(tmp_path: Path) -> None:
    config, data = write_config(tmp_path / "config"), tmp_path / "data"
    with RunningDaemon(config, data) as daemon:
        daemon.wait_for("serving on")
        daemon.process.kill()
        daemon.process.wait()
    with RunningDaemon(config, data) as daemon:
        assert daemon.get("/healthz")[0] == 200


def test_port_in_use_is_said(tmp_path: Path) -> None:
    config = write_config(tmp_path / "config")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = verb("run", "--config", str(config), "--data", str(tmp_path / "data"), "--port", str(port))
    assert done.returncode == 1
    assert f"cannot serve on 127.0.0.1 port {port}" in done.stderr
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr


def test_empty_contact_is_refused(tmp_path: Path) -> None:
    config = write_config(tmp_path / "config")
    (config / "settings.yml").write_text("contact: ''\n", encoding="utf-8")
    for words in (["run", "--port", "0"], ["crawl", "--all"], ["worker"]):
        done = verb(*words, "--config", str(config), "--data", str(tmp_path / "data"))
        assert done.returncode == 1
        assert "settings.yml: contact: is empty" in done.stderr


@pytest.mark.parametrize(
    ("spoil", "part"),
    [
        (
            lambda data: (data / "policywire.db").write_bytes(b"this is no database, it is a text" * 200),
            "not",
        ),
        (lambda data: (data / "policywire.db").mkdir(), "policywire.db"),
    ],
)
def test_a_database_that_cannot_be_used_is_said_and_left(
    tmp_path: Path, spoil: Callable[[Path], object], part: str
) -> None:
    config, data = write_config(tmp_path / "config"), tmp_path / "data"
    data.mkdir()
    spoil(data)
    done = verb("run", "--config", str(config), "--data", str(data), "--port", "0")
    assert done.returncode == 1
    assert "policywire.db" in done.stderr
    assert part in done.stderr
    assert "Traceback" not in done.stderr
    assert (data / "policywire.db").exists()


def test_all_config_problems_stop_the_start(tmp_path: Path) -> None:
    config = write_config(tmp_path / "config", {"a": "kind: telegram\n", "b": "name: [\n"})
    done = verb("run", "--config", str(config), "--data", str(tmp_path / "data"), "--port", "0")
    assert done.returncode == 1
    assert "a.yml:1: kind: " in done.stderr
    assert "b.yml:2: not valid YAML" in done.stderr
    assert not (tmp_path / "data").exists()


PAGE = """<html lang="en"><head><title>{title}</title></head><body><article><h1>{title}</h1>
<time datetime="{date}">today</time><p>The foreign minister of Kazakhstan received the foreign minister of
Uzbekistan in Astana. {words}</p></article></body></html>"""


def a_page(number: int) -> str:
    """Return a page unlike the others: one that shares its words counts as a copy."""
    words = random.Random(number).choices(" ".join(PARAGRAPHS).split(), k=150)
    title = f"Kazakhstan and Uzbekistan hold talks, part {number}"
    return PAGE.format(title=title, date=utcnow().date().isoformat(), words=" ".join(words))


def _asked_beyond(site: Site, count: int) -> bool:
    return len(site.paths()) > count


def test_a_daemon_killed_in_the_middle_of_a_crawl_loses_nothing_and_repeats_nothing(
    tmp_path: Path,
) -> None:
    data = tmp_path / "data"
    with Site() as site:
        names = [f"/{number}" for number in range(1, 9)]
        for number, name in enumerate(names, 1):
            site.put(name, a_page(number), takes=0.2)
        feed = rss(*((site.url(name), f"Talks {name}") for name in names))
        site.put("/feed", feed, content_type="application/xml")
        text = SOURCE.replace("http://127.0.0.1:9/rss", site.url("/feed"))
        config = write_config(tmp_path / "config", {"quiet": text})
        for _ in range(2):
            with RunningDaemon(config, data) as daemon:
                asked = len(site.paths())
                until(partial(_asked_beyond, site, asked + 3))
                daemon.process.kill()
                daemon.process.wait()
        with RunningDaemon(config, data) as daemon, Store.open(data / "policywire.db") as store:
            until(lambda: store.counts()["articles"] == len(names))
            until(lambda: len(_entries(daemon)) == len(names))
            assert sorted(_entries(daemon)) == sorted(site.url(name) for name in names)
            assert len(store.source_states()) == 1


def _entries(daemon: RunningDaemon) -> list[str]:
    status, feed = daemon.get("/feeds/central-asia.rss")
    return [entry.link for entry in feedparser.parse(feed).entries] if status == 200 else []
