"""Settings in, targets out: who there is to be told, under ids that give no secret away. Pure."""

import hashlib
from collections.abc import Mapping

from core.push import Digest, Messenger, Webhook
from core.settings import Settings
from storage.records.delivery import Audience, DeliveryKind, Target

HUB_PATH = "/hub"


def digest_of(address: str) -> str:
    """Return what stands for an address where the address itself must not be known."""
    return hashlib.sha256(address.strip().encode()).hexdigest()[:16]


def target_of(follower: Webhook | Messenger | Digest) -> Target:
    """Return the target of one who follows watchlists."""
    kind: DeliveryKind = "digest"
    if isinstance(follower, Webhook):
        kind = "webhook"
    elif isinstance(follower, Messenger):
        kind = "message"
    return Target(id=f"{kind}:{follower.name}", kind=kind)


def targets(settings: Settings) -> dict[str, Target]:
    """Return all targets that the settings name, by id."""
    found = [target_of(one) for one in settings.push.followers]
    found += [Target(id=id_, kind="alert") for id_ in alert_addresses(settings)]
    found += [Target(id=id_, kind="hub") for id_ in hub_addresses(settings)]
    return {one.id: one for one in found}


def alert_addresses(settings: Settings) -> dict[str, str]:
    """Return the addresses of `alerts.targets` by target."""
    addresses = [target.get_secret_value() for target in settings.alerts.targets]
    return {f"alert:{digest_of(address)}": address for address in addresses}


def hub_addresses(settings: Settings) -> dict[str, str]:
    """Return the addresses of `push.hubs` by target."""
    return {f"hub:{digest_of(address)}": address for address in settings.push.hubs}


def mailboxes(digest: Digest) -> dict[str, str]:
    """Return the mailboxes of a digest by the digest of the address."""
    return {digest_of(mailbox.casefold()): mailbox for mailbox in digest.to}


def mail_target(digest: Digest, address: str) -> str:
    """Return the target of a digest's mails to one mailbox, by the digest of its address."""
    return f"mail:{digest.name}:{address}"


def audience(settings: Settings, watchlist: str) -> tuple[Audience, ...]:
    """Return who is sent the entries of a watchlist."""
    return tuple(
        Audience(target=target_of(one), revisions=one.revisions)
        for one in settings.push.followers
        if not one.watchlists or watchlist in one.watchlists
    )


def hubs(settings: Settings, base_url: str) -> tuple[str, ...]:
    """Return the addresses of the hubs that feeds name: those of the settings, and our own."""
    own = (f"{base_url}{HUB_PATH}",) if settings.push.hub else ()
    return (*settings.push.hubs, *own)


def hub_links(settings: Settings, base_url: str, file: str) -> str | None:
    """Return the HTTP Link header of a feed's file; None where no hub is told of it."""
    named = hubs(settings, base_url)
    if not named:
        return None
    links = [f'<{hub}>; rel="hub"' for hub in named]
    return ", ".join([*links, f'<{topic(base_url, file)}>; rel="self"'])


def topic(base_url: str, file: str) -> str:
    """Return the address of a feed's file."""
    return f"{base_url}/feeds/{file}"


def shown(target: str, settings: Settings, known: Mapping[str, str] | None = None) -> str:
    """Return a target's name for people: of addresses, only the service and the host."""
    address = {**alert_addresses(settings), **hub_addresses(settings), **(known or {})}.get(target)
    if address is None:
        return target
    scheme, _, rest = address.partition("://")
    return (
        f"{target} ({scheme}://{rest.partition('/')[0]})"
        if target.startswith("hub:")
        else f"{target} ({scheme}://)"
    )


def version_of(content: bytes) -> str:
    """Return what tells one content of a feed's file from another."""
    return hashlib.sha256(content).hexdigest()[:32]
