"""From polls that fail to operators who know: judged, grouped, in their feed and at their webhook, once."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import feedparser
from fakes_daemon import write_config
from fakes_push import draft, follow, open_store, push
from fakes_storage import NOW as DATE
from fakes_web import Site
from waiting import PATIENCE, until

from core.article import Batch, Outcome, PollReport
from core.config import DataDir
from core.push import PushSettings
from publisher.push.messages import alert_text
from publisher.push.targets import alert_addresses
from scheduler.care import Caretaker
from scheduler.config import Config, load_config
from storage.records.delivery import Failure
from storage.records.health import Alert, AlertGroup
from storage.store import Store

# Earlier than today: what was due then is due now.
NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SOURCE = """\
name: Ministry & Sons
country: KZ
publisher: official
languages: [en]
home: http://127.0.0.1:9/
kind: feed
urls: ["http://127.0.0.1:9/rss"]
"""


def fail(store: Store, source: str, at: datetime) -> None:
    report = PollReport(source=source, started=at, finished=at, outcome=Outcome.REFUSED, error="it says 403")
    store.keep(Batch(source=source, report=report), now=at, due=at + timedelta(days=9))


def a_config(tmp_path: Path, *targets: str) -> Config:
    folder = write_config(tmp_path / "config", {"kz-mfa": SOURCE, "kz-other": SOURCE})
    listed = json.dumps(list(targets))
    (folder / "settings.yml").write_text(
        f"contact: a@example.org\nalerts: {{targets: {listed}, wait: 5m}}\n", encoding="utf-8"
    )
    return load_config(folder, watchlists=False)


def policywire(tmp_path: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scheduler.cli", *words]
    environment = {
        **os.environ,
        "POLICYWIRE_CONFIG": str(tmp_path / "config"),
        "POLICYWIRE_DATA": str(tmp_path / "data"),
    }
    return subprocess.run(
        command, capture_output=True, text=True, timeout=PATIENCE, env=environment, check=False
    )


def test_two_refusals_come_to_the_feed_and_to_the_webhook_once(tmp_path: Path) -> None:
    data = DataDir(path=tmp_path / "data")
    with Site() as site, Store.open(data.database) as store:
        site.put("/hook", "fine")
        target = site.url("/hook?token=s3cret").replace("http", "json")
        config = a_config(tmp_path, target, "json://127.0.0.1:9/nobody")
        store.sync_sources(config.enabled.keys(), now=NOW)
        caretaker = Caretaker(config, store, data, base_url="http://feeds.example")
        awake = NOW - timedelta(hours=9)
        for number in range(2):
            fail(store, "kz-mfa", NOW + number * MINUTE)
        caretaker.look(now=NOW + MINUTE, awake=NOW, faults=())
        assert not store.due_targets(now=NOW + MINUTE)
        caretaker.look(now=NOW + 7 * MINUTE, awake=awake, faults=("the disk is full",))
        assert len(store.due_targets(now=NOW + 7 * MINUTE)) == 2

        feed = feedparser.parse((data.feeds / "operators.rss").read_bytes())
        (entry,) = feed.entries
        assert "Ministry & Sons: refused" in entry.title
        assert "2 polls in a row failed: it says 403" in entry.content[0].value
        again = Caretaker(config, store, data, base_url="http://feeds.example")
        assert feedparser.parse((data.feeds / "operators.rss").read_bytes()).entries[0].id == entry.id
        again.look(now=NOW + 8 * MINUTE, awake=awake, faults=("the disk is full",))

        for _ in range(2):
            done = policywire(tmp_path, "push", "send")
        assert "s3cret" not in done.stderr + done.stdout
        hooked = [json.loads(asked.body) for asked in site.asked if asked.path.startswith("/hook")]
        assert [told["title"] for told in hooked] == ["policywire: 1 late, 1 refused"]
        assert (
            "kz-mfa (Ministry & Sons), was well: 2 polls in a row failed: it says 403" in hooked[0]["message"]
        )
        states = {one.state for one in store.deliveries(kind="alert", limit=9)}
        assert states == {"sent", "waiting"}
        listed = policywire(tmp_path, "alerts", "list")
        assert "kz-mfa" in listed.stdout
        assert "s3cret" not in listed.stdout


def test_a_sender_that_is_killed_tells_nothing_twice(tmp_path: Path) -> None:
    data = DataDir(path=tmp_path / "data")
    with Site() as site, Store.open(data.database) as store:
        site.put("/hook", "fine", takes=3)
        config = a_config(tmp_path, site.url("/hook").replace("http", "json"))
        store.keep_health({"kz-mfa": ("refused", "403")}, now=NOW)
        store.close_group(now=NOW + 9 * MINUTE, wait=MINUTE, targets=alert_addresses(config.settings).keys())
        command = [sys.executable, "-m", "scheduler.cli", "push", "send"]
        places = ["--config", str(tmp_path / "config"), "--data", str(data.path)]
        sender = subprocess.Popen([*command, *places], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until(lambda: site.asked)
        sender.send_signal(signal.SIGKILL)
        sender.wait()
        assert policywire(tmp_path, "push", "send").stdout == "0 sent, 0 failed, 0 dead, 0 dropped\n"
        assert len(site.asked) == 1


def test_no_target_is_said_and_settings_hide_theirs(tmp_path: Path) -> None:
    a_config(tmp_path)
    done = policywire(tmp_path, "push", "test", "alerts")
    assert done.returncode == 1
    assert "POLICYWIRE_ALERTS_TARGETS" in done.stderr
    with Site() as site:
        site.put("/hook", "fine")
        (tmp_path / "config" / "settings.yml").unlink()
        hidden = site.url("/hook").replace("http://", "json://user:pa55word@")
        (tmp_path / "config" / "settings.yml").write_text(
            f"alerts: {{targets: ['{hidden}']}}\n", encoding="utf-8"
        )
        shown = policywire(tmp_path, "config").stdout
        assert "pa55word" not in shown
        assert "**********" in shown
        done = policywire(tmp_path, "push", "test", "alerts")
        assert done.returncode == 0, done.stderr
        assert "sent" in done.stdout
        assert "pa55word" not in done.stdout + done.stderr


def test_a_source_can_be_snoozed_and_shown(tmp_path: Path) -> None:
    a_config(tmp_path)
    with Store.open(tmp_path / "data" / "policywire.db") as store:
        store.sync_sources(["kz-mfa"], now=NOW)
        fail(store, "kz-mfa", NOW)
        store.keep_health({"kz-mfa": ("refused", "it says 403")}, now=NOW)
    assert policywire(tmp_path, "sources", "snooze", "kz-mfa").returncode == 2
    done = policywire(tmp_path, "sources", "snooze", "kz-mfa", "--for", "3d")
    assert done.returncode == 0, done.stderr
    shown = policywire(tmp_path, "sources", "show", "kz-mfa").stdout
    assert "# health: refused since 11-02 12:00:00: it says 403" in shown
    assert "# snoozed until" in shown
    as_json = json.loads(policywire(tmp_path, "sources", "show", "kz-mfa", "--json").stdout)
    assert as_json["health"]["klass"] == "refused"
    assert as_json["polls"][0]["error"] == "it says 403"
    status = json.loads(policywire(tmp_path, "status", "--json").stdout)
    assert status["sources"][0]["health"]["class"] == "refused"


def test_a_large_group_is_one_short_message() -> None:
    alerts = tuple(
        Alert(source=f"s{number}", was="well", became="late", reason="overdue", at=NOW)
        for number in range(130)
    )
    title, body = alert_text(AlertGroup(number=1, alerts=alerts), {})
    assert title == "policywire: 130 late"
    assert len(body.splitlines()) == 17
    assert "and 115 more" in body


def test_a_target_with_new_dead_letters_is_told_as_a_sick_source(tmp_path: Path) -> None:
    data = DataDir(path=tmp_path / "data")
    data.path.mkdir()
    config = a_config(tmp_path, "json://127.0.0.1:9/nobody")
    hook = {"name": "desk", "url": "http://127.0.0.1:9/", "secret": "s" * 16}
    settings = config.settings.model_copy(update={"push": PushSettings.model_validate({"webhooks": [hook]})})
    config = replace(config, settings=settings)
    with open_store(data.path) as store:
        to = follow(store, settings, since=DATE)
        push(store, draft(1), to=to, now=DATE)
        caretaker = Caretaker(config, store, data, base_url="http://feeds.example")
        caretaker.look(now=DATE, awake=DATE, faults=())
        taken = store.take_delivery("webhook:desk", now=DATE)
        assert taken is not None
        store.not_delivered(
            taken, Failure(error="it says 410", retry_at=None), give_up=timedelta(days=1), now=DATE
        )
        caretaker.look(now=DATE + MINUTE, awake=DATE, faults=())
        caretaker.look(now=DATE + 7 * MINUTE, awake=DATE, faults=())
        (group,) = store.alert_groups(limit=9)
        (alert,) = group.alerts
        assert (alert.source, alert.became) == ("push:webhook:desk", "failing")
        assert "push dead" in alert.reason and "it says 410" in alert.reason
        assert alert_text(group, {})[1].startswith("Failing:\n- push:webhook:desk, was well")
        # A day later without another one it counts as well again.
        later = DATE + timedelta(days=2)
        caretaker.look(now=later, awake=DATE, faults=())
        assert store.health()["push:webhook:desk"].klass == "well"
