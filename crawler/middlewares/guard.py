"""Which addresses may be connected to: none inside this machine, its network or its cloud.

In: the address that a connection is about to be made to, after the name was looked up. A name that answers
otherwise a moment later gains nothing, because nothing is looked up in between. Knows no
HTTP.
"""

from typing import Any

from twisted.internet.error import ConnectError
from twisted.internet.interfaces import IReactorPluggableNameResolver, IReactorTCP, IReactorTime
from zope.interface import implementer

from core.addresses import is_public


class InternalAddress(ConnectError):
    """A connection to an address that only insiders should reach; it was not made."""

    def __init__(self, address: str) -> None:
        self.osError = address
        Exception.__init__(self, "an internal address")


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
