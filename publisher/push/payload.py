"""An entry as others are sent it: JSON for programs, a few lines of text for people. Pure."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from core.article import Precision
from core.source import Source
from publisher.feeds.edits import PREFIXES
from publisher.feeds.text import clean, shorten, summary, web_address
from storage.records.publication import Entry

# Drawn once: with another value a delivery that is repeated would not be known again.
_NAMESPACE = uuid.UUID("7c1f0c6e-52c0-4d0b-9a5e-3f2a1de86b10")
_TITLE, _SENTENCE, _REASON = 300, 600, 600
_WORDS = 60
_DAYS = (Precision.DAY, Precision.MONTH, Precision.YEAR)


def delivery_id(target: str, subject: str) -> str:
    """Return the id of what is sent to a target: the same at each try, even after a restored backup."""
    return uuid.uuid5(_NAMESPACE, f"{target}\n{subject}").hex


def title_of(entry: Entry) -> str:
    """Return the title, with what happened where it is no new statement."""
    article = entry.stored.article
    text = shorten(article.title, _TITLE) or shorten(article.text, _TITLE) or "Untitled"
    return f"{PREFIXES[entry.kind]}{text}"


def source_name(entry: Entry, sources: Mapping[str, Source]) -> str:
    """Return the name of the entry's source."""
    source = entry.stored.article.source
    return sources[source].name if source in sources else source


def published_text(entry: Entry) -> str:
    """Return when the page says that it came out, as exactly as it says; empty where it does not."""
    published = entry.stored.article.published
    if published is None or published.at is None:
        return ""
    if published.precision in _DAYS:
        return published.raw if published.precision is not Precision.DAY else f"{published.at:%Y-%m-%d}"
    return f"{published.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def as_json(entry: Entry, sources: Mapping[str, Source], watchlists: Sequence[str]) -> dict[str, Any]:
    """Return an entry as plain values. `watchlists` are all that show its story; times are ISO 8601, UTC."""
    article, match = entry.stored.article, entry.match
    source = sources.get(article.source)
    published = article.published
    return {
        "id": entry.id,
        "kind": entry.kind,
        "watchlist": entry.watchlist,
        "watchlists": list(watchlists),
        "title": title_of(entry),
        "link": web_address(article.url),
        "source": {
            "id": article.source,
            "name": source_name(entry, sources),
            "country": source.country if source else None,
            "publisher": source.publisher if source else None,
        },
        "language": article.language,
        "published": _iso(published.at if published else None),
        "published_precision": published.precision.value if published and published.precision else None,
        "first_seen": _iso(entry.stored.first_seen),
        "created": _iso(entry.created),
        "states": list(match.states),
        "score": match.score,
        "why": clean(match.why),
        "sentence": clean(match.sentence),
        "evidence": [
            {name: clean(value) if isinstance(value, str) else value for name, value in asdict(one).items()}
            for one in match.evidence
        ],
        "summary": summary(article.text, _WORDS),
        "copies": len(entry.copies),
    }


def as_message(entry: Entry, sources: Mapping[str, Source]) -> tuple[str, str]:
    """Return title and body of a short message, plain text."""
    match = entry.match
    facts = [source_name(entry, sources), published_text(entry), ", ".join(match.states)]
    lines = [
        " · ".join(fact for fact in facts if fact),
        f"Why: {shorten(match.why, _REASON)}",
        f"“{shorten(match.sentence, _SENTENCE)}”" if match.sentence else "",
        web_address(entry.stored.article.url) or "",
    ]
    return title_of(entry), "\n".join(line for line in lines if line)


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
