"""Identifies a stream of records with the real store's logic, on a database that is thrown away.

In arrival order: {"id", "url", "source", "language"?, "title", "text", "published"?} in; {"id", "decision",
"of", "similarity", "reason"} and the record's other keys out.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

from core.article import Article, Published
from core.errors import PolicywireError
from core.urls import canonical_url
from storage.articles import keep_article
from storage.database import open_memory, writing
from storage.identity import UNDETERMINED

_READ = frozenset({"id", "url", "source", "language", "title", "text", "published"})
# No time is read back from a database that is thrown away.
_SOME_TIME = datetime(2000, 1, 1, tzinfo=UTC)


def identify_records(records: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the decision on each record: new, duplicate or revision, and of which record.

    `of` is the id of the record that the article came with first; None for new. A record that repeats a
    known one unchanged is a duplicate. Raises PolicywireError for a record without an id or with a wrong
    type.
    """
    ids: dict[int, Any] = {}
    with closing(open_memory()) as db:
        for number, record in enumerate(records, start=1):
            article = _article(record, number)
            with writing(db):
                reading = keep_article(db, article, now=_SOME_TIME)
            ids.setdefault(reading.article or 0, record["id"])
            decision = reading.decision
            yield {
                **{key: value for key, value in record.items() if key not in _READ},
                "id": record["id"],
                "decision": "duplicate" if decision.kind == "unchanged" else decision.kind,
                "of": None if decision.of is None else ids[decision.of],
                "similarity": decision.similarity,
                "reason": decision.reason,
            }


def _article(record: Mapping[str, Any], number: int) -> Article:
    if record.get("id") is None:
        raise PolicywireError(f"record {number}: the key `id` is missing; each record needs its own")
    url = _text(record, "url", number)
    title, text = _text(record, "title", number), _text(record, "text", number)
    published = _text(record, "published", number)
    return Article(
        source=_text(record, "source", number),
        url=url,
        # Without an address a record can only be the same as another by its text.
        canonical_url=canonical_url(url) if url.strip() else f"record:{number}",
        language=_text(record, "language", number) or UNDETERMINED,
        title=title,
        text=text,
        published=Published(raw=published, at=_moment(published)) if published else None,
        fetched_at=_SOME_TIME,
        # A stream of headlines is compared by its headlines.
        held=None if text.strip() or title.strip() else "no text",
    )


def _moment(published: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(published)
    except ValueError:
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC)


def _text(record: Mapping[str, Any], key: str, number: int) -> str:
    value = record.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise PolicywireError(f"record {number}: `{key}` must be text, found {type(value).__name__}")
    return value
