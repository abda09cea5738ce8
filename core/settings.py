"""`config/settings.yml`: each setting once, with type, default and help. The environment overrides the file.

`POLICYWIRE_SERVE_PORT=9000` sets `serve.port`, `POLICYWIRE_CONTACT=...` sets `contact`. Any other
variable with this prefix is a mistake, but for those that container platforms set for services of this name.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, Field, field_validator, model_validator

from core.faults import MisplacedError
from core.fields import Addresses, Words, as_words
from core.push import MailSettings, PushSettings
from core.serving import AccessSettings, ServeSettings, checked_prefix
from core.source import Duration, KeptFor, Strict, Url

PREFIX = "POLICYWIRE_"
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
# Where config and data are found is decided before settings are read; see scheduler.cli.
RESERVED = frozenset({"POLICYWIRE_CONFIG", "POLICYWIRE_DATA"})
# Kubernetes and Docker tell each container of services named policywire or policywire-..., as NAME=value:
# https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
_PLATFORM = re.compile(
    r"POLICYWIRE_(\w+_)?(SERVICE_HOST=.*|SERVICE_PORT(_\w+)?=\d+|PORT=\w+://.*"
    r"|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?=.*)"
)


def _growing(ages: tuple[timedelta, ...]) -> tuple[timedelta, ...]:
    if list(ages) != sorted(set(ages)):
        raise ValueError("expected durations that grow, such as [1h, 1d, 7d]")
    return ages


# "1h 4h 1d" too: the environment gives text.
Durations = Annotated[tuple[Duration, ...], as_words, AfterValidator(_growing)]


class CrawlSettings(Strict):
    """How the crawl stage behaves towards sites and this machine."""

    user_agent: str = Field(
        "policywire/0.1 (+{contact})", description="sent with each request; {contact} becomes the contact"
    )
    concurrency: int = Field(16, ge=1, le=200, description="requests under way at once, over all hosts")
    per_host: int = Field(1, ge=1, le=4, description="requests under way at once for one host")
    delay: Duration = Field(timedelta(seconds=1), description="pause between two requests to one host")
    timeout: Duration = Field(timedelta(seconds=30), description="longest wait for one reply")
    max_pages: int = Field(10, ge=1, le=50, description="pages of one article that are put together")
    max_bytes: int = Field(10_000_000, ge=10_000, description="largest reply, after decompression")
    poll_time: Duration = Field(timedelta(minutes=10), description="longest time for one poll of one source")
    readers: int = Field(2, ge=1, le=64, description="reading processes")
    read_time: Duration = Field(timedelta(seconds=20), description="longest time for reading one page")
    reader_memory: int = Field(1000, ge=200, description="most MB that one reading process may hold")
    worker_memory: int = Field(800, ge=200, description="MB above which the crawl worker is replaced")
    worker_age: Duration = Field(timedelta(days=1), description="age at which the crawl worker is replaced")
    max_age: Duration = Field(timedelta(days=30), description="listed pages dated earlier are not fetched")
    internal_hosts: Words = Field(
        (),
        description="hosts that may be fetched although their addresses are of this machine or its network",
    )

    @field_validator("user_agent")
    @classmethod
    def _says_who_we_are(cls, value: str) -> str:
        if value.count("{contact}") != 1 or re.search(r"[{}]", value.replace("{contact}", "")):
            raise ValueError("must have {contact} in it once, and no other braces")
        return value


class PollSettings(Strict):
    """When sources are polled."""

    every: Duration | None = Field(
        None, description="one gap for all sources without `every:`; left out: each by its own rhythm"
    )
    budget: float | None = Field(
        None,
        gt=0,
        description="polls an hour over all sources, which gaps are fitted to; left out: two for each source",
    )
    shortest: Duration = Field(timedelta(minutes=5), description="shortest gap that a rhythm leads to")
    longest: Duration = Field(
        timedelta(hours=3), description="longest gap that a rhythm, or what a feed asks for, leads to"
    )
    backoff_limit: Duration = Field(timedelta(hours=6), description="longest gap after failures in a row")
    batch: int = Field(50, ge=1, le=500, description="sources handed to the worker at once")


class LookSettings(Strict):
    """When known pages are looked at again, to see whether they were edited or taken down."""

    ages: Durations = Field(
        (_HOUR, 4 * _HOUR, _DAY, 3 * _DAY, 7 * _DAY, 30 * _DAY),
        description="ages of a text at which its page is looked at again",
    )
    official_ages: Durations = Field(
        (_HOUR, 4 * _HOUR, *(days * _DAY for days in (1, 2, 4, 7, 14, 30, 90, 180))),
        description="the same for sources of `publisher: official`",
    )
    per_poll: int = Field(10, ge=0, le=200, description="most second looks in one poll of a source; 0: none")


class PageSettings(Strict):
    """The fetched pages themselves, kept beside the database."""

    max_bytes: int = Field(
        2_000_000_000, ge=0, description="bound of all kept pages, compressed; the oldest go first; 0: none"
    )


class KeepSettings(Strict):
    """How long articles are kept. A source file may say otherwise for its own."""

    age: KeptFor | None = Field(
        3 * 365 * _DAY, description="articles first seen earlier are removed; null: kept for ever"
    )
    source_bytes: int | None = Field(
        None, ge=0, description="most bytes of text kept of one source, the oldest go first; null: no bound"
    )
    max_bytes: int | None = Field(
        20_000_000_000, ge=0, description="bound of the database, the oldest articles go first; null: none"
    )
    matched: bool = Field(
        False, description="remove stories that matched a watchlist too, with their entries"
    )


def _public(value: str) -> str:
    try:
        checked_prefix(urlsplit(value).path)
    except ValueError as error:
        raise ValueError(f"its path: {error}") from error
    return value


class BackupSettings(Strict):
    """What `status` says of backups."""

    max_age: Duration = Field(timedelta(days=7), description="`status` warns if the last backup is older")


class FeedSettings(Strict):
    """What the published feeds look like."""

    title: str = Field("policywire", description="name on every page and of the list of all feeds")
    base_url: Annotated[Url, AfterValidator(_public)] | None = Field(
        None, description="public address of this server; left out: http://host:port"
    )
    entries: int = Field(100, ge=1, le=1000, description="entries in one feed, newest first")
    summary_words: int = Field(60, ge=10, le=500, description="longest summary of an entry")
    max_age: Duration = Field(
        timedelta(days=7), description="statements older than this at first sight are not published"
    )
    revisions: bool = Field(
        True, description="substantive revisions and withdrawals are entries; a watchlist may say otherwise"
    )


class AlertSettings(Strict):
    """Who is told when a source's health changes."""

    targets: Addresses = Field(
        (), description="addresses as Apprise writes them: mailto://, tgram://, slack://, json:// ..."
    )
    wait: Duration = Field(
        timedelta(minutes=5), description="how long a change waits for others to be told with it"
    )


class LogSettings(Strict):
    """What is logged, on standard error."""

    level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="least severe that is logged"
    )
    form: Literal["text", "json"] = Field("text", description="json: one object a line, for log collectors")


class Settings(Strict):
    """The whole file."""

    contact: str = Field("", description="mail or web address that site owners can write to; needed to crawl")
    crawl: CrawlSettings = CrawlSettings()
    poll: PollSettings = PollSettings()
    looks: LookSettings = LookSettings()
    pages: PageSettings = PageSettings()
    keep: KeepSettings = KeepSettings()
    backup: BackupSettings = BackupSettings()
    feeds: FeedSettings = FeedSettings()
    serve: ServeSettings = ServeSettings()
    access: AccessSettings = AccessSettings()
    alerts: AlertSettings = AlertSettings()
    push: PushSettings = PushSettings()
    mail: MailSettings = MailSettings()
    log: LogSettings = LogSettings()

    @model_validator(mode="after")
    def _one_prefix(self) -> Self:
        found = urlsplit(self.feeds.base_url or "").path.rstrip("/")
        if self.feeds.base_url and self.serve.prefix not in ("", found):
            raise MisplacedError(
                ("serve", "prefix"),
                f"is {self.serve.prefix}, but `feeds.base_url` does not end with that; "
                "make them agree, or leave `serve.prefix` out",
            )
        return self

    @property
    def prefix(self) -> str:
        """The path that the web server is reached under, without a closing slash; mostly ""."""
        return self.serve.prefix or urlsplit(self.feeds.base_url or "").path.rstrip("/")

    def address(self, *, host: str | None = None, port: int | None = None) -> str:
        """Return the public address; without one in the settings, where it serves or is told to serve."""
        own = f"http://{host or self.serve.host}:{self.serve.port if port is None else port}{self.prefix}"
        return self.feeds.base_url or own

    @property
    def secrets(self) -> tuple[str, ...]:
        """Everything in the settings that must not be logged."""
        targets = (target.get_secret_value() for target in self.alerts.targets)
        return (*targets, *self.push.secrets, self.mail.password.get_secret_value())

    @property
    def user_agent(self) -> str:
        """The User-Agent with its contact."""
        return self.crawl.user_agent.replace("{contact}", self.contact)


def setting_names() -> dict[str, Any]:
    """Return each setting's dotted name with its field (type, default, description)."""
    names: dict[str, Any] = {}
    for name, info in Settings.model_fields.items():
        section = info.annotation
        if isinstance(section, type) and issubclass(section, BaseModel):
            names.update({f"{name}.{key}": field for key, field in section.model_fields.items()})
        else:
            names[name] = info
    return names


def variable_of(name: str) -> str:
    """Return the environment variable that sets a dotted setting."""
    return PREFIX + name.replace(".", "_").upper()


def overrides(environment: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Return dotted settings from the environment, and the names of our variables that mean nothing."""
    by_variable = {variable_of(name): name for name in setting_names()}
    found: dict[str, str] = {}
    unknown: list[str] = []
    for variable, value in environment.items():
        if variable in by_variable:
            found[by_variable[variable]] = value
        elif variable.startswith(PREFIX) and not (
            variable in RESERVED or _PLATFORM.fullmatch(f"{variable}={value}")
        ):
            unknown.append(variable)
    return found, unknown
