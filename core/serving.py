"""The settings of the web server: where it is reached, whom it believes, who may read."""

import re
from datetime import timedelta
from ipaddress import ip_network
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from core.fields import Words, as_words
from core.source import Duration, Strict

# What the addresses of the server's own pages begin with: as a prefix nobody could tell it from them.
OWN_PATHS = frozenset(
    {
        *("account", "api", "articles", "coverage", "feedback", "feeds", "healthz", "hub", "login", "logout"),
        *("metrics", "news.json", "overview", "private", "readyz", "robots.txt", "search", "sources"),
        *("speakers", "static", "status", "status.json", "stories", "unsubscribe"),
    }
)


def checked_prefix(value: str) -> str:
    """Return a path prefix without a closing slash. Raises ValueError."""
    value = value.rstrip("/")
    if value and not re.fullmatch(r"(/[A-Za-z0-9][A-Za-z0-9._~-]*)+", value):
        raise ValueError("expected a path of letters, digits and -._~, such as /wire")
    if value.split("/")[:2][-1] in OWN_PATHS:
        raise ValueError("is also a page of the server itself; choose another path, such as /wire")
    return value


def _networks(values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        ip_network(value)
    return values


Prefix = Annotated[str, AfterValidator(checked_prefix)]
Networks = Annotated[tuple[str, ...], as_words, AfterValidator(_networks)]


class ServeSettings(Strict):
    """The web server."""

    host: str = Field("127.0.0.1", description="address to serve on; loopback by default")
    port: int = Field(8600, ge=0, le=65535, description="0: any free port")
    prefix: Prefix = Field(
        "", description="path that a proxy serves it under, such as /wire; left out: that of `feeds.base_url`"
    )
    proxies: Networks = Field(
        (), description="addresses or networks of proxies whose X-Forwarded headers are believed"
    )
    hosts: Words = Field(
        (), description="further names of this server, beside `feeds.base_url`'s, localhost and IP addresses"
    )
    connections: int = Field(200, ge=10, le=10_000, description="most connections at once")


class AccessSettings(Strict):
    """Who may read, and how logins are guarded."""

    read: Literal["open", "token"] | None = Field(
        None,
        description="open: anyone may read; token: only users and tokens; left out: open, with a warning "
        "where others than this machine are served",
    )
    idle: Duration = Field(timedelta(days=1), description="a login that was not used for so long ends")
    lifetime: Duration = Field(timedelta(days=14), description="a login ends after so long in any case")
    tries: int = Field(
        5, ge=1, le=100, description="wrong passwords for a name from one address before waiting begins"
    )
    longest_wait: Duration = Field(
        timedelta(minutes=15),
        description="longest wait after wrong passwords; the first is 15s, each next twice",
    )
