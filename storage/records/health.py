"""What the store gives back of health and alerts."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class HealthState:
    """How a source does: its class, since when, and why. Nothing is told of it until `snoozed_until`."""

    klass: str
    since: datetime
    reason: str
    snoozed_until: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Alert:
    """A change of a source's class. `source` is "" for the service itself."""

    source: str
    was: str
    became: str
    reason: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertGroup:
    """Alerts told together."""

    number: int
    alerts: tuple[Alert, ...]
