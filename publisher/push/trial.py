"""A trial of a target: something that says that it is a test, sent at once, kept nowhere."""

import uuid
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from core.article import Article
from core.clock import utcnow
from core.errors import PolicywireError
from core.match import Match
from core.push import Digest, Messenger, Webhook
from publisher.push.backoff import NotSent
from publisher.push.digest import Letter, compose
from publisher.push.hub import tell_hub
from publisher.push.messages import send_message
from publisher.push.sending import Context, post_webhook
from publisher.push.smtp import send_mail
from publisher.push.targets import alert_addresses, hub_addresses, shown, topic
from storage.records.articles import StoredArticle
from storage.records.publication import Entry

_TITLE = "policywire: a test"
_BODY = "Entries that match your watchlists will come here."

# Sends one thing and returns what went wrong; None when it came through.
Trial = Callable[[], str | None]


def trials(context: Context, name: str, mailbox: str | None, *, read: Path) -> list[tuple[str, Trial]]:
    """Return the trials for a name: of a target, `alerts` or `hubs`. Raises PolicywireError for none.

    `read` is the file of the settings, for the message.
    """
    found: list[tuple[str, Trial]] = [
        (shown_as, partial(_told, attempt)) for shown_as, attempt in _attempts(context, name, mailbox)
    ]
    if not found:
        names = [one.name for one in context.settings.push.followers]
        names += ["alerts"] if context.settings.alerts.targets else []
        names += ["hubs"] if context.settings.push.hubs else []
        there = ", ".join(names) or "none; set `push` or `alerts.targets` (POLICYWIRE_ALERTS_TARGETS)"
        raise PolicywireError(f"no target {name!r} in {read}; there are: {there}")
    return found


def _told(attempt: Callable[[], None]) -> str | None:
    try:
        attempt()
    except NotSent as error:
        return str(error)
    return None


def _attempts(context: Context, name: str, mailbox: str | None) -> Iterator[tuple[str, Callable[[], None]]]:
    settings = context.settings
    if name == "alerts":
        for target, address in alert_addresses(settings).items():
            yield shown(target, settings), partial(send_message, address, _TITLE, _BODY)
    if name == "hubs":
        for target, hub in hub_addresses(settings).items():
            yield shown(target, settings), partial(_tell_hub, context, hub)
    for one in settings.push.followers:
        if one.name != name:
            continue
        if isinstance(one, Webhook):
            yield name, partial(_post, context, one)
        elif isinstance(one, Messenger):
            yield name, partial(send_message, one.address.get_secret_value(), _TITLE, _BODY)
        elif mailbox is None:
            raise PolicywireError(f"{name!r} goes to people; say with --to who of them is to get the trial")
        else:
            yield f"{name} to {mailbox}", partial(_mail, context, one, mailbox)


def _post(context: Context, hook: Webhook) -> None:
    data = {"type": "test", "data": {"title": _TITLE, "summary": _BODY}}
    post_webhook(hook, data, uuid.uuid4().hex, user_agent=context.user_agent)


def _tell_hub(context: Context, hub: str) -> None:
    files = sorted(path.name for path in context.feeds_dir.glob("*.rss"))
    if not files:
        raise NotSent(f"there is no feed in {context.feeds_dir} yet; `policywire publish` writes them")
    tell_hub(hub, topic(context.base_url, files[0]), user_agent=context.user_agent, now=utcnow())


def _mail(context: Context, digest: Digest, mailbox: str) -> None:
    now = utcnow()
    article = Article(
        source="policywire",
        url=f"{context.base_url}/",
        canonical_url=f"{context.base_url}/",
        language="en",
        title=_TITLE,
        text=_BODY,
        published=None,
        authors=(),
        fetched_at=now,
    )
    match = Match(
        watchlist="test",
        matched=True,
        score=1.0,
        language="en",
        states=(),
        why="an operator has asked for a trial",
        sentence="",
        evidence=(),
    )
    stored = StoredArticle(id=0, story=0, revision=0, first_seen=now, article=article)
    entry = Entry(
        id="test", kind="statement", watchlist="test", revision=0, created=now, stored=stored, match=match
    )
    letter = Letter(
        sender=context.settings.mail.sender,
        mailbox=mailbox,
        # Nobody's: who follows the link of a trial leaves nothing.
        token="test",  # noqa: S106 - not a secret
        base_url=context.base_url,
        end=now,
    )
    mail = compose(digest, [entry], letter, sources=context.sources, watchlists={"test": "A test"}, now=now)
    send_mail(mail, context.settings.mail)
