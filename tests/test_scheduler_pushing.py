"""A daemon that pushes what it publishes, past a target that hangs, which holds up neither feed nor end."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import feedparser
from fakes_daemon import RunningDaemon, write_config
from fakes_pages import PARAGRAPHS
from fakes_push import SECRET
from fakes_web import Site, rss
from waiting import until

from core.clock import utcnow
from core.config import default_config_dir
from storage.store import Store

SOURCE = """\
name: Quiet
country: KZ
publisher: press
languages: [en]
home: http://127.0.0.1:9/
kind: feed
urls: ["FEED"]
"""
PAGE = """<html lang="en"><head><title>Kazakhstan and Uzbekistan hold talks</title></head><body><article>
<h1>Kazakhstan and Uzbekistan hold talks</h1><time datetime="{date}">today</time>
<p>The foreign minister of Kazakhstan received the foreign minister of Uzbekistan in Astana.</p>{text}
</article></body></html>"""


def nothing_is_lost_by_hand(config: Path, data: Path, daemon: RunningDaemon) -> None:
    """Publish and crawl beside the daemon as one does who forgets, or mistakes, its options."""
    publish = [sys.executable, "-m", "scheduler.cli", "publish", "--data", str(data)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("POLICYWIRE_")}

    def by_hand(*words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [*publish, *words], capture_output=True, text=True, env=environment, check=False
        )

    forgotten = by_hand()
    assert forgotten.returncode == 0, forgotten.stderr
    other = default_config_dir()
    mistaken = by_hand("--config", str(other))
    assert mistaken.returncode == 1
    assert str(config) in mistaken.stderr and str(other) in mistaken.stderr
    with Store.open(data / "policywire.db") as store:
        assert [state.id for state in store.source_states()] == ["quiet"]
        assert [one.gone for one in store.outbox().targets] == [None, None]
        # Whatever it is that has told the store otherwise: SIGHUP mends it.
        store.sync_sources(["another"], now=utcnow())
        store.keep_targets([], now=utcnow())
        daemon.process.send_signal(signal.SIGHUP)
        until(lambda: [state.id for state in store.source_states()] == ["quiet"])
        until(lambda: [one.gone for one in store.outbox().targets] == [None, None])


def test_what_is_published_is_pushed(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with Site() as site:
        text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
        site.put("/1", PAGE.format(date=utcnow().date().isoformat(), text=text))
        site.put("/feed", rss((site.url("/1"), "Talks")), content_type="application/xml")
        site.put("/well", "fine")
        site.put("/hangs", "fine", takes=60)
        config = write_config(tmp_path / "config", {"quiet": SOURCE.replace("FEED", site.url("/feed"))})
        hooks = [{"name": name, "url": site.url(f"/{name}"), "secret": SECRET} for name in ("well", "hangs")]
        push = json.dumps({"webhooks": hooks, "hub": True})
        settings = (config / "settings.yml").read_text(encoding="utf-8")
        (config / "settings.yml").write_text(f"{settings}push: {push}\n", encoding="utf-8")
        with RunningDaemon(config, data) as daemon:
            until(lambda: {"/well", "/hangs"} <= set(site.paths()))
            told = [json.loads(asked.body) for asked in site.asked if asked.path == "/well"]
            # Many watchlists show it; it is one story, and told once.
            (one,) = told
            assert one["data"]["title"] == "Kazakhstan and Uzbekistan hold talks"
            assert {"central-asia", "kazakhstan", "uzbekistan"} <= set(one["data"]["watchlists"])
            feed = feedparser.parse(daemon.get("/feeds/central-asia.rss")[1])
            assert len(feed.entries) == 1
            assert {link.rel: link.href for link in feed.feed.links}["hub"] == f"{daemon.address}/hub"
            until(
                lambda: (
                    'policywire_deliveries_total{kind="webhook",outcome="sent"} 1.0'
                    in daemon.get("/metrics")[1]
                )
            )
            shown = {one["target"]: one for one in json.loads(daemon.get("/status.json")[1])["push"]}
            assert shown["webhook:hangs"]["waiting"] == 1
            nothing_is_lost_by_hand(config, data, daemon)
            daemon.process.send_signal(signal.SIGTERM)
            # Less than the target hangs: the daemon does not wait for it.
            assert daemon.process.wait(40) == 0
            assert "Traceback" not in daemon.log
    with Store.open(data / "policywire.db", read_only=True) as store:
        states = {one.target: one.state for one in store.deliveries(kind="webhook", limit=9)}
    # Cut off by the end of the daemon, it is for the next start to say so.
    assert states["webhook:well"] == "sent"
    assert states["webhook:hangs"] in ("sending", "waiting")
