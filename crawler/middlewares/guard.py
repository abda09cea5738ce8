"""Which addresses may be connected to: none inside this machine, its network or its cloud.

In: the address that a connection is about to be made to, after the name was looked up. A name that answers
otherwise a moment later gains nothing, because nothing is looked up in between. Knows no
HTTP.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any

from twisted.internet.error import ConnectError
from twisted.internet.interfaces import IReactorPluggableNameResolver, IReactorTCP, IReactorTime
from zope.interface import implementer

# What Python 3.11 counts as global: Azure's metadata service at a public address, and the whole block for
# protocol assignments, in which Oracle's cloud has its own.
_NAMED = (IPv4Network("168.63.129.16/32"), IPv4Network("192.0.0.0/24"))
# RFC 6052: the last 32 bits are the IPv4 address that is meant.
_NAT64 = IPv6Network("64:ff9b::/96")


class InternalAddress(ConnectError):
    """A connection to an address that only insiders should reach; it was not made."""

    def __init__(self, address: str) -> None:
        self.osError = address
        Exception.__init__(self, "an internal address")


def is_public(text: str) -> bool:
    """Say whether an IP address may be anyone's on the Internet. False for what is no IP address."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv6Address):
        inner = _inside(address)
        if inner is not None:
            address = inner
        elif address.is_site_local:
            return False
    if address.is_multicast or address.is_reserved or any(address in network for network in _NAMED):
        return False
    return address.is_global


def _inside(address: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that an IPv6 address leads to: mapped, 6to4 or NAT64."""
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


@implementer(IReactorTCP, IReactorTime, IReactorPluggableNameResolver)
class GuardedReactor:
    """The reactor as endpoints see it, but for connections to internal addresses.

    Endpoints look names up first and then ask for a connection to each address found, which is where it is
    checked: raises InternalAddress.
    """

    def __init__(self, reactor: Any) -> None:
        self._reactor = reactor

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reactor, name)

    def connectTCP(self, host: str, port: int, *rest: Any, **named: Any) -> Any:  # noqa: N802 - Twisted's name
        """Connect, if the address is public."""
        if not is_public(host):
            raise InternalAddress(host)
        return self._reactor.connectTCP(host, port, *rest, **named)
