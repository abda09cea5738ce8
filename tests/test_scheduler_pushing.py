"""A daemon that pushes what it publishes, past a target that hangs, which holds up neither feed nor end."""

import json
import signal
from pathlib import Path

import feedparser
from fakes_daemon import RunningDaemon, write_config
from fakes_pages import PARAGRAPHS
from fakes_push import SECRET
from fakes_web import Site, rss
from waiting import until

from core.clock import utcnow
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
            daemon.process.send_signal(signal.SIGTERM)
            # Less than the target hangs: the daemon does not wait for it.
            assert daemon.process.wait(40) == 0
            assert "Traceback" not in daemon.log
    with Store.open(data / "policywire.db", read_only=True) as store:
        states = {one.target: one.state for one in store.deliveries(kind="webhook", limit=9)}
    # Cut off by the end of the daemon, it is for the next start to say so.
    assert states["webhook:well"] == "sent"
    assert states["webhook:hangs"] in ("sending", "waiting")
