"""The values that cross every stage boundary. Frozen, keyword-only, all times aware and in UTC."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from core.fetched import Fetched, Looked
from core.listshape import ListShape
from core.statement import Statement

# Characters of a headline, of a subtitle, of a name (a person's, a site's, a section's, a tag) and of a web
# address: more is a page's mistake or its malice. Texts are cut, addresses left out.
LONGEST_TITLE = 500
LONGEST_SUBTITLE = 1_000
LONGEST_NAME = 200
LONGEST_ADDRESS = 4_000


class Precision(StrEnum):
    """How much of a publication date the page really gave."""

    SECOND = "second"
    MINUTE = "minute"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, kw_only=True, slots=True)
class Published:
    """A publication date as read. `at` is the start of the period that `precision` names, in UTC.

    `raw` is the text that it was read from. With a `raw` that could not be understood or was implausible
    (in the future, say), `at` and `precision` are None: a date is never invented.
    """

    raw: str
    at: datetime | None = None
    precision: Precision | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Article:
    """One page in one language as read from one source. Identity is (canonical_url, language).

    `language` is a key of `config/languages/` ("en", "ru", "kk", "ky", "uz-Latn", "uz-Cyrl", "tg", "tk",
    "tr"), another ISO 639-1 code, or "und" where the text is too short to tell.
    `text` is plain text; paragraphs are parted by one blank line, lines of a list by one newline.
    `structure` says what each paragraph is: see `core.structure`.
    `held` says why an incomplete article is kept but not published ("no title", "no text",
    "a challenge page", "a consent page", "an error page", "a paywall's teaser"); None: complete.
    `image_credit` is whose the picture is. `statements` are in the order of the text, which their offsets
    count. `credit` is whom the page names as
    its source ("agencies"); `alternates` are (hreflang, URL) of the page's other languages. `next_page` is
    where an article that is cut into pages goes on, None for a whole one: only whole ones are handed on.
    `fetched` is how the page (the first of several) came: None where the list carried it, and for what comes
    out of the store. `marks` stand for the page's paragraphs, those included that were left out as furniture;
    they do not come out of the store either.
    """

    source: str
    url: str
    canonical_url: str
    language: str
    title: str
    text: str
    structure: str = ""
    published: Published | None = None
    authors: tuple[str, ...] = ()
    site_name: str | None = None
    fetched_at: datetime
    held: str | None = None
    statements: tuple[Statement, ...] = ()
    subtitle: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    image: str | None = None
    image_caption: str | None = None
    image_credit: str | None = None
    credit: str | None = None
    alternates: tuple[tuple[str, str], ...] = ()
    next_page: str | None = None
    fetched: Fetched | None = None
    marks: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class PageMarks:
    """The paragraphs of one page that was read before, as marks; see `crawler.reading.repeated`."""

    url: str
    marks: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """One page that a source lists: what the list says of it before the page is fetched.

    `version` is a fingerprint of what the list says (title, modification date, body where the list carries
    it): a known page is fetched again only when it differs. `text` is set where the list carries the whole
    article (a JSON API), so that no page need be fetched; it may be HTML.
    """

    url: str
    title: str | None = None
    published: Published | None = None
    modified: Published | None = None
    language: str | None = None
    authors: tuple[str, ...] = ()
    text: str | None = None
    version: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What the store remembers of a listed URL: the version that was read last, and when.

    `failures` counts fetches in a row that gave no article; a page is given up after `MAX_FAILURES`
    (see crawler) until its version changes. `poisoned` counts the times that it killed or hung its reader.
    """

    version: str
    fetched_at: datetime
    failures: int = 0
    poisoned: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """A listed URL that a poll has dealt with: to be remembered. `error` is None when it gave an article.

    `poisoned`: the page killed or hung its reader.
    """

    url: str
    version: str
    error: str | None = None
    poisoned: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Validators:
    """What makes the next request for a listing conditional."""

    url: str
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """A known page to be looked at again. `article` is the store's id.

    `link` repeats what was known of the page, so that it is read as it was the first time. `validators` and
    `body_hash` tell whether it has changed at all.
    """

    article: int
    link: Link
    canonical_url: str
    validators: Validators | None = None
    body_hash: str | None = None


# Among a report's skipped links: more than `max_articles` were new, the rest is left to the next polls.
OVER_THE_LIMIT = "over the limit"


class Outcome(StrEnum):
    """How a poll of one source ended."""

    OK = "ok"
    UNCHANGED = "unchanged"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    CHANGED = "changed"
    CRASHED = "crashed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """How often a source's lists ask to be polled: `gap` at least, and not in these hours and on these days.

    `why` names the header or element that says so. Hours are of UTC, days count from Monday, 0.
    """

    gap: timedelta | None = None
    why: str = ""
    hours: tuple[int, ...] = ()
    days: tuple[int, ...] = ()


NO_WISH = Wish()


@dataclass(frozen=True, kw_only=True, slots=True)
class PollReport:
    """One poll of one source, as a value: a failed source is a report, not an exception in the daemon.

    `links` counts what the lists named, `fetched` the pages asked for, `articles` the complete articles read
    from them, `incomplete` those that are held, by reason; `titled` and `dated` those of both that have a
    title, a date; `failed` the pages that gave none. `skipped` counts links left out, by reason. `error` is
    the message of the failure that decided the outcome. `retry_after` is when a busy site wants to be asked
    again, `wish` what it always wants. `run` is the poll's name in the logs. `shape` is that of its lists,
    where they are pages with links and all came. `stages` are the seconds of "fetch" and "read", summed over
    pages that went side by side: not stored.
    """

    source: str
    run: str = ""
    started: datetime
    finished: datetime
    outcome: Outcome
    error: str | None = None
    links: int = 0
    fetched: int = 0
    articles: int = 0
    titled: int = 0
    dated: int = 0
    failed: int = 0
    incomplete: dict[str, int] = field(default_factory=dict)
    requests: int = 0
    skipped: dict[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    retry_after: datetime | None = None
    wish: Wish = NO_WISH
    shape: ListShape | None = None
    stages: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """What the crawl stage hands to its sink: some articles of one source, kept in one transaction.

    The last batch of a poll carries its report; validators are kept only with it, so that a poll that broke
    off is asked for in full next time.
    """

    source: str
    articles: tuple[Article, ...] = ()
    seen: tuple[Seen, ...] = ()
    looked: tuple[Looked, ...] = ()
    validators: tuple[Validators, ...] = ()
    report: PollReport | None = None
