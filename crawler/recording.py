"""What one poll of a source saw and read -> a golden folder for `tests/sources/<id>/`.

Writes files; knows no network and no test. A maintainer corrects `expected.yml` where the reading is wrong.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from core.article import Article, Link, Published
from core.errors import PolicywireError

EXPECTED = "expected.yml"
_ENDS = 60
_HEAD = """\
# Recorded from the site. Correct what was read wrongly, and put words of sidebars and menus into `without`.
# The recorded files hold other people's text: replace the words, keep the structure, then publish.
"""


class _Dumper(yaml.SafeDumper):
    """Writes a date that stands twice twice, not as a reference."""

    def ignore_aliases(self, data: object) -> bool:
        return True


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordedList:
    """The reply to one listing request and what was found in it."""

    url: str
    content_type: str | None
    body: bytes
    links: tuple[Link, ...] = ()
    more: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordedPage:
    """An article with the page that it was read from. Without `body` the list carried the text."""

    url: str
    article: Article
    content_type: str | None = None
    body: bytes | None = None


def write_golden(
    folder: Path,
    lists: Sequence[RecordedList],
    pages: Sequence[RecordedPage],
    *,
    article_url: str | None = None,
) -> tuple[Path, ...]:
    """Write the folder and return its files. Raises PolicywireError where one is in place.

    With the source's `article_url`, links of a list that do not match it are left out of the expectations.
    """
    if (folder / EXPECTED).exists():
        raise PolicywireError(f"{folder / EXPECTED} exists; move the folder away to record it anew")
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    expected: dict[str, list[dict[str, Any]]] = {"lists": [], "articles": []}
    is_article = re.compile(article_url or "").match
    for number, one in enumerate(lists, start=1):
        name = _name("list", number, _ending(one.content_type, one.body))
        written.append(_write(folder / name, one.body))
        entry: dict[str, Any] = {"file": name, "url": one.url}
        if one.content_type:
            entry["content_type"] = one.content_type
        entry["links"] = [_link(link) for link in _once(one.links) if is_article(link.url)]
        if one.more:
            entry["more"] = list(one.more)
        expected["lists"].append(entry)
    for number, page in enumerate(pages, start=1):
        entry = {}
        if page.body is not None:
            name = _name("article", number, "html")
            written.append(_write(folder / name, page.body))
            entry["file"] = name
        expected["articles"].append({**entry, "url": page.url, **_article(page.article)})
    moments = [page.article.fetched_at for page in pages]
    data = {"fetched": max(moments), **expected} if moments else expected
    text = _HEAD + yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)
    written.append(_write(folder / EXPECTED, text.encode()))
    return tuple(written)


def _once(links: Sequence[Link]) -> Sequence[Link]:
    return list({link.url: link for link in reversed(links)}.values())[::-1]


def _name(stem: str, number: int, ending: str) -> str:
    return f"{stem}.{ending}" if number == 1 else f"{stem}-{number}.{ending}"


def _ending(content_type: str | None, body: bytes) -> str:
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if "json" in (content_type or "") or start in (b"{", b"["):
        return "json"
    return "html" if "html" in (content_type or "") else "xml"


def _write(path: Path, body: bytes) -> Path:
    path.write_bytes(body)
    return path


def _published(published: Published | None) -> dict[str, Any]:
    if published is None or published.at is None or published.precision is None:
        return {}
    return {"published": published.at, "precision": published.precision.value}


def _link(link: Link) -> dict[str, Any]:
    entry: dict[str, Any] = {"url": link.url}
    if link.title:
        entry["title"] = link.title
    return {**entry, **_published(link.published)}


def _article(article: Article) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "title": article.title,
        "starts": article.text[:_ENDS].strip(),
        "ends": article.text[-_ENDS:].strip(),
        **_published(article.published),
    }
    if article.authors:
        entry["authors"] = list(article.authors)
    return {**entry, "language": article.language, "without": []}
