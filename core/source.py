"""A source file, `config/sources/<id>.yml`: who publishes, how new pages are found, how a page is read.

The models say what maintainers may write. Selectors are CSS. Nothing here fetches or parses a page.
"""

import re
from datetime import date, timedelta
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cssselect import SelectorError
from cssselect import parse as parse_selector
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationInfo,
    field_validator,
    model_validator,
)

from core.country import Seat
from core.language import LANGUAGE_CODES

SOURCE_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

_DURATION = re.compile(r"(\d+)\s*(s|m|h|d)")
_LONGEST = timedelta(days=36_500)
# Nobody means less: a slip of the pen, 1s for 1y, would empty the archive.
_SHORTEST_KEPT = timedelta(days=1)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def parse_duration(value: object) -> object:
    """Turn "90s", "15m", "6h" or "2d" into a timedelta; leave anything else to pydantic."""
    if isinstance(value, timedelta):
        return value
    match = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise ValueError('expected a duration such as "90s", "15m", "6h" or "2d"')
    try:
        duration = timedelta(**{_UNITS[match[2]]: int(match[1])})
    except OverflowError:
        duration = timedelta.max
    if duration > _LONGEST:
        raise ValueError("longer than a hundred years")
    return duration


def format_duration(value: timedelta) -> str:
    """Write a timedelta as `parse_duration` reads it, in the largest unit that is exact."""
    seconds = int(value.total_seconds())
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def _long_enough(value: timedelta) -> timedelta:
    if value < _SHORTEST_KEPT:
        raise ValueError(
            f"expected {format_duration(_SHORTEST_KEPT)} or more: what is older is removed for good"
        )
    return value


def _web_address(value: str) -> str:
    if not re.fullmatch(r"https?://[^\s/?#]+[^\s]*", value):
        raise ValueError("expected an address that begins with http:// or https://")
    return value


def _selector(value: str) -> str:
    try:
        parse_selector(value)
    except SelectorError as error:
        raise ValueError(f"not a CSS selector: {error}") from None
    return value


def _regular_expression(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from None
    return value


def _dotted(value: str) -> str:
    path = r"[^.|\s]+(\.[^.|\s]+)*"
    if not re.fullmatch(rf"{path}(\|{path})*", value):
        raise ValueError('expected names joined by dots, such as "data.items", or several such paths "a|b.c"')
    return value


def _day_or_month(value: object) -> object:
    """Take "2026-09", and "2026-09-20", which YAML reads as a date."""
    text = value.isoformat() if isinstance(value, date) else value
    if not isinstance(text, str) or not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])(-\d\d)?", text):
        raise ValueError('expected a day or a month, such as "2026-09-20" or "2026-09"')
    return text


Duration = Annotated[
    timedelta,
    BeforeValidator(parse_duration),
    PlainSerializer(format_duration, return_type=str, when_used="json"),
]
KeptFor = Annotated[Duration, AfterValidator(_long_enough)]
Url = Annotated[str, AfterValidator(_web_address)]
Selector = Annotated[str, AfterValidator(_selector)]
Pattern = Annotated[str, AfterValidator(_regular_expression)]
DottedPath = Annotated[str, AfterValidator(_dotted)]
Checked = Annotated[str, BeforeValidator(_day_or_month)]


class Strict(BaseModel):
    """The base of everything that people write: unknown keys are errors, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ListingRules(Strict):
    """`kind: listing`: an HTML page that lists articles."""

    item: Selector = Field(description="one element for each article")
    link: Selector = Field(
        "a[href]", description="inside the item (or the item itself): the element with href"
    )
    title: Selector | None = Field(None, description="inside the item; its text")
    date: Selector | None = Field(None, description="inside the item; its datetime attribute or text")
    next: Selector | None = Field(None, description="the link to the next page")
    page_url: Url | None = Field(None, description="address of page N, with {page} in it, instead of `next`")
    max_pages: int = Field(
        1, ge=1, le=50, description="pages to follow while they hold articles not yet known"
    )

    @model_validator(mode="after")
    def _pagination(self) -> Self:
        if self.next and self.page_url:
            raise ValueError("give `next` or `page_url`, not both")
        if self.page_url and "{page}" not in self.page_url:
            raise ValueError("`page_url` needs {page} where the number goes")
        if self.max_pages > 1 and not (self.next or self.page_url):
            raise ValueError("`max_pages` above 1 needs `next` or `page_url`")
        return self


class ApiRules(Strict):
    """`kind: api`: a JSON reply that lists articles.

    Paths are dotted; a number picks from an array; of "a|b" the first that holds a text counts.
    """

    method: Literal["GET", "POST"] = "GET"
    headers: dict[str, str] = Field(default_factory=dict)
    query: dict[str, str | int] = Field(default_factory=dict, description="added to the address")
    json_body: dict[str, Any] | None = Field(None, description="sent as JSON")
    form: dict[str, str | int] | None = Field(None, description="sent as a form")
    items: DottedPath | None = Field(None, description="path of the array; left out: the reply is the array")
    link: DottedPath | None = Field(None, description="path of an address inside an item")
    link_template: str | None = Field(None, description="address with {dotted.path} parts, instead of `link`")
    title: DottedPath
    date: DottedPath | None = None
    body: DottedPath | None = Field(
        None, description="HTML or text of the article; left out: the page is fetched"
    )
    language: DottedPath | None = None

    @model_validator(mode="after")
    def _one_link(self) -> Self:
        if (self.link is None) == (self.link_template is None):
            raise ValueError("give exactly one of `link` and `link_template`")
        if self.json_body is not None and self.form is not None:
            raise ValueError("give `json_body` or `form`, not both")
        return self


class ReadRules(Strict):
    """How an article page is read. What is left out is found by JSON-LD, meta tags, extraction."""

    title: Selector | None = None
    text: Selector | None = Field(None, description="the element, or elements, that hold the article")
    date: Selector | None = Field(None, description="its datetime or content attribute, else its text")
    authors: Selector | None = None
    remove: tuple[Selector, ...] = Field((), description="furniture inside `text`")
    date_from: Literal["page", "list"] = Field("page", description="list: the page has no date of its own")


class Expect(Strict):
    """What a poll of this source should look like; less is an error of that poll."""

    min_links: int = Field(1, ge=0, description="fewer links are an error of the poll")
    titles: float = Field(0.9, ge=0, le=1, description="share of the pages read that should have a title")
    dates: float = Field(0.5, ge=0, le=1, description="share of the pages read that should have a date")


class Keep(Strict):
    """How long this source's articles are kept, where `keep.*` in the settings does not fit."""

    age: KeptFor | None = Field(None, description="articles first seen earlier are removed")
    max_bytes: int | None = Field(None, ge=0, description="most bytes of text, the oldest go first")


class RobotsException(Strict):
    """Leave to ignore robots.txt, with the reason."""

    ignore: Literal[True]
    reason: str = Field(min_length=10)


class DeadEndpoint(Strict):
    """An address that others still name and that does not work: nobody need try it again."""

    url: Url
    reason: str = Field(min_length=3, description="what it answers")
    checked: Checked | None = None


class Source(Strict):
    """One source file. `id` is the file's name without its ending."""

    id: str
    name: str = Field(min_length=1, description="in English")
    native_name: str | None = Field(None, description="in its own language, where that is another")
    country: Seat = Field(description="ISO 3166 code, or EU, UN, INT, REG")
    publisher: Literal["official", "agency", "press", "analysis", "organisation"]
    languages: tuple[str, ...] = Field(min_length=1, description="the first one is the usual one")
    time_zone: str = "UTC"
    home: Url
    enabled: bool = True
    disabled_reason: str | None = None
    kind: Literal["feed", "sitemap", "listing", "api", "custom"]
    spider: str | None = Field(
        None, pattern=r"^[a-z][a-z0-9_]*$", description="module of the custom class, instead of the id's"
    )
    urls: tuple[Url, ...] = Field(min_length=1, description="what is polled")
    article_url: Pattern | None = Field(
        None, description="only links that match from their start are articles"
    )
    listing: ListingRules | None = None
    api: ApiRules | None = None
    read: ReadRules = ReadRules()
    date_order: Literal["dmy", "mdy", "ymd"] = "dmy"
    since: date | None = Field(None, description="the site's first day: no page of it is older")
    every: Duration | None = Field(
        None, description='poll at this gap, such as "30m", instead of the default'
    )
    max_articles: int = Field(
        50,
        ge=1,
        le=500,
        description="pages fetched in one poll, newest first; the further pages of an article count",
    )
    may_be_empty: bool = False
    # Before the keys that need it: pydantic checks in this order.
    access: str | None = Field(
        None, description="what hinders a request: certificates, blocking, User-Agents"
    )
    conditional: bool = Field(True, description="false: the site sends an unchanged ETag for changed content")
    expect: Expect = Expect()
    keep: Keep = Keep()
    robots: RobotsException | None = None
    ca_file: str | None = Field(
        None, description="certificates to add, for a server that omits its intermediate"
    )
    dead: tuple[DeadEndpoint, ...] = Field((), description="addresses that do not work")
    confidence: Literal["high", "medium", "low"] | None = Field(
        None, description="how far what this file says can be trusted"
    )
    checked: Checked | None = Field(None, description="when somebody last saw one of `urls` work")
    notes: str | None = None

    @field_validator("languages")
    @classmethod
    def _known_languages(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for code in value:
            if code not in LANGUAGE_CODES and not re.fullmatch(r"[a-z]{2}", code):
                raise ValueError(
                    f"{code!r} is no language code; ours are {', '.join(sorted(LANGUAGE_CODES))}"
                )
        return value

    @field_validator("conditional", "ca_file")
    @classmethod
    def _exception_has_its_reason(cls, value: bool | str, info: ValidationInfo) -> bool | str:
        if value is not True and value is not None and not (info.data.get("access") or "").strip():
            raise ValueError(
                "an exception needs its reason: say in `access:` what the site does, and how you know"
            )
        return value

    @field_validator("time_zone")
    @classmethod
    def _known_time_zone(cls, value: str) -> str:
        # Listing all zones walks a tree of hundreds of files; "Europe" is a folder of it.
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError('not a time zone name such as "Asia/Tashkent"') from None
        return value

    @model_validator(mode="after")
    def _kind_has_its_rules(self) -> Self:
        for kind in ("listing", "api"):
            rules = getattr(self, kind)
            if self.kind == kind and rules is None:
                raise ValueError(f"`kind: {kind}` needs a `{kind}:` block")
            if self.kind not in (kind, "custom") and rules is not None:
                raise ValueError(f"a `{kind}:` block goes with `kind: {kind}`, not `kind: {self.kind}`")
        if self.spider and self.kind != "custom":
            raise ValueError(f"`spider` goes with `kind: custom`, not `kind: {self.kind}`")
        if not self.enabled and not self.disabled_reason:
            raise ValueError("`enabled: false` needs a `disabled_reason`")
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of dates that name none."""
        return ZoneInfo(self.time_zone)
