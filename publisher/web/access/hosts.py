"""Which names of this server a request may use, and from which sites a form may come. Pure.

A page elsewhere can have its own name lead to our address (DNS rebinding) and would then count as ours in a
browser: so only names that are known are answered. An IP address cannot be led elsewhere, and is taken.
"""

import re
from collections.abc import Collection
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

_HOST = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:(?P<port>[0-9]{1,5}))?")


def is_allowed_host(host: str, *, base_url: str, names: Collection[str]) -> bool:
    """Say whether a Host header names this server: by the public address, `names`, loopback or an IP."""
    found = _HOST.fullmatch(host)
    if found is None:
        return False
    name = found["name"].lower().rstrip(".")
    if name in {"localhost", public_name(base_url)} or name.endswith(".localhost"):
        return True
    if any(name == one.lower().rstrip(".") for one in names):
        return True
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def is_own_origin(
    *, origin: str | None, fetch_site: str | None, scheme: str, host: str, base_url: str
) -> bool:
    """Say whether a request that changes something may come from where its browser says that it comes from.

    Browsers say it in one header or the other, and no page can make them lie; what says nothing is no browser
    of today, and has to show the form's token in any case.
    """
    if fetch_site is not None:
        return fetch_site in ("same-origin", "none")
    if origin is None:
        return True
    ours = {_origin(f"{scheme}://{host}"), _origin(base_url)}
    return _origin(origin) in ours - {None}


@lru_cache(maxsize=8)
def public_name(base_url: str) -> str:
    """Return the host's name in an address, in small letters."""
    return (urlsplit(base_url).hostname or "").rstrip(".")


def _origin(address: str) -> tuple[str, str, int] | None:
    try:
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return None
        return parts.scheme, parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        return None
