"""Where a demo's pages are: each route of the web server with real parameters from the demo's own data.

In: a running demo's folder. Out: paths to walk. A route that is named nowhere here fails the walk.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import quote

from fakes_storage import entries_of
from starlette.routing import BaseRoute, Mount, Route

from core.config import DataDir
from storage.records.voices import VoiceAsk
from storage.store import Store

# Route -> paths to look at; names in braces are fields of Facts.
PAGES: dict[str, tuple[str, ...]] = {
    "/": ("/", "/?state=KZ&q=water&language=en"),
    "/account": ("/account",),
    "/api": ("/api",),
    "/articles/{number}": ("/articles/{revised}", "/articles/{gone}", "/articles/{copied}"),
    "/articles/{number}/revisions": ("/articles/{revised}/revisions",),
    "/coverage": ("/coverage",),
    "/feedback": ("/feedback",),
    "/feeds": ("/feeds",),
    # A browser is shown a page instead of XML.
    "/feeds/{file:path}": ("/feeds/central-asia.rss",),
    "/login": ("/login",),
    "/overview": ("/overview", "/overview?days=7"),
    "/search": ("/search", "/search?q=water+OR+вода", "/search?q=nothinglikethis"),
    "/sources": ("/sources",),
    "/sources/{id_}": ("/sources/{source}",),
    "/speakers": ("/speakers", "/speakers?speaker=nobody&order=most"),
    "/speakers/page": ("/speakers/page?name={speaker}",),
    "/status": ("/status",),
    "/stories/{number}": ("/stories/{story}",),
}
# Pages for those who are logged in only.
PRIVATE = ("/account", "/feedback")
# Routes that never answer with a page: data, feeds' files, our own style and scripts.
DATA = {
    "/api/*": "/api/articles",
    "/feeds/feeds.opml": "/feeds/feeds.opml",
    "/healthz": "/healthz",
    "/metrics": "/metrics",
    "/news.json": "/news.json",
    "/readyz": "/readyz",
    "/robots.txt": "/robots.txt",
    "/static/{name}": "/static/style.css",
    "/status.json": "/status.json",
}
# Pages of things that the demo has none of, looked at where a test makes one.
MADE = {
    "/feedback/{number}": "test_web_browser_reading.py",
    "/unsubscribe/{token}": "test_web_browser_axe.py",
}
# Addresses that answer with an error, with its status.
ERRORS = {"/nowhere": 404, "/search?q=%22unclosed": 400, "/account": 401}


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """Ids of what the demo's articles became: one that was edited, one taken down, one that others copied.

    `speaker` is who said most, as addresses spell the name.
    """

    revised: int
    gone: int
    copied: int
    story: int
    source: str
    speaker: str

    def fill(self, path: str) -> str:
        """Return a path with these in the place of names in braces."""
        return path.format(**{each.name: getattr(self, each.name) for each in fields(self)})


def facts(folder: Path) -> Facts:
    """Read them from the demo's database."""
    with Store.open(DataDir(path=folder / "data").database, read_only=True) as store:
        entries = entries_of(store, "central-asia")
        voices = store.voices(VoiceAsk(), order="most", limit=100)
    copied = max((entry for entry in entries if entry.kind == "statement"), key=lambda one: len(one.copies))
    return Facts(
        revised=next(entry.stored.id for entry in entries if entry.kind == "revision"),
        gone=next(entry.stored.id for entry in entries if entry.kind == "gone"),
        copied=copied.stored.id,
        story=copied.stored.story,
        source=copied.stored.article.source,
        speaker=quote(next(one.key for one in voices if one.kind != "office"), safe=""),
    )


def paths(known: Facts, *, private: bool = False) -> list[str]:
    """Return the paths of all pages in a fixed order, those for users only if asked for."""
    every = [known.fill(path) for each in PAGES.values() for path in each]
    return [path for path in every if private or path not in PRIVATE]


def asked_with_get(routes: Iterable[BaseRoute]) -> set[str]:
    """Return the paths of routes that GET reaches, those of included routers too."""
    found: set[str] = set()
    for route in routes:
        if isinstance(route, Mount):
            # An application of its own.
            found.add(f"{route.path}/*")
        elif isinstance(route, Route):
            found |= {route.path.rstrip("/") or "/"} if "GET" in (route.methods or ()) else set()
        else:
            # FastAPI keeps an included router whole.
            found |= asked_with_get(vars(route)["original_router"].routes)
    return found
