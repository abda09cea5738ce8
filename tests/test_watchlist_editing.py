"""A watchlist edited under a running daemon: what fails its examples is refused, what is good is taken."""

import re
from pathlib import Path

from fakes_daemon import RunningDaemon, write_config
from fakes_publisher import make_article

from core.article import Batch
from core.clock import utcnow
from core.config import DataDir
from storage.store import Store

BREAD = """name: {name}
lists: {{bread: {{terms: {{en: [{terms}]}}}}}}
rules: [{{name: bread, all: [bread], weight: 0.9}}]
match: [{{title: A new bakery, language: en}}]
"""


def titles(daemon: RunningDaemon) -> list[str]:
    return re.findall(r"<title>(A .*?)</title>", daemon.get("/feeds/bread.rss")[1])


def test_a_change_that_fails_its_examples_leaves_the_old_rules_in_force(tmp_path: Path) -> None:
    config, data = write_config(tmp_path / "config"), DataDir(path=tmp_path / "data")
    for shipped in ("watchlists", "terms"):
        (config / shipped).unlink()
    (config / "watchlists").mkdir()
    file = config / "watchlists" / "bread.yml"
    file.write_text(BREAD.format(name="Bread", terms="bakery"), encoding="utf-8")
    data.path.mkdir()
    news = ("A bakery opens in the old town", "A brewery by the river burns down at night")
    with Store.open(data.database) as store:
        articles = tuple(
            make_article(
                url=f"https://paper.example/{n}", title=title, text=f"{title}. {title}!", published=None
            )
            for n, title in enumerate(news)
        )
        store.keep(Batch(source="kz-ministry", articles=articles), now=utcnow())
    with RunningDaemon(config, data.path) as daemon:
        daemon.wait_for("published changes=2 matched=1")
        assert titles(daemon) == [news[0]]
        file.write_text(BREAD.format(name="Beer", terms="brewery"), encoding="utf-8")
        daemon.wait_for("is not taken, the old one stays in force")
        assert f"{file}:4: match.#1: 'A new bakery' does not match" in daemon.log
        assert "does not match" in daemon.get("/status")[1]
        assert titles(daemon) == [news[0]]
        file.write_text(BREAD.format(name="Beer", terms="bakery, brewery"), encoding="utf-8")
        daemon.wait_for("published changes=2 matched=2")
        assert sorted(titles(daemon)) == sorted(news)
        assert "does not match" not in daemon.get("/")[1]
        file.unlink()
        daemon.wait_for("0 watchlists")
        assert daemon.get("/healthz")[0] == 200
    assert "Traceback" not in daemon.log
