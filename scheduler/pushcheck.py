"""What the push settings say of other files and sections: problems by file and line. Reads settings.yml."""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from pydantic import SecretStr

from core.errors import Problem
from core.settings import Settings
from core.yamlfile import KeyPath, YamlDocument, read_yaml
from publisher.push.backoff import NotSent
from publisher.push.messages import service_at


def push_problems(path: Path, settings: Settings, watchlists: Collection[str]) -> list[Problem]:
    """Return what is wrong with `push`, given the watchlists that there are; none known: none asked for."""
    return _problems(path, list(_faults(settings, watchlists)))


def address_problems(path: Path, settings: Settings) -> list[Problem]:
    """Return which addresses Apprise knows no service for. Takes half a second where there are any."""
    addresses: list[tuple[KeyPath, SecretStr]] = [
        (("alerts", "targets", number), address) for number, address in enumerate(settings.alerts.targets)
    ]
    addresses += [
        (("push", "messages", number, "address"), one.address)
        for number, one in enumerate(settings.push.messages)
    ]
    found: list[tuple[KeyPath, str]] = []
    for key_path, address in addresses:
        try:
            service_at(address.get_secret_value())
        except NotSent as error:
            found.append((key_path, str(error)))
    return _problems(path, found)


def _problems(path: Path, found: Sequence[tuple[KeyPath, str]]) -> list[Problem]:
    if not found:
        return []
    document = (read_yaml(path)[0] if path.exists() else None) or YamlDocument(path, {}, {})
    return [document.problem(key_path, message) for key_path, message in found]


def _faults(settings: Settings, watchlists: Collection[str]) -> Iterator[tuple[KeyPath, str]]:
    push = settings.push
    for section, followers in (
        ("webhooks", push.webhooks),
        ("messages", push.messages),
        ("digests", push.digests),
    ):
        for number, follower in enumerate(followers):
            for watchlist in follower.watchlists if watchlists else ():
                if watchlist not in watchlists:
                    there = ", ".join(sorted(watchlists))
                    where: KeyPath = ("push", section, number, "watchlists")
                    yield where, f"no watchlist {watchlist!r}; there are: {there}"
    if push.digests and not (settings.mail.host and settings.mail.sender):
        yield ("push", "digests"), "digests need `mail.host` and `mail.sender`"
    if push.hub_lease > push.hub_longest:
        yield ("push", "hub_lease"), "is longer than `push.hub_longest`"
