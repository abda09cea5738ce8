"""What the store gives back of users, their sessions and tokens."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

# An analyst gives feedback; an operator also snoozes and polls sources, and splits and joins stories.
Role = Literal["analyst", "operator"]
ROLES: tuple[Role, ...] = ("analyst", "operator")


@dataclass(frozen=True, kw_only=True, slots=True)
class User:
    """Somebody who may log in. `sessions` and `tokens` are how many there are."""

    name: str
    role: Role
    created: datetime
    last_login: datetime | None
    sessions: int
    tokens: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Credentials:
    """What a password is checked against."""

    name: str
    role: Role
    password: str = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """A login that has not ended. Its user knows it by the address and the browser that it came from."""

    id: int
    user: str
    role: Role
    created: datetime
    seen: datetime
    address: str
    browser: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Token:
    """A right to read, without its secret. `user` is None for nobody's; `expires` None: never."""

    id: int
    user: str | None
    name: str
    created: datetime
    expires: datetime | None
    used: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """What failed logins are counted by: a digest of an address, a name or both; so many are `free`."""

    key: str
    free: int
