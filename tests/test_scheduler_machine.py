"""What the machine does to the daemon: clocks, limits, full disks, supervisors."""

import json
import os
import resource
import signal
import socket
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fakes_daemon import RunningDaemon, write_config
from fakes_web import Site, page, rss
from waiting import PATIENCE, until

from core.article import Batch, Outcome, PollReport
from scheduler.clockwatch import ClockWatch
from scheduler.notify import Notifier
from storage.store import Store

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SOURCE = """\
name: Small
country: KZ
publisher: press
languages: [en]
home: {base}/
kind: feed
urls: ["{base}/feed"]
"""


def a_site(site: Site) -> str:
    site.put("/a", page("An article", "Words. " * 50))
    site.put("/feed", rss((site.url("/a"), "An article")), content_type="application/xml")
    return SOURCE.format(base=site.base)


def outcome(daemon: RunningDaemon) -> str | None:
    source: dict[str, str | None] = json.loads(daemon.get("/status.json")[1])["sources"][0]
    return source.get("outcome")


def test_a_clock_that_is_set_or_a_machine_that_slept_is_noticed() -> None:
    watch = ClockWatch(NOW, 100.0)
    assert watch.step(NOW + timedelta(seconds=1), 101.0) is None
    assert watch.step(NOW + timedelta(hours=8), 102.0) == timedelta(hours=8) - timedelta(seconds=2)
    assert watch.step(NOW + timedelta(hours=8, seconds=1), 103.0) is None
    assert watch.step(NOW, 104.0) == -timedelta(hours=8, seconds=2)


def test_a_source_polled_in_the_future_is_due_again(tmp_path: Path) -> None:
    later = NOW + timedelta(days=400)
    with Store.open(tmp_path / "p.db") as store:
        store.sync_sources(["early", "late"], now=NOW)
        for id_, at in (("early", NOW), ("late", later)):
            report = PollReport(source=id_, started=at, finished=at, outcome=Outcome.OK)
            store.keep(Batch(source=id_, report=report), now=at, due=at + timedelta(minutes=30))
        store.claim_due(now=later + timedelta(hours=1), limit=5, until=later + timedelta(hours=2))
        assert store.mend_times(now=NOW, latest_claim=NOW + timedelta(minutes=20)) == 1
        assert store.claim_due(now=NOW, limit=5, until=NOW) == ["late"]
        assert store.mend_times(now=NOW, latest_claim=NOW + timedelta(minutes=20)) == 0


def test_a_daemon_whose_clock_was_set_back_polls_on(tmp_path: Path) -> None:
    data = tmp_path / "data"
    later = datetime.now(UTC) + timedelta(days=30)
    with Store.open(data / "policywire.db") as store:
        store.sync_sources(["small"], now=later)
        report = PollReport(source="small", started=later, finished=later, outcome=Outcome.REFUSED)
        store.keep(Batch(source="small", report=report), now=later, due=later + timedelta(hours=1))
    with Site() as site:
        config = write_config(tmp_path / "config", {"small": a_site(site)})
        with RunningDaemon(config, data) as daemon:
            daemon.wait_for("1 sources were last polled in what is now the future")
            until(lambda: outcome(daemon) == "ok")


def test_summer_time_changes_nothing(tmp_path: Path) -> None:
    # 29 March 2026, 01:00 UTC: clocks in Berlin jump from 02:00 to 03:00; an hour before and after, in UTC.
    program = """
import time; time.tzset()
from datetime import UTC, datetime, timedelta
from core.article import Outcome, PollReport
from core.clock import from_iso, to_iso
at = datetime(2026, 3, 29, 0, 45, tzinfo=UTC)
print(to_iso(from_iso(to_iso(at.astimezone())) + timedelta(minutes=30)))
"""
    for zone in ("Europe/Berlin", "UTC", "Asia/Almaty"):
        done = subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "TZ": zone},
        )
        assert done.stdout.strip() == "2026-03-29T01:15:00.000000+00:00"


def test_the_supervisor_hears_of_start_reload_life_and_end(tmp_path: Path) -> None:
    config = write_config(tmp_path / "config")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as hears:
        hears.bind(str(tmp_path / "notify"))
        hears.settimeout(PATIENCE)
        heard: list[str] = []

        def wait_for(word: str) -> None:
            while not any(word in message for message in heard):
                heard.append(hears.recv(4096).decode())

        with RunningDaemon(config, tmp_path / "data", NOTIFY_SOCKET=str(tmp_path / "notify")) as daemon:
            wait_for("READY=1\nSTATUS=serving on http://127.0.0.1:")
            wait_for("WATCHDOG=1")
            heard.clear()
            (config / "settings.yml").write_text("contact: other@example.org\n", encoding="utf-8")
            daemon.process.send_signal(signal.SIGHUP)
            wait_for("RELOADING=1\nMONOTONIC_USEC=")
            wait_for("READY=1")
            daemon.process.send_signal(signal.SIGTERM)
            wait_for("STOPPING=1")
            assert daemon.process.wait(PATIENCE) == 0


def test_a_supervisor_that_is_gone_is_no_fault(tmp_path: Path) -> None:
    Notifier(None).ready("no supervisor")
    Notifier(str(tmp_path / "nobody")).alive("fine")
    Notifier("@policywire-nobody").stopping()


def test_few_open_files_are_said_and_survived(tmp_path: Path) -> None:
    with Site() as site:
        config = write_config(tmp_path / "config", {"small": a_site(site)})
        limits = {resource.RLIMIT_NOFILE: (60, 80)}
        with RunningDaemon(config, tmp_path / "data", limits=limits) as daemon:
            daemon.wait_for("only 80 files may be open at once, 96 are wanted")
            until(lambda: outcome(daemon) == "ok")
            assert daemon.get("/readyz")[0] == 200


def test_a_disk_that_is_full_is_said_and_nothing_is_lost(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with Site() as site:
        text = a_site(site)
        config = write_config(tmp_path / "config", {"small": text})
        with RunningDaemon(config, data) as daemon:
            until(lambda: outcome(daemon) == "ok")
            site.put("/b", page("Another", "More words. " * 40_000))
            feed = rss((site.url("/b"), "Another"), (site.url("/a"), "An article"))
            site.put("/feed", feed, content_type="application/xml")
            # Its files may not grow beyond this: writing fails as on a full disk, for whoever runs the tests.
            resource.prlimit(daemon.worker, resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))
            with Store.open(data / "policywire.db") as store:
                store.make_due(None, now=datetime.now(UTC))
            daemon.wait_for("their claims run out by themselves")
            assert "what was stored before is safe" in daemon.log or "the disk is full" in daemon.log
            assert daemon.get("/healthz")[0] == 200
            assert "Traceback" not in daemon.log
    with Store.open(data / "policywire.db") as store:
        assert store.counts()["articles"] == 1
        store.release()


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    config = write_config(tmp_path / "config")
    # No user may write there, root neither.
    command = [
        sys.executable,
        "-m",
        "scheduler.cli",
        "run",
        "--config",
        str(config),
        "--data",
        "/proc/nowhere",
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 1
    assert "the data folder /proc/nowhere cannot be written" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_of_a_newer_policywire_stops_the_start_and_is_left(tmp_path: Path) -> None:
    config, path = write_config(tmp_path / "config"), tmp_path / "data" / "policywire.db"
    Store.open(path).close()
    with sqlite3.connect(path) as db:
        db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES (?, ?, ?)",
            ["policywire", "m999_tomorrow", "2027-01-01"],
        )
    db.close()
    command = [
        sys.executable,
        "-m",
        "scheduler.cli",
        "run",
        "--config",
        str(config),
        "--data",
        str(path.parent),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 1
    assert "the schema is that of a newer policywire (unknown here: m999_tomorrow)" in done.stderr
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT 1 FROM _sqlite_migrations WHERE name = 'm999_tomorrow'").fetchone()
    db.close()


def test_stopping_in_the_middle_of_polls_gives_back_what_is_held(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with Site() as site:
        text = a_site(site)
        site.put(
            "/feed", rss((site.url("/a"), "An article")), content_type="application/xml", takes=2 * PATIENCE
        )
        config = write_config(tmp_path / "config", {"small": text})
        with RunningDaemon(config, data) as daemon:
            until(lambda: "/feed" in site.paths())
            daemon.process.send_signal(signal.SIGTERM)
            assert daemon.process.wait(PATIENCE) == 0
    with Store.open(data / "policywire.db") as store:
        (state,) = store.source_states()
        assert (state.claimed_until, state.polls) == (None, 0)
