"""Which addresses may be anyone's on the Internet: none in this machine, its network or its cloud. Pure."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

# What Python 3.11 counts as global: Azure's metadata service at a public address, and the whole block for
# protocol assignments, in which Oracle's cloud has its own.
_NAMED = (IPv4Network("168.63.129.16/32"), IPv4Network("192.0.0.0/24"))
# RFC 6052: the last 32 bits are the IPv4 address that is meant.
_NAT64 = IPv6Network("64:ff9b::/96")


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
