"""WebSub: telling hubs that a feed changed; and a small hub of our own for the feeds that are served here.

The hub asks each callback whether it wants what was asked in its name, sends changed feeds, signed where a
secret was given, and calls no internal address. Requests are checked here and kept by the store; the
sender does what they ask.
"""

import re
import secrets
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from core.errors import PolicywireError
from core.push import PushSettings
from publisher.feeds.channels import MEDIA_TYPES
from publisher.push.backoff import NotSent
from publisher.push.calling import accepted, call
from publisher.push.signing import hub_signature
from storage.records.delivery import Subscription, SubscriptionRequest

SHORTEST_LEASE = timedelta(minutes=5)
_FORM = "application/x-www-form-urlencoded"
_MOST_CALLBACK = 2000
# The specification's bound, in bytes.
_MOST_SECRET = 200


class BadRequest(PolicywireError):
    """A request to the hub that cannot be taken; the message says why."""


def tell_hub(hub: str, topic: str, *, user_agent: str, now: datetime) -> None:
    """Tell a hub that a feed has changed. Raises NotSent."""
    body = urlencode({"hub.mode": "publish", "hub.url": topic, "hub.topic": topic}).encode()
    accepted(call("POST", hub, headers={"Content-Type": _FORM, "User-Agent": user_agent}, body=body), now)


def parse_request(
    form: bytes, *, base_url: str, files: Collection[str], push: PushSettings
) -> SubscriptionRequest:
    """Return what a subscriber asks for. `files` are the feeds that there are. Raises BadRequest."""
    try:
        fields = dict(parse_qsl(form.decode("utf-8"), keep_blank_values=True, max_num_fields=50))
    except ValueError:
        raise BadRequest("the body must be a form, urlencoded, in UTF-8") from None
    mode, topic = fields.get("hub.mode"), fields.get("hub.topic", "")
    if mode not in ("subscribe", "unsubscribe"):
        raise BadRequest("hub.mode must be subscribe or unsubscribe")
    prefix = f"{base_url}/feeds/"
    if not topic.startswith(prefix) or topic.removeprefix(prefix) not in files:
        raise BadRequest("hub.topic must be the address of a feed that is served here, as its rel=self says")
    secret = fields.get("hub.secret") or None
    if secret is not None and len(secret.encode()) >= _MOST_SECRET:
        raise BadRequest(f"hub.secret must be shorter than {_MOST_SECRET} bytes")
    return SubscriptionRequest(
        id=0,
        mode="subscribe" if mode == "subscribe" else "unsubscribe",
        topic=topic.removeprefix(prefix),
        callback=_callback(fields.get("hub.callback", "")),
        secret=secret,
        lease=_lease(fields.get("hub.lease_seconds", ""), push),
    )


def _callback(url: str) -> str:
    parts = urlsplit(url) if url.isascii() and url.isprintable() and " " not in url else None
    try:
        good = parts is not None and parts.scheme in ("http", "https") and bool(parts.hostname)
        good = good and parts is not None and (parts.port is None or parts.port > 0)
    except ValueError:
        good = False
    if not good or len(url) > _MOST_CALLBACK or "#" in url:
        raise BadRequest("hub.callback must be an http or https address without a fragment")
    return url


def _lease(text: str, push: PushSettings) -> timedelta:
    """Return the lease asked for, within our bounds; what is no number asks for none."""
    asked = push.hub_lease
    if re.fullmatch(r"[0-9]{1,12}", text, re.ASCII) and int(text) > 0:
        asked = timedelta(seconds=min(int(text), 10**9))
    return max(SHORTEST_LEASE, min(asked, push.hub_longest))


def verify(request: SubscriptionRequest, topic: str, *, internal: Collection[str], user_agent: str) -> bool:
    """Ask a callback whether it wants what was asked in its name; say whether it does. Raises NotSent.

    It does where it answers 2xx with the challenge, byte for byte.
    """
    challenge = secrets.token_urlsafe(32)
    asked = {"hub.mode": request.mode, "hub.topic": topic, "hub.challenge": challenge}
    if request.mode == "subscribe":
        asked["hub.lease_seconds"] = str(int(request.lease.total_seconds()))
    parts = urlsplit(request.callback)
    query = "&".join(part for part in (parts.query, urlencode(asked)) if part)
    url = urlunsplit(parts._replace(query=query))
    reply = call("GET", url, headers={"User-Agent": user_agent}, internal=internal)
    if reply.status >= 500:
        raise NotSent(f"its callback says {reply.status}")
    return 200 <= reply.status < 300 and reply.body == challenge.encode()


def distribute(
    subscription: Subscription,
    content: bytes,
    *,
    links: str,
    internal: Collection[str],
    user_agent: str,
    now: datetime,
) -> None:
    """Send a feed as it is now to a subscriber. `links` is its Link header. Raises NotSent."""
    media_type = MEDIA_TYPES[subscription.topic.rpartition(".")[2]]
    headers: Mapping[str, str] = {
        "Content-Type": f"{media_type}; charset=utf-8",
        "Link": links,
        "User-Agent": user_agent,
    }
    if subscription.secret is not None:
        headers = {**headers, "X-Hub-Signature": hub_signature(content, subscription.secret)}
    reply = call("POST", subscription.callback, headers=headers, body=content, internal=internal)
    accepted(reply, now)
