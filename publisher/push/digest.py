"""A digest: when it is due, and its entries as one mail of text and HTML. Pure: the moment is a parameter."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from functools import cache
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from core.push import DAYS, Digest
from core.source import Source
from publisher.feeds.text import clean, one_line, shorten, summary, web_address
from publisher.push.payload import published_text, source_name, title_of
from storage.records.publication import Entry

UNSUBSCRIBE_PATH = "/unsubscribe"
_WORDS, _SENTENCE, _REASON = 40, 400, 300


def last_end(digest: Digest, now: datetime) -> datetime:
    """Return when the last digest ended that is due: its time of day, in its zone, on its day."""
    zone = ZoneInfo(digest.time_zone)
    local = now.astimezone(zone)
    day = local.date()
    if digest.every == "week":
        day -= timedelta(days=(day.weekday() - DAYS.index(digest.day)) % 7)
    end = datetime.combine(day, digest.clock, zone)
    if end.astimezone(UTC) > now:
        step = timedelta(days=7 if digest.every == "week" else 1)
        end = datetime.combine(day - step, digest.clock, zone)
    return end.astimezone(UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One entry of a digest. All text is clean."""

    title: str
    link: str | None
    source: str
    published: str
    language: str
    states: str
    why: str
    sentence: str
    summary: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """Whom a digest's mail is for: `mailbox` with its token, and where the server is to be found."""

    sender: str
    mailbox: str
    token: str
    base_url: str
    end: datetime


def compose(
    digest: Digest,
    entries: Sequence[Entry],
    letter: Letter,
    *,
    sources: Mapping[str, Source],
    watchlists: Mapping[str, str],
    now: datetime,
) -> EmailMessage:
    """Return the mail. `watchlists` are names by id.

    The same digest to the same mailbox has the same Message-ID.
    """
    shown = entries[: digest.entries]
    groups: dict[str, list[Item]] = {}
    for entry in shown:
        name = one_line(watchlists.get(entry.watchlist, entry.watchlist))
        groups.setdefault(name, []).append(_item(entry, sources))
    unsubscribe = f"{letter.base_url}{UNSUBSCRIBE_PATH}/{letter.token}"
    day = letter.end.astimezone(ZoneInfo(digest.time_zone))
    values = {
        "heading": f"{one_line(digest.title)}, {day:%d %B %Y}",
        "groups": groups,
        "more": len(entries) - len(shown),
        "base_url": letter.base_url,
        "unsubscribe": unsubscribe,
    }
    mail = EmailMessage()
    mail["From"] = letter.sender
    mail["To"] = letter.mailbox
    mail["Subject"] = f"{values['heading']}: {len(entries)} {'entry' if len(entries) == 1 else 'entries'}"
    mail["Date"] = format_datetime(now.astimezone(UTC))
    mail["Message-ID"] = message_id(digest, letter)
    mail["List-Id"] = f"<{digest.name}.policywire.{_domain(letter.sender)}>"
    mail["List-Unsubscribe"] = f"<{unsubscribe}>"
    mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(_templates().get_template("digest.txt").render(values), cte="quoted-printable")
    html = _templates().get_template("digest.html").render(values)
    mail.add_alternative(html, subtype="html", cte="quoted-printable")
    return mail


def message_id(digest: Digest, letter: Letter) -> str:
    """Return the id of the mail: a digest's name, its end and the mailbox decide it, and nothing else."""
    who = hashlib.sha256(f"{digest.name}\n{letter.mailbox}\n{letter.end.isoformat()}".encode()).hexdigest()[
        :24
    ]
    return f"<{letter.end.astimezone(UTC):%Y%m%d%H%M}.{digest.name}.{who}@{_domain(letter.sender)}>"


def _domain(sender: str) -> str:
    return parseaddr(sender)[1].rpartition("@")[2] or "localhost"


def _item(entry: Entry, sources: Mapping[str, Source]) -> Item:
    article, match = entry.stored.article, entry.match
    return Item(
        title=title_of(entry),
        link=web_address(article.url),
        source=one_line(source_name(entry, sources)),
        published=one_line(published_text(entry)),
        language="" if article.language == "und" else article.language,
        states=", ".join(match.states),
        why=shorten(match.why, _REASON),
        sentence=shorten(match.sentence, _SENTENCE),
        summary=summary(clean(article.text), _WORDS),
    )


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("publisher.push", "templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
