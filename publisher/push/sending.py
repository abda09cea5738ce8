"""One delivery, whatever its kind: what it is about is read from the store, and sent the way of its kind."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from core.clock import from_iso, utcnow
from core.push import Digest, Messenger, Webhook
from core.settings import Settings
from core.source import Source
from publisher.push.backoff import NotSent
from publisher.push.calling import accepted, call
from publisher.push.digest import Letter, compose
from publisher.push.hub import distribute, tell_hub, verify
from publisher.push.messages import alert_text, send_message
from publisher.push.payload import as_json, as_message, delivery_id
from publisher.push.signing import webhook_headers
from publisher.push.smtp import send_mail
from publisher.push.targets import (
    alert_addresses,
    hub_addresses,
    hub_links,
    mailboxes,
    target_of,
    targets,
    topic,
    version_of,
)
from storage.records.delivery import Delivery
from storage.records.publication import Entry
from storage.store import Store

# Whoever asks for a subscription is there, or was never: it is not worth a day.
_VERIFY_TRIES = 3
_GROUPS = 1000


class NotNeeded(Exception):
    """What was to be sent is not to be sent any more; the words say why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """What sending needs to know. `watchlists` and `names` are names by id, of watchlists and of sources."""

    settings: Settings
    sources: Mapping[str, Source]
    watchlists: Mapping[str, str]
    base_url: str
    feeds_dir: Path

    @property
    def user_agent(self) -> str:
        """Who we say that we are."""
        return self.settings.user_agent

    def serves(self, target: str) -> bool:
        """Say whether the settings know this target: another one may be of newer settings than these."""
        kind, _, rest = target.partition(":")
        if kind == "mail":
            target = f"digest:{rest.rpartition(':')[0]}"
        return kind in ("verify", "update") or target in targets(self.settings)

    def follower(self, target: str) -> Webhook | Messenger | Digest:
        """Return whom a target stands for. Raises NotNeeded."""
        for one in self.settings.push.followers:
            if target_of(one).id == target:
                return one
        raise NotNeeded("the settings do not name this target any more")


class Sending:
    """Sends deliveries; any thread may. The store is used under `lock`, and never while something is sent."""

    def __init__(self, store: Store, lock: Lock, context: Context) -> None:
        self._store = store
        self._lock = lock
        self._context = context
        self._ways = {
            "alert": self._alert,
            "webhook": self._webhook,
            "message": self._message,
            "mail": self._mail,
            "hub": self._hub,
            "verify": self._verify,
            "update": self._update,
        }

    def send(self, delivery: Delivery) -> None:
        """Send it. Raises NotSent, and NotNeeded where there is nothing to send any more."""
        self._ways[delivery.kind](delivery)

    def bury(self, delivery: Delivery) -> None:
        """Do what follows from a delivery that is given up: a lost subscriber is none any more."""
        with self._lock:
            if delivery.kind == "update":
                self._store.end_subscriptions([int(delivery.target.partition(":")[2])])
            elif delivery.kind == "verify":
                self._store.forget_request(int(delivery.subject))

    def _alert(self, delivery: Delivery) -> None:
        address = alert_addresses(self._context.settings).get(delivery.target)
        if address is None:
            raise NotNeeded("the settings do not name this target any more")
        with self._lock:
            groups = self._store.alert_groups(limit=_GROUPS)
        found = [group for group in groups if group.number == int(delivery.subject)]
        if not found:
            raise NotNeeded("these alerts are not kept any more")
        names = {source.id: source.name for source in self._context.sources.values()}
        send_message(address, *alert_text(found[0], names))

    def _entry(self, delivery: Delivery) -> tuple[Entry, tuple[str, ...]]:
        with self._lock:
            entry = self._store.entry(delivery.subject)
            watchlists = () if entry is None else self._store.watchlists_of(entry.stored.story)
        if entry is None:
            raise NotNeeded("its feed does not show it any more")
        return entry, watchlists

    def _webhook(self, delivery: Delivery) -> None:
        hook = self._context.follower(delivery.target)
        if not isinstance(hook, Webhook):
            raise NotNeeded("the settings do not name this target any more")
        entry, watchlists = self._entry(delivery)
        data = {"type": "entry", "data": as_json(entry, self._context.sources, watchlists)}
        post_webhook(
            hook, data, delivery_id(delivery.target, delivery.subject), user_agent=self._context.user_agent
        )

    def _message(self, delivery: Delivery) -> None:
        messenger = self._context.follower(delivery.target)
        if not isinstance(messenger, Messenger):
            raise NotNeeded("the settings do not name this target any more")
        entry, _ = self._entry(delivery)
        send_message(messenger.address.get_secret_value(), *as_message(entry, self._context.sources))

    def _mail(self, delivery: Delivery) -> None:
        _, name, address = delivery.target.split(":")
        target = f"digest:{name}"
        digest = self._context.follower(target)
        if not isinstance(digest, Digest) or address not in mailboxes(digest):
            raise NotNeeded("the digest does not name this mailbox any more")
        with self._lock:
            person = self._store.recipient(target, address, token=secrets.token_urlsafe(24))
            entries = self._store.digest_entries(target, delivery.subject)
        if person.left is not None:
            raise NotNeeded("whoever has this mailbox wants no more of them")
        if not entries:
            raise NotNeeded("its feeds do not show its entries any more")
        letter = Letter(
            sender=self._context.settings.mail.sender,
            mailbox=mailboxes(digest)[address],
            token=person.token,
            base_url=self._context.base_url,
            end=from_iso(delivery.subject),
        )
        mail = compose(
            digest,
            entries,
            letter,
            sources=self._context.sources,
            watchlists=self._context.watchlists,
            now=utcnow(),
        )
        send_mail(mail, self._context.settings.mail)

    def _hub(self, delivery: Delivery) -> None:
        hub = hub_addresses(self._context.settings).get(delivery.target)
        if hub is None:
            raise NotNeeded("the settings do not name this hub any more")
        tell_hub(
            hub,
            topic(self._context.base_url, delivery.subject),
            user_agent=self._context.user_agent,
            now=utcnow(),
        )

    def _verify(self, delivery: Delivery) -> None:
        with self._lock:
            request = self._store.subscription_request(int(delivery.subject))
        if request is None:
            raise NotNeeded("the request was replaced by another one, or is too old")
        try:
            wanted = verify(
                request,
                topic(self._context.base_url, request.topic),
                internal=self._context.settings.push.internal_hosts,
                user_agent=self._context.user_agent,
            )
        except NotSent as error:
            final = error.final or delivery.tries + 1 >= _VERIFY_TRIES
            raise NotSent(str(error), final=final, after=error.after) from error
        version = version_of(self._content(request.topic))
        with self._lock:
            if wanted:
                self._store.confirm_subscription(request, version=version, now=utcnow())
            else:
                self._store.forget_request(request.id)

    def _update(self, delivery: Delivery) -> None:
        with self._lock:
            subscription = self._store.subscription(int(delivery.target.partition(":")[2]))
        if subscription is None or subscription.until <= utcnow():
            raise NotNeeded("the subscription is over")
        distribute(
            subscription,
            self._content(subscription.topic),
            links=hub_links(self._context.settings, self._context.base_url, subscription.topic) or "",
            internal=self._context.settings.push.internal_hosts,
            user_agent=self._context.user_agent,
            now=utcnow(),
        )

    def _content(self, file: str) -> bytes:
        try:
            return (self._context.feeds_dir / file).read_bytes()
        except OSError:
            raise NotNeeded(f"there is no feed {file} any more") from None


def post_webhook(hook: Webhook, data: Mapping[str, object], id_: str, *, user_agent: str) -> None:
    """Send signed JSON to a webhook. Raises NotSent."""
    now = utcnow()
    body = json.dumps(data, ensure_ascii=False).encode()
    signed = webhook_headers(id_, body, secret=hook.secret.get_secret_value(), now=now)
    headers = {"Content-Type": "application/json", "User-Agent": user_agent, **signed}
    accepted(call("POST", hook.url.get_secret_value(), headers=headers, body=body), now)
