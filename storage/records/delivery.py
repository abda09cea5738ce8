"""What the store gives back of what is sent: deliveries, their targets, the hub's subscriptions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

# `digest` is an entry that waits for its mail; `hub` tells a WebSub hub of a changed feed, `update` and
# `verify` are what the built-in hub sends to subscribers.
DeliveryKind = Literal["alert", "webhook", "message", "digest", "mail", "hub", "verify", "update"]
DeliveryState = Literal["waiting", "collected", "sending", "sent", "dropped", "dead"]
# How the targets begin that no config names: subscribers of the hub, the people of digests.
OF_NO_CONFIG = ("update:", "verify:", "mail:")


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """A target that the config names. `id` is the kind, a colon and a name that tells no secret."""

    id: str
    kind: DeliveryKind


@dataclass(frozen=True, kw_only=True, slots=True)
class Audience:
    """One target that follows a watchlist."""

    target: Target
    revisions: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Pushing:
    """Who is sent the new entries of a watchlist; entries of before `oldest` are sent to nobody."""

    audience: tuple[Audience, ...]
    oldest: datetime
    now: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """One thing on its way to one target. `subject` and `version` say what, `batch` in which mail.

    `failures` are those of the target in a row, where it was taken to be sent.
    """

    id: int
    kind: DeliveryKind
    target: str
    subject: str
    version: str
    batch: str | None
    state: DeliveryState
    tries: int
    created: datetime
    due: datetime
    error: str | None
    failures: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """Why a delivery did not come through. It is tried again at `retry_at`; None: never, it is dead."""

    error: str
    retry_at: datetime | None
    target_retry_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class TargetState:
    """How a target does. `failures` are those in a row, `dead` its letters that came never through.

    `collected` are entries that wait for the next digest; `gone` is since when it is in no settings.
    """

    target: str
    kind: DeliveryKind
    since: datetime
    told: datetime | None
    failures: int
    retry_at: datetime | None
    last_sent: datetime | None
    last_failed: datetime | None
    error: str | None
    gone: datetime | None = None
    waiting: int = 0
    collected: int = 0
    dead: int = 0
    last_dead: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Outbox:
    """All targets, and how many deliveries came to which end: (kind, outcome) -> number, counted for ever."""

    targets: tuple[TargetState, ...] = ()
    counts: Mapping[tuple[str, str], int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Announcement:
    """Feeds that are, or may be, changed: file -> digest of its content; told to these hubs (target ids)."""

    files: Mapping[str, str]
    hubs: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class SubscriptionRequest:
    """What a subscriber asks of the built-in hub; it counts once the callback has confirmed it."""

    id: int
    mode: Literal["subscribe", "unsubscribe"]
    topic: str
    callback: str
    secret: str | None
    lease: timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class Subscription:
    """A subscriber of one feed's file, until then."""

    id: int
    topic: str
    callback: str
    secret: str | None
    since: datetime
    until: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipient:
    """Who gets a digest. `address` is a digest of the address; whoever has `token` may end it."""

    target: str
    address: str
    token: str
    left: datetime | None
