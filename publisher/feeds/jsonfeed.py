"""A feed's head and items in, the bytes of a JSON Feed 1.1 document out. The same in, the same out. Pure."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from publisher.feeds.head import Head, language_of
from publisher.feeds.item import Item
from publisher.feeds.text import one_line

GENERATOR = "policywire"
VERSION = "https://jsonfeed.org/version/1.1"
# Programs read here why an item is there; the name of an extension begins with an underscore.
EXTENSION = "_policywire"
# The document that JSON Feed calls the next one: what is older.
_OLDER = ("next", "prev-archive")


def render_json(head: Head, items: Sequence[Item]) -> bytes:
    """Return the document."""
    links = list(head.links("json"))
    hubs = [{"type": "WebSub", "url": address} for relation, address in links if relation == "hub"]
    older = next((address for relation, address in links if relation in _OLDER), None)
    document: dict[str, Any] = {
        "version": VERSION,
        "title": one_line(head.title),
        "home_page_url": head.home,
        "feed_url": head.address("json"),
        "description": head.description,
        "icon": head.icon,
        "favicon": head.icon,
        "language": language_of(item.language for item in items),
        "authors": [{"name": GENERATOR}],
        "next_url": older,
        "hubs": hubs or None,
        "items": [_item(item) for item in items],
    }
    return json.dumps(_given(document), ensure_ascii=False).encode()


def _item(item: Item) -> dict[str, Any]:
    values: dict[str, Any] = {
        "id": item.id,
        "url": item.link,
        "title": item.title,
        "content_html": item.body,
        "summary": item.summary or None,
        "date_published": _moment(item.published),
        "date_modified": _moment(item.updated),
        "authors": [{"name": name} for name in item.authors or (item.source,)],
        "tags": list(item.categories) or None,
        "language": item.language,
        EXTENSION: dict(item.details) or None,
    }
    return _given(values)


def _given(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None
