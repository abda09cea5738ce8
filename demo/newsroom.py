"""The newsroom: each site on a loopback port of its own, and an ordinary config folder that names them.

In: the moment it starts. Out: addresses and source files. It knows nothing of how they are crawled.
"""

import shutil
import threading
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from http import HTTPStatus
from importlib.resources import files
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

from demo.article import DemoArticle, load_articles
from demo.serving import SiteServer
from demo.site import SITES, Item, Reply, Request, Site, environment, respond

_FIRST_NUMBER = 4101


class Newsroom:
    """Sites on loopback. `edition` is 1 until `advance()`; a context manager that starts and stops them.

    `sites` maps each site to its base address while it runs. `requests` counts (site id, path with query).
    """

    def __init__(self, now: datetime) -> None:
        """Date everything relative to `now`, which must be aware."""
        self.edition = 1
        self.sites: dict[str, str] = {}
        self.requests: Counter[tuple[str, str]] = Counter()
        self._now = now.replace(microsecond=0)
        self._articles = load_articles()
        self._numbers = {
            article_id: number for number, article_id in enumerate(self._articles, _FIRST_NUMBER)
        }
        self._templates = environment()
        self._servers: list[SiteServer] = []
        self._lock = threading.Lock()
        self._items = self._edition_items()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Open each site on a free port. OSError if there is none."""
        for site in SITES:
            server = SiteServer(f"demo-{site.id}", partial(self._answer, site))
            self.sites[site.id] = server.address
            self._servers.append(server)
            server.start()

    def stop(self) -> None:
        """Close all sites and wait for their threads. Harmless if they do not run."""
        for server in self._servers:
            server.stop()
        self._servers.clear()

    def advance(self) -> None:
        """Publish the second edition: additions, reprints, edits, a page taken down. Once only."""
        self.edition = 2
        self._items = self._edition_items()

    def url(self, article_id: str) -> str:
        """Return the address of an article, whether its edition is out or not. KeyError for an unknown id."""
        article = self._articles[article_id]
        site = next(site for site in SITES if site.id == article.site)
        return self.sites[site.id] + self._item(site, article).path

    def write_config(self, config_dir: Path, default_config: Path) -> None:
        """Write a config folder: sources and settings for the running sites, the rest from the default."""
        own = shutil.ignore_patterns("sources", "settings.yml")
        shutil.copytree(default_config, config_dir, ignore=own, dirs_exist_ok=True)
        shipped = files("demo").joinpath("config")
        (config_dir / "settings.yml").write_bytes(shipped.joinpath("settings.yml").read_bytes())
        (config_dir / "sources").mkdir(exist_ok=True)
        for site_id, address in self.sites.items():
            text = shipped.joinpath("sources", f"{site_id}.yml").read_text(encoding="utf-8")
            target = config_dir / "sources" / f"{site_id}.yml"
            target.write_text(text.replace("{base}", address), encoding="utf-8")

    def _answer(self, site: Site, request: Request) -> Reply:
        with self._lock:
            self.requests[site.id, request.target] += 1
        if request.target in self._taken_down(site):
            return Reply(status=HTTPStatus.GONE, media="text/html", body=b"<h1>410 Gone</h1>")
        items = self._items[site.id]
        return respond(site, request, items, base=self.sites[site.id], templates=self._templates)

    def _taken_down(self, site: Site) -> frozenset[str]:
        """Return the paths that answered in the first edition and are gone in the present one."""
        gone = (one for one in self._articles.values() if one.site == site.id and one.withdrawn)
        return frozenset(self._item(site, one).path for one in gone if self.edition >= 2)

    def _edition_items(self) -> Mapping[str, tuple[Item, ...]]:
        """Return what each site shows in the present edition, newest first."""
        out = [
            article
            for article in self._articles.values()
            if article.edition <= self.edition and not (article.withdrawn and self.edition >= 2)
        ]
        items: dict[str, tuple[Item, ...]] = {}
        for site in SITES:
            own = (self._item(site, article) for article in out if article.site == site.id)
            items[site.id] = tuple(sorted(own, key=lambda item: item.published, reverse=True))
        return items

    def _item(self, site: Site, article: DemoArticle) -> Item:
        number = self._numbers[article.id]
        published = (self._now - article.published_ago).astimezone(ZoneInfo(site.zone))
        edited = article.edit is not None and self.edition >= 2
        path = site.article_path.format(
            slug=article.slug, number=number, language=article.language, published=published
        )
        return Item(
            id=article.id,
            number=number,
            path=path,
            title=article.title,
            language=article.language,
            authors=article.authors,
            published=published,
            modified=self._now.astimezone(ZoneInfo(site.zone)) if edited else published,
            paragraphs=tuple(article.text_in(self.edition).split("\n\n")),
        )
