"""The one place that asks what time it is. Pure code takes `now` as a parameter instead."""

from datetime import UTC, datetime


def utcnow() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)


def to_iso(moment: datetime) -> str:
    """Format an aware datetime as UTC ISO 8601 with a fixed width, so that text order is time order."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def from_iso(text: str) -> datetime:
    """Parse what `to_iso` wrote."""
    return datetime.fromisoformat(text).astimezone(UTC)
