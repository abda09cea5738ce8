"""The sections `push` and `mail` of settings.yml: who is sent what matches, how, and when. Models only."""

import base64
import re
from collections import Counter
from datetime import time, timedelta
from email.utils import parseaddr
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, model_validator

from core.fields import Address, Words, as_words, from_json
from core.source import Duration, Strict, Url

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SHORTEST_SECRET = 16
_KEY = "whsec_"


def _target_name(value: str) -> str:
    if not _NAME.fullmatch(value) or len(value) > 40:
        raise ValueError("a target's name is at most 40 small letters, digits and single hyphens")
    return value


def _secret_url(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"https?://[^\s/?#]+[^\s]*", value.get_secret_value()):
        raise ValueError("expected an address that begins with http:// or https://")
    return value


def _secret_key(value: SecretStr) -> SecretStr:
    text = value.get_secret_value()
    if len(text) < _SHORTEST_SECRET:
        raise ValueError(
            f"a secret has at least {_SHORTEST_SECRET} characters; `openssl rand -hex 32` makes one"
        )
    try:
        signing_key(text)
    except ValueError:
        raise ValueError(f"behind {_KEY} stands base64; any other text is taken as it is") from None
    return value


def signing_key(secret: str) -> bytes:
    """Return the key of a webhook's signature: what `whsec_` and base64 say, or the text itself.

    Raises ValueError for what is no base64.
    """
    if secret.startswith(_KEY):
        return base64.b64decode(secret.removeprefix(_KEY), validate=True)
    return secret.encode()


def _mailbox(value: str) -> str:
    address = parseaddr(value)[1]
    if not re.fullmatch(r"[^@\s<>,;]+@[^@\s<>,;]+", address) or not value.isprintable():
        raise ValueError("expected an e-mail address, such as desk@example.org or Desk <desk@example.org>")
    return value


def _clock(value: object) -> object:
    """Take 07:30, and 17:30, which YAML reads as a number of minutes."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = f"{value // 60:02d}:{value % 60:02d}"
    if not isinstance(value, str) or not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
        raise ValueError("expected a time of day, such as 07:30 or 17:00")
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("not a time zone; expected a name such as Asia/Almaty or UTC") from None
    return value


Mailbox = Annotated[str, AfterValidator(_mailbox)]


class Follower(Strict):
    """Who is sent entries, whatever the way."""

    name: Annotated[str, AfterValidator(_target_name)] = Field(description="how verbs and messages call it")
    watchlists: Words = Field((), description="watchlists that it follows; none named: all")
    revisions: bool = Field(False, description="substantive revisions and withdrawals too, each once")


class Webhook(Follower):
    """A server that is sent each entry as signed JSON."""

    url: Annotated[SecretStr, AfterValidator(_secret_url)]
    secret: Annotated[SecretStr, AfterValidator(_secret_key)] = Field(
        description="key of the signature; `whsec_` and base64, or any text"
    )


class Messenger(Follower):
    """A chat, phone or mailbox that is sent each entry as a short message, through Apprise."""

    address: Address = Field(description="as Apprise writes it: tgram://, slack://, mailto:// ...")


class Digest(Follower):
    """People who are sent one mail a day or a week with all that matched."""

    to: Annotated[tuple[Mailbox, ...], Field(min_length=1, max_length=200)]
    every: Literal["day", "week"] = "day"
    at: Annotated[str, BeforeValidator(_clock)] = "07:00"
    day: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] = "monday"
    time_zone: Annotated[str, AfterValidator(_zone)] = "UTC"
    title: str = Field("Policy statements", max_length=100, description="begins the subject line")
    entries: int = Field(100, ge=1, le=500, description="most entries in one mail; the rest is counted")

    @property
    def clock(self) -> time:
        """The time of day at which it is sent, in `time_zone`."""
        return time.fromisoformat(self.at)


class PushSettings(Strict):
    """Who is told of entries and changed feeds without asking for them."""

    webhooks: Annotated[tuple[Webhook, ...], from_json] = Field(
        (),
        description="servers that are sent each entry as signed JSON: "
        "name, url, secret, watchlists, revisions",
    )
    messages: Annotated[tuple[Messenger, ...], from_json] = Field(
        (), description="chats that are sent each entry through Apprise: name, address, watchlists, revisions"
    )
    digests: Annotated[tuple[Digest, ...], from_json] = Field(
        (),
        description="mails with all that matched: name, to, every (day, week), at, day, time_zone, title, "
        "entries, watchlists, revisions",
    )
    max_age: Duration = Field(
        timedelta(days=1), description="entries older than this when they are found are pushed to nobody"
    )
    give_up: Duration = Field(
        timedelta(days=1), description="how long a message is tried before it is put among the dead letters"
    )
    hubs: Annotated[tuple[Url, ...], as_words] = Field(
        (), description="WebSub hubs that are told of changed feeds, and that feeds name"
    )
    hub: bool = Field(False, description="serve a WebSub hub of our own, at /hub")
    hub_lease: Duration = Field(
        timedelta(days=10), description="how long a subscription lasts that asks for no time"
    )
    hub_longest: Duration = Field(timedelta(days=30), description="how long one lasts at most")
    hub_subscriptions: int = Field(500, ge=1, le=20_000, description="most subscriptions of the hub")
    internal_hosts: Words = Field(
        (),
        description="hosts that the hub may call although their addresses are of this machine or its network",
    )

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        counts = Counter(one.name for one in self.followers)
        if twice := [name for name, count in counts.items() if count > 1]:
            raise ValueError(f"each target needs a name of its own; used twice: {', '.join(twice)}")
        return self

    @property
    def followers(self) -> tuple[Webhook | Messenger | Digest, ...]:
        """All targets that are sent entries."""
        return (*self.webhooks, *self.messages, *self.digests)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Everything in it that must not be logged."""
        kept = [secret for hook in self.webhooks for secret in (hook.url, hook.secret)]
        kept += [messenger.address for messenger in self.messages]
        return tuple(secret.get_secret_value() for secret in kept)


class MailSettings(Strict):
    """The server that takes mail for digests."""

    host: str = Field("", description="SMTP server; needed for digests")
    port: int = Field(587, ge=1, le=65535, description="587 for starttls, 465 for tls, 25 for none")
    security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="how the connection is kept private; certificates are verified"
    )
    user: str = Field("", description="login; empty: none")
    password: SecretStr = Field(
        SecretStr(""), description="best in the environment, POLICYWIRE_MAIL_PASSWORD"
    )
    sender: str = Field("", description="the From address; needed for digests")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.sender:
            _mailbox(self.sender)
        if self.password.get_secret_value() and self.security == "none":
            raise ValueError(
                "a password is not sent over a connection that anyone can read: use starttls or tls"
            )
        return self
