"""Conditional requests (RFC 9110, section 13): request headers and validators in, yes or no out. Pure."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime


def etag_of(content: bytes) -> str:
    """Return a strong ETag: the same bytes always have the same one, whenever they were written."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def http_date(moment: datetime) -> str:
    """Format an aware datetime as HTTP does."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def is_current(headers: Mapping[str, str], *, etag: str, modified: datetime) -> bool:
    """Say whether the asker has the document already. If-None-Match, where sent, decides alone."""
    if (tags := headers.get("if-none-match")) is not None:
        known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        return etag in known or "*" in known
    since = _parse(headers.get("if-modified-since", ""))
    return since is not None and modified.replace(microsecond=0) <= since


def _parse(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
