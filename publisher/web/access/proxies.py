"""Who asks, and by which address of ours, when proxies stand between: request headers in, values out. Pure.

Nothing is believed but what a trusted proxy says. RFC 7239's `Forwarded` is not read: proxies are asked for
the X-Forwarded headers, and two ways to say one thing could be made to disagree.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

RawHeaders = Sequence[tuple[bytes, bytes]]
_PREFIX = re.compile(r"(/[A-Za-z0-9][A-Za-z0-9._~-]*)+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """How a request was sent: by which IP address, to which scheme and host (None: the Host header's).

    `prefix` is the path that a proxy took off, None where it said nothing of one.
    """

    address: str
    scheme: str
    host: str | None = None
    prefix: str | None = None


def asked(headers: RawHeaders, *, peer: str, scheme: str, trusted: tuple[str, ...]) -> Asked:
    """Return how a request was sent, of which `peer` is the other end of the connection."""
    networks = _networks(trusted)
    if not networks or not _is_trusted(peer, networks):
        return Asked(address=peer, scheme=scheme)
    said: dict[bytes, list[str]] = {}
    for name, value in headers:
        if name.startswith(b"x-forwarded-"):
            said.setdefault(name, []).extend(part.strip() for part in value.decode("latin-1").split(","))
    proto = said.get(b"x-forwarded-proto", [""])[-1].lower()
    prefix = said.get(b"x-forwarded-prefix", [""])[-1].rstrip("/")
    return Asked(
        address=_first_stranger(said.get(b"x-forwarded-for", []), peer, networks),
        scheme=proto if proto in ("http", "https") else scheme,
        host=said.get(b"x-forwarded-host", [""])[-1] or None,
        prefix=prefix if _PREFIX.fullmatch(prefix) else None,
    )


def network_of(address: str) -> str:
    """Return what one household or machine has: an IPv4 address, or an IPv6 network of 64 bits."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return address
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ip_network((found, 64), strict=False))


def _first_stranger(chain: list[str], peer: str, networks: Sequence[IPv4Network | IPv6Network]) -> str:
    """Return the last address of the chain that is no trusted proxy: what stands before it is hearsay."""
    nearest = peer
    for text in reversed(chain):
        address = _bare(text)
        if address is None:
            break
        nearest = address
        if not _is_trusted(address, networks):
            break
    return nearest


def _bare(text: str) -> str | None:
    """Return an IP address without port and brackets."""
    for candidate in (text, text.strip("[]"), text.rpartition(":")[0].strip("[]")):
        try:
            return str(ip_address(candidate))
        except ValueError:
            continue
    return None


def _is_trusted(address: str, networks: Sequence[IPv4Network | IPv6Network]) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return any(found in network for network in networks)


@lru_cache(maxsize=8)
def _networks(trusted: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(one) for one in trusted)
